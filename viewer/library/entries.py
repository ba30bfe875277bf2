"""What the library lists: rows under headings, and the search through them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QPersistentModelIndex, Qt

from viewer.model.strip import Strip
from viewer.ui.clip_drag import KIND, carried

ENTRY = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class LibraryEntry:
    """One row. key: what opens it. section: the heading it stands under. note: what else to say."""

    key: str
    title: str
    section: str
    style: str = ""
    seconds: float | None = None
    note: str = ""

    @property
    def details(self) -> str:
        """Style and length in one line."""
        return self.with_length(self.seconds)

    def with_length(self, seconds: float | None) -> str:
        """The details of a clip whose length is known by now."""
        length = "" if seconds is None else f"{seconds:.1f} s"
        parts = (self.style.replace("_", " "), self.note, length)
        return " · ".join(part for part in parts if part)

    @cached_property
    def found_by(self) -> str:
        """All that a search looks through, in small letters."""
        return f"{self.title}\n{self.details}\n{self.section}".casefold()


class EntryModel(QAbstractListModel):
    """The entries that the search leaves, in order, with pictures and lengths by key."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[LibraryEntry] = []
        self.shown: list[LibraryEntry] = []
        self.strips: dict[str, Strip] = {}
        self.lengths: dict[str, float] = {}
        self._words: list[str] = []
        self._rows: dict[str, int] = {}
        self._begins: list[bool] = []

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.shown[index.row()]
        if role == ENTRY:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{entry.title} {self.details(entry)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{entry.title} ({self.details(entry) or entry.section})\n{entry.key}"
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:
        return [KIND]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        return carried(self.shown[indexes[0].row()].key)

    def details(self, entry: LibraryEntry) -> str:
        """Style and length of an entry, as far as they are known."""
        return entry.with_length(self.lengths.get(entry.key, entry.seconds))

    def begins(self, row: int) -> bool:
        """Whether a section starts at this row."""
        return self._begins[row]

    def row_of(self, key: str) -> int | None:
        """Where the entry is shown; None if it is not."""
        return self._rows.get(key)

    def set_entries(self, entries: list[LibraryEntry]) -> None:
        """Take other entries; pictures and lengths of those that are gone are forgotten."""
        if entries == self.entries:
            return
        keys = {entry.key for entry in entries}
        for known in (self.strips, self.lengths):
            for key in known.keys() - keys:
                del known[key]
        self.entries = entries
        self._show()

    def search(self, text: str) -> None:
        """Show the entries that hold every word of ``text``; all for none."""
        words = text.casefold().split()
        if words != self._words:
            self._words = words
            self._show()

    def _show(self) -> None:
        words = self._words
        shown = [e for e in self.entries if all(word in e.found_by for word in words)]
        self.beginResetModel()
        self.shown = shown
        self._rows = {entry.key: row for row, entry in enumerate(shown)}
        sections = [entry.section for entry in shown]
        self._begins = [a != b for a, b in zip(["", *sections], sections, strict=False)]
        self.endResetModel()
