"""Fixtures for every test."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def mocap() -> Path:
    """The capture data beside the repository; tests that need it skip without it."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "mocap"
    if not (folder / "MANIFEST.csv").is_file():
        pytest.skip(f"no capture data in {folder}")
    return folder


@pytest.fixture(scope="session")
def deepmimic() -> Path:
    """DeepMimic's published files beside the repository; tests that need them skip without."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "deepmimic"
    if not (folder / "SPEC.md").is_file():
        pytest.skip(f"no DeepMimic files in {folder}")
    return folder
