"""``main.py render CLIP -o OUT``: the window's picture of a clip, without a window."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from motion.files import CannotWrite
from viewer.model.clip import OpenMotion, load_motion
from viewer.model.notice import Refused
from viewer.model.pictures import Shot, draw, write_pictures

from .console import emit, track, warn
from .session_source import session_motion

MAX_PICTURES = 1_000_000


def run(args: argparse.Namespace) -> None:
    output = Path(args.output)
    kind = output.suffix.lower()
    if kind not in (".png", ".mp4", ""):
        raise Refused(f"{output}: render writes OUT.png, OUT.mp4 or a folder of PNG files.")
    motion, time_s = source(args)
    shot = Shot(args.size, args.theme, args.camera)
    if kind == ".png":
        frames = [frame_at(motion, time_s if args.time is None else args.time)]
    elif args.time is not None:
        raise Refused("--time asks for one picture: name an OUT.png for it.")
    else:
        frames = frames_at(motion, args.fps)
    fps = args.fps or motion.clip.fps
    pictures = track(draw(motion, frames, shot), len(frames), output.name)
    try:
        write_pictures(output, pictures, fps)
    except OSError as error:
        raise CannotWrite(output, error) from error
    warn(args.file, motion.clip)
    result: dict[str, Any] = {"file": str(output), "size": list(shot.size)}
    if kind == ".png":
        result["frame"] = frames[0]
    else:
        result |= {"frames": len(frames), "fps": fps}
    count = f"frame {frames[0]}" if kind == ".png" else f"{len(frames)} frames at {fps:.7g} fps"
    line = f"{output}: {count} of {motion.title}, {shot.size[0]}x{shot.size[1]}"
    emit(result, line, args.json)


def source(args: argparse.Namespace) -> tuple[OpenMotion, float]:
    """What to draw, and the seconds where it stands."""
    if args.file.lower().endswith(".stride"):
        return session_motion(args.file)
    return load_motion(Path(args.file), args.units, args.up_axis), 0.0


def frame_at(motion: OpenMotion, time_s: float) -> int:
    """The frame nearest to ``time_s``; Refused outside the clip."""
    at = time_s / motion.frame_time
    frame = round(at) if np.isfinite(at) else -1
    if not 0 <= frame < motion.frame_count:
        raise Refused(f"--time {time_s:g} lies outside the clip: 0 to {motion.clip.duration:g} s.")
    return frame


def frames_at(motion: OpenMotion, fps: float | None) -> list[int]:
    """The frames shown at ``fps`` pictures a second, or all of them; Refused for too many."""
    if fps is None:
        return list(range(motion.frame_count))
    pictures = motion.clip.duration * fps + 1
    if pictures > MAX_PICTURES:
        raise Refused(f"--fps {fps:g} asks for {pictures:,.0f} pictures; {MAX_PICTURES:,} at most.")
    count = int(pictures + 1e-6)
    frames = np.round(np.arange(count) / (fps * motion.frame_time)).astype(int)
    return [int(frame) for frame in np.minimum(frames, motion.frame_count - 1)]
