"""Sessions on disk: versioned JSON; no Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, fields, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from character.drive.files import MOST_SKILLS
from character.drive.state import Kind
from character.live.take import Take
from motion.conventions import UNIT_CHOICES, UP_AXIS_CHOICES
from motion.files import CannotWrite, whole_file
from render.color_schemes import COLOR_SCHEMES

from .document import SOURCES, Cast, Document, Looks, OpenClip, Range, View
from .policies import NOBODY, Policy
from .repertoire import SkillOf
from .session import FileRef, KeptTake, Session, SessionError
from .session_blob import dumps, loads
from .session_camera import read_camera
from .session_comparison import comparison_members, read_cameras, read_comparison
from .session_fields import Fields
from .session_inspect import read_joints, read_markers
from .session_phase import phase_members, read_phase_part
from .session_style import TITLE, key_members, read_keys, read_style, style_members

ShownTake = tuple[Take, int | None]
ShownTakes = tuple[ShownTake | None, ShownTake | None]
"""Those of the character and of the one beside it, with the remembered frame on display."""
SCHEMA, VERSION = "stridescope.session", 2
MAX_BYTES = 200_000_000
_MOST_CLIPS, _MOST_POLICIES = 256, 256
_LONGEST_S, _MOST_FRAMES = 1e6, 1_000_000_000


def to_bytes(
    session: Session,
    folder: Path,
    assets: Path,
    place: Callable[[Path], FileRef] | None = None,
) -> bytes:
    """The JSON document of ``session`` for a file in ``folder``, UTF-8.

    place: where its files lie, if it is not where they are now.
    """
    place = place or (lambda path: FileRef.to(path, folder, assets))

    def ref(path: Path | None) -> dict[str, str] | None:
        return asdict(place(path)) if path else None

    document = session.document
    view, cast = document.view, document.cast
    keys = [clip.key for clip in document.clips]
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "version": VERSION,
        "clips": [
            {"file": ref(c.path), "units": c.units, "up_axis": c.up_axis, "style": c.style,
             "title": c.title, "range": c.range, "keys": [key_members(key) for key in c.keys],
             "markers": [asdict(marker) for marker in c.markers]}
            for c in document.clips
        ],
        "clip": keys.index(view.clip) if view.clip in keys else None,
        "source": view.source,
        "times": session.times,
        "speed": view.speed,
        "loop": view.loop,
        "camera": view.camera and asdict(view.camera),
        "look": asdict(view.looks),
        "scheme": view.scheme,
        "joints": [asdict(joint) for joint in view.joints],
        **style_members(document.style),
        "phase": phase_members(document.phase, ref),
        "comparison": comparison_members(document),
        "character": {
            "policies": [
                {"model": p.model, "title": p.title, "file": ref(p.path), "motion": ref(p.motion),
                 "critic": ref(p.critic), "sha256": session.digests.get(p.model, "")}
                for p in cast.policies
            ],
            "skills": [
                {"model": s.model, "name": s.name, "title": s.title, "kind": s.kind}
                for s in cast.skills
            ],
            "drives": cast.drives, "beside": "" if cast.beside == NOBODY else cast.beside,
            "friction": cast.friction, "gravity": cast.gravity, "gets_up": cast.gets_up,
            "speed": view.character_speed,
            "take": session.take and asdict(session.take),
            "beside_take": session.beside_take and asdict(session.beside_take),
        },
    }  # fmt: skip
    return dumps(data)


def write_session(
    path: Path,
    session: Session,
    assets: Path,
    take: ShownTake | None = None,
    beside: ShownTake | None = None,
) -> None:
    """Writes ``session`` with the takes and the digests of its policies, whole or not at all.

    A second or two for five minutes. Raises SessionError with a sentence.
    """
    digests = {policy.model: digest(policy.path) for policy in session.document.cast.policies}
    kept, kept_beside = take and _kept(*take), beside and _kept(*beside)
    session = replace(session, digests=digests, take=kept, beside_take=kept_beside)
    data = to_bytes(session, path.resolve().parent, assets)
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


def read_session(path: Path, assets: Path) -> tuple[Session, tuple[str, ...]]:
    """The session in a file, and a sentence for each thing in it that cannot be used.

    Files that it names are looked for from its folder and among the ``assets``. What the bytes
    of a take hold is not looked at. Raises SessionError.
    """
    data = _document(path)
    doubts: list[str] = []
    session = _Reading(path.parent, assets).session(Fields(data, doubts))
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


class _Reading:
    """From the members of a file to a session, with files looked for from ``folder``."""

    def __init__(self, folder: Path, assets: Path) -> None:
        self._folder, self._assets = folder, assets
        self._digests: dict[str, str] = {}

    def session(self, fields: Fields) -> Session:
        read = [self._clip(part) for part in fields.parts("clips", _MOST_CLIPS)]
        shown = fields.whole("clip", 0, max(len(read) - 1, 0), -1)
        times, character = fields.part("times"), fields.part("character")
        comparison = fields.part("comparison")
        view = View(
            source=fields.choice("source", SOURCES, "clip"),
            clip=read[shown].key if 0 <= shown < len(read) else "",
            camera=read_camera(fields.part("camera")),
            looks=_looks(fields.part("look")),
            speed=fields.number("speed", -4, 4, 1.0),
            loop=fields.flag("loop", True),
            character_speed=character.number("speed", 0.1, 4, 1.0) if character else 1.0,
            scheme=fields.choice("scheme", tuple(COLOR_SCHEMES), "dark"),
            joints=read_joints(fields),
            **read_cameras(comparison),
        )
        style = replace(read_style(fields), range=_range(fields, "latent_range"))
        if ends := _range(fields, "range"):  # version 1: of what was on stage
            if view.source == "latent":
                style = replace(style, range=ends)
            elif view.source == "clip" and view.clip:
                read[shown] = replace(read[shown], range=ends)
        clips = tuple({clip.key: clip for clip in read}.values())
        return Session(
            document=Document(
                clips,
                style,
                self._cast(character),
                view,
                read_phase_part(fields.part("phase"), self._file),
                read_comparison(comparison, read),
            ),
            times={
                name: times.number(name, 0, _LONGEST_S, 0.0)
                for name in SOURCES
                if times is not None
            },
            take=_take(character.part("take")) if character else None,
            beside_take=_take(character.part("beside_take")) if character else None,
            digests=self._digests,
        )

    def _clip(self, fields: Fields) -> OpenClip:
        file = self._file(fields.part("file")) or Path()
        return OpenClip(
            file,
            fields.choice("units", UNIT_CHOICES, "auto"),
            fields.choice("up_axis", UP_AXIS_CHOICES, "auto"),
            fields.text("style", TITLE),
            fields.text("title", TITLE),
            _range(fields, "range"),
            read_keys(fields),
            read_markers(fields),
        )

    def _cast(self, fields: Fields | None) -> Cast:
        if fields is None:
            return Cast()
        found = (self._policy(part) for part in fields.parts("policies", _MOST_POLICIES))
        skills = (_skill(part) for part in fields.parts("skills", MOST_SKILLS))
        return Cast(
            policies=tuple(policy for policy in found if policy is not None),
            skills=tuple(skill for skill in skills if skill is not None),
            drives=fields.text("drives", TITLE),
            beside=fields.text("beside", TITLE) or NOBODY,
            friction=fields.number("friction", 0, 3, 0.9),
            gravity=fields.number("gravity", 0, 30, 9.8),
            gets_up=fields.flag("gets_up", True),
        )

    def _policy(self, fields: Fields) -> Policy | None:
        file, model = self._file(fields.part("file")), fields.text("model", TITLE)
        if file is None or not model:
            return None
        title = fields.text("title", TITLE) or model
        motion, critic = (self._file(fields.part(name)) for name in ("motion", "critic"))
        self._digests[model] = fields.text("sha256", 64)
        return Policy(model, title, file, motion, critic)

    def _file(self, fields: Fields | None) -> Path | None:
        if fields is None:
            return None
        ref = FileRef(fields.text("path"), fields.text("relative"), fields.text("asset"))
        known = ref.path or ref.relative or ref.asset
        return ref.find(self._folder, self._assets) if known else None


def _skill(fields: Fields) -> SkillOf | None:
    model, name = fields.text("model", TITLE), fields.text("name", TITLE)
    if not model or not name:
        return None
    kind = fields.text("kind", TITLE)
    if kind and kind not in tuple(Kind):
        fields.refuse("kind", f"one of {', '.join(Kind)}")
        kind = ""
    return SkillOf(model, name, fields.text("title", TITLE) or name, Kind(kind) if kind else None)


def _range(fields: Fields, key: str) -> Range | None:
    ends = fields.numbers(key, 2, _MOST_FRAMES)
    return (int(ends[0]), int(ends[1])) if ends else None


def _looks(part: Fields | None) -> Looks:
    plain = Looks()
    if part is None:
        return plain
    names = [field.name for field in fields(Looks)]
    return Looks(**{name: part.flag(name, getattr(plain, name)) for name in names})


def _take(fields: Fields | None) -> KeptTake | None:
    npz = fields.blob("npz") if fields is not None else b""
    if fields is None or not npz:
        return None
    first = fields.whole("first", 0, _MOST_FRAMES, 0)
    shown = fields.whole("shown", 0, _MOST_FRAMES, -1)
    last = fields.whole("last", 0, _MOST_FRAMES, first)
    return KeptTake(npz, first, last, None if shown < 0 else shown)
