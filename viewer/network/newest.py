"""Work in the background of which only the newest counts."""

from __future__ import annotations

from PySide6.QtCore import QObject

from viewer.ui.background import Background, Receive, Work


class Newest(QObject):
    """One thing at a time; of what is asked meanwhile the last alone is done.

    What was superseded while it was done is received too, unless ``forget`` came between.
    """

    def __init__(self, parent: QObject, name: str) -> None:
        super().__init__(parent)
        self._background = Background(self, name, wait=False)
        self._waiting: tuple[Work, Receive] | None = None
        self._generation = 0

    @property
    def busy(self) -> bool:
        """Whether something is being done."""
        return self._background.busy

    def ask(self, work: Work, receive: Receive) -> None:
        """Have ``work`` done, in place of what still waits; as ``Background.run``."""
        if self.busy:
            self._waiting = (work, receive)
            return
        generation = self._generation

        def take(result: object) -> None:
            if generation == self._generation:
                receive(result)
            if self._waiting is not None and not self.busy:
                waiting, self._waiting = self._waiting, None
                self.ask(*waiting)

        self._background.run(work, take)

    def forget(self) -> None:
        """Something else is looked at: nothing that was asked is received any more."""
        self._generation += 1
        self._waiting = None

    def close(self) -> None:
        """End; nothing is received any more."""
        self._background.close()
