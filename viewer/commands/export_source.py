"""What ``main.py export`` takes: a BVH, or an NPZ with a take, a clip or latents."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from inference.models import LATENT_SIZE
from motion.npz import NpzError, read_npz
from viewer.model.clip import load_motion
from viewer.model.notice import Refused, sentence

if TYPE_CHECKING:
    from motion.clip import Clip

_MOST_FRAMES = 200_000


@dataclass(frozen=True, eq=False)
class Source:
    """A clip to export; poses (T, 43): of the physics character, where they are known."""

    clip: Clip
    poses: np.ndarray | None = None


def open_source(path: str, units: str, up_axis: str) -> Source:
    """The clip in a file. Raises Refused with a sentence."""
    file = Path(path)
    if file.suffix.lower() != ".npz":
        return Source(load_motion(file, units, up_axis).clip)
    try:
        arrays = read_npz(file)
    except NpzError as error:
        raise Refused(str(error)) from error
    schema = str(arrays.get("schema", ""))
    if schema == "stridescope.take":
        return _take(file)
    if schema == "stridescope.clip":
        return Source(_clip(file, arrays))
    if "latents" in arrays or "latent" in arrays:
        return Source(_decoded(file, arrays))
    raise Refused(
        f"{path}: expected a take, a clip or latents of Stridescope (an array 'latents' of "
        f"shape [W, {LATENT_SIZE}], or 'latent' of shape [{LATENT_SIZE}])."
    )


def _take(path: Path) -> Source:
    """A take of the stage or a recording of ``main.py simulate``, on the character's skeleton."""
    from character.anatomy import POLICY_HZ
    from character.live.take import TakeError, open_take
    from character.skeleton import character_clip

    try:
        arrays = open_take(path)
    except TakeError as error:
        raise Refused(sentence(error)) from error
    cuts = np.flatnonzero(arrays.get("cut", np.zeros(1))[1:]) + 1
    doubts = (f"the take is cut at {', '.join(f'{c / POLICY_HZ:.2f} s' for c in cuts)}",)
    poses = arrays["pose"]
    clip = character_clip(poses, 1 / POLICY_HZ, path.stem, doubts if len(cuts) else ())
    return Source(clip, poses)


def _clip(path: Path, arrays: dict[str, np.ndarray]) -> Clip:
    """The clip that ``main.py export`` wrote as NPZ."""
    from motion.clip import Clip
    from motion.skeleton import Skeleton

    try:
        parents = arrays["parents"].astype(np.int32)
        offsets = arrays["offsets"].astype(np.float32)
        rotations = arrays["rotations"].astype(np.float32)
        translations = arrays["translations"].astype(np.float32)
        frame_time, name = float(arrays["frame_time"]), str(arrays["name"])
        names = tuple(str(joint) for joint in arrays["joint_names"])
        shape = (len(rotations), len(names))
        sound = (
            (rotations.shape, translations.shape) == ((*shape, 4), (*shape, 3))
            and (parents.shape, offsets.shape) == ((len(names),), (len(names), 3))
            and min(shape) > 0
            and (parents < np.arange(len(names))).all()
            and parents[0] == -1
            and (parents[1:] >= 0).all()
            and np.isfinite(rotations).all()
            and np.isfinite(translations).all()
            and 1e-5 < frame_time < 1e3
        )
    except (KeyError, TypeError, ValueError, IndexError):
        sound = False
    if not sound:
        raise Refused(f"{path}: not a whole clip of Stridescope; export it again.")
    return Clip(name, Skeleton(names, parents, offsets, {}), rotations, translations, frame_time)


def _decoded(path: Path, arrays: dict[str, np.ndarray]) -> Clip:
    """Latents (W, 256) as one motion: windows from ``window_time``, s, on, or a second apart."""
    from motion.features import FPS, motion_from_features
    from motion.pose import fix_bones, to_clip

    from .analyze import load, run_chunked

    latents = np.atleast_2d(arrays.get("latents", arrays.get("latent", np.zeros(0))))
    if latents.ndim != 2 or latents.shape[1] != LATENT_SIZE or not len(latents):
        raise Refused(
            f"{path}: latents have shape {list(latents.shape)}, expected [W, {LATENT_SIZE}]."
        )
    if latents.dtype.kind != "f" or not np.isfinite(latents).all():
        raise Refused(f"{path}: the latents hold values that are not finite numbers.")
    times = np.asarray(arrays.get("window_time", np.arange(len(latents), dtype=float)))
    if times.shape != (len(latents),) or not (np.abs(times) < _MOST_FRAMES / FPS).all():
        raise Refused(f"{path}: window_time has to give a time in seconds to each latent.")
    decoder = load("stylevae_decoder", "auto", "cpu", "fp32")
    windows = run_chunked(decoder, latents.astype(np.float32), "motion")
    starts = np.rint((times - times.min()) * FPS).astype(int)
    features = crossfaded(windows, starts)
    if features is None:
        raise Refused(f"{path}: window_time leaves gaps of more than a window between the latents.")
    return to_clip(fix_bones(motion_from_features(features)), 1 / FPS, path.stem)


def crossfaded(windows: np.ndarray, starts: np.ndarray) -> np.ndarray | None:
    """Features (T, 73) of windows (W, 60, 73) that begin at frames ``starts`` (W,), from 0 on.

    Where windows overlap, each counts the more the nearer its middle. None when there are gaps.
    """
    length = windows.shape[1]
    ramp = np.minimum(np.arange(1, length + 1), np.arange(length, 0, -1)).astype(np.float64)
    total = np.zeros((int(starts.max()) + length, windows.shape[2]))
    weight = np.zeros(len(total))
    for window, start in zip(windows, starts.tolist(), strict=True):
        total[start : start + length] += ramp[:, None] * window
        weight[start : start + length] += ramp
    if not weight.all():
        return None
    return (total / weight[:, None]).astype(np.float32)
