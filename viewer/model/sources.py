"""Clips to export, from a BVH, or an NPZ with a take, a clip or latents."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from character.anatomy import POLICY_HZ
from character.live.stored import TakeError
from character.live.take import open_take
from character.skeleton import character_clip
from inference.models import LATENT_SIZE
from motion.clip import Clip
from motion.features import FPS, join_windows, motion_from_features
from motion.npz import NpzError, read_npz
from motion.pose import fix_bones, to_clip
from motion.skeleton import Skeleton

from .clip import load_motion
from .notice import Refused, sentence
from .shipped import Track, load_shipped, run_chunked, untracked

_MOST_FRAMES = 200_000


@dataclass(frozen=True, eq=False)
class Source:
    """A clip to export; poses (T, 43): of the physics character, where they are known."""

    clip: Clip
    poses: np.ndarray | None = None


def open_source(
    file: Path, units: str = "auto", up_axis: str = "auto", track: Track = untracked
) -> Source:
    """The clip in a file; units, up_axis: how a BVH is read. Raises Refused with a sentence."""
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
        return Source(_decoded(file, arrays, track))
    raise Refused(
        f"{file}: expected a take, a clip or latents of Stridescope (an array 'latents' of "
        f"shape [W, {LATENT_SIZE}], or 'latent' of shape [{LATENT_SIZE}])."
    )


def _take(path: Path) -> Source:
    """A take of the stage or a recording of ``main.py simulate``, on the character's skeleton."""
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


def _decoded(path: Path, arrays: dict[str, np.ndarray], track: Track) -> Clip:
    """Latents (W, 256) as one motion: windows from ``window_time``, s, on, or a second apart."""
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
    decoder = load_shipped("stylevae_decoder", "auto", "cpu", "fp32")
    windows = run_chunked(decoder, latents.astype(np.float32), "motion", track)
    starts = np.rint((times - times.min()) * FPS).astype(int)
    try:
        features = join_windows(windows, starts)
    except ValueError:
        raise Refused(
            f"{path}: window_time leaves gaps of more than a window between the latents."
        ) from None
    return to_clip(fix_bones(motion_from_features(features)), 1 / FPS, path.stem)
