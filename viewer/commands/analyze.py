"""``main.py analyze CLIP… -o OUT``: what the models see in a clip, or in each of several."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from motion.phase.thresholds import Thresholds
from viewer.model.analysis import Analysis, analyze, save_csv, save_npz
from viewer.model.clip import OpenMotion, load_motion
from viewer.model.inside import Inside, look_inside
from viewer.model.notice import Refused
from viewer.model.phase_measures import measured
from viewer.model.phase_plots import curves_plot
from viewer.model.phase_reading import check_phase, read_phase, thresholds_asked
from viewer.model.phase_table import Row, row_of, save_table, table_format
from viewer.model.shipped import load_shipped

from .console import each, emit, engine_asked, track, warn
from .picture import refuse_others, write_picture


def run(args: argparse.Namespace) -> int:
    """Writes what the models see of the clip, or a table of several, and says how much it is."""
    if args.output is None and args.lint is None and args.picture is None:
        raise Refused("Where to? Give -o OUT or --picture OUT, or --lint to be told only.")
    refuse_others(args.picture, "analyze")
    engine_asked(args)
    return one(args) if len(args.files) == 1 else several(args)


def chosen(args: argparse.Namespace) -> tuple[str, str, str]:
    """Engine, device and precision, as asked for or as usual."""
    return args.engine or "auto", args.device or "cpu", args.precision or "fp32"


def own(args: argparse.Namespace) -> Path | None:
    """The file of a DeepPhase of one's own."""
    return Path(args.phase) if args.phase else None


def one(args: argparse.Namespace) -> int:
    """Phases, latents, contacts and anomalies of one clip."""
    output = Path(args.output) if args.output is not None else None
    kind = output.suffix.lower() if output else ""
    if output and kind not in (".npz", ".csv"):
        raise Refused(f"{output}: analyze writes .npz or .csv.")
    if kind == ".csv" and (args.layers or args.saliency):
        raise Refused(f"{output}: layers and saliency go into an .npz.")
    thresholds = None if args.lint is None else thresholds_asked(args.lint)
    (file,) = args.files
    motion = load_motion(Path(file), args.units, args.up_axis)
    result = analyze(motion, *chosen(args), track, args.frequency or 0.0, thresholds, own(args))
    inside = _inside(args, motion)
    if output and kind == ".npz":
        save_npz(result, output, inside.arrays)
    elif output:
        save_csv(result, output)
    if args.picture:
        draw(result, motion, args)
    warn(file, motion.clip)
    counts = {
        "frames": len(result.phase),
        "windows": len(result.latents),
        "anomalies": len(result.anomalies),
    }
    line = f"{output or file}: " + ", ".join(f"{count} {what}" for what, count in counts.items())
    facts = {"file": str(output or file), "kind": kind[1:], "engine": result.engine, **counts}
    facts |= linted(result)
    lines = (f"{line}, by {result.engine}", *inside.lines, *told(result))
    emit({**facts, **inside.facts}, "\n".join(lines), args.json)
    return 0


def draw(result: Analysis, motion: OpenMotion, args: argparse.Namespace) -> None:
    """The phase over time as a picture, by the thresholds of a lint or the usual ones."""
    picture = Path(args.picture)
    if args.output and picture.with_suffix(".csv") == Path(args.output):
        raise Refused(f"{picture}: its numbers would be {args.output}: give it another name.")
    found = result.measures or measured(motion, result.phase, Thresholds())
    model = Path(args.phase).name if args.phase else "DeepPhase"
    write_picture(curves_plot(f"{motion.path.name} by {model}", found), picture)


def _inside(args: argparse.Namespace, motion: OpenMotion) -> Inside:
    """The layers and the saliency that were asked for, of a clip that was analyzed."""
    if not (args.layers or args.saliency) or motion.phase_frames is None:
        return Inside({}, {}, ())
    return look_inside(motion.phase_frames, args.layers, args.saliency, track, own(args))


def linted(result: Analysis) -> dict[str, Any]:
    """Verdict and anomalies of a lint, as they are written in JSON."""
    if not (check := result.measures):
        return {}
    return {
        "verdict": str(check.verdict),
        **{name: value for name, value in asdict(check.verdict).items() if name != "anomalies"},
        "found": [asdict(anomaly) for anomaly in check.anomalies],
    }


def told(result: Analysis) -> list[str]:
    """The verdict of a lint and its anomalies, a line each."""
    if not (check := result.measures):
        return []
    return [str(check.verdict), *(f"  {anomaly}" for anomaly in check.anomalies)]


def several(args: argparse.Namespace) -> int:
    """A row a clip; those that cannot be used are told and passed over."""
    output = Path(args.output) if args.output is not None else None
    kind = table_format(output)[1:] if output else ""
    if args.frequency:
        raise Refused("--frequency goes with one clip; a table of several has its mean.")
    if args.layers or args.saliency or args.picture:
        raise Refused("--layers, --saliency and --picture go with one clip.")
    thresholds = thresholds_asked(args.lint or "")
    deepphase = load_shipped("deepphase", *chosen(args), own(args))
    rows: list[Row] = []

    def describe(file: str) -> tuple[dict[str, Any], str]:
        motion = load_motion(Path(file), args.units, args.up_axis)
        check = check_phase(motion, read_phase(motion, deepphase), thresholds)
        warn(file, motion.clip)
        rows.append(row_of(file, motion, check))
        return {"file": file, **asdict(rows[-1])}, f"{file}: {rows[-1].verdict}"

    code = each(args.files, describe, args.json)
    if output and rows:
        save_table(rows, output)
        facts = {"file": str(output), "kind": kind, "rows": len(rows), "engine": deepphase.engine}
        count = f"{len(rows)} row{'' if len(rows) == 1 else 's'}"
        emit(facts, f"{output}: {count}, by {deepphase.engine}", args.json)
    return code
