"""What a person wants exported, as plain data that a command or another process is told; no Qt."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from viewer.model.exports import MOTION_KINDS
from viewer.model.notice import Refused

What = Literal["stage", "clip", "restyled", "take", "latent"]
Rig = Literal["canonical", "source"]
Span = tuple[float, float] | Literal["loop"]
WHATS: tuple[What, ...] = ("stage", "clip", "restyled", "take", "latent")
RIGS: tuple[Rig, ...] = ("canonical", "source")
LOOP: Literal["loop"] = "loop"
BUNDLE = ".zip"
PICTURE_KINDS = (".png", ".mp4", "")
_ROUNDING_S = 1e-6


@dataclass(frozen=True)
class Look:
    """How pictures are taken. size: in pixels. fps: None for the motion's own. time_s: of a single
    one, None for where the playhead stands. turn_s: seconds for once around that pose, 0 for none.
    theme, camera: None for those of the session.
    """

    size: tuple[int, int] = (1280, 720)
    fps: float | None = None
    time_s: float | None = None
    turn_s: float = 0.0
    transparent: bool = False
    theme: str | None = None
    camera: tuple[float, ...] | None = None


@dataclass(frozen=True)
class Order:
    """``what`` of the session or the clip in ``file`` is to be written to ``output``.

    span: its first and last second, its loop range, or None for all. rig: of a restyled clip.
    units: of a BVH that is written; source_units, up_axis: of one that is read. models: files of
    style networks in place of those that ship. aside: an NPZ with what is on stage and in no
    session: ``paint``, ``preview``, and ``axes`` of those networks' style; "" for none. observed,
    log: of a bundle: what the window saw of driver, engine and timings; its log.
    """

    file: str
    output: str
    what: What = "stage"
    rig: Rig = "canonical"
    span: Span | None = None
    units: str | None = None
    source_units: str = "auto"
    up_axis: str = "auto"
    look: Look = field(default_factory=Look)
    models: Mapping[str, str] = field(default_factory=dict)
    aside: str = ""
    observed: Mapping[str, Any] = field(default_factory=dict)
    log: str = ""

    @property
    def kind(self) -> str:
        """The suffix of the output; "" for a folder."""
        return Path(self.output).suffix.lower()

    @property
    def is_motion(self) -> bool:
        """Whether it is a clip that is written, and no picture of one."""
        return self.kind in MOTION_KINDS

    def to_line(self) -> bytes:
        """One line of JSON."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @staticmethod
    def from_line(line: bytes) -> Order:
        """What ``to_line`` gave."""
        data = json.loads(line)
        look = data.pop("look")
        camera = look.pop("camera")
        span = data.pop("span")
        return Order(
            **data,
            span=tuple(span) if isinstance(span, list) else span,
            look=Look(
                **{**look, "size": tuple(look["size"])},
                camera=tuple(camera) if camera is not None else None,
            ),
        )


def frames_of(
    span: Span | None, loop: tuple[float, float] | None, frame_time: float, count: int
) -> tuple[int, int]:
    """The first and the last frame of ``span``, of ``count`` that are ``frame_time`` s apart.

    loop: the loop range in seconds, None for none. Raises Refused.
    """
    if span is None:
        return 0, count - 1
    if span == LOOP:
        if loop is None:
            raise Refused("There is no loop range: set one on the timeline, or export all of it.")
        span = loop
    begin, end = span
    length = (count - 1) * frame_time
    if not 0 <= begin <= end <= length + frame_time / 2 + _ROUNDING_S:
        raise Refused(f"{begin:g} to {end:g} s lies outside of what there is: 0 to {length:g} s.")
    last = min(round(end / frame_time), count - 1)
    return min(round(begin / frame_time), last), last
