"""Physics with memory: shown again, resumed and replayed to the bit, in bounded room."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

pytest.importorskip("mujoco")

from character.deeds import PushNow, SetFriction, SetGravity, StartAt
from character.live.commands import (
    Forget,
    KeepTake,
    Pause,
    RemoveBox,
    Replay,
    Reset,
    ResumeFrom,
    Rewind,
    Start,
    SwapPolicy,
    ThrowBox,
)
from character.live.job import LiveCharacter
from character.live.messages import CharacterFrame, CommandRefused, TakeKept
from character.reference import ReferenceClip
from tests.character.acting import RUN, eventful, go, job, same, tell


def test_what_is_shown_again_is_what_was_shown(standing: ReferenceClip) -> None:
    live = job(standing)
    told = [live.opening(), *eventful(live)]
    for frame in told:
        again = tell(live, Rewind(frame.frame))
        assert same(again, frame) and again.shown and not again.running
    newest = tell(live, Start())
    assert same(newest, told[-1]) and not newest.shown and newest.running


@pytest.mark.parametrize("frame", [0, 11, 16, 24, 33, 40, 42, 46, 55])
def test_resuming_from_a_frame_goes_on_to_the_bit(standing: ReferenceClip, frame: int) -> None:
    """Up to the next thing that was done, which is forgotten."""
    live = job(standing)
    told = {message.frame: message for message in [live.opening(), *eventful(live)]}
    marks = sorted({entry.frame for entry in live.opening().memory.entries})
    until = min([m for m in marks if m >= frame], default=max(told))
    resumed = tell(live, ResumeFrom(frame))
    assert resumed.running and (resumed.memory.first, resumed.memory.last) == (0, frame)
    assert all(entry.frame < frame for entry in resumed.memory.entries)
    for message in go(live, until - frame):
        assert same(message, told[message.frame])


def test_a_replay_is_the_same_to_the_bit(standing: ReferenceClip) -> None:
    live = job(standing)
    told = {message.frame: message for message in [live.opening(), *eventful(live)]}
    first = tell(live, Replay())
    assert first.replaying and first.frame == 0
    frames = go(live, len(told) - 1)
    assert [frame.frame for frame in frames] == list(range(1, len(told)))
    assert all(frame.exact and frame.replaying for frame in frames[:-1])
    assert not frames[-1].replaying and frames[-1].exact and not frames[-1].running
    for frame in frames:
        before = told[frame.frame]
        assert np.array_equal(frame.step.body.pose, before.step.body.pose)
        assert np.array_equal(frame.step.torques, before.step.torques)
        assert frame.cut == before.cut
    ahead = go(job_that_did_not_replay(standing), 5)
    assert all(same(a, b) for a, b in zip(go(live, 5), ahead, strict=True))


def job_that_did_not_replay(clip: ReferenceClip) -> LiveCharacter:
    live = job(clip)
    eventful(live)
    return live


def test_a_replay_notices_that_it_differs(standing: ReferenceClip) -> None:
    live = job(standing)
    go(live, 5)
    live.history.memory[3]["action"][7] += 1e-9
    tell(live, Replay())
    frames = go(live, 5)
    assert [frame.exact for frame in frames] == [True, True, False, False, False]


def test_the_same_commands_give_the_same_bits(standing: ReferenceClip) -> None:
    pairs = zip(eventful(job(standing)), eventful(job(standing)), strict=True)
    assert all(same(a, b) for a, b in pairs)


def test_a_paused_replay_goes_on_and_a_deed_ends_it(standing: ReferenceClip) -> None:
    live = job(standing)
    told = eventful(live)
    tell(live, Replay(5))
    go(live, 3)
    paused = tell(live, Pause())
    assert paused.frame == 8 and paused.replaying and not paused.running
    assert tell(live, Start()).replaying and go(live, 1)[0].frame == 9
    pushed = tell(live, PushNow((10, 0, 0)))
    assert not pushed.replaying and not pushed.running and pushed.frame == told[-1].frame
    assert [push.body for push in pushed.pushes] == ["root"]


def test_memory_is_bounded_and_the_oldest_goes_first(standing: ReferenceClip) -> None:
    live = job(standing, memory_seconds=1.0)
    room = live.opening().memory.bytes
    tell(live, PushNow((5, 0, 0)))
    told = {frame.frame: frame for frame in go(live, 80)}
    memory = live.opening().memory
    assert (memory.first, memory.last, memory.capacity, memory.bytes) == (50, 80, 31, room)
    assert same(tell(live, Rewind(50)), told[50])
    refused = live.handle(Rewind(49), RUN)
    assert isinstance(refused, CommandRefused)
    assert refused.sentence == "Frame 49 is not remembered; frames 50 to 80 are."
    tell(live, Replay())
    assert all(frame.exact for frame in go(live, 30))
    tell(live, ResumeFrom(60))
    assert all(same(frame, told[frame.frame]) for frame in go(live, 20))
    forgotten = tell(live, Forget())
    assert (forgotten.memory.first, forgotten.memory.last) == (80, 80)
    for _ in range(200):
        tell(live, SetFriction(0.5))
    deeds = [type(entry.deed) for entry in live.opening().memory.entries]
    assert deeds == [PushNow, SetFriction]


def test_five_minutes_take_the_room_that_is_stated(standing: ReferenceClip) -> None:
    memory = job(standing).opening().memory
    assert memory.capacity == 9001
    assert memory.bytes / 1e6 == pytest.approx(30, abs=1)


def test_a_run_without_a_box_is_not_changed_by_one_that_was_there(
    standing: ReferenceClip,
) -> None:
    plain, boxed = job(standing), job(standing)
    tell(boxed, ThrowBox())
    go(boxed, 20)
    tell(boxed, Reset())
    for a, b in zip(go(plain, 20), go(boxed, 20), strict=True):
        assert np.array_equal(a.step.body.pose, b.step.body.pose)


def test_a_kept_take_is_a_copy_of_what_is_remembered(standing: ReferenceClip) -> None:
    live = job(standing)
    told = eventful(live)
    kept = live.handle(KeepTake(10, 20), RUN)
    assert isinstance(kept, TakeKept) and kept.take.frames == (10, 20)
    rows = kept.take.rows.copy()
    tell(live, ResumeFrom(5))
    go(live, 20)
    assert rows.tobytes() == kept.take.rows.tobytes()
    assert told[9].frame == 10


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_done_shows_and_replays_to_the_bit(standing: ReferenceClip, seed: int) -> None:
    """Commands drawn at random, also while it is rewound or replays, on a short memory."""
    draw = np.random.default_rng(seed)
    live = job(standing, memory_seconds=1.5)
    told = {0: live.opening()}

    def frame() -> int:
        memory = live.opening().memory
        return int(draw.integers(memory.first, memory.last + 1))

    commands: list[Callable[[], object]] = [
        lambda: PushNow(tuple(draw.normal(0, 120, 3)), float(draw.uniform(0.01, 0.6)), "chest"),
        lambda: ThrowBox(side=float(draw.choice([0.2, 0.3])), direction=float(draw.uniform(0, 6))),
        RemoveBox,
        lambda: SetFriction(float(draw.uniform(0, 2))),
        lambda: SetGravity(float(draw.uniform(2, 12))),
        lambda: StartAt(float(draw.uniform(0, 3))),
        lambda: SwapPolicy(str(draw.choice(["actor", "other"]))),
        lambda: Rewind(frame()),
        lambda: ResumeFrom(frame()),
        lambda: Replay(frame()),
        Start,
        Pause,
        Reset,
    ]
    for _ in range(120):
        message = live.handle(commands[int(draw.integers(len(commands)))](), RUN)
        if isinstance(message, CharacterFrame) and not message.shown and not message.replaying:
            told[message.frame] = message
        for _ in range(int(draw.integers(0, 6))):
            message = live.step(RUN)
            assert isinstance(message, CharacterFrame) and message.exact, message
            if not message.replaying:
                told[message.frame] = message
    live.handle(Start(), RUN)
    memory = live.opening().memory
    for number in range(memory.first, memory.last + 1):
        assert same(tell(live, Rewind(number)), told[number])
    tell(live, Replay())
    assert all(replayed.exact for replayed in go(live, memory.last - memory.first))
