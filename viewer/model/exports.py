"""Clips as files for others: BVH, GLB, NPZ, and DeepMimic's motions.

NPZ schema ``stridescope.clip`` version 1 (docs/reference/file-formats.md): name, joint_names (J,),
parents (J,), offsets (J, 3) m, rotations (T, J, 4) local w-first quaternions, translations
(T, J, 3) m, positions (T, J, 3) world m, frame_time s; of M markers marker_time (M,) s,
marker_name, marker_colour and marker_note (M,). A GLB has markers in the extras of its scene.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from character.convert import reference_clip
from character.reference import ClipError, ReferenceClip, clip_text
from motion.bvh import BvhError, write_bvh
from motion.bvh.detect import units_of_size
from motion.clip import Clip
from motion.conventions import UNIT_NAMES, UNITS
from motion.files import whole_file
from motion.glb import GlbError, write_glb
from motion.measure import standing_height
from motion.npz import write_npz

from .document import Marker
from .markers import marker_rows
from .notice import Refused, sentence
from .shipped import Track, untracked
from .sources import Source

KINDS = (".bvh", ".glb", ".npz", ".txt")
MOTION_KINDS = KINDS[:3]
"""Those that hold a clip on any skeleton."""


def kind_of(
    output: Path,
    kinds: tuple[str, ...] = KINDS,
    units: str | None = None,
    source: Path | None = None,
) -> str:
    """The suffix of ``output``, which has to be one of ``kinds``. Raises Refused.

    units: those that were asked for by --units. source: what is read, which is not written over.
    """
    kind = output.suffix.lower()
    if kind not in kinds:
        *others, last = (f"{k} (a DeepMimic motion)" if k == ".txt" else k for k in kinds)
        raise Refused(f"{output}: write {', '.join(others)} or {last}.")
    if units and kind != ".bvh":
        raise Refused(f"{output}: --units goes with OUT.bvh; {kind} is always in metres.")
    if source is not None and output.resolve() == source.resolve():
        raise Refused(f"{output}: that is the clip itself; name another file.")
    return kind


def export_clip(
    source: Source,
    output: Path,
    units: str | None = None,
    markers: Sequence[Marker] = (),
    track: Track = untracked,
) -> str:
    """Writes the clip in the format of ``output``'s suffix; the unit of the lengths in it.

    units: what a BVH is to count in, centimetres for people by default; all else is in metres.
    markers: of the clip, which GLB and NPZ carry. Raises Refused and CannotWrite.
    """
    try:
        match output.suffix.lower():
            case ".bvh":
                passed = partial(_passed, track, output.name)
                return write_bvh(source.clip, output, units, passed)
            case ".glb":
                rows = marker_rows(markers, source.clip.frame_time)
                write_glb(source.clip, output, {"markers": rows} if rows else None)
            case ".npz":
                write_npz(output, _arrays(source.clip) | _marked(markers))
            case _:
                with whole_file(output) as path:
                    path.write_text(_motion(source), encoding="utf-8")
    except (BvhError, GlbError) as error:
        raise Refused(sentence(error)) from error
    return "m"


def _passed(track: Track, label: str, starts: range) -> Iterable[int]:
    return track(starts, len(starts), label)


def doubt_of(output: Path, clip: Clip, units: str) -> str:
    """Where ``clip``, written in ``units``, is taken for one of another unit when it is read."""
    if output.suffix.lower() != ".bvh":
        return ""
    judged = units_of_size(clip, standing_height(clip) / UNITS[units])
    if judged == units:
        return ""
    taken = f"a figure of this size is taken for one in {UNIT_NAMES[judged]}"
    return f"{taken}; open it with the unit {units}"


def _motion(source: Source) -> str:
    """The clip on the physics character, as a reference for ``main.py simulate``."""
    try:
        if source.poses is None or len(source.poses) < 2:
            return clip_text(reference_clip(source.clip))
        times = np.arange(len(source.poses)) * source.clip.frame_time
        return clip_text(ReferenceClip(source.clip.name, False, times, source.poses))
    except ClipError as error:
        raise Refused(sentence(error)) from error


def _arrays(clip: Clip) -> dict[str, object]:
    return {
        "schema": "stridescope.clip",
        "version": 1,
        "name": clip.name,
        "joint_names": np.array(clip.skeleton.names),
        "parents": clip.skeleton.parents,
        "offsets": clip.skeleton.offsets,
        "rotations": clip.rotations,
        "translations": clip.translations,
        "positions": clip.positions,
        "frame_time": clip.frame_time,
    }


def _marked(markers: Sequence[Marker]) -> dict[str, object]:
    if not markers:
        return {}
    return {
        "marker_time": np.array([marker.time_s for marker in markers]),
        "marker_name": np.array([marker.name for marker in markers]),
        "marker_colour": np.array([marker.colour for marker in markers]),
        "marker_note": np.array([marker.note for marker in markers]),
    }
