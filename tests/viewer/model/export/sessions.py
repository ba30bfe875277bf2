"""Sessions on disk, to export from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from viewer.model.demo import ASSETS
from viewer.model.document import Document, OpenClip, Range, View
from viewer.model.session import Session
from viewer.model.session_file import write_session


def clip_session(
    path: Path, clip: Path, time_s: float = 0.0, loop: Range | None = None, view: View | None = None
) -> Path:
    """A session with ``clip`` on stage at ``time_s``."""
    opened = OpenClip(clip, range=loop, title=clip.stem)
    view = replace(view or View(), clip=opened.key)
    write_session(path, Session(Document((opened,), view=view), {"clip": time_s}), ASSETS)
    return path
