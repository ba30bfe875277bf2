"""Transport: frames from time, without sleeping."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from tests.viewer.conftest import FakeClock
from viewer.studio.transport import Transport


@pytest.fixture
def transport(app: QApplication, clock: FakeClock) -> Transport:
    made = Transport(clock)
    made.set_timing(100, 0.1)
    return made


def run(transport: Transport, clock: FakeClock, seconds: float) -> int:
    """The frame after ``seconds`` of playing."""
    clock.advance(seconds)
    transport.tick()
    return transport.frame


def test_plays_at_its_speed(transport: Transport, clock: FakeClock) -> None:
    transport.play()
    assert run(transport, clock, 1.0) == 10
    transport.set_speed(4)
    assert run(transport, clock, 1.0) == 50
    transport.set_speed(-2)
    assert run(transport, clock, 1.0) == 30
    transport.pause()
    assert run(transport, clock, 5.0) == 30


@pytest.mark.parametrize(
    ("asked", "got"), [(9, 4), (-9, -4), (0.01, 0.1), (-0.01, -0.1), (0, 0.1), (1.5, 1.5)]
)
def test_speed_is_kept_in_bounds(transport: Transport, asked: float, got: float) -> None:
    transport.set_speed(asked)
    assert transport.speed == got


@given(
    first=st.integers(0, 99),
    last=st.integers(0, 99),
    waits=st.lists(st.floats(0, 50), max_size=20),
    speed=st.sampled_from([-4.0, -1.0, -0.3, 0.1, 1.0, 3.7]),
)
@settings(max_examples=60)
def test_looping_stays_in_the_range_and_never_drifts(
    app: QApplication, first: int, last: int, waits: list[float], speed: float
) -> None:
    clock = FakeClock()
    transport = Transport(clock)
    transport.set_timing(100, 0.1)
    transport.set_range(first, last)
    first, last = sorted((first, last))
    transport.set_speed(speed)
    transport.seek_frame(first)
    transport.play()
    span = (last - first + 1) * 0.1
    gone = 0.0
    for wait in waits:
        gone += wait
        assert first <= run(transport, clock, wait) <= last
        expected = first * 0.1 + (gone * speed) % span
        apart = abs(transport.time_s - expected)
        assert min(apart, span - apart) < 1e-6
    transport.pause()


def test_without_loop_it_stops_at_the_end_and_starts_over(
    transport: Transport, clock: FakeClock
) -> None:
    transport.set_loop(False)
    transport.play()
    assert run(transport, clock, 60.0) == 99
    assert not transport.playing
    transport.play()
    assert run(transport, clock, 0.5) == 5
    transport.set_speed(-1)
    assert run(transport, clock, 60.0) == 0
    assert not transport.playing


def test_seeking_is_clamped(transport: Transport) -> None:
    transport.seek(1e9)
    assert (transport.frame, transport.time_s) == (99, pytest.approx(9.9))
    transport.seek(-1)
    assert transport.frame == 0


def test_steps_pause_and_wrap_in_the_range(transport: Transport) -> None:
    transport.set_range(10, 12)
    transport.seek_frame(12)
    transport.play()
    transport.step_frames(1)
    assert (transport.frame, transport.playing) == (10, False)
    transport.step_frames(-1)
    assert transport.frame == 12
    transport.step_time(1.0)
    assert transport.frame == 22


def test_a_scrub_holds_playback_and_lets_it_go_on(transport: Transport, clock: FakeClock) -> None:
    transport.play()
    transport.begin_scrub()
    transport.seek(5.0)
    assert run(transport, clock, 3.0) == 50
    assert transport.playing
    transport.end_scrub()
    assert run(transport, clock, 1.0) == 60


def test_pausing_in_a_scrub_stays_paused(transport: Transport, clock: FakeClock) -> None:
    transport.play()
    transport.begin_scrub()
    transport.pause()
    transport.end_scrub()
    assert run(transport, clock, 1.0) == 0
    assert not transport.playing


def test_late_ticks_are_counted(transport: Transport, clock: FakeClock) -> None:
    transport.set_display_rate(50)
    transport.play()
    for gap in (0.02, 0.02, 0.06, 0.02):
        run(transport, clock, gap)
    assert transport.late_frames == 2


def test_each_frame_is_announced_once(transport: Transport, clock: FakeClock) -> None:
    frames: list[int] = []
    transport.frame_changed.connect(frames.append)
    transport.play()
    for _ in range(10):
        run(transport, clock, 0.05)
    assert frames == [1, 2, 3, 4, 5]


def test_no_motion_does_not_play(transport: Transport) -> None:
    transport.play()
    transport.set_timing(0, 1 / 30)
    assert not transport.playing
    transport.play()
    assert not transport.playing
    assert transport.duration == 0


class Notes:
    """A driver that notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[object] = []

    def play(self) -> None:
        self.asked.append("play")

    def pause(self) -> None:
        self.asked.append("pause")

    def step(self) -> None:
        self.asked.append("step")

    def show(self, frame: int) -> None:
        self.asked.append(frame)

    def set_speed(self, speed: float) -> None:
        self.asked.append(speed)


def test_behind_a_driver_commands_go_to_it_and_it_tells_where_it_is(
    transport: Transport, clock: FakeClock
) -> None:
    transport.set_speed(-2)
    transport.play()
    driver, seen, playing = Notes(), [], []
    transport.follow(driver, 0.1)
    assert not transport.playing and transport.speed == 1.0
    transport.frame_changed.connect(seen.append)
    transport.playing_changed.connect(playing.append)
    transport.report(4, 5, 30, False)
    transport.toggle()
    transport.report(5, 6, 30, True)
    assert transport.playing and run(transport, clock, 1.0) == 5
    assert transport.duration == 0.5 and transport.span == 30
    transport.toggle()
    transport.seek(0.21)
    transport.seek(99.0)
    transport.step_frames(1)
    transport.set_speed(-0.5)
    transport.set_speed(0.5)
    transport.set_range(1, 3)
    assert driver.asked == ["play", "pause", 2, "step", 0.5]
    assert seen == [4, 5] and playing == [True] and transport.range is None


def test_letting_a_driver_go_gives_the_clock_its_speed_back(transport: Transport) -> None:
    transport.set_speed(-2)
    transport.follow(Notes(), 0.1)
    transport.report(1, 2, 30, True)
    playing: list[bool] = []
    transport.playing_changed.connect(playing.append)
    transport.set_timing(50, 0.1)
    assert playing == [False] and transport.speed == -2 and transport.driver is None
    transport.begin_scrub()
    transport.seek(1.0)
    transport.end_scrub()
    assert transport.frame == 10


def test_scrubbing_holds_a_driver_and_leaves_it_where_it_was_put(transport: Transport) -> None:
    driver = Notes()
    transport.follow(driver, 0.1)
    transport.report(9, 10, 30, True)
    transport.begin_scrub()
    transport.seek(0.3)
    transport.end_scrub()
    assert driver.asked == ["pause", 3]
