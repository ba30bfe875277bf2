"""The table of restyling on demo clips, with the models that ship and with others."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from inference.models import MODELS
from motion.restyling.quality import TARGETS, Specimen
from tests.motion.synthetic import walk
from viewer.model import quality
from viewer.model.demo import ASSETS, demo_clips
from viewer.model.quality import (
    WORDS,
    manifest_entry,
    quality_of,
    subspace_of,
    table_rows,
)


@pytest.fixture(autouse=True)
def two_clips(monkeypatch: pytest.MonkeyPatch) -> None:
    few = tuple(clip for clip in demo_clips() if clip.style in ("walk", "run"))
    assert len(few) == 2
    monkeypatch.setattr(quality, "demo_clips", lambda: few)


def test_the_models_that_ship_are_measured() -> None:
    seen: list[tuple[int, int]] = []
    table = quality_of(progress=lambda done, total: seen.append((done, total)))
    assert [row.name for row in table.rows] == list(WORDS) and set(TARGETS) <= set(WORDS)
    told = {row.name: row for row in table.rows}
    assert told["styles"].value == 2 and told["pairs"].value == 2
    assert told["strength_0_error_cm"].value <= 2.5 and told["strength_0_error_cm"].met
    assert told["judge_on_specimens"].value >= 0.8
    assert told["chance"].met is None and told["chance"].target == ""
    assert "first 64" in table.style and seen == [(1, 2), (2, 2)]
    assert table.numbers["read_as_style_by_style"].keys() == {"walk", "run"}


def test_the_style_of_files_that_no_manifest_knows_is_found(tmp_path: Path) -> None:
    """The same network a byte longer: a model that nobody has told about."""
    encoder = copied("stylevae_encoder", tmp_path)
    table = quality_of({"stylevae_encoder": encoder})
    assert table.style.startswith("1 axes of 256") and table.files["stylevae_encoder"] == encoder
    block = quality_of({"stylevae_encoder": encoder}, style_block=True)
    assert "first 64" in block.style
    assert block.numbers["frechet_distance"] != table.numbers["frechet_distance"]


def test_a_manifest_beside_the_file_tells_its_blocks(tmp_path: Path) -> None:
    encoder = copied("stylevae_encoder", tmp_path)
    assert manifest_entry(encoder) == {}
    entry = {"sha256": sha256(encoder.read_bytes()).hexdigest(), "blocks": {"style": [0, 64]}}
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"models": {"mine": entry}}))
    assert manifest_entry(encoder) == entry
    for broken in ("{", "[]", '{"models": 3}', '{"models": {"mine": 3}}'):
        manifest.write_text(broken)
        assert manifest_entry(encoder) == {}
    shipped = manifest_entry(MODELS["stylevae_encoder"].path(ASSETS))
    assert shipped["file"] == "stylevae_encoder.onnx" and shipped["blocks"]["style"] == [0, 64]


def test_held_out_numbers_stand_beside(tmp_path: Path) -> None:
    rows = table_rows(dict.fromkeys(WORDS, 1.0), {"read_as_style": 0.7})
    assert {row.name: row.held_out for row in rows if row.held_out} == {"read_as_style": 0.7}


def test_the_axes_that_tell_the_clips_apart_are_found() -> None:
    specimens = [Specimen(name, "", walk(120, 1 / 30) * scale) for name, scale in
                 (("small", 0.9), ("middle", 1.0), ("large", 1.1))]  # fmt: skip

    def encode(windows: np.ndarray) -> np.ndarray:
        latents = np.zeros((len(windows), 256))
        latents[:, 7] = windows[:, :, 1].mean(axis=1)
        return latents

    found = subspace_of(specimens, encode)
    assert found.size == 1 and np.abs(found.axes[0, 7]) == pytest.approx(1.0)


def copied(name: str, folder: Path) -> Path:
    """A shipped model under another sha256: with a description in the file."""
    onnx = pytest.importorskip("onnx")
    model = onnx.load(MODELS[name].path(ASSETS))
    model.doc_string = "mine"
    path = folder / f"{name}.onnx"
    onnx.save(model, path)
    return path
