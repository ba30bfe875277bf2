"""Style keys in the real window: placed, moved between, eased, copied, deleted, undone, kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.viewer.conftest import FakeClock, Opener, open_file, settle, until
from tests.viewer.style.keys_fixtures import FRAME_S, KeysBench, keys_bench, style
from viewer.model.style_keys import keys_text
from viewer.window.window import MainWindow

KEY_ACTIONS = ("key_copy", "key_delete", "key_previous", "key_next", "follow_keys", "key_paste")


@pytest.fixture
def keys(walking_window: MainWindow, clock: FakeClock) -> KeysBench:
    return keys_bench(walking_window, clock)


def enabled(keys: KeysBench) -> set[str]:
    names = ("key", "record", *KEY_ACTIONS)
    return {name for name in names if keys.window.actions_[f"style.{name}"].isEnabled()}


def test_a_key_takes_the_style_that_is_set_and_the_clip_follows_it(keys: KeysBench) -> None:
    window = keys.window
    keys.key_at(30, 1.0)
    assert keys.frames() == [30]
    assert keys.held[0].style == style(1.0)
    assert window.store.document.style.keyed and keys.names[-1] == "Place style key"
    keys.key_at(30, 2.0)
    assert keys.frames() == [30] and keys.held[0].style == style(2.0)
    window.actions_["edit.undo"].trigger()
    assert keys.held[0].style == style(1.0)
    for _ in range(2):
        window.actions_["edit.undo"].trigger()
    assert keys.frames() == []
    for _ in range(3):
        window.actions_["edit.redo"].trigger()
    assert keys.held[0].style == style(2.0)


def test_between_keys_a_key_takes_what_they_say_there(keys: KeysBench) -> None:
    keys.key_at(0, 0.0)
    keys.key_at(60, 2.0)
    keys.do("style.ease_linear")
    keys.window.transport.seek_frame(30)
    keys.keys.select(keys.held[:1])
    keys.do("style.ease_linear")
    keys.do("style.key")
    assert keys.frames() == [0, 30, 60]
    assert keys.held[1].style.values == pytest.approx(style(1.0).values, abs=1e-5)
    keys.wear(-1.0)
    keys.do("style.key")
    assert keys.held[1].style == style(-1.0)


def test_previous_and_next_go_from_key_to_key(keys: KeysBench) -> None:
    for frame in (10, 40, 90):
        keys.key_at(frame, frame / 30)
    transport = keys.window.transport
    transport.seek_frame(60)
    shown = []
    for name in ("previous", "previous", "next", "next"):
        keys.do(f"style.key_{name}")
        shown.append(transport.frame)
    assert shown == [40, 10, 40, 90]
    assert "key_next" not in enabled(keys) and "key_previous" in enabled(keys)
    assert keys.keys.selected == keys.held[2:]


def test_actions_are_there_only_while_they_do_something(keys: KeysBench) -> None:
    assert enabled(keys) == {"key", "record"}
    keys.key_at(30, 1.0)
    assert enabled(keys) == {"key", "record", "key_copy", "key_delete", "follow_keys"}
    keys.do("style.key_copy")
    keys.keys.select([])
    keys.window.transport.seek_frame(50)
    assert enabled(keys) == {"key", "record", "key_previous", "key_paste", "follow_keys"}
    keys.window.actions_["clip.close"].trigger()
    until(lambda: keys.window.studio.motion is None)
    assert enabled(keys) == set()


def test_chosen_keys_are_eased_and_new_ones_are_as_the_last_choice(keys: KeysBench) -> None:
    keys.key_at(10, 0.0)
    keys.key_at(50, 1.0)
    keys.keys.select(keys.held)
    keys.do("style.ease_hold")
    assert [key.ease for key in keys.held] == ["hold", "hold"]
    keys.key_at(90, 2.0)
    assert keys.held[2].ease == "hold"
    keys.do("style.ease_linear")
    assert [key.ease for key in keys.held] == ["hold", "hold", "linear"]
    keys.keys.select(keys.held[:1])
    assert keys.window.actions_["style.ease_hold"].isChecked()


def test_copied_keys_are_placed_from_the_playhead_on(keys: KeysBench) -> None:
    for frame in (10, 25, 60):
        keys.key_at(frame, frame / 30)
    keys.keys.select(keys.held[:2])
    keys.do("style.key_copy")
    assert QApplication.clipboard().text() == keys_text(keys.held[:2])
    keys.window.transport.seek_frame(100)
    keys.do("style.key_paste")
    assert keys.frames() == [10, 25, 60, 100, 115]
    assert [key.style for key in keys.held[3:]] == [key.style for key in keys.held[:2]]
    keys.window.transport.seek_frame(140)
    keys.do("style.key_paste")
    assert keys.frames() == [10, 25, 60, 100, 115, 140]
    assert keys.names[-2:] == ["Paste style keys"] * 2


def test_keys_are_worn_or_what_is_set_by_hand(keys: KeysBench) -> None:
    keys.key_at(30, 1.0)
    follow, store = keys.window.actions_["style.follow_keys"], keys.window.store
    assert follow.isChecked()
    keys.wear(2.0)
    assert not follow.isChecked()
    follow.trigger()
    clip = store.document.clips[0]
    assert np.array_equal(store.document.course_of(clip)[0].style, style(1.0).values)
    keys.window.actions_["edit.undo"].trigger()
    assert not follow.isChecked()


def test_chosen_keys_are_moved_by_frames(keys: KeysBench) -> None:
    keys.key_at(2, 1.0)
    keys.key_at(60, 2.0)
    steps = keys.names
    keys.keys.select(keys.held)
    for _ in range(3):
        keys.do("style.key_later")
    assert keys.frames() == [5, 63] and keys.names == [*steps, "Move style keys"]
    keys.keys.select(keys.held[:1])
    for _ in range(9):
        keys.do("style.key_earlier")
    assert keys.frames() == [0, 63] and keys.keys.selected == keys.held[:1]
    keys.window.actions_["edit.undo"].trigger()
    assert keys.frames() == [5, 63]


def test_delete_takes_the_chosen_keys(keys: KeysBench) -> None:
    keys.key_at(30, 1.0)
    keys.key_at(60, 2.0)
    keys.window.activateWindow()
    track = keys.window.timeline.track
    QTest.mouseClick(track, Qt.MouseButton.LeftButton, pos=keys.on_lane(30))
    until(keys.window.isActiveWindow)
    QTest.keyClick(keys.window, Qt.Key.Key_Delete)
    assert keys.frames() == [60] and keys.names[-1] == "Delete style key"


def test_each_clip_has_its_own_keys_and_a_session_brings_them_back(
    keys: KeysBench, tmp_path: Path, walk: Path, open_window: Opener, clock: FakeClock
) -> None:
    keys.key_at(30, 1.0)
    keys.key_at(60, 2.0)
    keys.do("style.ease_hold")
    other = tmp_path / "other.bvh"
    other.write_bytes(walk.read_bytes())
    window = keys.window
    first = window.studio.motion
    assert first is not None
    open_file(window, other)
    assert keys.held == () and "follow_keys" not in enabled(keys)
    window.studio.show_motion(first.key)
    assert keys.frames() == [30, 60]
    path = tmp_path / "keys.stride"
    window.sessions.save_to(path)
    until(path.is_file)
    before = window.store.document
    again = open_window()
    more = keys_bench(again, clock)
    again.open_paths([path])
    until(lambda: again.studio.motion is not None and more.frames() == [30, 60])
    settle(again)
    assert again.store.document.clips == before.clips
    assert again.store.document.style == before.style
    assert [key.time_s for key in more.held] == pytest.approx([30 * FRAME_S, 60 * FRAME_S])
