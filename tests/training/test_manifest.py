"""The manifest tells where a file comes from."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

pytest.importorskip("torch")

from training.manifest import made_by, update_manifest


def test_what_made_a_file_is_told_only_of_that_very_file(tmp_path: Path) -> None:
    file = tmp_path / "actor.onnx"
    file.write_bytes(b"one")
    digest = hashlib.sha256(b"one").hexdigest()
    assert made_by(file) == {"file": "actor.onnx", "sha256": digest, "command": "not told"}
    update_manifest(tmp_path, "actor", {"file": "actor.onnx", "command": "train it", "data": []})
    assert made_by(file)["command"] == "train it"
    file.write_bytes(b"another")
    assert made_by(file)["command"] == "not told"
