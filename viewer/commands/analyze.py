"""``main.py analyze CLIP -o OUT``: what the models see in a clip."""

from __future__ import annotations

import argparse
from pathlib import Path

from viewer.model.analysis import analyze, save_csv, save_npz
from viewer.model.clip import load_motion
from viewer.model.notice import Refused

from .console import emit, engine_asked, track, warn


def run(args: argparse.Namespace) -> None:
    """Writes phases, latents, contacts and anomalies of the clip, and says how many frames."""
    output = Path(args.output)
    kind = output.suffix.lower()
    if kind not in (".npz", ".csv"):
        raise Refused(f"{output}: analyze writes .npz or .csv.")
    engine_asked(args)
    motion = load_motion(Path(args.file), args.units, args.up_axis)
    chosen = (args.engine or "auto", args.device or "cpu", args.precision or "fp32")
    result = analyze(motion, *chosen, track)
    (save_npz if kind == ".npz" else save_csv)(result, output)
    warn(args.file, motion.clip)
    counts = {
        "frames": len(result.phase),
        "windows": len(result.latents),
        "anomalies": len(result.anomalies),
    }
    line = f"{output}: " + ", ".join(f"{count} {what}" for what, count in counts.items())
    facts = {"file": str(output), "kind": kind[1:], "engine": result.engine, **counts}
    emit(facts, f"{line}, by {result.engine}", args.json)
