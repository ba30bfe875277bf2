"""A script's events reach the character when they should."""

from __future__ import annotations

from itertools import count

import pytest

pytest.importorskip("mujoco")

from character.anatomy import POLICY_HZ
from character.deeds import GetUp, GoTo, Want
from character.drive.script import Event, Throw
from viewer.model.demo import ASSETS
from viewer.model.drive import ask, by_step, driven_by
from viewer.model.notice import Refused
from viewer.model.skills import Cast, cast_of, files_of


@pytest.fixture(scope="module")
def cast() -> Cast:
    return cast_of(files_of(None, ASSETS), engine="numpy")


def test_events_are_asked_at_the_first_decision_that_is_not_before_them() -> None:
    times = (0.0, 1e-9, 0.01, 1 / POLICY_HZ, 2 / 3, 2.0, 2.0)
    events = [Event(at, GetUp(True), line) for line, at in enumerate(times)]
    found = by_step(events)
    assert {step: [event.line for event in those] for step, those in found.items()} == {
        0: [0, 1],
        1: [2, 3],
        20: [4],
        60: [5, 6],
    }


def test_it_goes_where_it_is_asked_and_gets_the_box_that_is_thrown(cast: Cast) -> None:
    ticks = count()
    live = driven_by(cast, lambda: next(ticks) / POLICY_HZ, 10.0)
    ask(live, Event(0.0, GoTo(4.0, 0.0), 1), cast)
    ask(live, Event(0.0, Throw(mass=2.0), 2), cast)
    live.step(cast.run)
    frame = live.opening()
    assert frame.drive is not None and frame.drive.goal is not None
    assert (frame.drive.goal.x, frame.drive.goal.z) == (4.0, 0.0)
    assert frame.box is not None and frame.box.mass == 2.0


def test_what_it_cannot_do_is_refused_with_the_line(cast: Cast) -> None:
    live = driven_by(cast, lambda: 0.0, 10.0)
    with pytest.raises(Refused, match=r"at 2\.5 s \(line 7\): There is no skill 'fly'"):
        ask(live, Event(2.5, Want("fly"), 7), cast)
