"""Saving a clip as GLB: glTF 2.0 in one binary file, as Blender, viewers and engines read it.

Nodes are the joints, with one animation: rotations, the root's way, and translations of joints
that move against their parents; what never changes stands in the nodes alone. A mesh of one
tapered bar a bone, bound rigidly to its joint, makes the figure visible. Metres, Y up, seconds.
Specification: https://registry.khronos.org/glTF/specs/2.0/glTF-2.0.html
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from . import quat
from .clip import Clip
from .files import whole_file
from .skeleton import Skeleton
from .vec import cross, frame, unit

_FLOAT, _SHORT = 5126, 5123
_VERTICES = 34962
_STILL = 1e-6
_THICKNESS = 0.09  # of a bar, in its length
_BELLY = 0.2  # where a bar is thickest
_MAX_JOINTS = 16_384


class GlbError(ValueError):
    """A clip that cannot be written: one sentence with the file and why."""


def write_glb(
    clip: Clip, path: str | os.PathLike[str], extras: Mapping[str, Any] | None = None
) -> None:
    """Saves ``clip``, metres, Y up, seconds; the file appears whole or not at all.

    Joint names stay as they are. extras: what the scene carries besides, such as markers; what
    JSON can hold, by name. Raises GlbError, and CannotWrite.
    """
    path = Path(path)
    if not (np.isfinite(clip.rotations).all() and np.isfinite(clip.translations).all()):
        raise GlbError(f"{path}: cannot be written: the clip holds values that are not finite")
    if clip.skeleton.joint_count > _MAX_JOINTS:
        raise GlbError(f"{path}: cannot be written: more than {_MAX_JOINTS:,} joints")
    content = _glb(clip, extras)
    with whole_file(path) as part:
        part.write_bytes(content)


class _Buffer:
    """The binary chunk: arrays one after the other, each described by an accessor."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.views: list[dict[str, Any]] = []
        self.accessors: list[dict[str, Any]] = []
        self.size = 0

    def add(self, array: np.ndarray, kind: str, target: int | None = None) -> int:
        """The number of the accessor of ``array`` (N, ...), float32 or uint16, a row an element."""
        component = _FLOAT if array.dtype.kind == "f" else _SHORT
        rows = array.reshape(len(array), -1)
        data = array.astype(array.dtype.newbyteorder("<")).tobytes()
        view = {"buffer": 0, "byteOffset": self.size, "byteLength": len(data)}
        self.views.append(view | ({"target": target} if target else {}))
        self.accessors.append(
            {
                "bufferView": len(self.views) - 1,
                "componentType": component,
                "count": len(array),
                "type": kind,
                "min": rows.min(axis=0).tolist(),
                "max": rows.max(axis=0).tolist(),
            }
        )
        self.parts.append(data + b"\0" * (-len(data) % 4))
        self.size += len(self.parts[-1])
        return len(self.accessors) - 1


def _glb(clip: Clip, extras: Mapping[str, Any] | None) -> bytes:
    buffer, count = _Buffer(), clip.skeleton.joint_count
    nodes = _nodes(clip)
    roots = np.flatnonzero(clip.skeleton.parents < 0).tolist()
    mesh, skin = _mesh(clip.skeleton, buffer)
    nodes.append({"name": clip.name, "mesh": 0, "skin": 0})
    document: dict[str, Any] = {
        "asset": {"version": "2.0", "generator": "Stridescope"},
        "scene": 0,
        "scenes": [{"nodes": [*roots, count]} | ({"extras": dict(extras)} if extras else {})],
        "nodes": nodes,
        "meshes": [mesh],
        "skins": [skin],
        "materials": [{"pbrMetallicRoughness": _SURFACE}],
    }
    animation = _animation(clip, buffer)
    if animation["channels"]:
        document["animations"] = [animation]
    document |= {
        "accessors": buffer.accessors,
        "bufferViews": buffer.views,
        "buffers": [{"byteLength": buffer.size}],
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    binary = b"".join(buffer.parts)
    total = 12 + 8 + len(text) + 8 + len(binary)
    head = struct.pack("<4sII", b"glTF", 2, total)
    chunks = (struct.pack("<I4s", len(text), b"JSON"), struct.pack("<I4s", len(binary), b"BIN\0"))
    return head + chunks[0] + text + chunks[1] + binary


_SURFACE = {"baseColorFactor": [0.45, 0.55, 0.68, 1.0], "metallicFactor": 0.0}


def _nodes(clip: Clip) -> list[dict[str, Any]]:
    """The joints at the first frame."""
    nodes = [
        {"name": name, "translation": place.tolist(), "rotation": turn.tolist()}
        for name, place, turn in zip(
            clip.skeleton.names,
            clip.translations[0].astype(np.float32),
            _turns(clip)[0],
            strict=True,
        )
    ]
    children: list[list[int]] = [[] for _ in nodes]
    for parent, child in clip.skeleton.bones():
        children[parent].append(child)
    return [
        node | ({"children": below} if below else {})
        for node, below in zip(nodes, children, strict=True)
    ]


def _turns(clip: Clip) -> np.ndarray:
    """Local rotations (T, J, 4) float32 in glTF's order x, y, z, w."""
    unit = quat.continuous(quat.normalize(clip.rotations.astype(np.float64)))
    return np.roll(unit, -1, axis=-1).astype(np.float32)


def _animation(clip: Clip, buffer: _Buffer) -> dict[str, Any]:
    turns, places = _turns(clip), clip.translations.astype(np.float32)
    times = (np.arange(clip.frame_count) * clip.frame_time).astype(np.float32)
    moving = {
        "rotation": (np.ptp(turns, axis=0).max(axis=-1) > _STILL, turns, "VEC4"),
        "translation": (np.ptp(places, axis=0).max(axis=-1) > _STILL, places, "VEC3"),
    }
    channels: list[dict[str, Any]] = []
    samplers: list[dict[str, Any]] = []
    if any(moves.any() for moves, _, _ in moving.values()):
        clock = buffer.add(times, "SCALAR")
        for path, (moves, values, kind) in moving.items():
            for joint in np.flatnonzero(moves).tolist():
                target = {"node": joint, "path": path}
                channels.append({"sampler": len(samplers), "target": target})
                output = buffer.add(values[:, joint], kind)
                samplers.append({"input": clock, "output": output, "interpolation": "LINEAR"})
    return {"name": clip.name, "channels": channels, "samplers": samplers}


def _mesh(skeleton: Skeleton, buffer: _Buffer) -> tuple[dict[str, Any], dict[str, Any]]:
    """Bars along the bones of the skeleton at rest, and the skin that binds them."""
    rest = _rest(skeleton)
    bars = [(p, rest[p], rest[j]) for p, j in skeleton.bones()]
    bars += [(j, rest[j], rest[j] + tip) for j, tip in sorted(skeleton.end_sites.items())]
    bars = [bar for bar in bars if np.linalg.norm(bar[2] - bar[1]) > _STILL]
    if not bars:
        bars = [(0, rest[0], rest[0] + [0, 0.1, 0])]
    corners = np.concatenate([_bar(start, end) for _, start, end in bars]).astype(np.float32)
    edges = corners[:, 1:] - corners[:, :1]
    sides = unit(cross(edges[:, 0], edges[:, 1]), 1e-12)
    points = corners.reshape(-1, 3)
    joints = np.zeros((len(points), 4), np.uint16)
    joints[:, 0] = np.repeat([joint for joint, _, _ in bars], len(points) // len(bars))
    weights = np.zeros((len(points), 4), np.float32)
    weights[:, 0] = 1
    binds = np.tile(np.eye(4, dtype=np.float32), (len(rest), 1, 1))
    binds[:, 3, :3] = -rest  # column-major: the last column is the last row here
    attributes = {
        "POSITION": buffer.add(points, "VEC3", _VERTICES),
        "NORMAL": buffer.add(np.repeat(sides, 3, axis=0).astype(np.float32), "VEC3", _VERTICES),
        "JOINTS_0": buffer.add(joints, "VEC4", _VERTICES),
        "WEIGHTS_0": buffer.add(weights, "VEC4", _VERTICES),
    }
    skin = {
        "joints": list(range(skeleton.joint_count)),
        "inverseBindMatrices": buffer.add(binds, "MAT4"),
    }
    return {"name": "bones", "primitives": [{"attributes": attributes, "material": 0}]}, skin


def _rest(skeleton: Skeleton) -> np.ndarray:
    """Joint positions (J, 3) with every rotation at rest, the root at the origin."""
    rest = np.zeros((skeleton.joint_count, 3))
    for parent, joint in skeleton.bones():
        rest[joint] = rest[parent] + skeleton.offsets[joint]
    return rest


def _bar(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Triangles (8, 3, 3) of a four-sided bar, thickest near its start, wound outwards."""
    along = end - start
    axes = frame("Z", along, "X", np.eye(3)[np.argmin(np.abs(along))])
    side, other = _THICKNESS * np.linalg.norm(along) * axes.T[:2]
    ring = start + _BELLY * along + np.array([side, other, -side, -other])
    after = np.roll(ring, -1, axis=0)
    first = [np.array([start, b, a]) for a, b in zip(ring, after, strict=True)]
    last = [np.array([a, b, end]) for a, b in zip(ring, after, strict=True)]
    return np.array(first + last)
