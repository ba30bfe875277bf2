"""The stage of the window and ``main.py render`` draw the same picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from viewer.model.clip import load_motion
from viewer.model.display import display_problem
from viewer.model.figure import Look, build_scene
from viewer.model.pictures import Shot, draw
from viewer.model.subject import clip_subject

WIDTH, HEIGHT, FRAME = 480, 270, 60


@pytest.mark.skipif(display_problem() is not None, reason="needs a display: run under Xvfb")
def test_stage_and_command_agree(walk_file: Path, qtbot: QtBot) -> None:
    from PySide6.QtGui import QImage

    from viewer.stage.stage import Stage

    motion = load_motion(walk_file)
    stage = Stage()
    qtbot.addWidget(stage)
    stage.resize(WIDTH, HEIGHT)
    stage.show_scene(build_scene(motion.figure, 0, Look()), motion.figure.root(0), 0.0)
    stage.frame_all(motion.figure.reach(0))
    stage.show_scene(build_scene(motion.figure, FRAME, Look()), motion.figure.root(FRAME), 0.0)
    stage.show()
    qtbot.waitExposed(stage)
    image = stage.grabFramebuffer().convertToFormat(QImage.Format.Format_RGBA8888)
    stage.close_gl()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(HEIGHT, image.bytesPerLine())
    window = rows[:, : WIDTH * 4].reshape(HEIGHT, WIDTH, 4)

    (headless,) = draw(clip_subject(motion), [FRAME], Shot((WIDTH, HEIGHT)))
    difference = np.abs(window[..., :3].astype(int) - headless[..., :3])
    assert difference.max() <= 2
    assert headless[..., :3].std() > 5
