"""Sessions on disk: versioned JSON; no Qt."""

from __future__ import annotations

from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import numpy as np

from character.live.take import Take
from inference.models import LATENT_SIZE
from motion.conventions import UNIT_CHOICES, UP_AXIS_CHOICES
from motion.files import CannotWrite, whole_file
from render.camera import MAX_DISTANCE, MAX_ELEVATION, MIN_DISTANCE, OrbitCamera

from .session import (
    LOOK_ACTIONS,
    SOURCES,
    FileRef,
    KeptTake,
    Session,
    SessionCharacter,
    SessionClip,
    SessionError,
    SessionLatent,
    SessionPolicy,
    Source,
)
from .session_blob import dumps, loads
from .session_fields import Fields

ShownTake = tuple[Take, int | None]
ShownTakes = tuple[ShownTake | None, ShownTake | None]
"""Those of the character and of the one beside it, with the remembered frame on display."""
SCHEMA, VERSION = "stridescope.session", 1
MAX_BYTES = 200_000_000
_MOST_CLIPS, _MOST_POLICIES = 256, 256
_LONGEST_S, _MOST_FRAMES, _FAR_M, _TITLE = 1e6, 1_000_000_000, 1e6, 400


def to_bytes(session: Session) -> bytes:
    """The JSON document of ``session``, UTF-8."""
    data: dict[str, Any] = {"schema": SCHEMA, "version": VERSION}
    data |= asdict(replace(session, latent=None))
    if session.latent is not None:
        values = session.latent.values.astype(np.float32).tolist()
        data["latent"] = {"label": session.latent.label, "values": values}
    return dumps(data)


def write_session(
    path: Path, session: Session, take: ShownTake | None = None, beside: ShownTake | None = None
) -> None:
    """Writes ``session`` with the takes and the digests of its policies, whole or not at all.

    A second or two for five minutes. Raises SessionError with a sentence.
    """
    character = session.character
    if character is not None:
        policies = tuple(
            replace(policy, sha256=digest(Path(policy.file.path))) for policy in character.policies
        )
        kept, kept_beside = take and _kept(*take), beside and _kept(*beside)
        character = replace(character, policies=policies, take=kept, beside_take=kept_beside)
    data = to_bytes(replace(session, character=character))
    if len(data) > MAX_BYTES:
        raise SessionError(f"{path} would be over {MAX_BYTES // 1_000_000} MB; reset the take.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as part:
            part.write_bytes(data)
    except OSError as error:
        raise SessionError(f"{CannotWrite(path, error)} Save the session elsewhere.") from error


def digest(path: Path) -> str:
    """SHA-256 of a file; "" where it cannot be read."""
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _kept(take: Take, shown: int | None) -> KeptTake:
    first, last = take.frames
    return KeptTake(take.to_bytes(), first, last, shown)


def read_session(path: Path) -> tuple[Session, tuple[str, ...]]:
    """The session in a file, and a sentence for each thing in it that cannot be used.

    What the bytes of a take hold is not looked at. Raises SessionError.
    """
    data = _document(path)
    doubts: list[str] = []
    session = _session(Fields(data, doubts))
    return session, tuple(f"{path}: {doubt}; it was left out." for doubt in doubts)


def _document(path: Path) -> dict[str, Any]:
    try:
        if path.is_dir():
            raise SessionError(f"{path} is a folder; name a .stride file.")
        if path.exists() and not path.is_file():
            raise SessionError(f"{path} is not a file; name a .stride file.")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, SessionError):
            raise
        reason = getattr(error, "strerror", None) or error
        raise SessionError(f"{path} cannot be read: {reason}.") from error
    if len(content) > MAX_BYTES:
        raise SessionError(f"{path}: over {MAX_BYTES // 1_000_000} MB, which no session is.")
    try:
        data = loads(content)
    except (ValueError, RecursionError) as error:
        what = "it is empty" if not content.strip() else "it is no whole JSON"
        raise SessionError(
            f"{path}: {what}; save the session again or take an older copy."
        ) from error
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise SessionError(f"{path}: not a session: its schema is not {SCHEMA}.")
    version = data.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise SessionError(f"{path}: its version is no whole number; expected {VERSION}.")
    if version > VERSION:
        shown = version if version < 1_000_000 else "far newer"
        raise SessionError(
            f"{path}: version {shown}, expected {VERSION}: open it with a newer Stridescope."
        )
    return data


def _session(fields: Fields) -> Session:
    clips = tuple(map(_clip, fields.parts("clips", _MOST_CLIPS)))
    shown = fields.whole("clip", 0, max(len(clips) - 1, 0), -1)
    times, character = fields.part("times"), fields.part("character")
    ends = fields.numbers("range", 2, _MOST_FRAMES)
    look = fields.part("look")
    return Session(
        clips=clips,
        clip=shown if 0 <= shown < len(clips) else None,
        source=cast(Source, fields.choice("source", SOURCES, "clip")),
        times={
            cast(Source, name): times.number(name, 0, _LONGEST_S, 0.0)
            for name in SOURCES
            if times is not None
        },
        speed=fields.number("speed", -4, 4, 1.0),
        loop=fields.flag("loop", True),
        range=(int(ends[0]), int(ends[1])) if ends else None,
        camera=_camera(fields.part("camera")),
        look={
            name: look.flag(name, False)
            for name in (look.names() if look is not None else ())
            if look is not None and name in LOOK_ACTIONS
        },
        latent=_latent(fields.part("latent")),
        character=None if character is None else _character(character),
    )


def _file(fields: Fields | None) -> FileRef | None:
    if fields is None:
        return None
    ref = FileRef(fields.text("path"), fields.text("relative"), fields.text("asset"))
    return ref if ref.path or ref.relative or ref.asset else None


def _clip(fields: Fields) -> SessionClip:
    return SessionClip(
        _file(fields.part("file")) or FileRef(""),
        fields.choice("units", UNIT_CHOICES, "auto"),
        fields.choice("up_axis", UP_AXIS_CHOICES, "auto"),
        fields.text("style", _TITLE),
        fields.text("title", _TITLE),
    )


def _camera(fields: Fields | None) -> OrbitCamera | None:
    if fields is None:
        return None
    plain = OrbitCamera()
    x, y, z = fields.numbers("target", 3, _FAR_M) or plain.target
    orthographic = fields.flag("orthographic", False)
    highest = float(np.pi / 2) if orthographic else MAX_ELEVATION
    return OrbitCamera(
        target=(x, y, z),
        azimuth=fields.number("azimuth", -100, 100, plain.azimuth),
        elevation=fields.number("elevation", -highest, highest, plain.elevation),
        distance=fields.number("distance", MIN_DISTANCE, MAX_DISTANCE, plain.distance),
        orthographic=orthographic,
    )


def _latent(fields: Fields | None) -> SessionLatent | None:
    values = fields.numbers("values", LATENT_SIZE, 1e6) if fields is not None else None
    if fields is None or values is None:
        return None
    return SessionLatent(np.array(values, np.float32), fields.text("label", _TITLE))


def _character(fields: Fields) -> SessionCharacter:
    found = (_policy(part) for part in fields.parts("policies", _MOST_POLICIES))
    return SessionCharacter(
        policies=tuple(policy for policy in found if policy is not None),
        drives=fields.text("drives", _TITLE),
        beside=fields.text("beside", _TITLE),
        friction=fields.number("friction", 0, 3, 0.9),
        gravity=fields.number("gravity", 0, 30, 9.8),
        speed=fields.number("speed", 0.1, 4, 1.0),
        take=_take(fields.part("take")),
        beside_take=_take(fields.part("beside_take")),
    )


def _policy(fields: Fields) -> SessionPolicy | None:
    file, model = _file(fields.part("file")), fields.text("model", _TITLE)
    if file is None or not model:
        return None
    return SessionPolicy(
        model,
        fields.text("title", _TITLE) or model,
        file,
        _file(fields.part("motion")),
        _file(fields.part("critic")),
        fields.text("sha256", 64),
    )


def _take(fields: Fields | None) -> KeptTake | None:
    npz = fields.blob("npz") if fields is not None else b""
    if fields is None or not npz:
        return None
    first = fields.whole("first", 0, _MOST_FRAMES, 0)
    shown = fields.whole("shown", 0, _MOST_FRAMES, -1)
    last = fields.whole("last", 0, _MOST_FRAMES, first)
    return KeptTake(npz, first, last, None if shown < 0 else shown)
