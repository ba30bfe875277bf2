"""An opened library in the real window: listed, searched, on the map, more like this."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("pyarrow", reason="needs the extra cluster: pyarrow")

from motion.bvh import write_bvh
from motion.pose import to_clip
from tests.viewer.model.library.trees import Threads
from tests.viewer.panel_fixtures import Bench, swaying
from viewer.library.control import LibraryControl
from viewer.model.demo import ASSETS
from viewer.model.library.clip_rows import Engine
from viewer.model.library.run import analyze_library

CLIPS, SECONDS = 4, 5.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of four clips that sway ever faster."""
    root = tmp_path_factory.mktemp("library")
    for number in range(CLIPS):
        path = root / "mocap" / f"sway{number}.bvh"
        path.parent.mkdir(exist_ok=True)
        write_bvh(to_clip(swaying(SECONDS, 0.4 + 0.3 * number), 1 / 30, path.stem), path)
    analyze_library([str(root / "mocap")], root / "set", Threads(), Engine("numpy"))
    return root / "set"


@pytest.fixture
def opened(open_bench: Callable[..., Bench], folder: Path) -> Bench:
    """A window with the networks that ship, in which the library was opened."""
    bench = open_bench(ASSETS)
    style = bench.control("StyleControl")
    bench.until(lambda: style.atlases.atlas is not None)
    bench.window.open_paths([folder])
    bench.until(lambda: len(rows(bench, "set")) == CLIPS)
    bench.until(lambda: bench.window.studio.motion is not None)
    bench.until(lambda: bench.window.studio.motion.title.startswith("sway"))
    return bench


def library_of(bench: Bench) -> LibraryControl:
    control = bench.control("LibraryControl")
    assert isinstance(control, LibraryControl)
    return control


def rows(bench: Bench, section: str) -> list[str]:
    shown = library_of(bench).panel.model.shown
    return [entry.title for entry in shown if entry.section == section]


def test_it_is_listed_and_on_the_map_without_opening_clips(opened: Bench) -> None:
    library, style = library_of(opened), opened.control("StyleControl")
    assert rows(opened, "set") == [f"sway{number}" for number in range(CLIPS)]
    keys = [entry.key for entry in library.panel.model.shown if entry.section == "set"]
    assert all(key in library.panel.model.strips for key in keys)
    assert len(opened.window.studio.motions) == 1 and style.library.pid is None
    opened.until(lambda: len(style.panel.map.dots.by_style().get("set", ())) == CLIPS * 4)


def test_moments_like_a_row_are_listed_and_played(opened: Bench) -> None:
    library, studio = library_of(opened), opened.window.studio
    first = next(e for e in library.panel.model.shown if e.title == "sway0")
    menu = {action.text(): action for action in library.panel.menu_of(first).actions()}
    menu["More like this"].trigger()
    opened.until(lambda: bool(rows(opened, "Moments")))
    moments = library.panel.model.shown
    apart = [float(entry.details.rpartition("· ")[2]) for entry in moments]
    assert apart == sorted(apart) and {e.section for e in moments} == {"Moments"}
    assert library.panel.hint.text().startswith("Like sway0 at 1.5 s")
    other = next(entry for entry in moments if entry.title == "sway3")
    start_s = float(other.details.partition(" s")[0])
    library.panel.open_requested.emit(other.key)
    opened.until(lambda: studio.motion.title == "sway3" and opened.window.transport.playing)
    transport = opened.window.transport
    assert transport.first == pytest.approx(start_s * 30, abs=1.6)
    assert transport.last - transport.first == 59
    library.panel.back.click()
    assert rows(opened, "set") and not rows(opened, "Moments")


def test_moments_like_the_playhead(opened: Bench) -> None:
    opened.window.actions_["library.alike"].trigger()
    opened.until(lambda: bool(rows(opened, "Moments")))
    title = opened.window.studio.motion.title
    assert library_of(opened).panel.hint.text().startswith(f"Like {title} at ")


def test_search_narrows_the_library(opened: Bench) -> None:
    library_of(opened).panel.search.setText("sway2")
    assert [entry.title for entry in library_of(opened).panel.model.shown] == ["sway2"]


def test_without_a_library_it_says_how_to_make_one(bench: Bench) -> None:
    told: list[str] = []
    bench.window.studio.notice.connect(lambda notice: told.append(notice.text))
    bench.window.actions_["library.alike"].trigger()
    assert told == ["Open a library first (drop its folder): `main.py library analyze` makes one."]
