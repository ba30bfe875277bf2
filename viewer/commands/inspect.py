"""``main.py inspect CLIP|SESSION``: joints over time, their distance, and where feet slide."""

from __future__ import annotations

import argparse
from difflib import get_close_matches
from pathlib import Path

from viewer.model.bundle.opening import is_session
from viewer.model.clip import load_motion
from viewer.model.document import Marker
from viewer.model.figure import Figure, LiveFigure
from viewer.model.inspection import (
    inspect_figure,
    inspection_facts,
    inspection_told,
    save_inspection,
)
from viewer.model.joint_edits import MOST_JOINTS
from viewer.model.joints import joint_names
from viewer.model.notice import Refused

from .console import emit, warn
from .session_source import on_stage, read


def run(args: argparse.Namespace) -> None:
    """Tells what the joints do and where feet slide; writes it frame by frame where asked."""
    output = Path(args.output) if args.output else None
    if output and output.suffix.lower() != ".csv":
        raise Refused(f"{output}: inspect writes .csv.")
    figure, markers = _session(args) if is_session(args.file) else _clip(args)
    if not isinstance(figure, Figure):
        raise Refused(f"{args.file}: the character is on stage; inspect reads clips and latents.")
    names = joint_names(figure)
    found = inspect_figure(figure, [_named(args.file, n, names) for n in args.joint], markers)
    if output:
        save_inspection(found, output)
    worst = found.skating.worst[: args.most] if found.skating else ()
    lines = [f"{output or args.file}: {found.frames} frames", *inspection_told(found)]
    lines += [f"  {slide}" for slide in worst]
    facts = {"file": str(output or args.file), **inspection_facts(found)}
    if facts["skate"]:
        facts["skate"]["worst"] = facts["skate"]["worst"][: args.most]
    emit(facts, "\n".join(lines), args.json)


def _clip(args: argparse.Namespace) -> tuple[Figure, tuple[Marker, ...]]:
    motion = load_motion(Path(args.file), args.units, args.up_axis)
    warn(args.file, motion.clip)
    return motion.figure, ()


def _session(args: argparse.Namespace) -> tuple[Figure | LiveFigure, tuple[Marker, ...]]:
    """What a session has on stage, with the markers of its clip."""
    document = read(args.file)[0].document
    clip = document.shown_clip if document.view.source == "clip" else None
    return on_stage(args.file).figure(0), clip.markers if clip else ()


def _named(file: str, name: str, names: tuple[str, ...]) -> str:
    """The joint that is meant by ``name``, in whatever case. Raises Refused."""
    found = next((known for known in names if known.lower() == name.lower()), None)
    if found is None:
        near = get_close_matches(name, names, 3, 0.4) or names[:MOST_JOINTS]
        raise Refused(f"{file}: there is no joint '{name}'; there are {', '.join(near)}.")
    return found
