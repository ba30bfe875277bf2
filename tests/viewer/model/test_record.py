"""What the window keeps of a character, against the character itself."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("mujoco")

from character.anatomy import BALL_POSE, POSE_SIZE
from character.deeds import PushNow
from character.live.commands import KeepTake, Reset, RestoreTake, ResumeFrom, Rewind
from character.live.job import LiveCharacter
from character.live.messages import CharacterFrame, TakeKept
from character.live.recent import RecentMotion
from character.reference import ReferenceClip
from tests.character.acting import RUN, go, job, tell
from viewer.model.record import Record, restored


@pytest.fixture
def standing() -> ReferenceClip:
    """Standing still for a second, over and over."""
    pose = np.zeros(POSE_SIZE)
    pose[1], pose[3], pose[BALL_POSE[:, 0]] = 0.881416, 1, 1
    return ReferenceClip("standing", True, np.array([0.0, 0.5, 1.0]), np.tile(pose, (3, 1)))


def recorded(live: LiveCharacter, steps: int) -> tuple[Record, list[CharacterFrame]]:
    frames = [live.opening(), *go(live, steps)]
    record = Record(frames[0])
    for frame in frames[1:]:
        record.add(frame)
    return record, frames


def test_it_keeps_as_much_as_the_character_and_in_its_place(standing: ReferenceClip) -> None:
    record, frames = recorded(job(standing, memory_seconds=1.0), 45)
    assert (record.first, record.last) == (15, 45)
    kept = np.arange(15, 46)
    for name, wanted in (
        ("action", [f.step.action for f in frames[15:]]),
        ("effort", [f.effort for f in frames[15:]]),
        ("positions", [f.positions for f in frames[15:]]),
        ("value", [f.value for f in frames[15:]]),
    ):
        np.testing.assert_allclose(record.at(name, kept), wanted, rtol=1e-6)
    assert record.phase_frame(14) is None and record.phase_frame(46) is None


def test_rewinding_keeps_what_is_known_and_resuming_forgets_what_came_after(
    standing: ReferenceClip,
) -> None:
    live = job(standing)
    record, _ = recorded(live, 20)
    record.add(tell(live, Rewind(5)))
    assert record.last == 20
    record.add(tell(live, ResumeFrom(5)))
    assert record.last == 5
    record.add(tell(live, PushNow((50, 0, 0))))
    again = go(live, 3)
    for frame in again:
        record.add(frame)
    assert record.last == 8
    np.testing.assert_allclose(
        record.at("action", np.array([8]))[0], again[-1].step.action, rtol=1e-6
    )


def test_the_models_see_the_motion_up_to_the_frame_and_not_beyond_a_cut(
    standing: ReferenceClip,
) -> None:
    live = job(standing)
    record, frames = recorded(live, 70)
    recent = RecentMotion()
    for frame in frames[:66]:
        recent.add(frame.positions)
    window, phase = record.window(65), record.phase_frame(65)
    assert window is not None and phase is not None
    np.testing.assert_array_equal(window, recent.window())
    np.testing.assert_array_equal(phase, recent.phase_frame())
    record.add(tell(live, Reset()))
    for frame in go(live, 2):
        record.add(frame)
    assert record.window(record.last) is None
    assert record.phase_frame(71) is None and record.phase_frame(72) is not None


def test_phases_join_what_is_known(standing: ReferenceClip) -> None:
    record, _ = recorded(job(standing), 4)
    assert [len(part) for part in record.phase_motion()] == [0, 0]
    record.note_phase(1, 0.0, 1.0)
    record.note_phase(3, 1.0, 0.0)
    record.note_phase(99, 5.0, 5.0)
    wanted = [[0, 1], [0, 1], [0.5, 0.5], [1, 0], [1, 0]]
    phases, positions = record.phase_motion()
    np.testing.assert_allclose(phases, wanted)
    assert len(positions) == len(phases)
    assert record.gaps(9).tolist() == [2] and record.gaps(0).tolist() == []


def test_a_take_restores_the_same_record(standing: ReferenceClip) -> None:
    live = job(standing)
    record, _ = recorded(live, 12)
    record.add(tell(live, Reset()))
    for frame in go(live, 12):
        record.add(frame)
    kept = live.handle(KeepTake(), RUN)
    assert isinstance(kept, TakeKept)
    other = job(standing)
    copy = Record(other.opening())
    take = restored(kept.take)
    copy.restore(take, tell(other, RestoreTake(kept.take)))
    assert (copy.first, copy.last) == (record.first, record.last)
    frames = np.arange(record.first, record.last + 1)
    for name in ("cut", "fallen", "value", "reward", "effort", "action", "positions"):
        np.testing.assert_allclose(
            copy.at(name, frames), record.at(name, frames), rtol=1e-5, atol=1e-6, err_msg=name
        )
    assert take.phase_inputs.shape == (len(frames), 132) and copy.falls() == record.falls()
