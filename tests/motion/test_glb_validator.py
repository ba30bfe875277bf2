"""Khronos' own validator finds no error and no warning in what is written."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from motion.bvh import read_bvh
from motion.clip import Clip
from motion.glb import write_glb
from motion.pose import to_clip
from tests.motion.synthetic import wander
from viewer.model.demo import ASSETS

MODULES = Path(sys.prefix) / "node_modules"
PROGRAM = """
const [file] = process.argv.slice(1);
require('gltf-validator')
    .validateBytes(new Uint8Array(require('fs').readFileSync(file)), {maxIssues: 50})
    .then((report) => console.log(JSON.stringify(report)));
"""


@pytest.fixture(scope="module")
def node() -> str:
    """The node that has the validator."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("node is not here: it runs the glTF validator")
    if not (MODULES / "gltf-validator").is_dir():
        pytest.skip(f"npm install --prefix {sys.prefix} gltf-validator: it is not here")
    return found


def report(node: str, file: Path) -> dict[str, Any]:
    done = subprocess.run(
        [node, "-e", PROGRAM, str(file)],
        env={"NODE_PATH": str(MODULES)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def clips() -> dict[str, Clip]:
    demo = read_bvh(ASSETS / "clips" / "angry_walk.bvh")
    odd = to_clip(wander(3), 1 / 30, "odd")
    odd.translations[:, 5, 1] += 0.02 * np.sin(np.arange(odd.frame_count))
    return {
        "demo": demo,
        "part": demo.section(20, 50),
        "one frame": demo.section(7, 7),
        "moving joints": odd,
        "still": replace(odd, rotations=odd.rotations[:1], translations=odd.translations[:1]),
        "name": replace(demo.section(0, 5), name='ü "quoted" \\ 名前'),
        "long": replace(demo, rotations=np.tile(demo.rotations, (20, 1, 1)),
                        translations=np.tile(demo.translations, (20, 1, 1))),
    }  # fmt: skip


@pytest.mark.parametrize("name", [*clips()])
def test_no_error_and_no_warning(node: str, tmp_path: Path, name: str) -> None:
    clip = clips()[name]
    write_glb(clip, tmp_path / "a.glb")
    found = report(node, tmp_path / "a.glb")
    issues = found["issues"]
    assert (issues["numErrors"], issues["numWarnings"]) == (0, 0), issues["messages"]
    assert found["info"]["animationCount"] == (1 if clip.frame_count > 1 else 0)


def test_it_does_find_what_is_wrong(node: str, tmp_path: Path) -> None:
    write_glb(clips()["demo"], tmp_path / "a.glb")
    data = (tmp_path / "a.glb").read_bytes()
    (tmp_path / "b.glb").write_bytes(data.replace(b'"LINEAR"', b'"LINEAL"'))
    issues = report(node, tmp_path / "b.glb")["issues"]
    assert issues["numErrors"] + issues["numWarnings"] > 0
