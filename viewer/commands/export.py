"""``main.py export CLIP -o OUT``: a clip, a take or decoded latents in another format."""

from __future__ import annotations

import argparse
from pathlib import Path

from motion.conventions import UNIT_NAMES
from viewer.model.exports import export_clip, kind_of
from viewer.model.sources import open_source

from .console import doubted, emit, track, warn


def run(args: argparse.Namespace) -> None:
    """Writes the clip, Y up, and says in which unit."""
    output = Path(args.output)
    kind = kind_of(output, units=args.units, source=Path(args.file))
    source = open_source(Path(args.file), args.source_units, args.up_axis, track)
    units = export_clip(source, output, args.units)
    clip = source.clip
    warn(args.file, clip)
    doubted(output, clip, units)
    frames = clip.frame_count
    result = {"file": str(output), "kind": kind[1:], "frames": frames, "units": units}
    emit(result, f"{output}: {frames} frames of {clip.name}, in {UNIT_NAMES[units]}", args.json)
