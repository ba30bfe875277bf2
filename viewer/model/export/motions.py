"""A clip, a restyled clip, a take or a latent as a motion file; no Qt."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from character.anatomy import POLICY_HZ
from character.live.take import Take, TakeError
from motion.features import FPS
from motion.pose import to_clip
from viewer.model.bundle.opening import is_session
from viewer.model.clip import load_motion
from viewer.model.decoded import decoded_loop
from viewer.model.demo import ASSETS
from viewer.model.document import Marker, OpenClip
from viewer.model.exports import doubt_of, export_clip
from viewer.model.markers import within
from viewer.model.notice import Refused, sentence
from viewer.model.restyle_job import Wear
from viewer.model.restyled_clip import MakeWhole, WholeClips
from viewer.model.restyling import not_human
from viewer.model.session import Session
from viewer.model.shipped import Track, untracked
from viewer.model.sources import Source, open_source
from viewer.model.style_space import DECODER
from viewer.model.subject import UNUSABLE, style_networks

from .order import Order, frames_of
from .staged import opened, style_files

Seconds = tuple[float, float]


def write_motion(order: Order, track: Track = untracked) -> dict[str, Any]:
    """Writes the motion that ``order`` asks for; what was written, as facts.

    Raises Refused and CannotWrite.
    """
    output = Path(order.output)
    if order.what == "take" and order.kind == ".npz" and is_session(order.file):
        return _write_take(order, output)
    source, markers = source_of(order, track)
    units = export_clip(source, output, order.units, markers, track)
    facts = {
        "file": order.output,
        "kind": order.kind.removeprefix("."),
        "name": source.clip.name,
        "frames": source.clip.frame_count,
        "units": units,
    }
    return facts | {
        "warnings": list(source.clip.warnings),
        "doubt": doubt_of(output, source.clip, units),
    }


def source_of(order: Order, track: Track = untracked) -> tuple[Source, tuple[Marker, ...]]:
    """The motion that ``order`` asks for, cut to its span, and its markers. Raises Refused."""
    if not is_session(order.file):
        if order.what not in ("stage", "clip"):
            raise Refused(f"{order.file}: only a session holds a '{order.what}' to export.")
        path = Path(order.file)
        return _cut(open_source(path, order.source_units, order.up_axis, track), order, None)
    session = opened(order.file, order.what)
    source, loop = _of_session(session, order)
    document = session.document
    clip = document.shown_clip if document.view.source == "clip" else None
    return _cut(source, order, loop, clip.markers if clip else ())


def _cut(
    source: Source, order: Order, loop: Seconds | None, markers: tuple[Marker, ...] = ()
) -> tuple[Source, tuple[Marker, ...]]:
    clip = source.clip
    first, last = frames_of(order.span, loop, clip.frame_time, clip.frame_count)
    if (first, last) == (0, clip.frame_count - 1):
        return source, markers
    poses = None if source.poses is None else source.poses[first : last + 1]
    part = replace(source, clip=clip.section(first, last), poses=poses)
    return part, within(markers, first * clip.frame_time, last * clip.frame_time)


def _of_session(session: Session, order: Order) -> tuple[Source, Seconds | None]:
    """What the session has on stage, and its loop range in seconds."""
    document = session.document
    match document.view.source:
        case "character":
            take = _take(session, order)
            return Source(take.clip(Path(order.output).stem), take.poses()), None
        case "latent":
            source, frame_time = _latent(session, order), 1 / FPS
        case _:
            source, frame_time = _clip(session, order)
    loop = document.range_of(document.view.source)
    return source, None if loop is None else (loop[0] * frame_time, loop[1] * frame_time)


def _take(session: Session, order: Order) -> Take:
    if session.take is None:
        raise Refused(f"{order.file}: no character remembers anything in it.")
    try:
        return Take.from_bytes(session.take.npz, f"{order.file}, the character's take")
    except TakeError as error:
        raise Refused(sentence(error)) from error


def _write_take(order: Order, output: Path) -> dict[str, Any]:
    """All that is remembered, to go back to; in it is the motion too."""
    take = _take(opened(order.file, "take"), order)
    if order.span is not None:
        first, last = frames_of(order.span, None, 1 / POLICY_HZ, len(take.rows))
        take = take.part(take.first + first, take.first + last)
    take.save(output)
    facts = {"file": order.output, "kind": "npz", "name": output.stem, "frames": len(take.rows)}
    return facts | {"units": "m", "warnings": [], "doubt": ""}


def _latent(session: Session, order: Order) -> Source:
    latent = session.document.style.latent
    if latent is None:
        raise Refused(f"{order.file}: it holds no latent.")
    try:
        run = style_networks(ASSETS, style_files(order))
        decoded = run(DECODER, {"latent": latent.values[None]})
    except UNUSABLE as error:
        raise Refused(sentence(error)) from error
    return Source(to_clip(decoded_loop(next(iter(decoded.values()))[0]), 1 / FPS, latent.label))


def _clip(session: Session, order: Order) -> tuple[Source, float]:
    """The clip, restyled where it wears a style; and the seconds between frames of its file."""
    document = session.document
    clip = document.shown_clip
    if clip is None:
        raise Refused(f"{order.file}: no clip is open in it.")
    if Path(order.output).resolve() == clip.path.resolve():
        raise Refused(f"{order.output}: that is the clip itself; name another file.")
    if not document.course_of(clip):
        motion = load_motion(clip.path, clip.units, clip.up_axis)
        return Source(motion.clip), motion.frame_time
    return _restyled(session, clip, order)


def _restyled(session: Session, clip: OpenClip, order: Order) -> tuple[Source, float]:
    motion = load_motion(clip.path, clip.units, clip.up_axis)
    if motion.positions is None:
        raise not_human(motion)
    course, own = session.document.course_of(clip), style_files(order)
    wish = Wear(clip.key, motion.positions, motion.frame_time, course, 0.0, own.subspace)
    try:
        run = style_networks(ASSETS, own)
        made = WholeClips().handle(MakeWhole(motion.clip, wish), run)
    except UNUSABLE as error:
        raise Refused(sentence(error)) from error
    written = made.on_source_rig() if order.rig == "source" else made.canonical()
    return Source(written), motion.frame_time
