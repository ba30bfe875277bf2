"""A clip wears what is wished: whole at once, a long one around the playhead first."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from inference import load_model
from inference.models import MODELS
from motion.features import FPS
from motion.resample import linear
from motion.restyling.course import StyleAt
from motion.restyling.restyle import read_content, restyled
from viewer.model.clip import load_motion
from viewer.model.demo import ASSETS
from viewer.model.quality import decoding, encoding
from viewer.model.restyle_job import ForgetContents, RestyleJob, Wear, Worn, restyled_whole
from viewer.model.style_space import DECODER, ENCODER, STYLE_VAE

RUNNERS = {
    name: load_model(MODELS[name].path(ASSETS), engine="numpy", spec=MODELS[name])
    for name in STYLE_VAE
}
WALK = load_motion(ASSETS / "clips" / "walk.bvh")
RUN = load_motion(ASSETS / "clips" / "run.bvh")


class Counted:
    """Runs the real networks and notes what was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, model: str, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        self.asked.append(model)
        return RUNNERS[model].run(dict(inputs))


def style_of_run() -> np.ndarray:
    positions = linear(RUN.positions, RUN.frame_time, 1 / FPS)
    return read_content(positions, encoding(RUNNERS[ENCODER]), decoding(RUNNERS[DECODER])).style


def wish(positions: np.ndarray | None = None, time_s: float = 0.0, number: int = 0) -> Wear:
    assert WALK.positions is not None
    where = WALK.positions if positions is None else positions
    return Wear(
        "walk", where, WALK.frame_time, (StyleAt(0.0, style_of_run()),), time_s, number=number
    )


def long_walk(seconds: float) -> np.ndarray:
    """The demo walk again and again, each time from where it ended."""
    assert WALK.positions is not None
    step = WALK.positions[-1, 0] - WALK.positions[0, 0]
    times = round(seconds * FPS / len(WALK.positions)) + 1
    return np.concatenate([WALK.positions + n * step * [1, 0, 1] for n in range(times)]).astype(
        np.float32
    )


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
