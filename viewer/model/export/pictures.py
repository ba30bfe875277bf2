"""A picture, a sequence, a film or a turntable of a clip or of what a session shows; no Qt."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from motion.files import CannotWrite
from motion.npz import read_npz
from viewer.model.bundle.opening import is_session
from viewer.model.clip import load_motion
from viewer.model.compared_subject import compared_subject
from viewer.model.demo import ASSETS
from viewer.model.notice import Refused
from viewer.model.pictures import Shot, draw, turntable, write_pictures
from viewer.model.shipped import Track, untracked
from viewer.model.subject import Subject, clip_subject

from .order import PICTURE_KINDS, Look, Order, frames_of
from .staged import opened, style_files

MAX_PICTURES = 1_000_000
TURN_FPS = 30.0
"""Of a turntable, where no rate is asked for."""


def write_shots(order: Order, track: Track = untracked) -> dict[str, Any]:
    """Draws what ``order`` asks for and writes it; what was written, as facts.

    Raises Refused and CannotWrite.
    """
    output, look = Path(order.output), order.look
    if order.kind not in PICTURE_KINDS:
        raise Refused(f"{output}: render writes OUT.png, OUT.mp4 or a folder of PNG files.")
    if look.transparent and order.kind == ".mp4":
        raise Refused(f"{output}: MP4 has no transparency: name a folder for a PNG sequence.")
    subject = subject_of(order)
    if look.time_s is not None:
        subject = replace(subject, frame=frame_at(subject, look.time_s))
    shot = Shot(_size(order), look.theme, look.camera, look.transparent)
    fps, frames = _frames(order, subject)
    views = turntable(subject, shot, len(frames)) if look.turn_s else None
    places = track(range(len(frames)), len(frames), output.name)
    with closing(draw(subject, frames, shot, views)) as pictures:
        try:
            write_pictures(output, (next(pictures) for _ in places), fps)
        except OSError as error:
            raise CannotWrite(output, error) from error
    facts: dict[str, Any] = {"file": order.output, "size": list(shot.size)}
    if order.kind == ".png":
        facts["frame"] = frames[0]
    else:
        facts |= {"frames": len(frames), "fps": fps}
    warnings = list(subject.motion.clip.warnings) if subject.motion else []
    return facts | {"title": subject.title, "warnings": warnings}


def subject_of(order: Order) -> Subject:
    """What is to be drawn. Raises Refused."""
    path = Path(order.file)
    if not is_session(order.file):
        if order.what not in ("stage", "clip"):
            raise Refused(f"{order.file}: only a session holds a '{order.what}' to draw.")
        return clip_subject(load_motion(path, order.source_units, order.up_axis))
    session = opened(order.file, order.what)
    subject = compared_subject(path, session, ASSETS, style_files(order))
    aside = read_npz(order.aside, ["paint", "preview"]) if order.aside else {}
    return replace(subject, paint=aside.get("paint"), preview=aside.get("preview"))


def frame_at(subject: Subject, time_s: float) -> int:
    """The frame nearest to ``time_s``; Refused outside the subject."""
    at = time_s / subject.frame_time
    frame = round(at) if np.isfinite(at) else -1
    if not 0 <= frame < subject.frame_count:
        raise Refused(f"--time {time_s:g} lies outside the clip: 0 to {subject.duration:g} s.")
    return frame


def _size(order: Order) -> tuple[int, int]:
    """In pixels; even for a film, as its pixels share their colours by two and two."""
    width, height = order.look.size
    return (width + width % 2, height + height % 2) if order.kind == ".mp4" else (width, height)


def _frames(order: Order, subject: Subject) -> tuple[float, list[int]]:
    """Pictures a second, and the frame that each shows; Refused for too many."""
    look = order.look
    if look.turn_s:
        if order.kind == ".png":
            raise Refused(f"{order.output}: a turntable needs an OUT.mp4 or a folder of PNG files.")
        fps = look.fps or TURN_FPS
        return fps, [subject.frame] * _count(look, look.turn_s * fps)
    if order.kind == ".png":
        return 1 / subject.frame_time, [subject.frame]
    if look.time_s is not None:
        raise Refused("--time asks for one picture: name an OUT.png for it.")
    step = subject.frame_time
    loop = subject.loop and (subject.loop[0] * step, subject.loop[1] * step)
    first, last = frames_of(order.span, loop, step, subject.frame_count)
    if look.fps is None:
        return 1 / step, list(range(first, last + 1))
    count = _count(look, (last - first) * step * look.fps + 1)
    frames = first + np.round(np.arange(count) / (look.fps * step)).astype(int)
    return look.fps, [int(frame) for frame in np.minimum(frames, last)]


def _count(look: Look, pictures: float) -> int:
    if pictures > MAX_PICTURES:
        asked = f"--fps {look.fps:g}" if look.fps else "That"
        raise Refused(f"{asked} asks for {pictures:,.0f} pictures; {MAX_PICTURES:,} at most.")
    return max(int(pictures + 1e-6), 1)
