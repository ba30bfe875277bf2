"""A clip that is made longer is open as a file of its own, with the keys of the first."""

from __future__ import annotations

from pathlib import Path

import pytest

from motion.bvh import read_bvh
from tests.viewer.panel_fixtures import Bench, heard
from viewer.model.document import Latent, StyleKey
from viewer.model.style_edits import place_keys


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def test_it_goes_on_and_keeps_its_keys(bench: Bench, tmp_path: Path) -> None:
    window, control = bench.window, bench.control("StyleControl")
    bench.until(lambda: control.longer.action.isEnabled())
    first = window.studio.motion
    key = StyleKey(1.0, Latent([0.5] * 64, "half"))
    window.store.apply(place_keys("Place key", first.key, [key]))
    control.longer.lengthen(12.0)
    bench.until(lambda: window.studio.motion is not first)
    longer = window.studio.motion
    assert longer.path.is_relative_to(tmp_path)
    assert read_bvh(longer.path).duration == pytest.approx(12.0, abs=0.05)
    bench.until(lambda: window.store.document.clip(longer.key).keys == (key,))
    assert window.store.document.clip(first.key).keys == (key,)
    bench.until(lambda: window.studio.restyled is not None)


def test_what_cannot_be_made_longer_is_told(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    control, told = bench.control("StyleControl"), heard(bench.window.studio.notice)
    bench.until(lambda: control.longer.action.isEnabled())
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    monkeypatch.setenv("XDG_DATA_HOME", str(blocked))
    control.longer.lengthen(12.0)
    bench.until(lambda: bool(told))
    assert told[-1][0].level == "error"
