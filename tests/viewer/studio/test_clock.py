"""The playback clock keeps time exactly."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from viewer.studio.clock import Clock

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(0, 4000)),
        st.tuples(st.just("seek"), st.integers(-1000, 10000)),
        st.tuples(st.just("speed"), st.sampled_from([-4, -1, -0.5, 0.25, 1, 2, 4])),
        st.tuples(st.just("start"), st.just(0)),
        st.tuples(st.just("stop"), st.just(0)),
        st.tuples(st.just("shift"), st.integers(-500, 500)),
    ),
    max_size=40,
)


class Wall:
    def __init__(self) -> None:
        self.milliseconds = 7000

    def __call__(self) -> float:
        return self.milliseconds / 1000


@given(STEPS)
def test_any_history_adds_up(steps: list[tuple[str, float]]) -> None:
    wall = Wall()
    clock = Clock(wall)
    expected, speed, running = Fraction(0), Fraction(1), False
    for what, value in steps:
        if what == "wait":
            wall.milliseconds += int(value)
            expected += Fraction(int(value), 1000) * speed if running else 0
        elif what == "seek":
            clock.seek(value / 1000)
            expected = Fraction(int(value), 1000)
        elif what == "speed":
            clock.set_speed(value)
            speed = Fraction(value)
        elif what == "shift":
            clock.shift(value / 1000)
            expected += Fraction(int(value), 1000)
        else:
            clock.start() if what == "start" else clock.stop()
            running = what == "start"
        assert abs(clock.time() - float(expected)) < 1e-9


def test_a_million_readings_do_not_drift() -> None:
    wall = Wall()
    clock = Clock(wall)
    clock.set_speed(0.1)
    clock.start()
    for _ in range(1_000_000):
        wall.milliseconds += 17
        clock.time()
    assert abs(clock.time() - 1700.0) < 1e-9
