"""File, Export… in a real window: everything is written beside it, told, and given up whole."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from character.live.take import Take
from motion.bvh import read_bvh
from tests.viewer.conftest import Opener, open_file, settle
from tests.viewer.export.waiting import until
from tests.viewer.panel_fixtures import heard
from viewer.character.control import CharacterControl
from viewer.export.dialog import ExportDialog
from viewer.model.document import Latent
from viewer.model.export.order import Order
from viewer.model.style_edits import wear
from viewer.window.window import MainWindow

STYLE = 0.3 * np.random.default_rng(3).standard_normal(64).astype(np.float32)


def asked(window: MainWindow) -> ExportDialog:
    """The dialog, as a person opens it."""
    window.actions_["file.export"].trigger()
    (dialog,) = (each for each in window.findChildren(ExportDialog) if each.isVisible())
    return dialog


def choose(dialog: ExportDialog, kind: str, what: str = "") -> None:
    names = [each.name for each in (dialog.kinds.itemData(n) for n in range(dialog.kinds.count()))]
    dialog.kinds.setCurrentIndex(names.index(kind))
    if what:
        whats = [dialog.things.itemData(n).what for n in range(dialog.things.count())]
        dialog.things.setCurrentIndex(whats.index(what))


def export(window: MainWindow, path: Path, kind: str, what: str = "", loop: bool = False) -> str:
    """Export by the dialog; what was told at the end."""
    told = heard(window.studio.notice)
    dialog = asked(window)
    choose(dialog, kind, what)
    if loop:
        assert dialog.loop.isVisible()
        dialog.loop.setChecked(True)
    small(dialog)
    type_path(dialog, path)
    QTest.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    until(lambda: any(str(path) in notice.text for (notice,) in told))
    return next(notice.text for (notice,) in told if str(path) in notice.text)


def small(dialog: ExportDialog) -> None:
    """The least size, so that a test is quick."""
    options = dialog.options
    options.sizes.setCurrentIndex(options.sizes.count() - 1)
    options.width_.setValue(96)
    options.height_.setValue(64)


def type_path(dialog: ExportDialog, path: Path) -> None:
    dialog.path.selectAll()
    QTest.keyClicks(dialog.path, str(path))
    until(dialog.go.isEnabled)


@pytest.mark.parametrize("kind", ["bvh", "glb", "npz"])
def test_the_clip_as_motion(walking_window: MainWindow, tmp_path: Path, kind: str) -> None:
    (tmp_path / "out").mkdir()
    path = tmp_path / "out" / f"a.{kind}"
    said = export(walking_window, path, kind)
    assert said.startswith(f"Wrote 150 frames to {path}, in ")
    assert [left.name for left in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [
        ("png", "a.png", "96 × 64."),
        ("sequence", "frames", "31 pictures at 60 a second."),
        ("mp4", "a.mp4", "31 pictures at 60 a second."),
        ("turntable", "turn.mp4", "120 pictures at 30 a second."),
    ],
)
def test_pictures_of_the_stage(
    walking_window: MainWindow, tmp_path: Path, kind: str, name: str, said: str
) -> None:
    (tmp_path / "out").mkdir()
    walking_window.studio.set_range(30, 60)
    film = kind in ("sequence", "mp4")
    assert export(walking_window, tmp_path / "out" / name, kind, loop=film).endswith(said)
    assert [left.name for left in (tmp_path / "out").iterdir()] == [name]


def test_the_selection_alone(walking_window: MainWindow, tmp_path: Path) -> None:
    walking_window.studio.set_range(30, 60)
    export(walking_window, tmp_path / "a.bvh", "bvh", loop=True)
    assert read_bvh(tmp_path / "a.bvh").frame_count == 31


def test_the_restyled_clip_is_offered_first(walking_window: MainWindow, tmp_path: Path) -> None:
    window = walking_window
    style = window.controls["style"]
    until(lambda: style.restyling.ready)  # type: ignore[attr-defined]
    window.store.apply(wear("Try", Latent(STYLE, "odd")))
    until(lambda: window.studio.restyled is not None)
    figure = window.studio.restyled
    said = export(window, tmp_path / "a.npz", "npz")
    assert figure is not None and said.startswith("Wrote 75 frames")
    with np.load(tmp_path / "a.npz") as stored:
        assert (
            np.abs(stored["positions"] - figure.positions[::2]).max() < 0.2
        )  # bones of random networks


def test_a_take_of_the_character(
    control: CharacterControl, window: MainWindow, tmp_path: Path
) -> None:
    export(window, tmp_path / "take.bvh", "bvh", "take")
    assert read_bvh(tmp_path / "take.bvh").frame_count > 3
    export(window, tmp_path / "take.npz", "npz", "take")
    assert len(Take.load(tmp_path / "take.npz").rows) > 3


def test_the_take_of_its_panel_is_what_the_dialog_begins_with(
    control: CharacterControl, walking_window: MainWindow
) -> None:
    walking_window.bench.settings.setValue("export/kind", "mp4")
    walking_window.actions_["character.export"].trigger()
    (dialog,) = (each for each in walking_window.findChildren(ExportDialog) if each.isVisible())
    assert dialog.thing is not None and dialog.thing.what == "take"
    assert dialog.kind.name == "bvh"
    dialog.reject()


@pytest.mark.parametrize("suffix", ["png", "svg", "csv"])
def test_plots_of_panels(walking_window: MainWindow, tmp_path: Path, suffix: str) -> None:
    window = walking_window
    phase = window.controls["phase"]
    until(lambda: phase.measures is not None)  # type: ignore[attr-defined]
    for kind in ("plot.Phase curves", "plot.Run times"):
        path = tmp_path / f"{kind[5:8]}.{suffix}"
        assert export(window, path, kind).startswith(f"Wrote {path}")
        assert path.stat().st_size > 100


def test_one_after_another_and_how_far(walking_window: MainWindow, tmp_path: Path) -> None:
    window = walking_window
    assert window.export is not None
    strip = window.export.strip
    texts: list[str] = []
    window.export.queue.changed.connect(lambda: texts.append(strip.label.text()))
    told = heard(window.studio.notice)
    for name in ("a", "b"):
        dialog = asked(window)
        choose(dialog, "sequence")
        small(dialog)
        type_path(dialog, tmp_path / name)
        dialog.accept()
    until(lambda: len(told) == 2)
    assert not strip.isVisible() and window.export.queue.current is None
    assert any("(+1)" in text for text in texts) and any("%" in text for text in texts)
    assert all(len(list((tmp_path / name).iterdir())) == 150 for name in ("a", "b"))


def long_export(window: MainWindow, path: Path) -> None:
    """Thousands of pictures, under way."""
    assert window.export is not None
    dialog = asked(window)
    choose(dialog, "sequence")
    dialog.options.sizes.setCurrentIndex(3)
    dialog.options.rates.setCurrentIndex(dialog.options.rates.count() - 1)
    type_path(dialog, path)
    dialog.accept()
    strip = window.export.strip
    until(lambda: strip.isVisible() and "%" in strip.label.text())


def test_cancelled_nothing_is_left(walking_window: MainWindow, tmp_path: Path) -> None:
    window = walking_window
    (tmp_path / "out").mkdir()
    told = heard(window.studio.notice)
    long_export(window, tmp_path / "out" / "frames")
    assert window.export is not None
    QTest.mouseClick(window.export.strip.stop, Qt.MouseButton.LeftButton)
    until(lambda: not window.export.strip.isVisible())
    assert told[-1][0].text.endswith("was cancelled; nothing was written.")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_window_that_closes_leaves_nothing(
    open_window: Opener, walk: Path, tmp_path: Path
) -> None:
    window = open_window()
    open_file(window, walk)
    (tmp_path / "out").mkdir()
    long_export(window, tmp_path / "out" / "frames")
    window.close()
    until(lambda: not list((tmp_path / "out").iterdir()))


def test_without_ffmpeg_the_dialog_says_what_helps(
    walking_window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(__import__("sys").modules, "imageio_ffmpeg", None)
    dialog = asked(walking_window)
    choose(dialog, "mp4")
    until(lambda: "ffmpeg" in dialog.note.text())
    assert "pip install imageio-ffmpeg" in dialog.note.text() and not dialog.go.isEnabled()
    choose(dialog, "sequence")
    assert dialog.go.isEnabled()
    dialog.reject()


def test_the_dialog_says_what_is_wrong_with_a_file(
    walking_window: MainWindow, walk: Path, tmp_path: Path
) -> None:
    (tmp_path / "there.bvh").touch()
    dialog = asked(walking_window)
    choose(dialog, "bvh")
    for text, said, good in (
        ("", "Name a file", False),
        (str(tmp_path / "a.glb"), "has to end with .bvh", False),
        (str(tmp_path / "no" / "a.bvh"), "does not exist", False),
        (str(tmp_path / "there.bvh"), "will be replaced", True),
        (str(walk), "is the clip itself", False),
        (str(tmp_path / "new.bvh"), "", True),
    ):
        dialog.path.setText(text)
        assert said in dialog.note.text() and dialog.go.isEnabled() is good
    dialog.reject()


def test_a_folder_that_cannot_be_written_is_told(
    walking_window: MainWindow, tmp_path: Path
) -> None:
    """Between the dialog and the writing it became a file."""
    told, folder = heard(walking_window.studio.notice), tmp_path / "out"
    folder.mkdir()
    dialog = asked(walking_window)
    choose(dialog, "bvh")
    type_path(dialog, folder / "a.bvh")
    folder.rmdir()
    folder.touch()
    dialog.accept()
    until(lambda: bool(told))
    assert told[-1][0].level == "error" and "its folder does not exist" in told[-1][0].text


def test_no_place_for_temporary_files_is_told(
    walking_window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = heard(walking_window.studio.notice)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    walking_window.export.begin(Order("", str(tmp_path / "a.bvh"), "clip"))
    ((notice,),) = told
    assert notice.level == "error" and "cannot be written: its folder does not" in notice.text
    assert walking_window.export.queue.current is None and not (tmp_path / "a.bvh").exists()


def test_the_name_follows_the_kind_until_a_person_types_one(
    walking_window: MainWindow, tmp_path: Path
) -> None:
    dialog = asked(walking_window)
    choose(dialog, "glb")
    assert dialog.path.text().endswith("walk.glb")
    choose(dialog, "sequence")
    assert dialog.path.text().endswith("walk frames")
    type_path(dialog, tmp_path / "mine")
    choose(dialog, "mp4")
    assert dialog.path.text() == str(tmp_path / "mine.mp4")
    dialog.reject()


def test_nothing_open_nothing_but_plots(window: MainWindow) -> None:
    dialog = asked(window)
    choose(dialog, "bvh")
    assert not dialog.go.isEnabled() and "Nothing is open" in dialog.note.text()
    dialog.reject()


def test_every_control_of_the_dialog_is_named(walking_window: MainWindow) -> None:
    from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit

    settle(walking_window)
    dialog = asked(walking_window)
    for kind in (QAbstractButton, QAbstractSpinBox, QComboBox):
        for control in dialog.findChildren(kind):
            assert control.toolTip(), control
            assert control.accessibleName() or isinstance(control, QAbstractButton), control
    assert all(
        line.accessibleName()
        for line in dialog.findChildren(QLineEdit)
        if not isinstance(line.parent(), QAbstractSpinBox | QComboBox)
    )
    dialog.reject()
    QApplication.processEvents()
