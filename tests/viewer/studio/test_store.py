"""The store tells of every change, in order, to everybody."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from viewer.model import edits
from viewer.model.document import Document
from viewer.studio.store import DocumentStore


def test_changes_are_told_with_the_document_before_and_after(qtbot: QtBot) -> None:
    store, told = DocumentStore(Document()), list[tuple[Document, Document]]()
    store.changed.connect(lambda old, new: told.append((old, new)))
    store.apply(edits.set_friction(0.5))
    store.apply(edits.set_friction(0.5))
    store.apply(edits.set_speed(2.0))
    frictions = [(old.cast.friction, new.cast.friction) for old, new in told]
    assert frictions == [(0.9, 0.5), (0.5, 0.5)]
    assert [step.name for step in store.history.done] == ["Set friction"]


def test_an_edit_made_by_a_listener_is_told_after_the_one_it_heard(qtbot: QtBot) -> None:
    store, heard = DocumentStore(Document()), list[float]()

    def correct(old: Document, new: Document) -> None:
        if new.cast.friction > 1:
            store.correct(edits.set_friction(1.0).change)

    store.changed.connect(correct)
    store.changed.connect(lambda old, new: heard.append(new.cast.friction))
    store.apply(edits.set_friction(1.5))
    assert heard == [1.5, 1.0] and store.document.cast.friction == 1.0
    assert len(store.history.done) == 1
    store.undo()
    assert store.document == Document() and heard[-1] == 0.9


def test_undo_and_redo_with_nothing_to_do_change_nothing(qtbot: QtBot) -> None:
    store = DocumentStore(Document())
    store.changed.connect(lambda *_: (_ for _ in ()).throw(AssertionError("told of nothing")))
    store.undo()
    store.redo()
    assert store.document == Document()
