"""Frames of the character are made in a style one after the other; the newest wish counts."""

from __future__ import annotations

import numpy as np

from motion.canonical import INDEX
from motion.restyling.live import NEEDED
from tests.viewer.model.restyle_fixtures import WALK, Counted, style_of_run
from viewer.model.live_restyle_job import LiveContent, LiveRestyleJob, LiveWear, LiveWorn


def wish(frame: int, number: int = 0, strength: float = 1.0, peek: bool = False) -> LiveWear:
    assert WALK.positions is not None
    content = LiveContent(frame, WALK.positions[max(0, frame + 1 - NEEDED) : frame + 1])
    return LiveWear(content, style_of_run(), strength, number=number, peek=peek)


def worn(job: LiveRestyleJob, asked: LiveWear, run: Counted) -> LiveWorn:
    job.handle(asked, run)
    made = job.step(run)
    assert made is not None and made.wish is asked and job.due() is None
    return made


def test_the_newest_wish_counts_and_a_peek_comes_after_it() -> None:
    run, job = Counted(), LiveRestyleJob(lambda: 3.0)
    assert job.due() is None and job.step(run) is None
    peek = wish(100, 3, peek=True)
    for asked in (wish(100, 1), peek, wish(101, 2)):
        job.handle(asked, run)
    assert job.due() == 3.0
    first, then = job.step(run), job.step(run)
    assert isinstance(first, LiveWorn) and first.wish.number == 2
    assert isinstance(then, LiveWorn) and then.wish is peek and job.due() is None


def test_a_frame_that_follows_reads_one_window() -> None:
    run, job = Counted(), LiveRestyleJob(lambda: 0.0)
    worn(job, wish(150), run)
    run.asked.clear()
    worn(job, wish(151), run)
    assert len(run.asked) == 3


def test_a_peek_leaves_what_follows_as_it_would_be() -> None:
    run, one, other = Counted(), LiveRestyleJob(lambda: 0.0), LiveRestyleJob(lambda: 0.0)
    for job in (one, other):
        worn(job, wish(150), run)
    worn(one, wish(90, peek=True), run)
    poses = [worn(job, wish(151), run).pose.pose for job in (one, other)]
    assert np.array_equal(*poses)


def test_a_walk_runs_where_it_walks() -> None:
    assert WALK.positions is not None
    run, job = Counted(), LiveRestyleJob(lambda: 0.0)
    poses = np.array([worn(job, wish(n), run).pose.pose for n in range(100, 200)])
    content = WALK.positions[100:200]
    away = np.linalg.norm((poses - content)[:, 0, ::2], axis=-1)
    assert away.max() < 0.15
    elbow = poses[:, INDEX["LeftHand"], 1] - content[:, INDEX["LeftHand"], 1]
    assert elbow.mean() > 0.1
    assert np.linalg.norm(np.diff(poses[:, INDEX["Head"]], n=2, axis=0), axis=-1).max() < 0.03
