"""Session files that are broken, hostile, or cannot be written; what a person does with them."""

from __future__ import annotations

import base64
import errno
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("mujoco")

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog

from character.drive.state import Kind
from tests.viewer.conftest import Opener, open_file, settle, until
from viewer.model.demo import ASSETS
from viewer.model.document import Cast, Document, Latent, OpenClip, Style, View
from viewer.model.policies import NOBODY, Policy
from viewer.model.repertoire import SkillOf
from viewer.model.session import KeptTake, Session
from viewer.model.session_file import (
    MAX_BYTES,
    SCHEMA,
    VERSION,
    SessionError,
    read_session,
    to_bytes,
    write_session,
)
from viewer.ui.recent import RecentFiles
from viewer.window.window import MainWindow

HEAD = {"schema": SCHEMA, "version": VERSION}
ACTOR = "deepmimic_actor_x_1"
VERSION_1: dict[str, Any] = {
    "schema": SCHEMA,
    "version": 1,
    "clips": [
        {
            "file": {"path": "/gone/a.bvh", "relative": "a.bvh", "asset": ""},
            "units": "cm",
            "up_axis": "Z",
            "style": "Calm",
            "title": "A walk",
        }
    ],
    "clip": 0,
    "source": "clip",
    "times": {"clip": 1.25, "latent": 0.5},
    "speed": -0.5,
    "loop": False,
    "range": [20, 90],
    "camera": {"target": [1.0, 0.5, -2.0], "azimuth": 0.7, "elevation": 0.2, "distance": 7.0},
    "look": {"ghosts": True, "grid": False, "follow": True},
    "latent": {"label": "mine", "values": [0.25] * 256},
    "character": {
        "policies": [
            {
                "model": ACTOR,
                "title": "x",
                "file": {"path": "/gone/x.onnx", "relative": "x.onnx", "asset": ""},
                "motion": None,
                "critic": None,
                "sha256": "",
            }
        ],
        "drives": ACTOR,
        "beside": "",
        "friction": 0.5,
        "gravity": 7.0,
        "speed": 2.0,
        "take": {"npz": "UEs=", "first": 3, "last": 9, "shown": 5},
        "beside_take": None,
    },
}
"""As Stridescope 0.1.0 wrote it."""
BROKEN = {
    "empty": (b"", "it is empty"),
    "no JSON": (b'{"schema": ', "no whole JSON"),
    "binary": (b"\x00\xff\xfe" * 50, "no whole JSON"),
    "nested": (b"[" * 200_000, "no whole JSON"),
    "NaN": (b'{"schema": "stridescope.session", "version": NaN}', "no whole JSON"),
    "long number": (b'{"version": ' + b"9" * 10_000 + b"}", "no whole JSON"),
    "a list": (b"[]", SCHEMA),
    "other schema": (b'{"schema": "stridescope.take", "version": 1}', SCHEMA),
    "no version": (json.dumps({"schema": SCHEMA}).encode(), "its version is no whole number"),
    "text version": (json.dumps(HEAD | {"version": "1"}).encode(), "no whole number"),
    "newer": (json.dumps(HEAD | {"version": VERSION + 1}).encode(), "a newer Stridescope"),
    "far newer": (json.dumps(HEAD | {"version": 10**400}).encode(), "a newer Stridescope"),
}
HOSTILE: dict[str, tuple[Any, str]] = {
    "clips": ({"path": 3}, "a list"),
    "clip": ("first", "a whole number"),
    "source": ("hologram", "one of clip, latent, character"),
    "times": ({"clip": 1e300}, "'times.clip'"),
    "speed": (1e308, "a number from -4 to 4"),
    "loop": ("yes", "true or false"),
    "range": ([1, 2, 3], "2 numbers"),
    "camera": ({"distance": -4, "target": [0, "x", 0]}, "'camera.distance'"),
    "look": ({"ghosts": 7}, "'look.ghosts'"),
    "latent": ({"values": [1e99] * 256}, "256 numbers"),
    "character": ({"gravity": [], "take": {"npz": 8}}, "'character.gravity'"),
}


def document(**members: Any) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(to_bytes(Session(), Path(), ASSETS))
    return data | members


@pytest.mark.parametrize(("content", "words"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_one_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "broken.stride"
    path.write_bytes(content)
    with pytest.raises(SessionError) as refusal:
        read_session(path, ASSETS)
    text = str(refusal.value)
    assert text.startswith(str(path)) and words in text and text.endswith(".")
    assert len(text) < 300 + len(str(path))


def test_what_is_no_file_or_too_large_is_one_sentence(tmp_path: Path) -> None:
    huge = tmp_path / "huge.stride"
    with huge.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    for path in (tmp_path, tmp_path / "gone.stride", huge, Path("/dev/zero")):
        with pytest.raises(SessionError, match=r"\.$") as refusal:
            read_session(path, ASSETS)
        assert str(path) in str(refusal.value)


@pytest.mark.parametrize("key", HOSTILE)
def test_a_hostile_member_is_left_out_and_told(tmp_path: Path, key: str) -> None:
    value, words = HOSTILE[key]
    path = tmp_path / "hostile.stride"
    path.write_text(json.dumps(document(**{key: value})))
    session, doubts = read_session(path, ASSETS)
    assert any(words in doubt for doubt in doubts)
    assert all(doubt.startswith(f"{path}: ") for doubt in doubts)
    view = session.document.view
    assert (view.speed, view.loop, view.source) == (1.0, True, "clip")


def test_what_is_written_is_read(tmp_path: Path) -> None:
    clip = OpenClip(Path("/a/ü.bvh"), "cm", "Z", "Calm", "A walk", (3, 9))
    view = View(clip=clip.key, speed=-2.0, loop=False)
    style = Style(Latent(np.linspace(-1, 1, 256), "mine"), 7, (4, 50))
    session = Session(Document((clip,), style, view=view), {"clip": 1.25})
    path = tmp_path / "s.stride"
    write_session(path, session, ASSETS)
    read, doubts = read_session(path, ASSETS)
    assert doubts == () and list(tmp_path.iterdir()) == [path]
    assert read.document == session.document
    assert read.times["clip"] == 1.25


def test_version_1_still_opens(tmp_path: Path) -> None:
    for name in ("a.bvh", "x.onnx"):
        (tmp_path / name).touch()
    path = tmp_path / "old.stride"
    path.write_text(json.dumps(VERSION_1))
    session, doubts = read_session(path, ASSETS)
    document, view = session.document, session.document.view
    assert doubts == ()
    clip = OpenClip(tmp_path / "a.bvh", "cm", "Z", "Calm", "A walk", (20, 90))
    assert document.clips == (clip,) and document.clip(view.clip) == clip
    assert (view.source, view.speed, view.loop, view.character_speed) == ("clip", -0.5, False, 2.0)
    assert (view.looks.ghosts, view.looks.grid, view.looks.forces) == (True, False, False)
    assert view.camera is not None and view.camera.distance == 7.0
    assert document.style.latent == Latent(np.full(256, 0.25), "mine")
    cast = document.cast
    assert (cast.drives, cast.beside, cast.friction, cast.gravity) == (ACTOR, NOBODY, 0.5, 7.0)
    assert cast.policies == (Policy(ACTOR, "x", tmp_path / "x.onnx", None, None),)
    assert session.take == KeptTake(b"PK", 3, 9, 5) and session.beside_take is None
    assert session.times == {"clip": 1.25, "latent": 0.5, "character": 0.0}


def test_a_full_disk_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "s.stride"
    twice, thrice = (Session(Document(view=View(speed=speed))) for speed in (2.0, 3.0))
    write_session(path, twice, ASSETS)

    def full(self: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(SessionError, match=r"the disk is full\. Save .* elsewhere"):
        write_session(path, thrice, ASSETS)
    assert read_session(path, ASSETS)[0].document == twice.document and list(
        tmp_path.iterdir()
    ) == [path]
    with pytest.raises(SessionError, match="cannot be written"):
        write_session(path / "below.stride", Session(), ASSETS)


def opened(window: MainWindow, path: Path, act: Callable[[], object]) -> list[tuple[str, str]]:
    """Level and words of warnings and errors until the session is there or refused."""
    told: list[tuple[str, str]] = []
    listener = window.studio.notice.connect(lambda n: told.append((n.level, n.details or n.text)))
    done: list[object] = []
    also = window.sessions.opened.connect(done.append)
    act()
    until(lambda: bool(done) or any(level == "error" for level, _ in told))
    settle(window)
    window.studio.notice.disconnect(listener)
    window.sessions.opened.disconnect(also)
    return [words for words in told if words[0] != "info"]


def test_the_window_survives_what_is_broken(window: MainWindow, walk: Path, tmp_path: Path) -> None:
    open_file(window, walk)
    path = tmp_path / "broken.stride"
    for content, words in BROKEN.values():
        path.write_bytes(content)
        ((level, text),) = opened(window, path, lambda: window.open_paths([path]))
        assert level == "error" and words in text and str(path) in text
    assert window.studio.motion is not None and window.studio.motion.path == walk
    assert window.sessions.path is None and not window.studio.opening


def test_what_is_hostile_or_missing_is_told_and_the_rest_restored(
    window: MainWindow, walk: Path, tmp_path: Path
) -> None:
    bad_zip = base64.b64encode(b"PK\x03\x04 no take").decode()
    clips = [
        {"file": {"path": str(walk)}, "title": "Good"},
        {"file": {"path": "/dev/zero"}, "title": "Zero"},
        {"file": {"path": "x" * 3000}, "title": "Long"},
        {"file": {"path": "a\0b"}, "title": "\ud800"},
    ]
    policies = [{"model": "stylevae_decoder", "file": {"path": str(walk)}}]
    path = tmp_path / "mixed.stride"
    character = {"policies": policies, "drives": "?", "take": {"npz": bad_zip}}
    data = document(clips=clips, clip=0, source="character", character=character, speed="fast")
    path.write_text(json.dumps(data))
    told = opened(window, path, lambda: window.open_paths([path]))
    assert [level for level, _ in told] == ["warning"]
    for words in ("Zero is missing", "Long is missing", "'speed'", "take: not an NPZ", walk.name):
        assert words in told[0][1]
    assert [motion.title for motion in window.studio.motions] == ["Good"]
    assert window.studio.source == "clip" and window.character.cast.policies == {}
    for text in ("****", "ä", bad_zip[:7]):
        path.write_text(json.dumps(document(character={"take": {"npz": text}})))
        ((level, words),) = opened(window, path, lambda: window.open_paths([path]))
        assert level == "warning" and "take" in words


def test_saving_asks_once_and_opening_takes_every_way(
    window: MainWindow, walk: Path, tmp_path: Path
) -> None:
    open_file(window, walk)
    path = tmp_path / "mine.stride"
    window.actions_["file.save_session"].trigger()
    dialog = window.findChild(QFileDialog)
    assert dialog is not None and dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    dialog.fileSelected.emit(str(path))
    dialog.reject()
    until(lambda: window.sessions.path == path)
    assert window.windowTitle().startswith("mine — walk")
    path.unlink()
    window.actions_["file.save_session"].trigger()
    until(path.is_file)
    window.actions_["clip.close"].trigger()
    assert window.studio.motion is None

    def drop() -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)), QUrl.fromLocalFile(str(walk))])
        left = Qt.MouseButton.LeftButton
        copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
        window.dropEvent(QDropEvent(QPointF(9, 9), copy, data, left, none))

    ((level, text),) = opened(window, path, drop)
    assert level == "warning" and walk.name in text
    assert window.studio.motion is not None and window.studio.motion.path == walk
    window.actions_["file.open_session"].trigger()
    chooser = next(d for d in window.findChildren(QFileDialog) if d.isVisible())
    assert opened(window, path, lambda: chooser.fileSelected.emit(str(path))) == []
    chooser.reject()


def test_a_session_asked_for_at_the_start_waits_for_the_panels(
    open_window: Opener, walk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = OpenClip(walk, title="From the session")
    path = tmp_path / "start.stride"
    write_session(path, Session(Document((clip,), view=View(clip=clip.key))), ASSETS)
    shown = MainWindow.show

    def show(self: MainWindow) -> None:
        self.open_paths([str(path)])
        shown(self)

    monkeypatch.setattr(MainWindow, "show", show)
    window = open_window()
    until(lambda: window.studio.motion is not None)
    assert window.studio.motion is not None and window.studio.motion.title == "From the session"
    assert not window.transport.playing


def test_what_was_open_at_the_end_can_be_reopened(
    open_window: Opener, walk: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "state" / "last.stride"
    empty = open_window(kept=kept)
    empty.actions_["file.reopen_session"].trigger()
    empty.close()
    assert not kept.exists()
    window = open_window(kept=kept)
    open_file(window, walk)
    window.close()
    assert kept.is_file()
    other = open_window(kept=kept)
    assert opened(other, kept, other.actions_["file.reopen_session"].trigger) == []
    assert other.studio.motion is not None and other.sessions.path is None
    assert kept not in RecentFiles(other.bench.settings).paths()


def test_skills_are_kept_and_one_of_an_unknown_kind_is_told(tmp_path: Path) -> None:
    walk = SkillOf(ACTOR, "walk", "Walk", Kind.GAIT)
    cast = Cast(skills=(walk, SkillOf(ACTOR, "odd", "Odd")), gets_up=False)
    path = tmp_path / "skills.stride"
    path.write_bytes(to_bytes(Session(Document(cast=cast)), tmp_path, ASSETS))
    session, doubts = read_session(path, ASSETS)
    assert session.document.cast.skills == cast.skills and not doubts
    assert not session.document.cast.gets_up
    data = json.loads(path.read_text())
    data["character"]["skills"][0]["kind"] = "fly"
    path.write_text(json.dumps(data))
    session, (doubt,) = read_session(path, ASSETS)
    assert "'character.skills.0.kind' is not one of" in doubt
    assert session.document.cast.skills[0] == SkillOf(ACTOR, "walk", "Walk")
