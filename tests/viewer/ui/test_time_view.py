"""Which stretch of time is shown: following, paging, fitting, zoomed and moved by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QWidget

from viewer.ui.actions import Actions
from viewer.ui.time_view import MODES, Mode, TimeView, add_actions, remember

SPAN = 6.0
FRAME = 1 / 60
KEYS = {"follow": "F", "page": "P", "fit": "A"}


@pytest.fixture
def view(app: QApplication) -> TimeView:
    made = TimeView(SPAN)
    made.begin(60.0)
    return made


def play(view: TimeView, start_s: float, end_s: float) -> list[float]:
    """Where in the window the playhead is, frame by frame."""
    count = round(abs(end_s - start_s) / FRAME)
    places = []
    for n in range(count + 1):
        view.show(start_s + (end_s - start_s) * n / count)
        places.append((view.time_s - view.start_s) / view.shown_s)
    return places


def test_following_keeps_the_playhead_in_the_middle(view: TimeView) -> None:
    view.show(20.0)
    assert (view.start_s, view.end_s) == pytest.approx((17, 23))
    assert play(view, 20.0, 40.0) == pytest.approx([0.5] * 1201)
    assert play(view, 40.0, 30.0) == pytest.approx([0.5] * 601)


def test_at_both_ends_the_playhead_moves_and_the_window_rests(view: TimeView) -> None:
    view.show(0.0)
    assert (view.start_s, view.end_s) == (0, SPAN)
    view.show(1.0)
    assert view.start_s == 0
    view.show(60.0)
    assert (view.start_s, view.end_s) == (54, 60)
    view.show(59.0)
    assert view.start_s == 54


def test_what_is_shorter_than_the_window_is_shown_whole(view: TimeView) -> None:
    view.begin(2.5)
    for time_s in (0.0, 1.0, 2.5):
        view.show(time_s)
        assert (view.start_s, view.end_s) == (0, 2.5)
    view.begin(60.0)
    assert view.shown_s == SPAN


def test_a_page_is_turned_when_the_playhead_leaves_it(view: TimeView) -> None:
    view.set_mode("page")
    starts = []
    for time_s in (0.0, 3.0, 5.9, 6.1, 11.0, 12.5, 11.0, 5.0):
        view.show(time_s)
        starts.append(view.start_s)
    assert starts == pytest.approx([0, 0, 0, 5.8, 5.8, 12.2, 5.3, 0], abs=0.01)


def test_fitting_shows_all_and_follows_nothing(view: TimeView) -> None:
    view.set_mode("fit")
    for time_s in (0.0, 30.0, 60.0):
        view.show(time_s)
        assert (view.start_s, view.end_s) == (0, 60)
    view.begin(10.0)
    assert (view.start_s, view.end_s) == (0, 10)


def test_zooming_keeps_the_time_under_the_pointer(view: TimeView) -> None:
    view.show(20.0)
    for factor, at_s in ((2.0, 22.0), (0.25, 19.0), (1.5, 21.0)):
        place = (at_s - view.start_s) / view.shown_s
        shown = view.shown_s
        view.zoom(factor, at_s)
        assert view.shown_s == pytest.approx(shown / factor)
        assert (at_s - view.start_s) / view.shown_s == pytest.approx(place)


def test_zooming_ends_at_the_whole_and_at_a_fifth_of_a_second(view: TimeView) -> None:
    view.zoom(1e-6, 0.0)
    assert view.shown_s == 60
    view.zoom(1e9, 30.0)
    assert view.shown_s == 0.2


@pytest.mark.parametrize("mode", ["follow", "page"])
def test_zooming_into_the_whole_goes_along_again(view: TimeView, mode: Mode) -> None:
    view.set_mode(mode)
    view.set_mode("fit")
    view.zoom(0.5, 30.0)
    assert view.mode == "fit"
    view.zoom(10.0, 30.0)
    assert view.mode == mode and view.shown_s == pytest.approx(6)


def test_moved_aside_it_stays_until_the_playhead_is_in_sight(view: TimeView) -> None:
    view.show(30.0)
    view.pan(-20.0)
    assert view.start_s == pytest.approx(7)
    play(view, 30.0, 31.0)
    assert view.start_s == pytest.approx(7)
    view.show(8.0)  # a click there
    play(view, 8.0, 14.0)
    assert view.start_s == pytest.approx(11, abs=0.1)


def test_moved_ahead_it_waits_for_the_playhead(view: TimeView) -> None:
    view.show(30.0)
    view.pan(10.0)
    play(view, 30.0, 39.9)
    assert view.start_s == pytest.approx(37)
    play(view, 39.9, 45.0)
    assert view.start_s == pytest.approx(42)


def test_a_small_move_is_eased_back_without_a_jump(view: TimeView) -> None:
    view.show(30.0)
    view.pan(-2.0)
    places = play(view, 30.0, 40.0)
    assert places[0] == pytest.approx(5 / 6, abs=0.02)
    assert places[-1] == pytest.approx(0.5, abs=0.01)
    assert max(abs(a - b) for a, b in zip(places, places[1:], strict=False)) < 0.02


def test_choosing_a_mode_brings_the_playhead_back(view: TimeView) -> None:
    view.show(30.0)
    view.pan(-20.0)
    view.set_mode("follow")
    assert (view.start_s, view.end_s) == pytest.approx((27, 33))


def test_while_the_playhead_is_dragged_the_window_rests(view: TimeView) -> None:
    view.show(30.0)
    view.hold()
    for time_s in (32.0, 36.0, 20.0, 31.0):
        view.show(time_s)
        assert view.start_s == pytest.approx(27)
    view.let_go()
    assert view.start_s == pytest.approx(27)
    view.hold()
    view.show(50.0)
    view.let_go()
    assert view.start_s == pytest.approx(47)


def test_what_is_still_made_is_followed_at_its_end(view: TimeView) -> None:
    """A live character: 20 s of room, of which more and more is there."""
    view.begin(0.0)
    for n in range(1, 600):
        view.set_length(20.0, n / 30)
        view.show(n / 30)
        assert view.shown_s == SPAN
        assert view.start_s <= view.time_s <= view.end_s
        if view.time_s > SPAN:
            assert view.end_s == pytest.approx(min(view.time_s + 0.04 * SPAN, 20.0), abs=1e-6)
    view.set_mode("fit")
    assert (view.start_s, view.end_s) == (0, 20)


def test_only_what_is_another_stretch_is_told(view: TimeView) -> None:
    told: list[float] = []
    view.changed.connect(lambda: told.append(view.start_s))
    view.show(1.0)
    view.show(2.0)
    assert told == []
    view.show(10.0)
    view.show(10.0)
    assert told == [7]


moves = st.one_of(
    st.tuples(st.just("show"), st.floats(-1, 70)),
    st.tuples(st.just("pan"), st.floats(-100, 100)),
    st.tuples(st.just("zoom"), st.floats(0.01, 100)),
    st.tuples(st.just("mode"), st.sampled_from(MODES)),
    st.tuples(st.just("length"), st.floats(0, 100)),
    st.tuples(st.just("drag"), st.booleans()),
)


@given(st.lists(moves, max_size=30))
def test_whatever_is_done_it_shows_something_that_is_there(does: list[tuple[str, object]]) -> None:
    view = TimeView(SPAN)
    view.begin(60.0)
    for what, value in does:
        if what == "show":
            view.show(float(value))  # type: ignore[arg-type]
        elif what == "pan":
            view.pan(float(value))  # type: ignore[arg-type]
        elif what == "zoom":
            view.zoom(float(value), view.time_s + 1)  # type: ignore[arg-type]
        elif what == "mode":
            view.set_mode(value)  # type: ignore[arg-type]
        elif what == "length":
            view.set_length(float(value))  # type: ignore[arg-type]
        else:
            (view.hold if value else view.let_go)()
        longest = max(view.length_s, 0.2)
        assert 0 <= view.start_s <= view.end_s <= longest + 1e-9
        assert view.shown_s >= min(0.2, longest)


def test_mode_and_span_are_remembered(app: QApplication, tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat)
    first = TimeView(SPAN)
    first.begin(60.0)
    remember(first, settings, "phase")
    first.zoom(2.0, 1.0)
    first.set_mode("page")
    settings.sync()
    second = TimeView(SPAN)
    again = QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat)
    remember(second, again, "phase")
    assert (second.mode, second.span_s) == ("page", 3.0)
    other = TimeView(SPAN)
    remember(other, again, "timeline")
    assert (other.mode, other.span_s) == ("follow", SPAN)


@pytest.mark.parametrize(("mode", "span"), [("sideways", "x"), (7, "nan"), ("fit", "-3")])
def test_settings_that_make_no_sense_are_passed_over(
    app: QApplication, tmp_path: Path, mode: object, span: str
) -> None:
    settings = QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat)
    settings.setValue("phase/mode", mode)
    settings.setValue("phase/span_s", span)
    view = TimeView(SPAN)
    remember(view, settings, "phase")
    assert view.mode in MODES and 0.2 <= view.span_s <= SPAN


def test_the_commands_show_and_choose_the_mode(app: QApplication) -> None:
    owner = QWidget()
    actions, view = Actions(owner), TimeView(SPAN, owner)
    view.begin(60.0)
    add_actions(actions, view, "phase", "Phase curves", "Phase", KEYS)
    assert [actions[f"phase.{mode}"].isChecked() for mode in MODES] == [True, False, False]
    actions["phase.fit"].trigger()
    assert view.mode == "fit"
    view.zoom(4.0, 10.0)
    assert [actions[f"phase.{mode}"].isChecked() for mode in MODES] == [True, False, False]
    view.show(30.0)
    view.pan(25.0)
    actions["phase.follow"].trigger()
    assert view.start_s <= 30 <= view.end_s
    shown = view.shown_s
    actions["phase.zoom_in"].trigger()
    assert view.shown_s == pytest.approx(shown / 1.5)
    actions["phase.zoom_out"].trigger()
    assert view.shown_s == pytest.approx(shown)
