"""The live character: commands, memory, replay to the bit, refusals, and its pace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mujoco")

from character.body import NAMES
from character.box import Box
from character.commands import (
    Forget,
    KeepTake,
    Pause,
    PushNow,
    RemoveBox,
    Replay,
    Reset,
    ResumeFrom,
    Rewind,
    SetFriction,
    SetGravity,
    SetSpeed,
    Start,
    StartAt,
    StepOnce,
    SwapPolicy,
    ThrowBox,
)
from character.live import LiveCharacter
from character.messages import CharacterFrame, CharacterStopped, CommandRefused, TakeKept
from character.reference import ReferenceClip, read_clip
from character.simulation import Policy, Simulation

from .networks import Clock, Networks, wobbler

RUN = Networks(
    actor=wobbler(3),
    critic=wobbler(4, 1),
    other=wobbler(5),
    narrow=wobbler(6, 28),
    still=lambda state: np.zeros((1, 36)),
    broken=lambda state: np.full((1, 36), np.nan),
    mighty=lambda state: np.tile([3.0, 1, -1, 1], 9)[None] * np.sign(np.sin(1e4 * state[:, :1])),
)


def job(clip: ReferenceClip, **settings: object) -> LiveCharacter:
    arguments = {"policy": "actor", "critic": "critic", **settings}
    return LiveCharacter(clip, Clock(), **arguments)  # type: ignore[arg-type]


def tell(character: LiveCharacter, command: object) -> CharacterFrame:
    message = character.handle(command, RUN)
    assert isinstance(message, CharacterFrame), message
    return message


def go(character: LiveCharacter, steps: int) -> list[CharacterFrame]:
    frames = [character.step(RUN) for _ in range(steps)]
    assert all(isinstance(frame, CharacterFrame) for frame in frames), frames[-1]
    return frames  # type: ignore[return-value]


def same(a: CharacterFrame, b: CharacterFrame) -> bool:
    """Whether two frames show the same to the bit."""
    pairs = [
        (a.step.body.pose, b.step.body.pose),
        (a.step.body.rates, b.step.body.rates),
        (a.step.body.joints, b.step.body.joints),
        (a.step.reference.pose, b.step.reference.pose),
        (a.step.action, b.step.action),
        (a.step.torques, b.step.torques),
        (a.contact_points, b.contact_points),
        (a.contact_forces, b.contact_forces),
        (a.positions, b.positions),
        (a.effort, b.effort),
        (a.com, b.com),
    ]
    numbers = [
        (f.frame, f.time, f.value, f.step.time, f.step.clip_time, f.fell_at, f.cut) for f in (a, b)
    ]
    return all(np.array_equal(x, y) for x, y in pairs) and numbers[0] == numbers[1]


def eventful(character: LiveCharacter) -> list[CharacterFrame]:
    """A run with everything in it that a log holds."""
    frames = go(character, 10)
    tell(character, PushNow((0, 60, 150), 0.25, "chest"))
    frames += go(character, 4)
    tell(character, PushNow((120, 0, 0), 0.11, "left_wrist", heading=True))
    frames += go(character, 8)
    tell(character, SetFriction(0.3))
    tell(character, ThrowBox(mass=8, side=0.25, direction=1.0))
    frames += go(character, 12)
    tell(character, SwapPolicy("other"))
    tell(character, SetGravity(5.0))
    frames += go(character, 7)
    frames.append(tell(character, StartAt(0.4)))
    frames += go(character, 5)
    tell(character, ThrowBox(direction=-2.0))
    frames += go(character, 3)
    tell(character, RemoveBox())
    return frames + go(character, 6)


def test_it_does_what_the_plain_simulation_does(standing: ReferenceClip) -> None:
    live, plain = job(standing), Simulation(standing)
    for frame in go(live, 20):
        action = RUN("actor", {"state": plain.state()[None]})["out"][0]
        step = plain.step(action)
        assert np.array_equal(frame.step.body.pose, step.body.pose)
        assert np.array_equal(frame.step.torques, step.torques)
        assert frame.step.reward == step.reward
        assert frame.frame == plain.steps and frame.time == pytest.approx(plain.time)
        assert frame.com == pytest.approx(plain.body.masses @ step.body.centres / 45)


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
    live._history.memory[3]["action"][7] += 1e-9
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
    assert memory.bytes / 1e6 == pytest.approx(28, abs=1)


def test_a_push_adds_its_momentum_and_is_shown_while_it_lasts(standing: ReferenceClip) -> None:
    poses = standing.poses.copy()
    poses[:, 1] = 50.0
    live = job(replace(standing, poses=poses), policy="still", gravity=0.0)
    told = tell(live, PushNow((90, 30, -60), 0.1, "chest"))
    assert told.pushes[0].remaining == pytest.approx(0.1)
    frames = go(live, 6)
    assert [len(frame.pushes) for frame in frames] == [1, 1, 0, 0, 0, 0]
    body = live._history.simulation.body
    momentum = body.masses @ frames[-1].step.body.linear
    assert np.allclose(momentum, [9, 3, -6], atol=0.05)


def test_a_thrown_box_hits_the_chest_and_its_push_is_told(standing: ReferenceClip) -> None:
    live = job(standing)
    told = tell(live, ThrowBox(mass=6, side=0.3, direction=np.pi / 2, speed=8, distance=2))
    assert told.box is not None and told.box.position[2] == pytest.approx(-2, abs=0.05)
    chest = NAMES.index("chest")
    frames = go(live, 15)
    apart = [np.linalg.norm(f.box.position - f.step.body.centres[chest]) for f in frames if f.box]
    assert min(apart) < 0.11 + 0.15 * 3**0.5 and 5 <= np.argmin(apart) <= 8
    speeds = [f.step.body.linear[chest, 2] for f in frames]
    assert max(speeds[:5]) < 0.5 < 1.0 < max(speeds[5:])
    assert tell(live, RemoveBox()).box is None
    assert go(live, 1)[0].box is None


def test_a_run_without_a_box_is_not_changed_by_one_that_was_there(
    standing: ReferenceClip,
) -> None:
    plain, boxed = job(standing), job(standing)
    tell(boxed, ThrowBox())
    go(boxed, 20)
    tell(boxed, Reset())
    for a, b in zip(go(plain, 20), go(boxed, 20), strict=True):
        assert np.array_equal(a.step.body.pose, b.step.body.pose)


def test_a_box_that_lies_on_the_character_weighs_on_it(standing: ReferenceClip) -> None:
    """What the ground carries less what the box adds is the character's own weight."""
    live = job(standing, policy="still", critic=None)
    tell(live, PushNow((300, 0, 0), 0.3))
    go(live, 120)
    frames = go(live, 30)
    alone = np.mean([f.contact_forces[:, 1].sum() for f in frames])
    assert alone == pytest.approx(45 * 9.8, rel=0.1)
    simulation = live._history.simulation
    above = simulation.instant.centres[NAMES.index("root")] + [0, 0.35, 0]
    simulation.throw(Box(0.3, 20.0), above, np.zeros(3))
    pressed = [f.contact_forces[:, 1] for f in go(live, 20)]
    assert min(force.min() for force in pressed if len(force)) < -50


def test_contact_forces_carry_the_weight(standing: ReferenceClip) -> None:
    from character.action import action_of

    still = Networks(actor=lambda state: action_of(standing.poses[:1]))
    live = LiveCharacter(standing, Clock(), policy="actor", critic=None)
    frames = [live.step(still) for _ in range(25)]
    lift = np.mean([f.contact_forces[:, 1].sum() for f in frames[5:]])  # type: ignore[union-attr]
    assert lift == pytest.approx(45 * 9.8, rel=0.03)
    assert frames[-1].value is None  # type: ignore[union-attr]


def test_gravity_and_friction_change_while_it_runs(standing: ReferenceClip) -> None:
    poses = standing.poses.copy()
    poses[:, 1] = 50.0
    live = job(replace(standing, poses=poses))
    body = live._history.simulation.body
    tell(live, SetGravity(2.0))
    fall = [body.masses @ f.step.body.linear[:, 1] / 45 for f in go(live, 30)]
    assert fall[-1] == pytest.approx(-2.0, abs=0.02)
    told = tell(live, SetGravity(0.0))
    assert told.settings.gravity == 0
    assert body.masses @ go(live, 30)[-1].step.body.linear[:, 1] / 45 == pytest.approx(-2, abs=0.02)


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (SetSpeed(9), "The speed is 9, expected 0.1 to 4 x."),
        (SetSpeed(float("nan")), "The speed is nan, expected 0.1 to 4 x."),
        (SetFriction(-1), "Friction is -1, expected 0 to 3."),
        (SetGravity(99), "Gravity is 99, expected 0 to 30 m/s²."),
        (PushNow((0, 2e4, 0)), "The push is 20000, expected 0 to 10000 N."),
        (PushNow((0, float("nan"), 0)), "The push is nan, expected 0 to 10000 N."),
        (PushNow((0, 1, 0), body="tail"), "There is no body 'tail'"),
        (ThrowBox(mass=0), "The box's mass is 0, expected 0.1 to 200 kg."),
        (ResumeFrom(7), "Frame 7 is not remembered; frames 0 to 0 are."),
        (Replay(), "There is nothing to replay after this frame."),
        (
            SwapPolicy("narrow"),
            "The model narrow gives 'out' [1, 28], expected one output [1, 36].",
        ),
        (SwapPolicy("other", critic="actor"), "The model actor gives 'out' [1, 36], expected"),
        (SwapPolicy("absent"), "There is no model absent."),
        ("jump", "The character does not know the command str."),
    ],
)
def test_what_cannot_be_obeyed_is_refused_and_changes_nothing(
    standing: ReferenceClip, command: object, sentence: str
) -> None:
    live, untouched = job(standing), job(standing)
    refused = live.handle(command, RUN)
    assert isinstance(refused, CommandRefused) and refused.sentence.startswith(sentence)
    assert refused.frame.policy == "actor" and not refused.frame.memory.entries
    assert all(same(a, b) for a, b in zip(go(live, 3), go(untouched, 3), strict=True))


def test_pushes_are_bounded(standing: ReferenceClip) -> None:
    live = job(standing)
    for _ in range(64):
        tell(live, PushNow((1, 0, 0), 0.1))
    refused = live.handle(PushNow((1, 0, 0), 0.1), RUN)
    assert isinstance(refused, CommandRefused) and "64 pushes act already" in refused.sentence
    go(live, 4)
    tell(live, PushNow((1, 0, 0), 0.1))


def test_a_policy_that_gives_nan_stops_the_character_where_it_is(standing: ReferenceClip) -> None:
    live = job(standing)
    tell(live, Start())
    told = go(live, 5)
    tell(live, SwapPolicy("broken"))
    stopped = live.step(RUN)
    assert isinstance(stopped, CharacterStopped) and live.due() is None
    assert stopped.sentence == (
        "at 0.17 s the policy gave 36 of 36 values that are NaN or infinite: the character is "
        "stopped."
    )
    assert np.array_equal(stopped.frame.step.body.pose, told[-1].step.body.pose)
    assert stopped.frame.policy == "broken" and not stopped.frame.running
    tell(live, SwapPolicy("actor"))
    plain = job(standing)
    go(plain, 5)
    for a, b in zip(go(live, 5), go(plain, 5), strict=True):
        assert np.array_equal(a.step.body.pose, b.step.body.pose)


def test_a_network_that_fails_stops_the_character_with_its_sentence(
    standing: ReferenceClip,
) -> None:
    live = job(standing, policy="absent")
    stopped = live.step(RUN)
    assert isinstance(stopped, CharacterStopped) and stopped.sentence == "There is no model absent."


def test_nothing_explodes(standing: ReferenceClip) -> None:
    """Under the strongest policy, pushes and box that are let in, what is shown stays sane."""
    live = job(standing)
    tell(live, SwapPolicy("mighty"))
    rng = np.random.default_rng(1)
    speeds, stops = [], 0
    for number in range(90):
        if number % 6 == 0:
            force = rng.normal(size=3)
            x, y, z = (force * 9_999 / np.linalg.norm(force)).tolist()
            tell(live, PushNow((x, y, z), 0.2, NAMES[int(rng.integers(len(NAMES)))]))
            tell(live, ThrowBox(mass=200, speed=30, direction=float(rng.uniform(0, 6))))
        message = live.step(RUN)
        if isinstance(message, CharacterStopped):
            stops += 1
            assert "the physics ran away" in message.sentence
            message = tell(live, Reset())
        speeds.append(np.abs(message.step.body.linear).max())  # type: ignore[union-attr]
        assert np.isfinite(message.step.body.pose).all()  # type: ignore[union-attr]
    assert max(speeds) < 300


def test_a_fall_is_marked_and_goes_on(standing: ReferenceClip) -> None:
    live = job(standing)
    tell(live, PushNow((500, 0, 0), 0.3))
    frames = go(live, 60)
    fell = next(f for f in frames if f.step.fallen)
    assert fell.fell_at == fell.frame and frames[-1].fell_at == fell.frame
    assert tell(live, Rewind(fell.frame - 1)).fell_at is None
    reset = tell(live, Reset())
    assert reset.fell_at is None and reset.cut and reset.frame == 61 and not reset.step.fallen


def test_a_clip_that_ends_begins_again_where_the_character_is(standing: ReferenceClip) -> None:
    poses = standing.poses.copy()
    poses[:, 0] = [0.0, 0.4, 0.8]
    live = job(replace(standing, loop=False, poses=poses))
    frames = go(live, 32)
    assert frames[29].step.clip_time == pytest.approx(1.0)
    assert frames[30].step.clip_time == pytest.approx(1 / 30)
    apart = frames[30].step.reference.pose[0] - frames[29].step.body.pose[0]
    assert apart == pytest.approx(0.8 / 30, abs=1e-9)
    tell(live, Replay())
    assert all(frame.exact for frame in go(live, 32))


def test_a_swap_keeps_the_phase_or_finds_the_moment_most_like(standing: ReferenceClip) -> None:
    from character.body import HINGE_POSE

    live = job(standing)
    before = go(live, 10)[-1]
    assert go_swap(live, SwapPolicy("other")).step.clip_time == before.step.clip_time
    assert go(live, 1)[0].step.clip_time == pytest.approx(11 / 30)
    poses = np.tile(standing.poses[:1], (61, 1))
    poses[:, HINGE_POSE[0]] = -np.linspace(0, 1.5, 61)
    poses[:, 0] = np.linspace(0, 3, 61)
    bending = ReferenceClip("bending", True, np.arange(61) / 30, poses)
    knee = live.opening().step.body.pose[HINGE_POSE[0]]
    told = go_swap(live, SwapPolicy("other", bending))
    assert told.clip == "bending" and told.clip_duration == 2.0
    reference = go(live, 1)[0].step.reference
    assert reference.pose[HINGE_POSE[0]] == pytest.approx(min(knee, 0), abs=0.35)
    assert np.hypot(*(reference.pose[[0, 2]] - told.step.body.pose[[0, 2]])) < 0.1


def go_swap(live: LiveCharacter, swap: SwapPolicy) -> CharacterFrame:
    told = tell(live, swap)
    assert told.policy == swap.policy
    return told


def test_steps_come_at_thirty_a_second_and_late_ones_slow_the_character(
    standing: ReferenceClip,
) -> None:
    clock = Clock()
    live = LiveCharacter(standing, clock, policy="actor", critic=None)
    assert live.due() is None
    assert tell(live, Start()).real_time_factor is None
    start = clock.now
    for _ in range(60):
        due = live.due()
        assert due is not None
        clock.now = due + 0.002
        go(live, 1)
    assert clock.now - start == pytest.approx(59 / 30 + 0.002)
    assert live.opening().real_time_factor == pytest.approx(1.0, rel=0.02)
    tell(live, SetSpeed(4))
    start = clock.now
    for _ in range(120):
        clock.now = live.due() or 0
        go(live, 1)
    assert clock.now - start == pytest.approx(1.0, abs=0.05)
    assert live.opening().real_time_factor == pytest.approx(4.0, rel=0.03)
    tell(live, SetSpeed(1))
    last = live.opening().frame
    for _ in range(30):  # every step takes twice the time there is
        clock.now = max(live.due() or 0, clock.now) + 2 / 30
        go(live, 1)
    told = live.opening()
    assert told.real_time_factor == pytest.approx(0.5, rel=0.05)
    assert told.frame == last + 30
    clock.now += 10
    go(live, 1)
    assert (live.due() or 0) == clock.now
    paused = tell(live, Pause())
    assert paused.real_time_factor is None and live.due() is None
    once = tell(live, StepOnce())
    assert once.frame == told.frame + 2 and not once.running


def test_two_characters_side_by_side_do_the_same(standing: ReferenceClip) -> None:
    left, right = job(standing), job(standing)
    for number in range(20):
        if number == 5:
            for live in (left, right):
                tell(live, PushNow((80, 0, 30)))
        assert same(go(left, 1)[0], go(right, 1)[0])


def test_a_kept_take_is_a_copy_of_what_is_remembered(standing: ReferenceClip) -> None:
    live = job(standing)
    told = eventful(live)
    kept = live.handle(KeepTake(10, 20), RUN)
    assert isinstance(kept, TakeKept) and kept.take.frames == (10, 20)
    rows = kept.take.rows.copy()
    tell(live, ResumeFrom(5))
    go(live, 20)
    assert np.array_equal(rows, kept.take.rows)
    assert told[9].frame == 10


def test_a_published_walk_walks_is_pushed_and_swaps_to_a_run(
    deepmimic: Path, policy: Callable[[str], Policy]
) -> None:
    actors = {name: policy(name) for name in ("walk", "run")}
    run = Networks(**{n: lambda s, a=a: a(s[0])[None] for n, a in actors.items()})  # type: ignore[misc]
    clips = {n: read_clip(deepmimic / "motions" / f"humanoid3d_{n}.txt") for n in actors}
    live = LiveCharacter(clips["walk"], Clock(), policy="walk", critic=None)
    frames = [live.step(run) for _ in range(60)]
    live.handle(PushNow((0, 0, 100), 0.2), run)
    frames += [live.step(run) for _ in range(90)]
    assert frames[-1].fell_at is None  # type: ignore[union-attr]
    assert np.mean([f.step.reward.total for f in frames[:60]]) > 0.9  # type: ignore[union-attr]
    live.handle(SwapPolicy("run", clips["run"]), run)
    frames = [live.step(run) for _ in range(90)]
    assert frames[-1].fell_at is None and frames[-1].policy == "run"  # type: ignore[union-attr]
    assert frames[-1].step.body.linear[0, 0] > 2.5  # type: ignore[union-attr]
