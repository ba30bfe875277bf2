"""Undo and redo: documents before and after each step; they share what did not change."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace

from .document import Document
from .edits import Edit

MAX_STEPS = 500


@dataclass(frozen=True)
class Step:
    """One thing that was done, from one document to another."""

    name: str
    before: Document
    after: Document
    gesture: Hashable | None = None


@dataclass(frozen=True)
class History:
    """What was done and can be undone, and what was undone and can be done again; newest last."""

    done: tuple[Step, ...] = ()
    undone: tuple[Step, ...] = ()

    @property
    def undo_name(self) -> str:
        """What undo would take back; "" where there is nothing."""
        return self.done[-1].name if self.done else ""

    @property
    def redo_name(self) -> str:
        """What redo would do again; "" where there is nothing."""
        return self.undone[-1].name if self.undone else ""

    def noting(self, edit: Edit, before: Document, after: Document) -> History:
        """The history with an edit of what is made, which led from ``before`` to ``after``.

        Within a gesture it is part of the last step; a gesture that ends where it began is none.
        """
        done = self.done
        if done and edit.gesture is not None and done[-1].gesture == edit.gesture:
            last, done = done[-1], done[:-1]
            between = before is not last.after  # the view changed, or something was corrected
            before = last.before.adopting(last.after, before) if between else last.before
        if before == after:
            return replace(self, done=done)
        step = Step(edit.name, before, after, edit.gesture)
        return History((*done, step)[-MAX_STEPS:])

    def undo(self, now: Document) -> tuple[History, Document]:
        """Without the last step, and the document without what that changed."""
        if not self.done:
            return self, now
        step = self.done[-1]
        history = History(self.done[:-1], (*self.undone, step))
        return history, now.adopting(step.after, step.before)

    def redo(self, now: Document) -> tuple[History, Document]:
        """With the step undone last, and the document with what that changed."""
        if not self.undone:
            return self, now
        step = self.undone[-1]
        history = History((*self.done, step), self.undone[:-1])
        return history, now.adopting(step.before, step.after)
