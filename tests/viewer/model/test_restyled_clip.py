"""A clip that is made whole by a job is that of the command line, whatever its length."""

from __future__ import annotations

import numpy as np
import pytest

from motion.restyling.course import StyleAt
from tests.viewer.model.restyle_fixtures import RUN, WALK, Counted, long_walk, style_of_run, wish
from viewer.model.document import Latent
from viewer.model.restyle_job import LONGEST_S, Wear
from viewer.model.restyled_clip import MakeWhole, WholeClips
from viewer.model.restyling import Wish, shipped_networks


def test_it_is_the_clip_of_the_command_line() -> None:
    made = WholeClips().handle(MakeWhole(WALK.clip, wish()), Counted())
    style = Latent(style_of_run(), "run")
    wanted = shipped_networks("numpy").restyled(WALK.clip, Wish(style))
    assert made.positions == pytest.approx(wanted.positions, abs=1e-4)
    assert np.array_equal(made.contacts, wanted.contacts)
    assert made.canonical().frame_count == len(made.positions)
    own, theirs = made.on_source_rig(), wanted.on_source_rig()
    assert own.skeleton is WALK.clip.skeleton
    assert own.positions == pytest.approx(theirs.positions, abs=1e-3)


def test_no_length_is_too_long() -> None:
    positions = long_walk(LONGEST_S + 10)
    asked = Wear("long", positions, WALK.frame_time, (StyleAt(0.0, style_of_run()),), 0.0)
    made = WholeClips().handle(MakeWhole(WALK.clip, asked), Counted())
    assert len(made.positions) == len(positions)
    still = np.linalg.norm(made.positions - positions, axis=-1).mean(axis=1) < 1e-3
    assert not still[-1000:].any()


def test_no_strength_is_the_clip_itself_on_its_rig() -> None:
    course = (StyleAt(0.0, style_of_run(), 0.0),)
    assert RUN.positions is not None
    asked = Wear("run", RUN.positions, RUN.frame_time, course, 0.0)
    made = WholeClips().handle(MakeWhole(RUN.clip, asked), Counted())
    assert made.on_source_rig().positions == pytest.approx(RUN.clip.positions, abs=2e-3)
