"""Drags of a real slider while the clip plays become keys, one step to undo each."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint

from motion.restyling.course import course
from tests.viewer.conftest import FRAMES, FakeClock, until
from tests.viewer.style.keys_fixtures import FRAME_S, KeysBench, keys_bench, style
from viewer.model.document import StyleKey
from viewer.window.window import MainWindow


@pytest.fixture
def keys(walking_window: MainWindow, clock: FakeClock) -> KeysBench:
    made = keys_bench(walking_window, clock)
    made.do("style.record")
    return made


def sigma_of(key: StyleKey) -> float:
    return float(key.style.values[-1])


def worn_at(keys: KeysBench, frame: int) -> float:
    """What the clip wears at a frame, in sigma of the slider."""
    document = keys.window.store.document
    clip = keys.keys.clip
    assert clip is not None
    return float(course(document.course_of(clip), np.array([frame * FRAME_S]))[0][0, -1])


def drag(keys: KeysBench, path: list[float], frames: int = 2) -> dict[int, float]:
    """Drag along ``path`` while the clip plays, and what was worn at which frame."""
    window = keys.window
    keys.press(path[0])
    seen = {}
    for sigma in path:
        keys.slide(sigma)
        worn = window.store.document.style.worn
        assert worn is not None and not window.store.document.style.keyed
        seen[window.transport.frame] = float(worn.values[-1])
        keys.pass_frames(frames)
    keys.release(path[-1])
    return seen


def test_a_drag_while_it_plays_becomes_keys_that_go_along_it(keys: KeysBench) -> None:
    window = keys.window
    keys.key_at(20, -1.0)
    keys.key_at(140, -1.0)
    before, steps = window.store.document, keys.names
    window.transport.seek_frame(10)
    window.transport.play()
    path = [*np.linspace(0.2, 2, 20).tolist(), *np.linspace(2, -2, 20).tolist()]
    seen = drag(keys, path)
    keys.finished()
    assert keys.names == [*steps, "Record style keys"]
    assert window.store.document.style.keyed
    frames = keys.frames()
    assert frames[0] == 10 and frames[-1] == 140 and 20 not in frames
    assert 4 <= len(frames) <= 9
    off = [abs(worn_at(keys, frame) - sigma) for frame, sigma in seen.items()]
    assert max(off) <= 0.05 * 4
    window.actions_["edit.undo"].trigger()
    now = window.store.document
    assert (now.clips, now.style) == (before.clips, before.style)
    window.actions_["edit.redo"].trigger()
    assert keys.frames() == frames


def test_a_still_hand_is_recorded_until_it_lets_go(keys: KeysBench) -> None:
    window = keys.window
    window.transport.play()
    keys.press(0.0)
    keys.slide(1.0)
    keys.pass_frames(40)
    keys.slide(2.0)
    keys.pass_frames(1)
    keys.release(2.0)
    keys.pass_frames(10)
    keys.finished()
    assert keys.frames()[0] == 0 and 40 <= keys.frames()[-1] <= 42
    assert worn_at(keys, 35) == pytest.approx(1.0, abs=0.05)


def test_what_playback_starts_over_with_is_another_pass(keys: KeysBench) -> None:
    window = keys.window
    window.transport.seek_frame(FRAMES - 20)
    window.transport.play()
    drag(keys, np.linspace(-1, 1, 20).tolist())
    keys.finished()
    frames = keys.frames()
    assert frames[0] == 0 and frames[-1] == FRAMES - 1
    assert any(frame <= 20 for frame in frames[1:]) and FRAMES - 20 in frames
    assert worn_at(keys, 0) > 0 > worn_at(keys, FRAMES - 19)
    assert keys.names.count("Record style keys") == 1


def test_a_drag_may_come_back_to_where_it_began(keys: KeysBench) -> None:
    keys.do("style.record")
    keys.wear(0.0)
    keys.do("style.record")
    keys.window.transport.play()
    keys.press(0.0)
    for value in (100, 0, -100, -200):
        keys.slider.slider.setValue(value)
        keys.pass_frames(6)
    keys.release(-2.0)
    keys.finished()
    assert keys.frames()[0] == 0 and keys.frames()[-1] >= 18
    assert worn_at(keys, 6) == pytest.approx(0.0, abs=0.1)
    assert worn_at(keys, 18) == pytest.approx(-2.0, abs=0.1)


def test_backwards_is_recorded_at_the_frames_that_were_shown(keys: KeysBench) -> None:
    window = keys.window
    window.studio.set_speed(-1.0)
    window.transport.seek_frame(100)
    window.transport.play()
    seen = drag(keys, np.linspace(0.2, 2, 20).tolist())
    keys.finished()
    assert keys.frames()[-1] == 100 and 55 <= keys.frames()[0] <= 65
    assert all(abs(worn_at(keys, frame) - sigma) <= 0.15 for frame, sigma in seen.items())


def test_strokes_without_a_button_end_with_a_pause(keys: KeysBench) -> None:
    window = keys.window
    window.transport.play()
    for n in range(4):
        keys.slider.slider.setValue(20 * (n + 1))
        keys.pass_frames(5)
    assert keys.keys.recorder.busy
    keys.pass_frames(30)
    keys.finished()
    assert keys.frames()[0] == 0 and keys.frames()[-1] == 15
    assert keys.names[-1] == "Record style keys"


def test_the_stretch_that_is_recorded_is_seen(keys: KeysBench) -> None:
    lane, track = keys.keys.lane, keys.window.timeline.track
    keys.window.transport.seek_frame(30)
    keys.window.transport.play()
    keys.press(0.0)
    keys.slide(1.0)
    keys.pass_frames(29)
    until(lambda: lane.recording_s is not None and lane.recording_s[1] > 58 * FRAME_S)
    image = track.grab().toImage()
    at = keys.on_lane(45) - QPoint(0, lane.height // 2 - 3)
    ratio = image.devicePixelRatio()
    seen = image.pixelColor(round(at.x() * ratio), round(at.y() * ratio))
    assert seen.red() > 1.5 * max(seen.green(), seen.blue())
    keys.release(1.0)
    keys.finished()
    assert lane.recording_s is None


def test_a_playhead_that_is_put_elsewhere_ends_the_take(keys: KeysBench) -> None:
    keys.window.transport.play()
    keys.press(0.0)
    for n in range(5):
        keys.slide((n + 1) / 5)
        keys.pass_frames(3)
    keys.window.transport.seek_frame(100)
    assert not keys.keys.recorder.busy and keys.frames()[-1] <= 15
    keys.slide(-1.0)
    assert keys.keys.recorder.busy
    keys.release(-1.0)
    keys.finished()
    assert keys.frames()[-1] == 100


def test_stopping_ends_the_take(keys: KeysBench) -> None:
    keys.window.transport.play()
    keys.press(0.0)
    for n in range(5):
        keys.slide((n + 1) / 5)
        keys.pass_frames(3)
    keys.window.transport.pause()
    assert not keys.keys.recorder.busy and keys.frames()[0] == 0 and len(keys.held) >= 2
    keys.release(1.0)


def test_paused_each_drag_places_one_key(keys: KeysBench) -> None:
    keys.window.transport.seek_frame(45)
    drag(keys, [0.5, 1.0, 1.5])
    keys.finished()
    assert keys.frames() == [45] and sigma_of(keys.held[0]) == pytest.approx(1.5, abs=0.05)
    assert keys.names.count("Place style key") == 1
    keys.window.actions_["edit.undo"].trigger()
    assert keys.held == () and keys.window.store.document.style.worn is None


def test_what_is_undone_is_not_recorded(keys: KeysBench) -> None:
    keys.window.transport.play()
    keys.wear(1.0)
    keys.finished()
    held = keys.held
    assert len(held) == 1
    for action in ("edit.undo", "edit.undo", "edit.redo"):
        keys.window.actions_[action].trigger()
        keys.pass_frames(3)
        assert not keys.keys.recorder.busy
    assert keys.held == ()


def test_without_being_armed_a_drag_is_worn_and_no_key(keys: KeysBench) -> None:
    keys.do("style.record")
    keys.window.transport.play()
    drag(keys, [0.5, 1.0, 2.0])
    until(lambda: keys.window.store.document.style.worn is not None)
    assert keys.held == () and not keys.keys.recorder.busy
    assert keys.window.store.document.style.worn != style(0.0)
