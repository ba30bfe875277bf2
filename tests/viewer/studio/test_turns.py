"""Who paints the figure, of several who would."""

from __future__ import annotations

import numpy as np

from viewer.studio.turns import Turns

RED, BLUE = np.zeros(22), np.ones(22)


def test_who_took_it_last_has_it_and_leaves_it_to_the_one_before() -> None:
    turns, owners, told = Turns(), [], []
    turns.owner_changed.connect(owners.append)
    turns.changed.connect(told.append)
    turns.take("truth")
    turns.put("truth", RED)
    assert turns.value is RED and told == [True, False]
    turns.take("saliency")
    assert turns.value is None
    turns.put("truth", BLUE)
    assert turns.value is None and len(told) == 3, "another's is not seen"
    turns.put("saliency", RED, at_once=True)
    assert turns.value is RED and told[3:] == [True]
    turns.give_back("saliency")
    assert turns.value is BLUE
    turns.give_back("truth")
    assert owners == ["truth", "saliency", "truth", ""] and turns.value is None


def test_what_was_given_back_is_not_painted_any_more() -> None:
    turns = Turns()
    turns.put("truth", RED)
    assert turns.owner == "" and turns.value is None


def test_another_figure_forgets_the_paint_and_keeps_the_painter() -> None:
    turns = Turns()
    turns.show("ghost", RED)
    turns.clear()
    assert (turns.owner, turns.value) == ("ghost", None)
    turns.show("ghost", None)
    assert turns.owner == ""
