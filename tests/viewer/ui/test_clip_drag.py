"""A clip on its way from one part of the window to another."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QUrl

from viewer.ui.clip_drag import carried, clip_of


def test_the_key_arrives_and_nothing_that_others_take() -> None:
    data = carried("/mocap/Größe ü.bvh")
    assert clip_of(data) == "/mocap/Größe ü.bvh"
    assert not data.hasUrls() and not data.hasText()


def test_files_of_the_desktop_are_something_else() -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/mocap/a.bvh")])
    assert clip_of(data) == ""
