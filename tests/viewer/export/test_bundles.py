"""Save bundle…, and a bundle dropped on another window."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.viewer.conftest import Opener, open_file
from tests.viewer.export.waiting import until
from tests.viewer.panel_fixtures import heard
from viewer.window.window import MainWindow


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def saved(window: MainWindow, path: Path) -> str:
    told = heard(window.studio.notice)
    assert window.export is not None
    window.export.bundles.save(path)
    until(lambda: any(str(path) in notice.text for (notice,) in told))
    return next(notice.text for (notice,) in told if str(path) in notice.text)


def test_a_bundle_opens_in_another_window(
    open_window: Opener, walk: Path, cache: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own" / "stroll.bvh"
    own.parent.mkdir()
    own.write_bytes(walk.read_bytes())
    first = open_window()
    open_file(first, own)
    first.studio.set_range(10, 20)
    first.transport.seek_frame(42)
    bundle = tmp_path / "a.zip"
    assert saved(first, bundle).startswith(f"Saved the bundle {bundle}: ")
    with zipfile.ZipFile(bundle) as archive:
        about = json.loads(archive.read("about.json"))
    assert about["driver"]["renderer"] and about["engine"] == "numpy"
    assert about["timings"]["deepphase"]["p50_ms"] > 0
    own.unlink()
    second = open_window()
    opened = heard(second.sessions.opened)
    second.take_dropped([bundle])
    until(lambda: bool(opened))
    motion = second.studio.motion
    assert motion is not None and motion.path.is_relative_to(cache) and motion.title == "stroll"
    assert second.transport.frame == 42
    assert second.store.document.range_of("clip") == (10, 20)
    assert second.sessions.path is None  # saving asks for a file of one's own


def test_a_damaged_bundle_is_told(window: MainWindow, tmp_path: Path) -> None:
    told = heard(window.studio.notice)
    (tmp_path / "a.zip").write_bytes(b"PK damaged")
    window.take_dropped([tmp_path / "a.zip"])
    until(lambda: bool(told))
    assert told[-1][0].level == "error" and "damaged or cut short" in told[-1][0].text
