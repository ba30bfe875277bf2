"""The HIERARCHY section, and the three header lines of MOTION."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import NoReturn

from .source import BOM, START, Source, decode, quoted

MAX_JOINTS = 16_384
LONGEST_NAME = 1024
LARGEST = 1e9
SHORTEST_FRAME, LONGEST_FRAME = 1e-6, 1e6
CHANNELS = tuple(axis + kind for kind in ("position", "rotation") for axis in "XYZ")
_CHANNEL = {name.lower().encode(): name for name in CHANNELS}
_BLANK = re.compile(rb"[ \t\r\n\f\v]*")
_WORD = re.compile(rb"[{}]|[^ \t\r\n\f\v{}]+")
_NAME = re.compile(rb"[ \t\f\v]*([^\r\n{}]*)")


@dataclass
class Joint:
    """One ROOT or JOINT as written, in the file's units.

    first_channel is the column of its first value in a motion row.
    """

    name: str
    parent: int
    first_channel: int
    offset: tuple[float, float, float] | None = None
    channels: tuple[str, ...] | None = None
    end_sites: list[tuple[float, float, float]] = field(default_factory=list)


@dataclass(frozen=True)
class Header:
    """Everything before the first motion value, which is at byte ``motion_start``.

    joints: in file order, the root first. channel_count: numbers in a frame.
    frames: as stated. frame_time: seconds.
    """

    joints: list[Joint]
    channel_count: int
    frames: int
    frame_time: float
    motion_start: int


class Cursor:
    """A position in a source, bytes, that moves over words."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.at = len(BOM) if source.data.startswith(BOM) else 0

    def peek(self) -> bytes:
        """The next word, ``{`` or ``}``; empty at the end of the file."""
        blank = _BLANK.match(self.source.data, self.at)
        assert blank is not None
        self.at = blank.end()
        word = _WORD.match(self.source.data, self.at)
        return word[0] if word else b""

    def take(self) -> bytes:
        """The next word, which is passed over."""
        word = self.peek()
        self.at += len(word)
        return word

    def expect(self, keyword: str, expected: str | None = None) -> None:
        """Pass over ``keyword`` in any letter case. Raises BvhError."""
        word = self.peek()
        if word.lower() != keyword.lower().encode():
            self.fail(expected or f"'{keyword}'", word, (keyword,))
        self.at += len(word)

    def number(self, meaning: str) -> float:
        """The next word as a finite number of at most LARGEST. Raises BvhError."""
        word = self.peek()
        value = parse_number(word)
        if not abs(value) <= LARGEST:
            self.fail(f"{number_wanted(word)} as {meaning}", word)
        self.at += len(word)
        return value

    def line_rest(self) -> bytes:
        """What is left of this line up to a brace, stripped."""
        rest = _NAME.match(self.source.data, self.at)
        assert rest is not None
        self.at = rest.end()
        return rest[1].strip()

    def fail(self, expected: str, found: bytes | str, known: tuple[str, ...] = ()) -> NoReturn:
        """Raise BvhError here, as Source.fail words it."""
        self.source.fail(self.at, expected, found, known)


def parse_number(word: bytes) -> float:
    """``word`` as a float; not a number is NaN."""
    try:
        return math.nan if b"_" in word else float(word)
    except ValueError:
        return math.nan


def number_wanted(word: bytes) -> str:
    """What to say was expected where ``word`` is not a usable number."""
    if re.fullmatch(rb"[+-]?(nan|inf|infinity)", word, re.IGNORECASE):
        return "a finite number"
    if abs(parse_number(word)) > LARGEST:
        return f"a number between -{LARGEST:g} and {LARGEST:g}"
    return "a number"


def parse_header(source: Source) -> Header:
    """The joints in file order and the motion header. Raises BvhError."""
    cursor = Cursor(source)
    cursor.expect(START)
    joints: list[Joint] = []
    columns = _parse_joints(cursor, joints)
    word = cursor.peek()
    if word.lower() == b"root":
        cursor.fail("MOTION", "a second ROOT; one file holds one figure, so split it")
    cursor.expect("MOTION")
    frames = _parse_frames(cursor)
    frame_time = _parse_frame_time(cursor)
    return Header(joints, columns, frames, frame_time, cursor.at)


def _parse_joints(cursor: Cursor, joints: list[Joint]) -> int:
    """Read the joint tree without recursion; returns the number of channels."""
    cursor.expect("ROOT")
    columns = 0
    _open_joint(cursor, joints, -1, columns)
    open_joints = [0]
    opened_at = [cursor.at - 1]
    while open_joints:
        joint = joints[open_joints[-1]]
        word = cursor.peek()
        key = word.lower()
        if key == b"}":
            if joint.offset is None:
                cursor.fail(f"OFFSET of {quoted(joint.name.encode())}", word)
            cursor.take()
            open_joints.pop()
            opened_at.pop()
        elif key == b"offset" and joint.offset is None:
            cursor.take()
            joint.offset = _vector(cursor)
        elif key == b"channels" and joint.channels is None:
            cursor.take()
            joint.channels = _channels(cursor)
            joint.first_channel = columns
            columns += len(joint.channels)
        elif key == b"joint":
            cursor.take()
            _open_joint(cursor, joints, open_joints[-1], columns)
            open_joints.append(len(joints) - 1)
            opened_at.append(cursor.at - 1)
        elif key == b"end":
            cursor.take()
            joint.end_sites.append(_end_site(cursor))
        elif not word or key == b"motion":
            line = cursor.source.location(opened_at[-1]).rsplit(":", 2)[1]
            name = quoted(joint.name.encode())
            cursor.fail(f"'}}' to close {name} opened in line {line}", word)
        elif key == b"root":
            cursor.fail("JOINT", "a second ROOT; one file holds one figure, so split it")
        elif key in (b"offset", b"channels"):
            name = quoted(joint.name.encode())
            cursor.fail(f"one {key.decode().upper()} for {name}", "a second one")
        else:
            wanted = [] if joint.offset else ["OFFSET"]
            wanted += [] if joint.channels is not None else ["CHANNELS"]
            wanted += ["JOINT", "End Site"]
            cursor.fail(", ".join(wanted) + " or '}'", word, (*wanted, "End"))
    return columns


def _open_joint(cursor: Cursor, joints: list[Joint], parent: int, columns: int) -> None:
    if len(joints) == MAX_JOINTS:
        cursor.fail(f"at most {MAX_JOINTS:,} joints", "more")
    behind = cursor.at
    name = cursor.line_rest()
    if not name:
        brace = cursor.source.data.startswith(b"{", cursor.at)
        cursor.fail("the name of the joint", b"{" if brace else "the end of the line")
    if len(name) > LONGEST_NAME:
        start = cursor.source.data.index(name, behind)
        cursor.source.fail(start, f"a joint name of at most {LONGEST_NAME:,} bytes", name)
    joints.append(Joint(decode(name), parent, columns))
    cursor.expect("{")


def _vector(cursor: Cursor) -> tuple[float, float, float]:
    x, y, z = (cursor.number(f"the {axis} of this OFFSET") for axis in "XYZ")
    return x, y, z


def _channels(cursor: Cursor) -> tuple[str, ...]:
    word = cursor.peek()
    if not word.isdigit() or int(word[:4]) > 6:
        cursor.fail("the number of channels, 0 to 6", word)
    count = int(cursor.take())
    names: list[str] = []
    while len(names) < count:
        word = cursor.peek()
        name = _CHANNEL.get(word.lower())
        if name is None:
            cursor.fail(f"{count} channel names, the next being one like Xrotation", word, CHANNELS)
        if name.endswith("position") and name in names:
            cursor.fail("each position channel once", word)
        names.append(name)
        cursor.take()
    word = cursor.peek()
    if word.lower() in _CHANNEL:
        cursor.fail(f"{count} channel names as CHANNELS says", f"another one, {quoted(word)}")
    return tuple(names)


def _end_site(cursor: Cursor) -> tuple[float, float, float]:
    cursor.expect("Site")
    cursor.line_rest()
    cursor.expect("{")
    cursor.expect("OFFSET")
    offset = _vector(cursor)
    cursor.expect("}")
    return offset


def _parse_frames(cursor: Cursor) -> int:
    _keyword(cursor, "Frames")
    word = cursor.peek()
    if not word.isdigit() or not word.strip(b"0") or len(word) > 18:
        cursor.fail("the number of frames, a whole number of at least 1", word)
    return int(cursor.take())


def _parse_frame_time(cursor: Cursor) -> float:
    _keyword(cursor, "Frame Time")
    word = cursor.peek()
    seconds = parse_number(word)
    if not SHORTEST_FRAME <= seconds <= LONGEST_FRAME:
        wanted = f"{SHORTEST_FRAME:g} to {LONGEST_FRAME:g}" if 0 < seconds < math.inf else "above 0"
        cursor.fail(f"the frame time in seconds, a number {wanted}", word)
    cursor.take()
    return seconds


def _keyword(cursor: Cursor, keyword: str) -> None:
    """Pass over ``keyword`` and a colon, with or without blanks between them."""
    pattern = keyword.replace(" ", r"[ \t]*") + r"[ \t]*:?"
    word = cursor.peek()
    match = re.compile(pattern.encode(), re.IGNORECASE).match(cursor.source.data, cursor.at)
    if match is None:
        cursor.fail(f"'{keyword}:'", word, (f"{keyword}:",))
    cursor.at = match.end()
