"""GLB files read back with pygltflib and by hand: hierarchy, animation, skin, layout."""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from motion import quat
from motion.bvh import read_bvh
from motion.clip import Clip
from motion.glb import GlbError, write_glb
from motion.pose import to_clip
from motion.skeleton import Skeleton
from tests.motion.synthetic import wander

pygltflib = pytest.importorskip("pygltflib")

COMPONENTS = {"SCALAR": 1, "VEC3": 3, "VEC4": 4, "MAT4": 16}


def written(clip: Clip, folder: Path) -> tuple[object, bytes]:
    """The document as pygltflib reads it, and its binary chunk."""
    path = folder / "clip.glb"
    write_glb(clip, path)
    assert [p.name for p in folder.iterdir()] == ["clip.glb"]
    document = pygltflib.GLTF2().load(str(path))
    return document, document.binary_blob()


def values(document: object, blob: bytes, number: int) -> np.ndarray:
    """The array of an accessor, checked against what the accessor says of it."""
    accessor = document.accessors[number]  # type: ignore[attr-defined]
    view = document.bufferViews[accessor.bufferView]  # type: ignore[attr-defined]
    kind = {5126: "<f4", 5123: "<u2"}[accessor.componentType]
    width = COMPONENTS[accessor.type]
    assert view.byteOffset % 4 == 0 and view.byteOffset + view.byteLength <= len(blob)
    assert view.byteLength == accessor.count * width * np.dtype(kind).itemsize
    array = np.frombuffer(blob, kind, accessor.count * width, view.byteOffset)
    array = array.reshape(accessor.count, width)
    assert np.array_equal(np.array(accessor.min, kind), array.min(axis=0))
    assert np.array_equal(np.array(accessor.max, kind), array.max(axis=0))
    return array


def played(document: object, blob: bytes, joints: int, frames: int) -> tuple[np.ndarray, ...]:
    """Local rotations (T, J, 4) w first, translations (T, J, 3) and times (T,) of the animation."""
    nodes = document.nodes[:joints]  # type: ignore[attr-defined]
    rotations = np.tile([node.rotation for node in nodes], (frames, 1, 1))
    translations = np.tile([node.translation for node in nodes], (frames, 1, 1))
    times = np.zeros(frames)
    (animation,) = document.animations  # type: ignore[attr-defined]
    for channel in animation.channels:
        sampler = animation.samplers[channel.sampler]
        assert sampler.interpolation == "LINEAR"
        times = values(document, blob, sampler.input)[:, 0]
        target = {"rotation": rotations, "translation": translations}[channel.target.path]
        target[:, channel.target.node] = values(document, blob, sampler.output)
    return np.roll(rotations, 1, axis=-1), translations, times


def reach(document: object, joints: int) -> np.ndarray:
    """The parent (J,) of every node."""
    parents = np.full(joints, -1)
    for number, node in enumerate(document.nodes[:joints]):  # type: ignore[attr-defined]
        for child in node.children or ():
            parents[child] = number
    return parents


@pytest.fixture
def clip() -> Clip:
    return to_clip(wander(3, 50, 1 / 60), 1 / 60, "Wandern übers Feld")


def test_a_clip_comes_back_as_it_was(clip: Clip, tmp_path: Path) -> None:
    document, blob = written(clip, tmp_path)
    skeleton = clip.skeleton
    count = skeleton.joint_count
    names = [node.name for node in document.nodes]  # type: ignore[attr-defined]
    assert names == [*skeleton.names, "Wandern übers Feld"]
    assert np.array_equal(reach(document, count), skeleton.parents)
    assert document.scenes[0].nodes == [0, count]  # type: ignore[attr-defined]
    rotations, translations, times = played(document, blob, count, clip.frame_count)
    assert np.allclose(np.abs(np.sum(rotations * clip.rotations, axis=-1)), 1, atol=1e-6)
    assert np.allclose(np.linalg.norm(rotations, axis=-1), 1, atol=1e-6)
    assert np.sum(rotations[1:] * rotations[:-1], axis=-1).min() > 0
    assert np.allclose(translations, clip.translations, atol=1e-6)
    assert np.allclose(times, np.arange(50) / 60, atol=1e-6)


def test_only_what_moves_is_animated(clip: Clip, tmp_path: Path) -> None:
    rotations = clip.rotations.copy()
    rotations[:, 7] = rotations[0, 7]
    document, _ = written(replace(clip, rotations=rotations), tmp_path)
    targets = [
        (channel.target.path, channel.target.node)
        for channel in document.animations[0].channels  # type: ignore[attr-defined]
    ]
    assert ("rotation", 7) not in targets and ("rotation", 6) in targets
    assert [node for path, node in targets if path == "translation"] == [0]


def test_the_mesh_is_bound_to_the_joints_at_rest(clip: Clip, tmp_path: Path) -> None:
    document, blob = written(clip, tmp_path)
    (skin,) = document.skins  # type: ignore[attr-defined]
    (primitive,) = document.meshes[0].primitives  # type: ignore[attr-defined]
    attributes = primitive.attributes
    points = values(document, blob, attributes.POSITION)
    normals = values(document, blob, attributes.NORMAL)
    joints = values(document, blob, attributes.JOINTS_0)
    weights = values(document, blob, attributes.WEIGHTS_0)
    binds = values(document, blob, skin.inverseBindMatrices).reshape(-1, 4, 4)
    assert len({len(points), len(normals), len(joints), len(weights)}) == 1 and len(points) % 3 == 0
    assert np.array_equal(weights.sum(axis=1), np.ones(len(points)))
    assert skin.joints == list(range(22)) and joints.max() < 22
    assert np.allclose(np.linalg.norm(normals, axis=-1), 1, atol=1e-5)

    rest, still = np.zeros((22, 3)), Clip(
        "", clip.skeleton, quat.identity((1, 22), np.float32), clip.skeleton.offsets[None], 1.0
    )  # fmt: skip
    rest = still.positions[0] - clip.skeleton.offsets[0]
    assert np.allclose(binds[:, 3, :3], -rest, atol=1e-6)
    assert np.allclose(binds[:, :3, :3], np.eye(3)) and np.allclose(binds[:, :3, 3], 0)

    # Triangles wind outwards: away from the middle of their bar of 24 corners.
    bars = points.reshape(-1, 8, 3, 3)
    middle = bars.mean(axis=(1, 2), keepdims=True)
    outwards = np.sum((bars - middle).mean(axis=2) * normals.reshape(bars.shape)[:, :, 0], axis=-1)
    assert (outwards > 0).all()
    edges = np.cross(bars[:, :, 1] - bars[:, :, 0], bars[:, :, 2] - bars[:, :, 0])
    assert (np.sum(edges * normals.reshape(bars.shape)[:, :, 0], axis=-1) > 0).all()


def test_the_file_is_laid_out_as_the_specification_says(clip: Clip, tmp_path: Path) -> None:
    path = tmp_path / "clip.glb"
    write_glb(clip, path)
    content = path.read_bytes()
    magic, version, length = struct.unpack_from("<4sII", content)
    assert (magic, version, length) == (b"glTF", 2, len(content))
    size, kind = struct.unpack_from("<I4s", content, 12)
    assert kind == b"JSON" and size % 4 == 0
    document = json.loads(content[20 : 20 + size])
    binary, kind = struct.unpack_from("<I4s", content, 20 + size)
    assert kind == b"BIN\0" and binary % 4 == 0 and 28 + size + binary == len(content)
    assert document["buffers"] == [{"byteLength": binary}]
    assert document["asset"]["version"] == "2.0"


def test_a_minute_at_120_fps_stays_small(tmp_path: Path) -> None:
    clip = to_clip(wander(1, 7200, 1 / 120), 1 / 120, "long")
    write_glb(clip, tmp_path / "long.glb")
    assert (tmp_path / "long.glb").stat().st_size < 7200 * (22 * 16 + 12 + 4) + 100_000


def test_one_frame_and_one_joint_are_enough(tmp_path: Path) -> None:
    alone = Skeleton(("dot",), np.array([-1], np.int32), np.zeros((1, 3), np.float32), {})
    clip = Clip(
        "dot", alone, quat.identity((1, 1), np.float32), np.zeros((1, 1, 3), np.float32), 0.1
    )
    document, _ = written(clip, tmp_path)
    assert not document.animations  # type: ignore[attr-defined]
    assert document.nodes[0].name == "dot"  # type: ignore[attr-defined]


def test_a_captured_clip_keeps_its_names_and_places(mocap: Path, tmp_path: Path) -> None:
    clip = read_bvh(mocap / "100style" / "Neutral_FW.bvh")
    clip = replace(clip, rotations=clip.rotations[:60], translations=clip.translations[:60])
    document, blob = written(clip, tmp_path)
    count = clip.skeleton.joint_count
    rotations, translations, _ = played(document, blob, count, 60)
    again = replace(
        clip, rotations=rotations.astype(np.float32), translations=translations.astype(np.float32)
    )
    assert np.allclose(again.positions, clip.positions, atol=1e-4)
    names = [node.name for node in document.nodes[:count]]  # type: ignore[attr-defined]
    assert names == list(clip.skeleton.names)


def test_what_cannot_be_written_is_told_and_leaves_nothing(clip: Clip, tmp_path: Path) -> None:
    rotations = clip.rotations.copy()
    rotations[3, 2, 1] = np.nan
    with pytest.raises(GlbError, match=r"x\.glb: cannot be written: .* not finite"):
        write_glb(replace(clip, rotations=rotations), tmp_path / "x.glb")
    with pytest.raises(OSError):
        write_glb(clip, tmp_path / "absent" / "x.glb")
    (tmp_path / "x.glb").mkdir()
    with pytest.raises(OSError):
        write_glb(clip, tmp_path / "x.glb")
    assert [p.name for p in tmp_path.iterdir()] == ["x.glb"]


def test_what_the_scene_carries_besides_comes_back(clip: Clip, tmp_path: Path) -> None:
    path = tmp_path / "marked.glb"
    markers = [{"name": "Wende", "time_s": 0.5, "colour": "red", "note": "", "frame": 15}]
    write_glb(clip, path, {"markers": markers})
    glb = pygltflib.GLTF2().load(str(path))
    assert glb.scenes[0].extras == {"markers": markers}
