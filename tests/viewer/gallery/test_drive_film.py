"""The film of the drive, a few pictures of it, and the script that it plays."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("mujoco")

from PySide6.QtGui import QOpenGLContext
from PySide6.QtWidgets import QApplication

from character.deeds import GoTo, Head, PushNow, Want
from character.drive.script import Event, read_script
from render.errors import GlError
from viewer.gallery.drive_film import SCRIPT, film
from viewer.model.demo import ASSETS
from viewer.model.pictures import Shot
from viewer.model.skills import Cast, cast_of, files_of

SHOT = Shot((320, 180))
CAPTION = np.s_[:20, :160, :3]


@pytest.fixture(scope="module")
def cast() -> Cast:
    return cast_of(files_of(None, ASSETS), engine="numpy")


def pictures(cast: Cast, *events: Event) -> list[np.ndarray]:
    if (window := QOpenGLContext.currentContext()) is not None:
        window.doneCurrent()
    try:
        return list(film(cast, events, SHOT, 4))
    except GlError as error:
        pytest.skip(str(error))


def test_it_plays_the_events_and_says_what_is_done(app: QApplication, cast: Cast) -> None:
    plain = pictures(cast)
    assert [picture.shape for picture in plain] == [(180, 320, 4)] * 4
    pushed = pictures(cast, Event(0.0, PushNow((0.0, 0.0, 300.0)), 1))
    np.testing.assert_array_equal(pushed[0][CAPTION], plain[0][CAPTION])
    assert (pushed[0][30:] != plain[0][30:]).any()
    going = pictures(cast, Event(2 / 30, GoTo(4.0, 0.0), 1))
    np.testing.assert_array_equal(going[1], plain[1])
    assert (going[3][CAPTION] != plain[3][CAPTION]).any()


def test_the_script_shows_all_that_can_be_asked() -> None:
    names = [file.name for file in files_of(None, ASSETS)]
    acts = [event.act for event in read_script(ASSETS / SCRIPT, names)]
    headings = [act.heading for act in acts if isinstance(act, Head)]
    turns = np.sign(np.diff(headings))
    assert (turns[1:] * turns[:-1] < 0).sum() >= 3, "a slalom"
    assert {type(act) for act in acts} == {Head, Want, PushNow, GoTo}
    assert max(act.speed for act in acts if isinstance(act, Head)) > 2.5, "a run"
