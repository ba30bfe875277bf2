"""The scanner: what it finds in a clip, its order, and its end."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from motion.features import FEATURES, WINDOW
from tests.viewer.conftest import FRAMES, until
from viewer.model.clip import load_motion
from viewer.model.demo import DemoClip
from viewer.studio.clip_scan import STRIDE, ClipScan, ClipScanner, scan


@pytest.fixture
def scanner(app: QApplication) -> Iterator[ClipScanner]:
    parent = QObject()
    made = ClipScanner(parent)
    yield made
    made.stop()


def heard(scanner: ClipScanner) -> list[ClipScan]:
    found: list[ClipScan] = []
    scanner.scanned.connect(found.append)
    return found


def test_a_scan_holds_the_picture_and_the_windows(walk: Path) -> None:
    motion = load_motion(walk, style="calm", title="A walk")
    found = scan(motion)
    assert motion.features is not None
    assert (found.path, found.title, found.style) == (walk, "A walk", "calm")
    count = (len(motion.features) - WINDOW) // STRIDE + 1
    assert found.windows.shape == (count, WINDOW * FEATURES) and count >= 1
    np.testing.assert_array_equal(found.windows[0], motion.features[:WINDOW].reshape(-1))
    np.testing.assert_allclose(found.starts_s, np.arange(count) / 2)
    assert np.ptp(found.strip.points[..., 1]) > 1.0


def test_a_rig_that_is_not_human_has_a_picture_alone(snake: Path) -> None:
    found = scan(load_motion(snake))
    assert found.windows.shape == (0, WINDOW * FEATURES) and len(found.starts_s) == 0
    assert found.strip.points.shape[1] == 2 and found.strip.points.any()


def test_clips_come_in_order_and_a_bad_one_is_passed_over(
    scanner: ClipScanner, walk: Path, broken: Path, caplog: pytest.LogCaptureFixture
) -> None:
    found = heard(scanner)
    scanner.add(DemoClip(walk, "First", "calm", 2.5))
    scanner.add(DemoClip(broken, "Broken", "", 1.0))
    scanner.add(load_motion(walk, title="Second"))
    with caplog.at_level(logging.WARNING):
        until(lambda: len(found) == 2)
    assert [scan.title for scan in found] == ["First", "Second"]
    assert "expected MOTION" in caplog.text.replace("'", "")


def test_nothing_is_signalled_after_the_end(scanner: ClipScanner, walk: Path) -> None:
    found = heard(scanner)
    for n in range(20):
        scanner.add(DemoClip(walk, str(n), "", FRAMES / 60))
    until(lambda: len(found) == 1)
    scanner.stop()
    assert "clip scanner" not in [thread.name for thread in threading.enumerate()]
    scanner.add(DemoClip(walk, "late", "", FRAMES / 60))
    QApplication.processEvents()
    assert len(found) == 1
