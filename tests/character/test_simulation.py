"""The simulation: determinism, memory, pushes, falls, and the published policies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mujoco")

from character.anatomy import HINGE_POSE, NAMES
from character.body import Body
from character.push import Push, parse_push
from character.recording import take_arrays
from character.reference import ReferenceClip, read_clip
from character.simulation import Policy, Simulation, SimulationError, may_touch, rollout

LEAST = {"walk": 0.95, "run": 0.88, "jump": 0.9, "spinkick": 0.8, "backflip": 0.68}
STARTS = {"walk": 0.3, "run": 0.02, "jump": 0.5, "spinkick": 0.7, "backflip": 0.1}


def at_ease(state: np.ndarray) -> np.ndarray:
    """Every joint at rest."""
    return np.zeros(36)


def wobble(simulation: Simulation, steps: int) -> list[np.ndarray]:
    """Poses under a policy that reads the state and writes every number of the action."""
    mixing = np.random.default_rng(3).normal(size=(36, 197)) * 0.05

    def policy(state: np.ndarray) -> np.ndarray:
        return np.tanh(mixing @ np.nan_to_num(state))

    return [simulation.step(policy(simulation.state())).body.pose for _ in range(steps)]


def test_the_same_start_gives_the_same_bits(standing: ReferenceClip) -> None:
    push = Push(0.1, 300, 0.4, 0.2)
    runs = [wobble(Simulation(standing, [push]), 30) for _ in range(2)]
    assert np.array_equal(runs[0], runs[1])
    again = Simulation(standing, [push])
    wobble(again, 7)
    again.reset()
    assert np.array_equal(wobble(again, 30), runs[0])
    assert not np.array_equal(wobble(Simulation(standing), 30), runs[0])


def test_a_snapshot_goes_on_to_the_bit_amid_a_push(standing: ReferenceClip) -> None:
    simulation = Simulation(standing, [Push(0.2, 300, 1.0, 0.3)])
    wobble(simulation, 10)
    moment = simulation.snapshot()
    first = wobble(simulation, 20)
    simulation.restore(moment)
    assert simulation.time == pytest.approx(1 / 3)
    assert np.array_equal(wobble(simulation, 20), first)
    other = Simulation(standing, [Push(0.2, 300, 1.0, 0.3)])
    other.restore(moment)
    assert np.array_equal(wobble(other, 20), first)


@pytest.mark.parametrize(("direction", "axis"), [("0", 0), ("left", 2), ("back", 0), ("right", 2)])
@pytest.mark.parametrize("heading", [0.0, 1.0])
def test_a_push_gives_its_momentum_in_its_direction(
    standing: ReferenceClip, direction: str, axis: int, heading: float
) -> None:
    """In the air, away from everything, the whole body gains force times duration."""
    poses = standing.poses.copy()
    poses[:, 1] = 50.0
    poses[:, 3], poses[:, 5] = np.cos(heading / 2), np.sin(heading / 2)
    flying = replace(standing, poses=poses)
    simulation = Simulation(flying, [parse_push(f"0.05, 90, {direction}, 0.1")], gravity=0.0)
    simulation.reset()
    for _ in range(6):
        step = simulation.step(np.zeros(36))
    momentum = simulation.body.masses @ step.body.linear
    sign = -1 if direction in ("back", "left") else 1
    expected = np.zeros(3)
    expected[axis] = sign * 9.0
    turn = np.array(
        [[np.cos(heading), 0, -np.sin(heading)], [0, 1, 0], [np.sin(heading), 0, np.cos(heading)]]
    )
    assert np.allclose(momentum, expected @ turn, atol=0.05)


@pytest.mark.parametrize(
    "text", ["", "1,2", "1,2,up,3", "1,x,left,3", "-1,2,left,3", "1,2,left,inf", "1,1e9,left,1"]
)
def test_a_push_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"push|expected TIME,FORCE"):
        parse_push(text)


def test_actions_that_are_no_numbers_stop_the_character(standing: ReferenceClip) -> None:
    simulation = Simulation(standing)
    simulation.step(np.zeros(36))
    before = simulation.instant.pose.copy()
    bad = np.zeros(36)
    bad[3] = np.nan
    with pytest.raises(SimulationError, match=r"at 0\.03 s the policy gave 1 of 36 values"):
        simulation.step(bad)
    with pytest.raises(SimulationError, match=r"shape \[28\], expected \[36\]"):
        simulation.step(np.zeros(28))
    assert np.array_equal(simulation.instant.pose, before)
    assert np.isfinite(simulation.step(np.full(36, 1e30)).body.pose).all()


def test_physics_that_run_away_are_told(
    standing: ReferenceClip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    poses = standing.poses.copy()
    poses[1, HINGE_POSE[0]] = 9e5
    wild = replace(standing, loop=False, times=standing.times * 1e-5, poses=poses)
    with pytest.raises(SimulationError, match="the physics ran away"):
        Simulation(wild).step(np.zeros(36))
    assert list(tmp_path.iterdir()) == []


def test_a_body_without_strength_falls_and_is_told(standing: ReferenceClip) -> None:
    simulation = Simulation(standing, [Push(0.0, 400, 0.0, 0.3)])
    steps = list(rollout(simulation, at_ease, 5))
    assert steps[-1].fallen and not any(step.fallen for step in steps[:-1])
    assert 0.3 < steps[-1].time < 3
    down = {NAMES[b] for b in np.flatnonzero(steps[-1].body.lowest < 0.01)}
    assert down - {"left_ankle", "right_ankle"}
    simulation.reset()
    assert not simulation.fallen and simulation.time == 0


def test_a_start_below_the_ground_is_lifted(standing: ReferenceClip) -> None:
    poses = standing.poses.copy()
    poses[:, 1] -= 0.1
    instant = Simulation(replace(standing, poses=poses)).instant
    assert instant.lowest.min() == pytest.approx(0, abs=1e-9)


def test_a_clip_that_ends_ends_the_run(standing: ReferenceClip) -> None:
    once = replace(standing, loop=False)
    assert len(list(rollout(Simulation(once), at_ease, 5))) == 30
    assert len(list(rollout(Simulation(standing), at_ease, 1.5))) == 45


def test_the_reference_starts_each_cycle_at_the_character(standing: ReferenceClip) -> None:
    poses = standing.poses.copy()
    poses[:, 0] = [0, 1, 2]
    simulation = Simulation(replace(standing, poses=poses))
    steps = [simulation.step(np.zeros(36)) for _ in range(31)]
    assert steps[28].reference.pose[0] - steps[28].body.pose[0] > 0.5
    ground = [0, 2]
    assert np.allclose(steps[29].reference.pose[ground], steps[29].body.pose[ground])
    assert steps[30].reference.pose[0] - steps[29].reference.pose[0] == pytest.approx(2 / 30)


def test_bodies_that_may_touch_are_those_of_the_published_arguments(
    body: Body, deepmimic: Path
) -> None:
    files = sorted((deepmimic / "args_2018").glob("run_humanoid3d_*_args.txt"))
    assert len(files) == 15
    for file in files:
        lines = [line.split() for line in file.read_text().splitlines()]
        words = {line[0]: line[1:] for line in lines if line}
        falls = {int(b) for b in words.get("--fall_contact_bodies", [])}
        motion = deepmimic / "motions" / Path(words["--motion_file"][0]).name
        assert set(range(15)) - may_touch(body, read_clip(motion)) == falls, file.name


@pytest.mark.parametrize("name", LEAST)
def test_published_policies_perform_their_clips(
    deepmimic: Path, policy: Callable[[str], Policy], name: str
) -> None:
    folder = "motions_2018" if name == "spinkick" else "motions"
    clip = read_clip(deepmimic / folder / f"humanoid3d_{name}.txt")
    simulation = Simulation(clip)
    simulation.reset(STARTS[name] * clip.duration)
    steps = list(rollout(simulation, policy(name), 6))
    assert not steps[-1].fallen and len(steps) == 180
    assert np.mean([step.reward.total for step in steps]) >= LEAST[name]


def test_walk_survives_a_shove_and_falls_under_a_blow(
    deepmimic: Path, policy: Callable[[str], Policy]
) -> None:
    clip = read_clip(deepmimic / "motions" / "humanoid3d_walk.txt")
    walk = policy("walk")
    for force, falls in ((80, False), (1200, True)):
        steps = list(rollout(Simulation(clip, [Push(1, force, 0, 0.2)]), walk, 5))
        assert steps[-1].fallen == falls


def test_a_take_holds_every_step(standing: ReferenceClip) -> None:
    simulation = Simulation(standing)
    steps = [simulation.step(np.zeros(36)) for _ in range(5)]
    take = take_arrays(steps)
    assert {len(array) for name, array in take.items() if name != "reward_names"} == {5}
    assert np.allclose(take["time"], np.arange(1, 6) / 30)
    assert take["positions"].shape == (5, 22, 3)
    assert np.array_equal(take["pose"][-1], steps[-1].body.pose)
    total = take["reward"][:, list(take["reward_names"]).index("total")]
    assert np.allclose(total, [step.reward.total for step in steps])
    assert np.abs(take["torques"]).max() > 0.1 and take["torques"].shape == (5, 28)
    assert np.array_equal(take["pose"][:, HINGE_POSE][2], steps[2].body.pose[HINGE_POSE])
