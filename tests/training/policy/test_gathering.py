"""Rollouts as tasks: the same for any number of workers, and to go on from."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mujoco")
torch = pytest.importorskip("torch")
torch.set_num_threads(1)

from character.anatomy import BALL_POSE, POSE_SIZE  # noqa: E402
from character.reference import ReferenceClip  # noqa: E402
from training.cluster import executor_of  # noqa: E402
from training.policy.gathering import GROUP, Gathering, Rollout, Task  # noqa: E402
from training.policy.networks import Teacher  # noqa: E402
from training.policy.ppo import Run, Settings  # noqa: E402

COUNT = 2 * GROUP + 3
TINY = Settings(environments=COUNT, horizon=4, minibatch=64, push=100.0, steer=30.0)


@pytest.fixture(scope="module")
def standing() -> ReferenceClip:
    pose = np.zeros(POSE_SIZE)
    pose[1], pose[3], pose[BALL_POSE[:, 0]] = 0.881416, 1, 1
    return ReferenceClip("standing", True, np.array([0.0, 0.5, 1.0]), np.tile(pose, (3, 1)))


@pytest.fixture(scope="module")
def here() -> Iterator[Executor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


def same(a: Rollout, b: Rollout) -> bool:
    return all(torch.equal(getattr(a, f.name), getattr(b, f.name)) for f in fields(Rollout))


def test_two_processes_gather_what_one_thread_does(standing: ReferenceClip, here: Executor) -> None:
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as two:
        runs = [Run("run", standing, TINY, executor=executor) for executor in (here, two)]
        for _ in range(2):
            one, other = (run.advance() for run in runs)
            assert one == other
    for ours, theirs in zip(*(run.teacher.parameters() for run in runs), strict=True):
        assert torch.equal(ours, theirs)


def test_characters_go_on_where_they_stood(standing: ReferenceClip, here: Executor) -> None:
    """What is gathered later is no beginning: their episodes have grown older."""
    teacher, task = Teacher(), Task(standing, COUNT, 0, 0.0, 0.0, None)
    gathering = Gathering(here, task)
    first, after = gathering.collect(teacher, 0.06, 0.0, 5)
    second, _ = gathering.collect(teacher, 0.06, 0.0, 5)
    assert first.states.shape == (5, COUNT, 197) and first.rewards.shape == (5, COUNT)
    assert torch.equal(second.states[0], after)
    assert not torch.equal(first.actions, second.actions)
    groups = second.actions[:, :GROUP], second.actions[:, GROUP : 2 * GROUP]
    assert not torch.equal(*groups)


def test_a_run_that_stops_goes_on_as_if_it_had_not(
    standing: ReferenceClip, here: Executor, tmp_path: Path
) -> None:
    whole = Run("run", standing, TINY, executor=here)
    told = [whole.advance() for _ in range(3)]
    part = Run("run", standing, TINY, executor=here)
    part.advance()
    part.save(tmp_path / "part.pt")
    second = Run("run", standing, TINY, executor=here)
    second.restore(tmp_path / "part.pt")
    assert [second.advance(), second.advance()] == told[1:]
    with pytest.raises(ValueError, match="other gathered"):
        Run("run", standing, TINY, executor=here).restore(_saved(standing, tmp_path))


def _saved(standing: ReferenceClip, folder: Path) -> Path:
    """The checkpoint of a run that gathers by itself."""
    Run("run", standing, TINY).save(folder / "alone.pt")
    return folder / "alone.pt"


def test_a_state_tells_all_there_is(standing: ReferenceClip, here: Executor) -> None:
    teacher, task = Teacher(), Task(standing, COUNT, 0, 50.0, 0.5, None)
    gathering = Gathering(here, task)
    gathering.collect(teacher, 0.06, 0.5, 5)
    again = Gathering(here, task)
    again.load_state_dict(gathering.state_dict())
    rollouts = [g.collect(teacher, 0.06, 0.5, 5)[0] for g in (gathering, again)]
    assert same(*rollouts)


@pytest.mark.slow
def test_a_live_cluster_gathers_what_one_thread_does(
    standing: ReferenceClip, here: Executor
) -> None:
    distributed = pytest.importorskip("distributed", reason="needs the extra cluster")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as own,
        executor_of(own.scheduler_address) as cluster,
    ):
        assert cluster is not None
        runs = [Run("run", standing, TINY, executor=executor) for executor in (here, cluster)]
        for _ in range(2):
            one, other = (run.advance() for run in runs)
            assert one == other
    for ours, theirs in zip(*(run.teacher.parameters() for run in runs), strict=True):
        assert torch.equal(ours, theirs)
