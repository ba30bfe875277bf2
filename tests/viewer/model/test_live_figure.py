"""The simulated character as the stage sees it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("mujoco")

from character.body import Body
from character.deeds import GoTo
from character.live.job import LiveCharacter
from character.live.messages import CharacterFrame
from tests.character.acting import Clock
from tests.character.driving import named, run, skills
from viewer.model.figure import Look
from viewer.model.live_figure import CharacterFigure, to_stage
from viewer.model.record import Record


@pytest.fixture(scope="module")
def live() -> LiveCharacter:
    walk = named("walk")
    return LiveCharacter(
        walk.clip, Clock(), policy=walk.policy, critic=walk.critic, skills=skills()
    )


def figure(live: LiveCharacter) -> CharacterFigure:
    opening = live.opening()
    return CharacterFigure(Body().shapes(), Record(opening), opening)


def walked(live: LiveCharacter, steps: int) -> CharacterFrame:
    for _ in range(steps):
        frame = live.step(run)
    assert isinstance(frame, CharacterFrame)
    return frame


def test_it_faces_where_it_walks_and_nowhere_while_it_lies(live: LiveCharacter) -> None:
    shown = figure(live)
    before = shown.root(0)
    shown.frame = walked(live, 40)
    heading = shown.heading(0)
    assert heading is not None
    way = shown.root(0) - before
    off = np.arctan2(way[0], way[2]) - heading
    assert np.cos(off) > np.cos(np.radians(25))
    body = shown.frame.step.body
    lying = replace(body, joints=body.joints * [1, 0.2, 1])
    shown.frame = replace(shown.frame, step=replace(shown.frame.step, body=lying))
    assert shown.heading(0) is None


def test_where_it_goes_is_drawn_on_the_ground_with_the_way_there(live: LiveCharacter) -> None:
    shown = figure(live)
    plain = shown.scene(Look(contacts=False), None)
    answer = live.handle(GoTo(2.0, -3.0), run)
    assert isinstance(answer, CharacterFrame)
    shown.frame = answer
    drawn = shown.scene(Look(contacts=False), None)
    marks = drawn.discs.data[:, :3]
    assert len(plain.discs) == 0 and len(marks) > 5
    assert marks[-1] == pytest.approx(to_stage(np.array([2.0, 0.0, -3.0])), abs=1e-5)
    assert len(drawn.lines) > len(plain.lines)
