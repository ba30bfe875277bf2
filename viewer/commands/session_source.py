"""Sessions on the command line: what one holds, and what it has on stage."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from viewer.model.bundle.opening import session_in
from viewer.model.compared_subject import compared_subject
from viewer.model.demo import ASSETS
from viewer.model.notice import Refused, sentence
from viewer.model.policies import NOBODY
from viewer.model.session import KeptTake, Session, SessionError
from viewer.model.session_file import read_session
from viewer.model.subject import Subject


def read(path: str) -> tuple[Session, tuple[str, ...]]:
    """The session in a file and what in it cannot be used; Refused with a sentence."""
    try:
        return read_session(session_in(Path(path)), ASSETS)
    except SessionError as error:
        raise Refused(sentence(error)) from error


def on_stage(path: str) -> Subject:
    """What a session has on stage, as the window that saved it drew it; else Refused."""
    session, _ = read(path)
    return compared_subject(Path(path), session, ASSETS)


def describe_session(path: str) -> dict[str, Any]:
    """What a session holds; seconds. Missing files are among the warnings."""
    session, doubts = read(path)
    document, warnings = session.document, list(doubts)
    cast, view = document.cast, document.view
    shown = document.clip(view.clip)

    def place(file: Path, what: str) -> str:
        if not os.path.isfile(file):
            warnings.append(f"{what} {file} is missing")
        return str(file)

    clips = [
        {"path": place(clip.path, "the clip"), "title": clip.title, "style": clip.style,
         "units": clip.units, "up_axis": clip.up_axis,
         "markers": [asdict(marker) for marker in clip.markers]}
        for clip in document.clips
    ]  # fmt: skip
    policies = [
        {"path": place(policy.path, "the policy"), "title": policy.title, "model": policy.model}
        for policy in cast.policies
    ]
    return {
        "file": path,
        "kind": "session",
        "clips": clips,
        "clip": shown.title if shown else None,
        "on_stage": view.source,
        "time_s": session.times.get(view.source, 0.0),
        "latent": document.style.latent.label if document.style.latent else None,
        "policies": policies,
        "drives": cast.drives or None,
        "beside": None if cast.beside == NOBODY else cast.beside,
        "take": _take(session.take),
        "warnings": warnings,
    }


def session_line(session: dict[str, Any]) -> str:
    """What a session holds, on one line."""
    parts = [
        _listed("clips", [clip["title"] for clip in session["clips"]]),
        f"the {session['on_stage']} on stage at {session['time_s']:.2f} s",
    ]
    if marks := [marker["name"] for clip in session["clips"] for marker in clip["markers"]]:
        parts.append(_listed("markers", marks))
    if session["latent"] is not None:
        parts.append(f"a latent ({session['latent'] or 'no name'})")
    if session["policies"]:
        parts.append(_listed("policies", [policy["title"] for policy in session["policies"]]))
    if session["take"]:
        parts.append(f"a take of {session['take']['seconds']:.2f} s")
    warned = "".join(f"; warning: {warning}" for warning in session["warnings"])
    return f"{session['file']}: {'; '.join(parts)}{warned}"


def _take(kept: KeptTake | None) -> dict[str, Any] | None:
    if kept is None:
        return None
    seconds = max(kept.last - kept.first, 0) / 30
    return {"frames": [kept.first, kept.last], "shown": kept.shown, "seconds": round(seconds, 6)}


def _listed(what: str, names: list[str]) -> str:
    more = ", …" if len(names) > 3 else ""
    return f"{what}: {', '.join(names[:3])}{more}" if names else f"no {what}"
