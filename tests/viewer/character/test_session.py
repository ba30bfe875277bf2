"""What a session and its journal ask of the characters in the real window."""

from __future__ import annotations

import pytest

pytest.importorskip("mujoco")

from character.live.piece import Piece
from character.live.take import Take
from tests.viewer.conftest import until
from tests.viewer.stage_character import hold
from viewer.character.control import CharacterControl
from viewer.character.driver import BESIDE_JOB, JOB
from viewer.model.policies import NOBODY
from viewer.window.window import MainWindow

Pieces = tuple[Piece | None, Piece | None]


def pieces(control: CharacterControl, since: Pieces = (None, None)) -> Pieces:
    found: list[Pieces | None] = []
    first, beside = (piece and piece.mark for piece in since)
    control.session.ask_pieces((first, beside), found.append)
    until(lambda: bool(found))
    assert found[0] is not None
    return found[0]


def take(control: CharacterControl, job: str) -> Take:
    found: list[Take | None] = []
    control.takes.ask(found.append, job)
    until(lambda: bool(found))
    assert found[0] is not None
    return found[0]


def test_pieces_of_both_characters_join_to_their_takes(
    control: CharacterControl, window: MainWindow
) -> None:
    one, nobody = pieces(control)
    assert one is not None and nobody is None
    (name,) = control.cast.policies
    control.choose_beside(name)
    until(lambda: control.figure is not None and control.figure.beside is not None)
    until(lambda: control.figure.beside.frame > 8)  # type: ignore[union-attr]
    two, second = pieces(control, (one, None))
    hold(control)
    until(lambda: not control.figure.beside.running)  # type: ignore[union-attr]
    control.set_friction(0.4)
    three, third = pieces(control, (two, second))
    for given, job in (((one, two, three), JOB), ((second, third), BESIDE_JOB)):
        joined, kept = (
            Take.join([piece for piece in given if piece is not None]),
            take(control, job),
        )
        assert joined.rows.tobytes() == kept.rows.tobytes()
        assert joined.entries == kept.entries and joined.entries


def test_who_goes_away_gives_no_piece(control: CharacterControl) -> None:
    (name,) = control.cast.policies
    control.choose_beside(name)
    until(lambda: control.figure is not None and control.figure.beside is not None)
    found: list[object] = []
    control.session.ask_pieces((None, None), found.append)
    control.choose_beside(NOBODY)
    until(lambda: bool(found))
    assert found == [None]
    assert pieces(control)[0] is not None


def test_without_a_character_there_is_nothing_to_ask(window: MainWindow) -> None:
    found: list[object] = []
    window.character.session.ask_pieces((None, None), found.append)
    window.character.session.ask_takes(found.append)
    assert found == [(None, None), (None, None)]
