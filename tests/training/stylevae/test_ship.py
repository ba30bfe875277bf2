"""The shipped StyleVAE, its manifest, its style space and the demo clips."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
torch.set_num_threads(1)

from motion.bvh import read_bvh  # noqa: E402
from motion.canonical import FOOT_JOINTS, JOINTS  # noqa: E402
from motion.contacts import contacts, joint_speed  # noqa: E402
from motion.features import FPS, motion_features, windows  # noqa: E402
from motion.retarget import retarget  # noqa: E402
from training.manifest import update_manifest  # noqa: E402
from training.stylevae.evaluate import StyleVAE, Windows, bone_error, reconstruction, world_speed  # noqa: E402

ASSETS = Path(__file__).parents[3] / "assets"
MODELS = ASSETS / "models"
MANIFEST = json.loads((MODELS / "manifest.json").read_text())["models"]
CLIPS = json.loads((ASSETS / "clips" / "clips.json").read_text())


@pytest.mark.parametrize("name", ["stylevae_encoder", "stylevae_decoder", "style_space"])
def test_manifest_names_the_very_files(name: str) -> None:
    entry = MANIFEST[name]
    content = (MODELS / entry["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert len(content) == entry["bytes"]
    assert entry["data"] and all(source["credit"] for source in entry["data"])


def test_files_have_the_sizes_of_the_contract() -> None:
    assert MANIFEST["stylevae_encoder"]["parameters"] == 2_505_984
    assert MANIFEST["stylevae_decoder"]["parameters"] == 2_444_316
    assert MANIFEST["stylevae_encoder"]["bytes"] / 1024 == pytest.approx(9790.9, rel=1e-3)
    assert MANIFEST["stylevae_decoder"]["bytes"] / 1024 == pytest.approx(9549.4, rel=1e-3)
    assert MANIFEST["stylevae_encoder"]["folding_error"] <= 1e-5
    assert MANIFEST["stylevae_encoder"]["onnx_error"] <= 1e-5


def test_every_target_has_a_measured_number() -> None:
    entry = MANIFEST["stylevae_encoder"]
    assert set(entry["targets"]) <= set(entry["metrics"])
    confusion = np.array(entry["metrics"]["confusion"]["rows_true"])
    recall = np.diag(confusion) / confusion.sum(axis=1)
    assert recall.mean() == pytest.approx(
        entry["metrics"]["style_block_balanced_accuracy"], abs=1e-4
    )


def test_held_out_walks_come_back_as_the_manifest_says(mocap: Path) -> None:
    entry = MANIFEST["stylevae_encoder"]
    files = [f for f in entry["split"]["held_out"] if "walking_extra" in f][:4]
    assert len(files) == 4
    motion = np.concatenate(
        [
            windows(motion_features(retarget(read_bvh(mocap / f).resampled(1 / FPS))), 6)
            for f in files
        ]
    )
    source = Windows(motion, np.zeros(len(motion), int), np.zeros(len(motion), int))
    model = StyleVAE(MODELS)
    measured = reconstruction(model.decode(model.encode(motion)), source, ("walk", "run"))
    walks = entry["metrics"]["joint_error_cm_by_style"]["walk"]
    assert measured["joint_error_cm"] <= 1.5 * walks
    assert measured["bone_error_percent"] <= 1.5 * entry["metrics"]["bone_error_percent"]


def test_style_axes_are_orthonormal_and_decode_to_people() -> None:
    with np.load(MODELS / "style_space.npz") as space:
        mean, axes, sigma = space["mean"], space["components"], space["sigma"]
        assert space["centroids"].shape == (len(space["styles"]), 256)
    np.testing.assert_allclose(axes @ axes.T, np.eye(len(axes)), atol=1e-5)
    ends = [mean + side * 2.5 * sigma[k] * axes[k] for k in range(12) for side in (-1, 1)]
    decoded = StyleVAE(MODELS).decode(np.stack(ends))
    assert bone_error(decoded).max() < 0.25
    assert world_speed(decoded).max() < 12
    heads = decoded[:, :, 3 * JOINTS.index("Head") + 1]
    assert heads.min() > 0.2 and heads.max() < 2.2


def test_random_latents_move_like_people() -> None:
    z = np.random.default_rng(5).standard_normal((100, 256))
    assert world_speed(StyleVAE(MODELS).decode(z)).max() <= 12


def test_there_are_ten_distinct_demo_clips() -> None:
    assert len(CLIPS) >= 10
    assert len({clip["style"] for clip in CLIPS}) >= 10
    listed = {clip["file"] for clip in CLIPS}
    assert {path.name for path in (ASSETS / "clips").glob("*.bvh")} == listed


@pytest.mark.parametrize("entry", CLIPS, ids=lambda entry: entry["title"])
def test_demo_clip_is_a_person_with_planted_feet(entry: dict) -> None:
    clip = read_bvh(ASSETS / "clips" / entry["file"])
    assert clip.skeleton.names == JOINTS
    assert clip.fps == pytest.approx(30, abs=0.01)
    assert 4 <= clip.duration <= 20 and clip.duration == pytest.approx(entry["seconds"], abs=0.05)
    positions = clip.positions
    speed = joint_speed(positions, clip.frame_time)
    standing = contacts(positions, clip.frame_time) > 0.5
    assert speed.max() <= 12
    assert speed[:, FOOT_JOINTS][standing].mean() <= 0.15
    assert positions[..., 1].min() > -0.02


def test_manifest_entries_live_side_by_side(tmp_path: Path) -> None:
    for name, content in (("first", b"1"), ("second", b"22")):
        (tmp_path / f"{name}.onnx").write_bytes(content)
        update_manifest(tmp_path, name, {"file": f"{name}.onnx", "seed": 3})
    source = {"name": "Own walks", "credit": "Me", "licence": "CC0", "changes": "none"}
    update_manifest(tmp_path, "first", {"file": "first.onnx", "seed": 4, "data": [source]})
    models = json.loads((tmp_path / "manifest.json").read_text())["models"]
    assert [models[name]["seed"] for name in ("first", "second")] == [4, 3]
    assert models["second"]["sha256"] == hashlib.sha256(b"22").hexdigest()
    assert not list(tmp_path.glob(".*"))
    credits = (tmp_path / "CREDITS.md").read_text()
    assert "**Own walks**. Me" in credits and "CMU Graphics Lab" in credits
