"""Sessions on the command line: what one holds, and the clip that it shows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from viewer.model.clip import load_motion
from viewer.model.demo import ASSETS
from viewer.model.notice import Refused, sentence

if TYPE_CHECKING:
    from viewer.model.clip import OpenMotion
    from viewer.model.session import FileRef, KeptTake, Session


def read(path: str) -> tuple[Session, tuple[str, ...]]:
    """The session in a file and what in it cannot be used; Refused with a sentence."""
    from viewer.model.session_file import SessionError, read_session

    try:
        return read_session(Path(path))
    except SessionError as error:
        raise Refused(sentence(error)) from error


def session_motion(path: str) -> tuple[OpenMotion, float]:
    """The clip that a session has on stage and the seconds where it stands; else Refused."""
    session, _ = read(path)
    if session.source != "clip" or session.clip is None:
        what = {"latent": "a latent", "character": "the character"}.get(session.source, "no clip")
        raise Refused(f"{path}: it shows {what}; render draws the clip that a session shows.")
    clip = session.clips[session.clip]
    found = _found(clip.file, path)
    if found is None:
        raise Refused(f"{path}: its clip {clip.file.path} is missing; put it back.")
    motion = load_motion(found, clip.units, clip.up_axis)
    return motion, min(session.times.get("clip", 0.0), motion.clip.duration)


def describe_session(path: str) -> dict[str, Any]:
    """What a session holds; seconds. Missing files are among the warnings."""
    session, doubts = read(path)
    warnings = list(doubts)
    character = session.character

    def place(ref: FileRef, what: str) -> str:
        found = _found(ref, path)
        if found is None:
            warnings.append(f"{what} {ref.path} is missing")
        return str(found or ref.path)

    clips = [
        {"path": place(clip.file, "the clip"), "title": clip.title, "style": clip.style,
         "units": clip.units, "up_axis": clip.up_axis}
        for clip in session.clips
    ]  # fmt: skip
    policies = [
        {"path": place(policy.file, "the policy"), "title": policy.title, "model": policy.model}
        for policy in (character.policies if character else ())
    ]
    return {
        "file": path,
        "kind": "session",
        "clips": clips,
        "clip": None if session.clip is None else session.clips[session.clip].title,
        "on_stage": session.source,
        "time_s": session.times.get(session.source, 0.0),
        "latent": session.latent.label if session.latent else None,
        "policies": policies,
        "drives": character.drives if character else None,
        "beside": character.beside or None if character else None,
        "take": _take(character.take) if character else None,
        "warnings": warnings,
    }


def session_line(session: dict[str, Any]) -> str:
    parts = [
        _listed("clips", [clip["title"] for clip in session["clips"]]),
        f"the {session['on_stage']} on stage at {session['time_s']:.2f} s",
    ]
    if session["latent"] is not None:
        parts.append(f"a latent ({session['latent'] or 'no name'})")
    if session["policies"]:
        parts.append(_listed("policies", [policy["title"] for policy in session["policies"]]))
    if session["take"]:
        parts.append(f"a take of {session['take']['seconds']:.2f} s")
    warned = "".join(f"; warning: {warning}" for warning in session["warnings"])
    return f"{session['file']}: {'; '.join(parts)}{warned}"


def _found(ref: FileRef, path: str) -> Path | None:
    return ref.find(Path(path).parent, ASSETS)


def _take(kept: KeptTake | None) -> dict[str, Any] | None:
    if kept is None:
        return None
    seconds = max(kept.last - kept.first, 0) / 30
    return {"frames": [kept.first, kept.last], "shown": kept.shown, "seconds": round(seconds, 6)}


def _listed(what: str, names: list[str]) -> str:
    more = ", …" if len(names) > 3 else ""
    return f"{what}: {', '.join(names[:3])}{more}" if names else f"no {what}"
