"""``main.py render FILE -o OUT``: the window's picture of a clip or session, without a window."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from motion.files import CannotWrite
from viewer.model.clip import load_motion
from viewer.model.notice import Refused
from viewer.model.pictures import Shot, draw, write_pictures
from viewer.model.subject import Subject, clip_subject

from .console import emit, track, warn
from .session_source import is_session, on_stage

MAX_PICTURES = 1_000_000


def run(args: argparse.Namespace) -> None:
    """Draws one picture, all of them, or a film, and says what it shows."""
    output = Path(args.output)
    kind = output.suffix.lower()
    if kind not in (".png", ".mp4", ""):
        raise Refused(f"{output}: render writes OUT.png, OUT.mp4 or a folder of PNG files.")
    subject = source(args)
    shot = Shot(args.size, args.theme, args.camera)
    if kind == ".png":
        frames = [subject.frame if args.time is None else frame_at(subject, args.time)]
    elif args.time is not None:
        raise Refused("--time asks for one picture: name an OUT.png for it.")
    else:
        frames = frames_at(subject, args.fps)
    fps = args.fps or 1 / subject.frame_time
    pictures = track(draw(subject, frames, shot), len(frames), output.name)
    try:
        write_pictures(output, pictures, fps)
    except OSError as error:
        raise CannotWrite(output, error) from error
    if subject.motion is not None:
        warn(args.file, subject.motion.clip)
    result: dict[str, Any] = {"file": str(output), "size": list(shot.size)}
    if kind == ".png":
        result["frame"] = frames[0]
    else:
        result |= {"frames": len(frames), "fps": fps}
    count = f"frame {frames[0]}" if kind == ".png" else f"{len(frames)} frames at {fps:.7g} fps"
    line = f"{output}: {count} of {subject.title}, {shot.size[0]}x{shot.size[1]}"
    emit(result, line, args.json)


def source(args: argparse.Namespace) -> Subject:
    """What to draw."""
    if is_session(args.file):
        return on_stage(args.file)
    return clip_subject(load_motion(Path(args.file), args.units, args.up_axis))


def frame_at(subject: Subject, time_s: float) -> int:
    """The frame nearest to ``time_s``; Refused outside the subject."""
    at = time_s / subject.frame_time
    frame = round(at) if np.isfinite(at) else -1
    if not 0 <= frame < subject.frame_count:
        raise Refused(f"--time {time_s:g} lies outside the clip: 0 to {subject.duration:g} s.")
    return frame


def frames_at(subject: Subject, fps: float | None) -> list[int]:
    """The frames shown at ``fps`` pictures a second, or all of them; Refused for too many."""
    if fps is None:
        return list(range(subject.frame_count))
    pictures = subject.duration * fps + 1
    if pictures > MAX_PICTURES:
        raise Refused(f"--fps {fps:g} asks for {pictures:,.0f} pictures; {MAX_PICTURES:,} at most.")
    count = int(pictures + 1e-6)
    frames = np.round(np.arange(count) / (fps * subject.frame_time)).astype(int)
    return [int(frame) for frame in np.minimum(frames, subject.frame_count - 1)]
