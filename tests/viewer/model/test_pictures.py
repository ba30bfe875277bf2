"""Where films of a session are looked at from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from render.camera import OrbitCamera
from viewer.model.clip import load_motion
from viewer.model.document import Looks, View
from viewer.model.pictures import Shot, cameras
from viewer.model.subject import Subject, clip_subject

SHOT = Shot((320, 200))


@pytest.fixture
def chased(walk_file: Path) -> Subject:
    """A walk whose session's camera stood half a turn away from behind at its frame 40."""
    looks = Looks(follow=True, chase=True)
    subject = clip_subject(load_motion(walk_file), View(looks=looks, camera=OrbitCamera()), 40 / 60)
    away = OrbitCamera(azimuth=behind(subject, 40) + 2.0)
    return replace(subject, view=replace(subject.view, camera=away))


def behind(subject: Subject, frame: int) -> float:
    azimuth = subject.behind(frame)
    assert azimuth is not None
    return azimuth


def off(camera: OrbitCamera, azimuth: float) -> float:
    return abs(float(np.angle(np.exp(1j * (camera.azimuth - azimuth)))))


def test_a_film_begins_behind_and_stays_there(chased: Subject) -> None:
    frames = list(range(0, 120, 2))
    for frame, camera in zip(frames, cameras(chased, frames, SHOT), strict=True):
        assert off(camera, behind(chased, frame)) < 0.2


def test_from_where_the_window_stood_a_spring_turns_it_without_a_jump(chased: Subject) -> None:
    frames = list(range(40, 150))
    views = list(cameras(chased, frames, SHOT))
    assert views[0] == chased.view.camera
    turned = np.abs(np.diff(np.unwrap([view.azimuth for view in views])))
    assert turned.max() < 0.06
    assert off(views[-1], behind(chased, frames[-1])) < 0.15


def test_a_camera_that_was_asked_for_stays(chased: Subject) -> None:
    views = cameras(chased, [0, 60, 120], replace(SHOT, camera=(30.0, 10.0)))
    assert [view.azimuth for view in views] == pytest.approx([np.radians(30)] * 3)
