"""What the skills were, on the timeline: of a real character that changed from walk to run."""

from __future__ import annotations

import pytest

pytest.importorskip("mujoco")

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from character.deeds import Want
from character.live.commands import KeepTake
from character.live.job import LiveCharacter
from character.live.messages import CharacterFrame, TakeKept
from tests.character.acting import Clock, job
from tests.character.driving import named, run, skills
from viewer.character.skill_lane import SkillLane
from viewer.model.record import FRAME_TIME, NO_SKILL, Record, restored
from viewer.ui.theme import DARK

WANTED = 6
PX_PER_S = 100.0


@pytest.fixture(scope="module")
def live() -> LiveCharacter:
    """After a change to run."""
    walk = named("walk")
    made = LiveCharacter(
        walk.clip, Clock(), policy=walk.policy, critic=walk.critic, skills=skills()
    )
    for _ in range(WANTED):
        made.step(run)
    made.handle(Want("run"), run)
    for _ in range(90):
        frame = made.step(run)
        assert isinstance(frame, CharacterFrame) and frame.drive is not None
        if frame.drive.changed is not None:
            break
    made.step(run)
    return made


@pytest.fixture(scope="module")
def record(live: LiveCharacter) -> Record:
    """Of all that it remembers."""
    kept = live.handle(KeepTake(), run)
    assert isinstance(kept, TakeKept)
    newest = live.opening()
    made = Record(newest)
    made.restore(restored(kept.take), newest)
    return made


@pytest.fixture
def lane(record: Record) -> SkillLane:
    made = SkillLane()
    made.record = record
    return made


def change(record: Record) -> int:
    (frame,) = record.changes_between(record.first, record.last)
    return frame


def test_the_change_is_told_before_and_at_it(record: Record, lane: SkillLane) -> None:
    at = change(record)
    phase, value = record.change_at(at)
    assert record.skills[int(record.at("skill", np.array([at]))[0])].name == "run"
    title = named("run").name.title
    expects = f"at phase {phase:.2f}: its critic expects {value:.2f} of what it knows"
    before = lane.words_at((at - 7 + 0.5) * FRAME_TIME, 0.01)
    assert before == f"Change to {title} in {7 / 30:.2f} s {expects}"
    there = lane.words_at((at + 0.5) * FRAME_TIME, 0.01)
    assert there.startswith(f"Change to {title} after ") and there.endswith(expects)


def test_elsewhere_it_tells_what_every_critic_expects(record: Record, lane: SkillLane) -> None:
    words = lane.words_at(2.5 * FRAME_TIME, 0.01).splitlines()
    assert words[0].startswith(named("walk").name.title) and words[0].endswith("performs")
    assert len(words) == len(skills())
    assert lane.words_at(1e4, 0.01) == ""


def test_what_was_awaited_and_the_change_are_seen(
    app: QApplication, record: Record, lane: SkillLane
) -> None:
    wide = round((record.last + 1) * FRAME_TIME * PX_PER_S) + 20
    image = QImage(wide, lane.height, QImage.Format.Format_RGB32)
    image.fill(QColor(DARK.field))
    painter = QPainter(image)
    area = QRectF(0, 0, wide, lane.height)
    lane.paint(painter, area, lambda seconds: seconds * PX_PER_S, DARK)
    painter.end()
    awaited = np.flatnonzero(record.at("wanted", np.arange(record.last + 1)) != NO_SKILL)

    def ground(frame: int) -> int:
        return image.pixel(round((frame + 0.5) * FRAME_TIME * PX_PER_S), 0)

    assert len(awaited) > 3
    colors = {image.pixel(x, 1) for x in range(wide)}
    lit = {image.pixel(int((n + 0.5) * FRAME_TIME * PX_PER_S), 2) for n in awaited[1:-1].tolist()}
    plain = image.pixel(wide - 3, 2)
    assert plain == QColor(DARK.field).rgb() and plain not in lit and len(colors) > 1
    band = {image.pixel(x, lane.height - 4) for x in range(wide)}
    assert len(band) >= 3


def test_who_has_no_skills_has_the_value_of_one_critic() -> None:
    alone = SkillLane()
    alone.record = Record(job(named("walk").clip).opening())
    assert alone.words_at(0.0, 0.1) == ""
