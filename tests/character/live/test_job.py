"""The live character: commands, refusals, messages and its pace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mujoco")

from character.anatomy import NAMES
from character.deeds import Box, PushNow, SetFriction, SetGravity
from character.live.commands import (
    Pause,
    RemoveBox,
    Replay,
    Reset,
    ResumeFrom,
    Rewind,
    SetSpeed,
    Start,
    StepOnce,
    SwapPolicy,
    ThrowBox,
)
from character.live.job import LiveCharacter
from character.live.messages import CharacterFrame, CharacterStopped, CommandRefused
from character.reference import ReferenceClip, read_clip
from character.simulation import Policy, Simulation
from tests.character.acting import RUN, Clock, Networks, go, job, same, tell


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


def test_a_push_adds_its_momentum_and_is_shown_while_it_lasts(standing: ReferenceClip) -> None:
    poses = standing.poses.copy()
    poses[:, 1] = 50.0
    live = job(replace(standing, poses=poses), policy="still", gravity=0.0)
    told = tell(live, PushNow((90, 30, -60), 0.1, "chest"))
    assert told.pushes[0].remaining == pytest.approx(0.1)
    frames = go(live, 6)
    assert [len(frame.pushes) for frame in frames] == [1, 1, 0, 0, 0, 0]
    body = live.history.simulation.body
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


def test_a_box_that_lies_on_the_character_weighs_on_it(standing: ReferenceClip) -> None:
    """What the ground carries less what the box adds is the character's own weight."""
    live = job(standing, policy="still", critic=None)
    tell(live, PushNow((300, 0, 0), 0.3))
    go(live, 120)
    frames = go(live, 30)
    alone = np.mean([f.contact_forces[:, 1].sum() for f in frames])
    assert alone == pytest.approx(45 * 9.8, rel=0.1)
    simulation = live.history.simulation
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
    body = live.history.simulation.body
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
            "narrow cannot take over, a policy takes [1, 197] and gives [1, 36]: The model",
        ),
        (SwapPolicy("other", critic="actor"), "other cannot take over, a policy takes [1, 197]"),
        (SwapPolicy("absent"), "absent cannot take over, a policy takes [1, 197]"),
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
    from character.anatomy import HINGE_POSE

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


def test_a_motion_that_was_swapped_to_before_is_not_kept_twice(standing: ReferenceClip) -> None:
    live = job(standing)
    for _ in range(3):
        copy = replace(standing, poses=standing.poses.copy())
        go_swap(live, SwapPolicy("other", copy))
        go_swap(live, SwapPolicy("actor", copy, critic="critic"))
    assert len(live.history.roles) == 2


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
