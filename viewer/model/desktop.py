"""Stridescope in the menu of a Linux desktop: its entry, its icon, and the files that it opens.

After freedesktop.org's Desktop Entry, Shared MIME-info and Icon Theme specifications: what a person
installs for herself lies below ``$XDG_DATA_HOME``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from motion.files import whole_file

from .demo import ASSETS, ROOT
from .notice import Refused

ENTRY = Path("applications", "stridescope.desktop")
TYPES = Path("mime", "packages", "stridescope.xml")
ICON = Path("icons", "hicolor", "scalable", "apps", "stridescope.svg")
_SOURCES = {
    ENTRY: ASSETS / "desktop" / "stridescope.desktop",
    TYPES: ASSETS / "desktop" / "stridescope.xml",
    ICON: ASSETS / "icons" / "stridescope.svg",
}
_REFRESH = (
    (("update-mime-database",), "mime", "shared-mime-info"),
    (("update-desktop-database", "-q"), "applications", "desktop-file-utils"),
    (("gtk-update-icon-cache", "-qtf"), "icons/hicolor", ""),
)
"""What reads the files again: the command, its folder, and the package it is needed from."""


def install() -> str:
    """Put entry, icon and file types in place; says so. Raises Refused and CannotWrite."""
    data = _data_home()
    for place, source in _SOURCES.items():
        content = source.read_text(encoding="utf-8")
        target = data / place
        target.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(target) as part:
            part.write_text(starting(content, command()), encoding="utf-8")
    missing = _refresh(data)
    told = f"Stridescope is in the menu, and opens .bvh and .stride files: {data / ENTRY}."
    if missing:
        told += f" For files to open by a double click, install {' and '.join(missing)} and repeat."
    return told


def uninstall() -> str:
    """Take away what ``install`` put in place; says so. Raises Refused and OSError."""
    data = _data_home()
    gone = [place for place in _SOURCES if (data / place).exists()]
    for place in gone:
        (data / place).unlink()
    _refresh(data)
    return f"Stridescope is out of the menu: {data / ENTRY}." if gone else "Nothing was installed."


def command() -> list[str]:
    """What starts this installation: its script, a bundle's program, or Python with main.py."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    script = Path(sys.executable).with_name("stridescope")
    return [str(script)] if script.exists() else [sys.executable, str(ROOT / "main.py")]


def starting(entry: str, arguments: list[str]) -> str:
    """A desktop entry whose Exec and TryExec start ``arguments``; any other text as it is."""
    words = " ".join(map(_quoted, arguments))
    entry = re.sub("^Exec=.*$", lambda _: f"Exec={words} %F", entry, flags=re.MULTILINE)
    tried = arguments[0].replace("\\", "\\\\")
    return re.sub("^TryExec=.*$", lambda _: f"TryExec={tried}", entry, flags=re.MULTILINE)


def _quoted(argument: str) -> str:
    """An argument of Exec: quoted, then escaped as every value of an entry is."""
    quoted = re.sub(r'(["`$\\])', r"\\\1", argument).replace("\\", "\\\\").replace("%", "%%")
    return f'"{quoted}"'


def _data_home() -> Path:
    if sys.platform != "linux":
        raise Refused("The entry in the menu is for Linux desktops; there is none for this system.")
    home = os.environ.get("XDG_DATA_HOME", "")
    return Path(home) if os.path.isabs(home) else Path.home() / ".local" / "share"


def _refresh(data: Path) -> list[str]:
    """Have the desktop read its folders again; the packages whose commands are missing."""
    missing = []
    for words, folder, package in _REFRESH:
        if not (data / folder).is_dir():
            continue
        if shutil.which(words[0]):
            subprocess.run([*words, str(data / folder)], capture_output=True)
        elif package:
            missing.append(package)
    return missing
