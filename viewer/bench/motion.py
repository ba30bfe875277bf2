"""Opening a long BVH file and its forward kinematics, beside bvhio."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from motion import quat
from motion.bvh import read_bvh, write_bvh
from motion.canonical import CANONICAL
from motion.clip import Clip
from motion.skeleton import Skeleton, forward_kinematics

from .measurement import Measurement

FRAMES, JOINTS = 10_000, 31
RUNS = 30
OPEN_S, KINEMATICS_S = 0.5, 0.1


def measure_motion() -> list[Measurement]:
    """Median and p99 times of one synthetic clip, made here: smooth motion of no one.

    bvhio does the same with the same file, once.
    """
    clip = synthetic_clip(FRAMES)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "bench.bvh")
        write_bvh(clip, path)
        opened = _times(lambda: read_bvh(path), RUNS)
        rival_open, rival_kinematics = _rival(path)
    kinematics = _times(
        lambda: forward_kinematics(clip.skeleton, clip.rotations, clip.translations), RUNS
    )
    size = f"{FRAMES:,} frames, {JOINTS} joints"
    return [
        *_rows(f"open a BVH file of {size}", opened, OPEN_S, rival_open),
        *_rows(f"forward kinematics of {size}", kinematics, KINEMATICS_S, rival_kinematics),
    ]


def synthetic_clip(frames: int) -> Clip:
    """The canonical body with spare joints in its hands, every joint swinging, at 120 Hz."""
    spare = JOINTS - CANONICAL.joint_count
    hands = [CANONICAL.index("LeftHand"), CANONICAL.index("RightHand")]
    skeleton = Skeleton(
        (*CANONICAL.names, *(f"Finger{i}" for i in range(spare))),
        np.concatenate([CANONICAL.parents, [hands[i % 2] for i in range(spare)]]).astype(np.int32),
        np.concatenate([CANONICAL.offsets, np.full((spare, 3), 0.05)]).astype(np.float32),
        {},
    )
    rng = np.random.default_rng(0)
    seconds = np.arange(frames)[:, None, None] / 120
    rates, shifts = rng.uniform(1, 6, (JOINTS, 3)), rng.uniform(0, 6, (JOINTS, 3))
    angles = (0.5 * np.sin(rates * seconds + shifts)).astype(np.float32)
    translations = np.repeat(skeleton.offsets[None], frames, axis=0)
    translations[:, 0] += 0.2 * np.sin(seconds[:, 0] * rates[0])
    rotations = np.ascontiguousarray(quat.from_euler(angles, "ZXY"))
    return Clip("bench", skeleton, rotations, translations, 1 / 120)


def _times(work: Callable[[], object], runs: int) -> np.ndarray:
    """Seconds of each of ``runs`` runs, after one to warm up."""
    work()
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return np.array(seconds)


def _rival(path: Path) -> tuple[float | None, float | None]:
    """bvhio's seconds for opening and kinematics; None where it is missing."""
    try:
        import bvhio
    except ImportError:
        return None, None
    start = time.perf_counter()
    root = bvhio.readAsHierarchy(str(path))
    opened = time.perf_counter() - start
    joints = [joint for joint, _, _ in root.layout()]
    start = time.perf_counter()
    for frame in range(FRAMES):
        root.loadPose(frame)
        for joint in joints:
            _ = joint.PositionWorld
    kinematics = time.perf_counter() - start
    return opened, kinematics


def _rows(
    name: str, seconds: np.ndarray, target_s: float, rival_s: float | None
) -> list[Measurement]:
    median, worst = (float(x) for x in np.percentile(seconds, [50, 99]))
    rival = "bvhio is not installed"
    if rival_s is not None:
        rival = f"bvhio {rival_s:.3g} s, {rival_s / median:,.0f} times as long"
    return [
        Measurement(f"{name}, p50", median * 1e3, "ms", target_s * 1e3, rival=rival),
        Measurement(f"{name}, p99", worst * 1e3, "ms", target_s * 1e3),
    ]
