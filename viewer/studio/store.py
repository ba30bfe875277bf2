"""The one holder of the document: edits go in, and everybody hears what changed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from viewer.model.document import Document
from viewer.model.edits import Edit
from viewer.model.history import History


class DocumentStore(QObject):
    """Applies edits and tells ``changed(old, new)``; who listens compares the parts it follows.

    An edit made while others still hear of the last one is told after it, so that everybody
    hears of all changes in their order. ``names_changed``: what undo and redo would do.
    """

    changed = Signal(object, object)
    names_changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document, self.history = document, History()
        self._untold: deque[tuple[Document, Document]] = deque()
        self._telling = False

    def apply(self, edit: Edit) -> None:
        """Do ``edit``; nothing happens where it changes nothing."""
        before, after = self.document, edit.change(self.document)
        if after == before:
            return
        if edit.made:
            self._remember(self.history.noting(edit, before, after))
        self._tell(after)

    def correct(self, change: Callable[[Document], Document]) -> None:
        """Change what turned out to be otherwise, as when a file is gone; no step of its own."""
        self._take(change(self.document))

    def undo(self) -> None:
        """Take the last step back; the view stays, but for what that step changed of it."""
        history, document = self.history.undo(self.document)
        self._remember(history)
        self._take(document)

    def redo(self) -> None:
        """Do again what was undone last."""
        history, document = self.history.redo(self.document)
        self._remember(history)
        self._take(document)

    def _remember(self, history: History) -> None:
        before, self.history = self.history, history
        if (before.undo_name, before.redo_name) != (history.undo_name, history.redo_name):
            self.names_changed.emit()

    def _take(self, document: Document) -> None:
        if document != self.document:
            self._tell(document)

    def _tell(self, document: Document) -> None:
        self._untold.append((self.document, document))
        self.document = document
        if self._telling:
            return
        self._telling = True
        try:
            while self._untold:
                self.changed.emit(*self._untold.popleft())
        finally:
            self._telling = False
