"""Blender opens our GLB and BVH and makes FBX of it: joints, names, scale and rate stay."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from motion.bvh import read_bvh, write_bvh
from motion.clip import Clip
from motion.glb import write_glb
from motion.pose import to_clip
from tests.motion.synthetic import wander
from viewer.model.demo import ASSETS, ROOT

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).with_name("blender_read.py")
MOMENTS = 10


@pytest.fixture(scope="module")
def blender() -> str:
    found = shutil.which("blender")
    if found is None:
        pytest.skip("apt-get install --no-install-recommends blender python3-numpy: it is not here")
    return found


def seen(blender: str, file: Path, times: list[float]) -> dict[str, Any]:
    """What Blender shows of ``file`` at these seconds."""
    (file.parent / "times.json").write_text(json.dumps(times))
    command = [blender, "-b", "--factory-startup", "--python-exit-code", "1", "-P", str(SCRIPT)]
    out = file.with_suffix(".json")
    given = ["--", str(file), str(out), str(file.parent / "times.json")]
    done = subprocess.run([*command, *given], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(out.read_text())
    return found


def clips() -> dict[str, Clip]:
    odd = to_clip(wander(3, 60, 1 / 50), 1 / 50, "odd")
    return {"demo": read_bvh(ASSETS / "clips" / "angry_walk.bvh"), "odd": odd}


@pytest.mark.parametrize("kind", ["glb", "bvh"])
@pytest.mark.parametrize("name", [*clips()])
def test_it_is_in_blender_what_it_is_here(
    blender: str, tmp_path: Path, name: str, kind: str
) -> None:
    clip, file = clips()[name], tmp_path / f"clip.{kind}"
    if kind == "glb":
        write_glb(clip, file)
    else:
        write_bvh(clip, file, "cm")
    frames = moments(clip)
    found = seen(blender, file, [float(frame * clip.frame_time) for frame in frames])
    assert tuple(map(int, found["blender"].split(".")[:2])) >= (3, 4)
    assert farthest(clip, frames, found) < 1e-4
    assert found["keys"] == clip.frame_count
    assert found["seconds"] == pytest.approx(clip.duration, rel=1e-4)
    if kind == "bvh":
        assert found["fps"] == pytest.approx(clip.fps, rel=1e-4)


def test_fbx_is_made_as_the_docs_say(blender: str, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "export.md").read_text("utf-8")
    (command,) = re.findall(r"^(blender -b --python-expr .*?)```", page, re.M | re.S)
    clip = read_bvh(ASSETS / "clips" / "angry_walk.bvh")
    write_glb(clip, tmp_path / "walk.glb")
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True)
    assert (tmp_path / "walk.fbx").is_file(), done.stdout + done.stderr
    frames = moments(clip)
    found = seen(blender, tmp_path / "walk.fbx", [float(f * clip.frame_time) for f in frames])
    assert found["fps"] == pytest.approx(clip.fps) and found["keys"] == clip.frame_count
    assert farthest(clip, frames, found) < 2e-4


def moments(clip: Clip) -> np.ndarray:
    """Ten frames of it."""
    return np.linspace(0, clip.frame_count - 1, MOMENTS).astype(int)


def farthest(clip: Clip, frames: np.ndarray, found: dict[str, Any]) -> float:
    """How far a joint is from where the clip has it, metres, at the most."""
    apart = []
    for frame, heads in zip(frames, found["seen"], strict=True):
        assert set(heads) >= set(clip.skeleton.names)
        there = np.array([heads[joint] for joint in clip.skeleton.names])
        apart.append(np.linalg.norm(there - clip.positions[frame], axis=-1).max())
    return float(max(apart))
