"""The whole way in a real window: the map is dragged while the clip plays, and the clip follows."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.viewer.panel_fixtures import Bench
from viewer.style.control import StyleControl

LEFT = Qt.MouseButton.LeftButton
DRAG_S = 1.2


@pytest.fixture
def style(bench: Bench) -> StyleControl:
    control = bench.control("StyleControl")
    assert isinstance(control, StyleControl)
    bench.window.docks["style"].raise_()
    bench.until(lambda: len(control.panel.map.dots.points) >= 14 and control.restyling.ready)
    return control


def places(style: StyleControl) -> tuple[QPoint, QPoint]:
    """Two dots that are far apart, on the map."""
    points = style.panel.map.dots.points
    far = points[np.argmax(np.linalg.norm(points - points[0], axis=1))]
    view = style.panel.map.view()
    first, last = (view.place(float(x), float(y)).toPoint() for x, y in (points[0], far))
    return first, last


def positions(bench: Bench) -> np.ndarray:
    """The clip on stage as it is worn, (T, 22, 3)."""
    restyled = bench.window.studio.restyled
    assert restyled is not None
    made: np.ndarray = restyled.positions
    return made


def drag_the_map(bench: Bench, style: StyleControl) -> tuple[float, float]:
    """From one dot to another while the clip plays; where the playhead was before and after."""
    plot, (first, last) = style.panel.map, places(style)
    since = bench.window.transport.time_s
    QTest.mousePress(plot, LEFT, pos=first)
    began = time.monotonic()
    while (share := (time.monotonic() - began) / DRAG_S) < 1:
        QTest.mouseMove(plot, first + (last - first) * share)
        QTest.qWait(10)
    QTest.mouseRelease(plot, LEFT, pos=last)
    bench.until(lambda: not style.keys.recorder.busy)
    return since, bench.window.transport.time_s


def test_a_drag_over_the_map_is_recorded_followed_and_undone(
    bench: Bench, style: StyleControl
) -> None:
    window, studio, keys = bench.window, bench.window.studio, style.keys
    plain = studio.figure
    window.transport.seek(1.0)
    window.actions_["style.record"].trigger()
    window.transport.play()
    pressed, released = drag_the_map(bench, style)
    window.transport.pause()
    window.actions_["style.record"].trigger()
    assert window.store.history.undo_name == "Record style keys" and len(keys.keys) >= 2
    assert pressed - 0.1 <= keys.keys[0].time_s < keys.keys[-1].time_s <= released + 0.1
    apart = keys.keys[0].style.values - keys.keys[-1].style.values
    assert np.linalg.norm(apart) > 0.1 and window.store.document.style.keyed

    def followed() -> bool:
        made = style.restyling.worn
        return made is not None and made.whole and len(made.wish.course) == len(keys.keys)

    bench.until(followed)
    assert studio.restyled is not None and studio.figure is not plain
    assert window.timeline.track.sizeHint().height() > 100
    window.actions_["edit.undo"].trigger()
    bench.until(lambda: studio.restyled is None)
    assert keys.keys == () and studio.figure is plain
    window.actions_["edit.redo"].trigger()
    bench.until(followed)
    window.actions_["edit.undo"].trigger()
    bench.until(lambda: studio.restyled is None)


def test_keys_from_the_map_make_the_clip_change_on_its_way(
    bench: Bench, style: StyleControl
) -> None:
    window, keys = bench.window, style.keys
    for time_s, dot in ((0.5, 0), (4.0, len(style.panel.map.dots.points) - 1)):
        window.transport.seek(time_s)
        style.panel.dot_picked.emit(dot)
        window.actions_["style.key"].trigger()
    assert [round(key.time_s, 2) for key in keys.keys] == [0.5, 4.0]

    def made(count: int) -> bool:
        worn = style.restyling.worn
        return worn is not None and worn.whole and len(worn.wish.course) == count

    bench.until(lambda: made(2))
    moving = positions(bench)
    keys.select(keys.keys[1:])
    window.actions_["style.key_delete"].trigger()
    bench.until(lambda: made(1))
    still = positions(bench)
    frame = round(0.5 / window.transport.frame_time)
    early = np.abs(moving[: frame // 2] - still[: frame // 2]).max()
    late = np.abs(moving[8 * frame :] - still[8 * frame :]).max()
    assert early < 0.25 * late and late > 0.03
    for _ in range(5):
        window.actions_["edit.undo"].trigger()
    assert keys.keys == ()
