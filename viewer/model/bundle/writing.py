"""Writes a session, the files it names, and what made it, as one bundle; no Qt."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from motion.files import whole_file
from viewer.model.demo import ASSETS
from viewer.model.notice import Refused
from viewer.model.session import FileRef, Session
from viewer.model.session_blob import dumps
from viewer.model.session_file import to_bytes
from viewer.model.shipped import Track, untracked

from .facts import facts, log_tail
from .opening import (
    ABOUT,
    FILES,
    LOG,
    MAX_BYTES,
    MAX_FILES,
    SCHEMA,
    SESSION,
    VERSION,
)
from .private import Private

SHIPPED = ("models", "character")
"""Folders of the program whose files every copy of it has."""
_UNFIT = re.compile(r"[^\w .()+-]")


def write_bundle(
    session: Session,
    output: Path,
    observed: dict[str, Any] | None = None,
    log: Path | None = None,
    track: Track = untracked,
) -> dict[str, Any]:
    """Writes ``session`` to ``output``, whole or not at all; what is in it, as facts.

    observed: what the window saw of driver, engine and timings. log: its file. Policies that ship
    with the program stay there. Files that are missing, and those that tell who a person is and
    cannot be cleaned of it, are told. Raises Refused and CannotWrite.
    """
    paths = [path for path in _paths(session) if not _ships(path)]
    named = {path: _name(number, path) for number, path in enumerate(paths, 1)}
    here = [path for path in named if path.is_file()]
    size = sum(path.stat().st_size for path in here)
    if len(here) > MAX_FILES or size > MAX_BYTES:
        raise Refused(
            f"{output}: the session names {len(here)} files of {size / 1e6:,.0f} MB; a bundle "
            f"holds {MAX_FILES} of {MAX_BYTES / 1e6:,.0f} MB at most."
        )
    private = Private.here({str(path): f"{FILES}/{name}" for path, name in named.items()})
    digests: dict[Path, str] = {}
    with (
        whole_file(output) as part,
        zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        files = {}
        left_out = [path for path in named if path not in here]
        for index in track(range(len(here)), len(here), output.name):
            path = here[index]
            content = private.content(path)
            if content is None:
                left_out.append(path)
                continue
            digests[path] = sha256(content).hexdigest()
            name = private.nameless(f"{FILES}/{named[path]}")
            files[name] = {"bytes": len(content), "sha256": digests[path]}
            _put(archive, name, content)
        missing = [private.text(str(path)) for path in left_out]
        about = {
            "schema": SCHEMA,
            "version": VERSION,
            **facts(session, observed or {}),
            "files": files,
            "missing": missing,
        }
        _put(archive, SESSION, _session(session, named, digests, private))
        _put(archive, ABOUT, json.dumps(private.value(about), indent=1).encode())
        _put(archive, LOG, private.text(log_tail(log)).encode())
    size = output.stat().st_size
    return {"file": str(output), "bytes": size, "files": [*files], "missing": missing}


def _paths(session: Session) -> list[Path]:
    """Every file that the session names, in the order in which it does."""
    found: dict[Path, None] = {}

    def note(path: Path) -> FileRef:
        found[path] = None
        return FileRef("")

    to_bytes(replace(session, take=None, beside_take=None), ASSETS, ASSETS, note)
    return [*found]


def _ships(path: Path) -> bool:
    homes = ((ASSETS / name).resolve() for name in SHIPPED)
    return any(path.resolve().is_relative_to(home) for home in homes)


def _name(number: int, path: Path) -> str:
    """What ``path`` is called in a bundle; no two files alike."""
    return f"{number:03d} {_UNFIT.sub('_', path.stem[-80:] + path.suffix.lower()[:16])}"


def _session(
    session: Session, named: dict[Path, str], digests: dict[Path, str], private: Private
) -> bytes:
    """The session with its files where the bundle has them."""

    def place(path: Path) -> FileRef:
        if path in named:
            return FileRef("", private.nameless(f"{FILES}/{named[path]}"), "")
        return replace(FileRef.to(path, ASSETS, ASSETS), path="", relative="")

    cast = session.document.cast
    kept = {p.model: digests.get(p.path, "") for p in cast.policies}
    without = replace(
        session,
        digests={model: kept.get(model) or digest for model, digest in session.digests.items()},
        take=None,
        beside_take=None,
    )
    data = private.value(json.loads(to_bytes(without, ASSETS, ASSETS, place)))
    for name, take in (("take", session.take), ("beside_take", session.beside_take)):
        if take is not None:
            data["character"][name] = asdict(replace(take, npz=private.arrays(take.npz)))
    return dumps(data)


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Always with the same time, so that a bundle tells nothing of when files were made."""
    member = zipfile.ZipInfo(name)
    member.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(member, content)
