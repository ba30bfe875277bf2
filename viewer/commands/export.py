"""``main.py export CLIP -o OUT``: a clip, a take or decoded latents in another format.

NPZ schema ``stridescope.clip`` version 1 (README.md): name, joint_names (J,), parents (J,),
offsets (J, 3) m, rotations (T, J, 4) local w-first quaternions, translations (T, J, 3) m,
positions (T, J, 3) world m, frame_time s.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from motion.files import whole_file
from motion.npz import write_npz
from viewer.model.notice import Refused, sentence

from .console import emit, warn
from .export_source import Source, open_source

if TYPE_CHECKING:
    from motion.clip import Clip


def run(args: argparse.Namespace) -> None:
    """Writes the clip as read, in metres and Y up."""
    output = Path(args.output)
    kind = output.suffix.lower()
    if kind not in (".bvh", ".glb", ".npz", ".txt"):
        raise Refused(f"{output}: export writes .bvh, .glb, .npz, or .txt (a DeepMimic motion).")
    source = open_source(args.file, args.units, args.up_axis)
    clip = source.clip
    if kind == ".bvh":
        write_bvh_file(clip, output)
    elif kind == ".glb":
        write_glb_file(clip, output)
    elif kind == ".npz":
        write_clip(clip, output)
    else:
        write_motion(source, output)
    warn(args.file, clip)
    frames = clip.frame_count
    result = {"file": str(output), "kind": kind[1:], "frames": frames}
    emit(result, f"{output}: {frames} frames of {clip.name}", args.json)


def write_bvh_file(clip: Clip, output: Path) -> None:
    from motion.bvh import BvhError, write_bvh

    try:
        write_bvh(clip, output)
    except BvhError as error:
        raise Refused(sentence(error)) from error


def write_glb_file(clip: Clip, output: Path) -> None:
    from motion.glb import GlbError, write_glb

    try:
        write_glb(clip, output)
    except GlbError as error:
        raise Refused(sentence(error)) from error


def write_motion(source: Source, output: Path) -> None:
    """The clip on the physics character, as a reference for ``main.py simulate``."""
    from character.convert import reference_clip
    from character.reference import ClipError, ReferenceClip, clip_text

    try:
        if source.poses is None or len(source.poses) < 2:
            reference = reference_clip(source.clip)
        else:
            times = np.arange(len(source.poses)) * source.clip.frame_time
            reference = ReferenceClip(source.clip.name, False, times, source.poses)
        text = clip_text(reference)
    except ClipError as error:
        raise Refused(sentence(error)) from error
    with whole_file(output) as path:
        path.write_text(text, encoding="utf-8")


def write_clip(clip: Clip, output: Path) -> None:
    arrays = {
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
    write_npz(output, arrays)
