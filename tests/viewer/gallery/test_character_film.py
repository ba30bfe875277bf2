"""The film of the gallery, a few pictures of it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mujoco")

from PySide6.QtGui import QOpenGLContext

from character.anatomy import BALL_POSE, POSE_SIZE
from render.errors import GlError
from render.headless import HeadlessRenderer
from tests.inference.nets import save_model_like
from viewer.gallery.character_film import PUSHES, film
from viewer.model.pictures import Shot
from viewer.model.policies import dropped


def test_the_film_shows_the_pushes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if (window := QOpenGLContext.currentContext()) is not None:
        window.doneCurrent()
    try:
        HeadlessRenderer().__enter__().__exit__(None, None, None)
    except GlError as error:
        pytest.skip(str(error))
    pose = np.zeros(POSE_SIZE)
    pose[1], pose[3], pose[BALL_POSE[:, 0]] = 0.881416, 1, 1
    motion = tmp_path / "lazy.txt"
    motion.write_text(json.dumps({"Loop": "wrap", "Frames": [[0.5, *pose.tolist()]] * 3}))
    actor = save_model_like("deepmimic_actor", tmp_path / "lazy.onnx")
    shot = Shot((160, 120))
    pushed = list(film(dropped(actor, []), shot, 3))
    monkeypatch.setattr("viewer.gallery.character_film.PUSHES", {0: PUSHES[60]})
    other = list(film(dropped(actor, []), shot, 3))
    assert [picture.shape for picture in pushed] == [(120, 160, 4)] * 3
    assert (pushed[0] != other[0]).any()
