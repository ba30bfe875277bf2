"""``main.py analyze CLIP -o OUT``: what the models see in a clip."""

from __future__ import annotations

import argparse
from pathlib import Path

from viewer.model.analysis import analyze, save_csv, save_npz
from viewer.model.clip import OpenMotion, load_motion
from viewer.model.inside import Inside, look_inside
from viewer.model.notice import Refused

from .console import emit, engine_asked, track, warn


def run(args: argparse.Namespace) -> None:
    """Writes phases, latents, contacts and anomalies of the clip, and says how many frames."""
    output = Path(args.output)
    kind = output.suffix.lower()
    if kind not in (".npz", ".csv"):
        raise Refused(f"{output}: analyze writes .npz or .csv.")
    if kind == ".csv" and (args.layers or args.saliency):
        raise Refused(f"{output}: layers and saliency go into an .npz.")
    engine_asked(args)
    motion = load_motion(Path(args.file), args.units, args.up_axis)
    chosen = (args.engine or "auto", args.device or "cpu", args.precision or "fp32")
    result = analyze(motion, *chosen, track)
    inside = _inside(args, motion)
    if kind == ".npz":
        save_npz(result, output, inside.arrays)
    else:
        save_csv(result, output)
    warn(args.file, motion.clip)
    counts = {
        "frames": len(result.phase),
        "windows": len(result.latents),
        "anomalies": len(result.anomalies),
    }
    line = f"{output}: " + ", ".join(f"{count} {what}" for what, count in counts.items())
    facts = {"file": str(output), "kind": kind[1:], "engine": result.engine, **counts}
    lines = (f"{line}, by {result.engine}", *inside.lines)
    emit({**facts, **inside.facts}, "\n".join(lines), args.json)


def _inside(args: argparse.Namespace, motion: OpenMotion) -> Inside:
    """The layers and the saliency that were asked for, of a clip that was analyzed."""
    if not (args.layers or args.saliency) or motion.phase_frames is None:
        return Inside({}, {}, ())
    return look_inside(motion.phase_frames, args.layers, args.saliency, track)
