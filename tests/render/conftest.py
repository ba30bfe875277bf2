"""Figures and one real headless renderer (EGL, Mesa), with every OpenGL call checked."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pytest

from motion.canonical import OFFSETS, PARENTS

if TYPE_CHECKING:
    from render.headless import HeadlessRenderer

os.environ["STRIDESCOPE_GL_DEBUG"] = "1"


@pytest.fixture(scope="session")
def t_pose() -> np.ndarray:
    """(22, 3) metres, feet on the ground, facing +Z."""
    positions = np.zeros((22, 3), np.float32)
    for joint, parent in enumerate(PARENTS):
        positions[joint] = OFFSETS[joint] + (positions[parent] if parent >= 0 else 0)
    return positions


@pytest.fixture(scope="session")
def headless() -> Iterator[HeadlessRenderer]:
    from render.headless import HeadlessRenderer

    with HeadlessRenderer() as renderer:
        yield renderer
