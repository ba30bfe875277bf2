"""Takes out of texts and files what tells who a person is and where their files lie; no Qt."""

from __future__ import annotations

import getpass
import re
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from motion.npz import read_npz
from viewer.model.demo import ROOT

_COMMON = {"root", "user", "admin", "home", "localhost", "ubuntu", "debian", "runner"}
"""Names of accounts and machines that tell nobody's."""
_LONG = 4
"""Names so long are taken out within words too."""
_PATH = re.compile(r"(?<![\w.:/~])(?:[A-Za-z]:)?(?:[/\\][^\s/\\:\"'<>|,;()\[\]{}]+){2,}")
_AT_HOME = re.compile(
    r"~[/\\][^\n\"'<>|:;,()\[\]{}]*?\.\w{1,7}\b|~(?:[/\\][^\s/\\:\"'<>|,;()\[\]{}]+)+"
)
"""Up to a suffix, as folders of people have spaces; else up to a space."""
_BETWEEN = re.compile(r"[/\\]")
_ADDRESS = re.compile(r"\b(https?://)[^\s/\"'<>]+")
_TEXTS = (".bvh", ".csv", ".json", ".txt")


@dataclass(frozen=True)
class Private:
    """home: of the person. names: what stands in place of each private name.

    files: what known files are called, by their paths.
    """

    home: str
    names: Mapping[str, str]
    files: Mapping[str, str]

    @staticmethod
    def here(files: Mapping[str, str] | None = None) -> Private:
        """Of the person and the machine that run this."""
        host = socket.gethostname()
        names = {host: "HOST", host.partition(".")[0]: "HOST", _user(): "USER"}
        names.setdefault(Path.home().name, "USER")
        return Private(str(Path.home()), {n: to for n, to in names.items() if n}, files or {})

    def text(self, text: str) -> str:
        """``text`` without them: paths end in the file's name, names are USER and HOST."""
        for path in sorted(self.files, key=len, reverse=True):
            text = text.replace(path, self.files[path])
        for path, word in ((str(ROOT), "stridescope"), (sys.prefix, "python"), (self.home, "~")):
            text = text.replace(path, word) if len(path) > 1 else text
        text = _ADDRESS.sub(r"\1SERVER", text)
        for paths in (_AT_HOME, _PATH):
            text = paths.sub(lambda found: f"…/{_BETWEEN.split(found[0])[-1]}", text)
        return self.nameless(text)

    def nameless(self, text: str) -> str:
        """``text`` without the home folder and the names, all else as it is."""
        text = text.replace(self.home, "~") if len(self.home) > 1 else text
        for name, word in self.names.items():
            text = _pattern(name).sub(word, text)
        return text

    def value(self, value: Any) -> Any:
        """A value of JSON with all texts in it ``text``."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list | tuple):
            return [self.value(each) for each in value]
        if isinstance(value, dict):
            return {key: self.value(each) for key, each in value.items()}
        return value

    def content(self, path: Path) -> bytes | None:
        """What ``path`` holds, without them: in texts, in the texts of an NPZ, and in the notes
        of an ONNX file, which is the same network. None where they cannot be taken out of it.

        Raises OSError.
        """
        data = path.read_bytes()
        kind = path.suffix.lower()
        try:
            if kind == ".npz":
                data = self.arrays(data)
            elif kind == ".onnx" and self._tells(data):
                data = _without_notes(data) or data
            elif kind in _TEXTS:
                text = data.decode("utf-8", "surrogateescape")
                data = self._quiet(text).encode("utf-8", "surrogateescape")
        except ValueError:
            pass  # it is damaged, which may be why it goes along
        return None if self._tells(data) else data

    def arrays(self, data: bytes) -> bytes:
        """An NPZ file with the texts of its arrays without them; as it is where none has any."""
        found = read_npz(BytesIO(data))
        texts = {name: array for name, array in found.items() if array.dtype.kind in "US"}
        clean = {name: self._texts(array) for name, array in texts.items()}
        if all(np.array_equal(clean[name], texts[name]) for name in texts):
            return data
        file, arrays = BytesIO(), dict[str, Any](found | clean)
        np.savez_compressed(file, **arrays)
        return file.getvalue()

    def _texts(self, array: np.ndarray) -> np.ndarray:
        plain = array.astype(str)
        return np.array([self._quiet(str(each)) for each in plain.flat]).reshape(plain.shape)

    def _quiet(self, text: str) -> str:
        """``nameless`` for what others read, where common names stay: ``root`` is a joint's too."""
        names = {name: word for name, word in self.names.items() if name.lower() not in _COMMON}
        return Private(self.home, names, {}).nameless(text)

    def _tells(self, data: bytes) -> bool:
        names = [n for n in self.names if len(n) >= _LONG and n.lower() not in _COMMON]
        homes = [self.home] if len(self.home) > 1 else []
        lower = data.lower()
        return any(name.lower().encode() in lower for name in (*names, *homes))


def _without_notes(data: bytes) -> bytes:
    """An ONNX file without the notes that exporters leave, such as where their code lay; nothing
    where it is damaged."""
    import onnx  # loaded where it is needed
    from google.protobuf.message import DecodeError

    try:
        model = onnx.load_from_string(data)
    except DecodeError:
        return b""
    model.doc_string = model.graph.doc_string = ""
    del model.metadata_props[:]
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    written: bytes = model.SerializeToString()
    return written


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # nobody that the system knows
        return ""


def _pattern(name: str) -> re.Pattern[str]:
    """``name`` in any case; a short one, and a common one, only as a word of its own."""
    quoted = re.escape(name)
    if len(name) < _LONG or name.lower() in _COMMON:
        quoted = rf"(?<![A-Za-z0-9]){quoted}(?![A-Za-z0-9])"
    return re.compile(quoted, re.IGNORECASE)
