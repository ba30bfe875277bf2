"""Files opened lately, kept in the settings, and the menu that opens them again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QMenu

from viewer.model.language import tr

MAX_RECENT = 10


class RecentFiles:
    """Files opened lately, newest first; those that are gone are left out."""

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    def paths(self) -> list[Path]:
        """The files that are still there, newest first."""
        stored = self._settings.value("recent")
        texts = [stored] if isinstance(stored, str) else stored
        if not isinstance(texts, list):
            return []
        return [Path(text) for text in texts if Path(text).exists()]

    def add(self, path: Path) -> None:
        """Put ``path`` first; the oldest beyond MAX_RECENT is forgotten."""
        resolved = path.resolve()
        kept = [resolved, *(p for p in self.paths() if p != resolved)][:MAX_RECENT]
        self._settings.setValue("recent", [str(p) for p in kept])

    def clear(self) -> None:
        """Forget them all."""
        self._settings.remove("recent")


def fill_recent(menu: QMenu, recent: RecentFiles, open_path: Callable[[Path], None]) -> None:
    """List the recent files in ``menu``, with an entry that forgets them."""
    menu.clear()
    paths = recent.paths()
    for path in paths:
        action = menu.addAction(path.name)
        action.setToolTip(str(path))
        action.triggered.connect(lambda _=False, path=path: open_path(path))
    menu.addSeparator()
    menu.addAction(tr("Forget these"), recent.clear).setEnabled(bool(paths))
    menu.setToolTipsVisible(True)
