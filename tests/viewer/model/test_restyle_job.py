"""A clip wears what is wished: whole at once, a long one around the playhead first."""

from __future__ import annotations

import numpy as np
import pytest

from motion.features import FPS
from motion.resample import linear
from motion.restyling.restyle import read_content, restyled
from tests.viewer.model.restyle_fixtures import (
    RUNNERS,
    WALK,
    Counted,
    long_walk,
    style_of_run,
    wish,
)
from viewer.model.quality import decoding, encoding
from viewer.model.restyle_job import ForgetContents, RestyleJob, Worn, restyled_whole
from viewer.model.style_space import DECODER, ENCODER


def test_a_clip_is_made_whole_as_restyling_makes_it() -> None:
    run = Counted()
    job = RestyleJob(lambda: 5.0)
    job.handle(wish(), run)
    assert job.due() == 5.0
    made = job.step(run)
    assert isinstance(made, Worn)
    assert made.whole and made.figure.phases is None
    due = job.due()
    assert due is not None and 5.0 < due <= 5.1
    content = read_content(
        linear(WALK.positions, WALK.frame_time, 1 / FPS),
        encoding(RUNNERS[ENCODER]),
        decoding(RUNNERS[DECODER]),
    )
    positions, contacts = restyled(content, style_of_run(), 1.0, decoding(RUNNERS[DECODER]))
    assert made.figure.positions == pytest.approx(positions, abs=1e-4)
    assert made.figure.contacts == pytest.approx(contacts, abs=1e-6)
    last = job.step(run)
    assert isinstance(last, Worn) and job.due() is None
    assert last.figure.positions is made.figure.positions
    assert last.figure.phases is not None and last.figure.phases.shape == (len(positions), 132)


def test_only_the_newest_wish_is_made_and_a_clip_is_read_once() -> None:
    run = Counted()
    job = RestyleJob(lambda: 0.0)
    for number in (1, 2, 3):
        job.handle(wish(number=number), run)
    made = job.step(run)
    assert isinstance(made, Worn) and made.wish.number == 3
    assert job.step(run) is not None and job.step(run) is None
    run.asked.clear()
    job.handle(wish(number=4), run)
    job.step(run)
    assert ENCODER not in run.asked
    job.handle(ForgetContents(), run)
    job.handle(wish(number=5), run)
    job.step(run)
    assert ENCODER in run.asked


def test_a_long_clip_is_made_around_the_playhead_first() -> None:
    run, now = Counted(), [0.0]
    positions = long_walk(60.0)
    job = RestyleJob(lambda: now[0])
    job.handle(wish(positions, 30.0), run)
    near = job.step(run)
    assert isinstance(near, Worn) and not near.whole
    here, far = round(30.0 * FPS), round(5.0 * FPS)
    assert np.array_equal(near.figure.positions[far], positions[far])
    assert np.linalg.norm(near.figure.positions[here] - positions[here], axis=-1).mean() > 0.02
    due = job.due()
    assert due is not None and 0 < due <= 0.1
    whole = job.step(run)
    assert isinstance(whole, Worn) and whole.whole and job.due() is None
    before, after = near.figure.positions[here], whole.figure.positions[here]
    assert (before - before[0])[:, 1] == pytest.approx((after - after[0])[:, 1], abs=0.03)


def test_what_is_made_around_the_playhead_goes_on_from_what_was_there() -> None:
    run = Counted()
    positions = long_walk(40.0)
    job = RestyleJob(lambda: 0.0)
    job.handle(wish(positions), run)
    job.step(run)
    whole = job.step(run)
    assert isinstance(whole, Worn)
    job.handle(wish(positions, 30.0), run)
    near = job.step(run)
    assert isinstance(near, Worn)
    roots = near.figure.positions[:, 0]
    steps = np.linalg.norm(np.diff(roots, axis=0)[:, ::2], axis=-1)
    first = np.flatnonzero((near.figure.positions != whole.figure.positions).any(axis=(1, 2)))[0]
    assert steps[first - 1] < 0.25


def test_whole_figures_come_without_a_worker() -> None:
    run = Counted()
    assert restyled_whole(wish(), run).frame_count == WALK.frame_count
    long = long_walk(30.0)
    assert restyled_whole(wish(long), run).phases is not None


@pytest.mark.parametrize("frames", [1, 2, 30])
def test_a_clip_shorter_than_a_window_is_worn(frames: int) -> None:
    assert WALK.positions is not None
    made = restyled_whole(wish(WALK.positions[:frames]), Counted())
    assert made.positions.shape == (frames, 22, 3)
    assert np.isfinite(made.positions).all()
