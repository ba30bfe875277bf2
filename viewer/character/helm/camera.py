"""The camera goes behind the character when keys or the pad steer it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from viewer.model.document import Document
from viewer.workbench import Workbench

from .helm import Helm


class HelmCamera(QObject):
    """Has the camera stay behind while the character is on stage, until a person has it otherwise.

    What is on stage after it is seen as before.
    """

    def __init__(self, bench: Workbench, helm: Helm) -> None:
        super().__init__(helm)
        self._bench, self._helm = bench, helm
        self._put = self._refused = False
        bench.store.changed.connect(self._follow)

    def show(self) -> None:
        """What is on display of the character is another."""
        chases = self._bench.store.document.view.looks.chase
        if self._helm.steers and not (chases or self._refused) and self._bench.transport.playing:
            self._put = True
            self._bench.studio.set_look(chase=True, follow=True)

    def leave(self) -> None:
        """The character is not on stage any more."""
        put, self._put = self._put, False
        if put:
            self._bench.studio.set_look(chase=False)

    def _follow(self, old: Document, new: Document) -> None:
        if self._put and old.view.looks.chase and not new.view.looks.chase:
            self._put, self._refused = False, True
