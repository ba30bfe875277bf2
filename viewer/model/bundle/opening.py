"""Unpacks a bundle that comes from elsewhere, with distrust; no Qt."""

from __future__ import annotations

import json
import os
import re
import shutil
import struct
import zipfile
import zlib
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from platformdirs import user_cache_path

from motion.files import CannotWrite, whole_folder
from viewer.model.session import SUFFIX as SESSION_SUFFIX
from viewer.model.session import SessionError

SUFFIX = ".zip"
SCHEMA, VERSION = "stridescope.bundle", 1
SESSION, ABOUT, LOG, FILES = "session.stride", "about.json", "log.txt", "files"
MAX_FILES = 600
MAX_BYTES = 1_000_000_000
KEPT = 8
"""Bundles that stay unpacked, those that were opened last."""
_NAME = re.compile(r"(session\.stride|about\.json|log\.txt|files/[\w()+-][\w .()+-]{0,199})")
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError,
    ValueError,
)  # fmt: skip
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_PIECE = 1 << 20
MAX_ABOUT = 10_000_000


def is_bundle(path: str | os.PathLike[str]) -> bool:
    """Whether the name is that of a bundle."""
    return os.fspath(path).lower().endswith(SUFFIX)


def is_session(path: str | os.PathLike[str]) -> bool:
    """Whether the name is that of a session, or of a bundle with one."""
    return os.fspath(path).lower().endswith(SESSION_SUFFIX) or is_bundle(path)


def session_in(path: Path) -> Path:
    """The session that ``path`` is, or that of a bundle, unpacked. Raises SessionError."""
    return unpacked(path) if is_bundle(path) else path


def bundles_folder() -> Path:
    """Where bundles are unpacked: the user's cache."""
    return user_cache_path("stridescope", appauthor=False) / "bundles"


def about_bundle(path: Path) -> dict[str, Any]:
    """What the bundle in ``path`` tells of what made it. Raises SessionError."""
    with _Archive(path) as archive:
        return archive.about


def unpacked(path: Path, folder: Path | None = None) -> Path:
    """The session of the bundle in ``path``, unpacked below ``folder``, by default the cache.

    Nothing is written outside of it, and no more than the bundle says and MAX_BYTES. Raises
    SessionError with a sentence.
    """
    folder = folder or bundles_folder()
    with _Archive(path) as archive:
        target = folder / archive.digest
        try:
            if not (target / SESSION).is_file():
                with whole_folder(target) as part:
                    (part / FILES).mkdir()
                    archive.unpack(part)
            os.utime(target)
        except CannotWrite as error:
            raise SessionError(f"{path} cannot be unpacked to {target}: {error.reason}.") from error
        except _BROKEN as error:
            raise SessionError(_damaged(path)) from error
    _forget_old(folder, target)
    return target / SESSION


class _Archive:
    """A bundle that was looked at: its members are few, small and have names that are allowed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            if not path.is_file():
                raise SessionError(f"{path} is not there, or is no file.")
            with path.open("rb") as file:
                self.digest = _digest(file)
            self._zip = zipfile.ZipFile(path)
        except OSError as error:
            raise SessionError(f"{path} cannot be read: {error.strerror or error}.") from error
        except _BROKEN as error:
            raise SessionError(_damaged(path)) from error
        try:
            self.about = self._look()
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> _Archive:
        return self

    def __exit__(self, *exception: object) -> None:
        self._zip.close()

    def unpack(self, folder: Path) -> None:
        """Write all members below ``folder``, each no longer than it says."""
        for member in self._zip.infolist():
            with self._zip.open(member) as source, (folder / member.filename).open("wb") as target:
                left = member.file_size
                while piece := source.read(min(_PIECE, left + 1)):
                    left -= len(piece)
                    if left < 0:
                        raise zipfile.BadZipFile("longer than it says")
                    target.write(piece)

    def _look(self) -> dict[str, Any]:
        path, members = self._path, self._zip.infolist()
        names = [member.filename for member in members]
        if ABOUT not in names or SESSION not in names:
            raise SessionError(f"{path}: no bundle of Stridescope: it holds no {SESSION}.")
        if len(members) > MAX_FILES + 3 or len(set(names)) < len(names):
            raise SessionError(f"{path}: it holds more files than a bundle may.")
        if strange := next((name for name in names if not _NAME.fullmatch(name)), None):
            shown = ascii(strange[:80])
            raise SessionError(f"{path}: it holds {shown}, which no bundle does.")
        if any(m.compress_type not in _PACKINGS or m.flag_bits & 1 for m in members):
            raise SessionError(f"{path}: packed in a way that no bundle is.")
        size = sum(member.file_size for member in members)
        if size > MAX_BYTES + MAX_ABOUT or self._zip.getinfo(ABOUT).file_size > MAX_ABOUT:
            raise SessionError(f"{path}: {size / 1e6:,.0f} MB unpacked, more than a bundle may.")
        try:
            about = json.loads(self._zip.read(ABOUT))
        except (*_BROKEN, OSError) as error:
            raise SessionError(_damaged(path)) from error
        if not isinstance(about, dict) or about.get("schema") != SCHEMA:
            raise SessionError(f"{path}: no bundle of Stridescope: its schema is not {SCHEMA}.")
        if about.get("version") != VERSION:
            raise SessionError(
                f"{path}: made by another version; open it with a newer Stridescope."
            )
        return about


def _damaged(path: Path) -> str:
    return f"{path}: it is damaged or cut short; have it sent again."


def _digest(file: IO[bytes]) -> str:
    found = sha256()
    while piece := file.read(_PIECE):
        found.update(piece)
    return found.hexdigest()[:24]


def _forget_old(folder: Path, newest: Path) -> None:
    """Remove what was unpacked long ago."""
    found = [path for path in folder.iterdir() if path.is_dir() and path != newest]
    for path in sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)
