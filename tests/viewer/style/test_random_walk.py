"""The style wanders from one drawn style to the next, as one undo step."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from tests.viewer.panel_fixtures import Bench
from viewer.model.document import Latent
from viewer.model.edits import Edit, put_on_stage, set_looks
from viewer.model.style_edits import follow_keys, set_strength, wear
from viewer.style.random_walk import LEG_S, RandomWalk


@pytest.fixture
def walk(bench: Bench) -> Iterator[RandomWalk]:
    control = bench.control("StyleControl")
    bench.until(lambda: control.restyling.ready and control.atlases.atlas is not None)
    made = control.walk
    yield made
    made.action.setChecked(False)
    made.close()


def test_it_wanders_as_one_step_until_it_is_switched_off(bench: Bench, walk: RandomWalk) -> None:
    store = bench.window.store
    before = len(store.history.done)
    walk.action.trigger()
    seen: set[bytes] = set()

    def moved() -> bool:
        worn = store.document.style.worn
        seen.add(b"" if worn is None else worn.values.tobytes())
        return len(seen) > 6

    bench.until(moved)
    walk.action.trigger()
    assert len(store.history.done) == before + 1
    assert store.history.undo_name == "Random walk"
    rest = store.document.style.worn
    bench.until_idle()
    assert store.document.style.worn == rest


def test_another_change_of_the_style_ends_it(bench: Bench, walk: RandomWalk) -> None:
    walk.action.trigger()
    bench.until(lambda: bench.window.store.history.undo_name == "Random walk")
    own = Latent(np.zeros(64, np.float32), "mine")
    bench.window.store.apply(wear("Take mine", own))
    assert not walk.action.isChecked()
    bench.until_idle()
    assert bench.window.store.document.style.worn == own


@pytest.mark.parametrize(
    "edit",
    [put_on_stage("latent"), set_looks(styled=False), follow_keys(True)],
    ids=["latent", "as it is", "keys"],
)
def test_what_a_person_turns_to_meanwhile_ends_it(
    bench: Bench, walk: RandomWalk, edit: Edit
) -> None:
    store = bench.window.store
    walk.action.trigger()
    bench.until(lambda: store.history.undo_name == "Random walk")
    store.apply(edit)
    assert not walk.action.isChecked()
    chosen = store.document
    bench.until_idle()
    assert store.document.style == chosen.style
    assert store.document.view.source == chosen.view.source
    assert store.document.view.looks == chosen.view.looks


def test_another_strength_does_not_end_it(bench: Bench, walk: RandomWalk) -> None:
    store = bench.window.store
    walk.action.trigger()
    bench.until(lambda: store.history.undo_name == "Random walk")
    store.apply(set_strength(0.5))
    bench.until(lambda: store.history.undo_name == "Random walk")
    assert walk.action.isChecked()
    assert store.document.style.strength == 0.5


def test_a_leg_ends_in_a_style_drawn_by_its_seed(bench: Bench, walk: RandomWalk) -> None:
    atlas = bench.control("StyleControl").atlases.atlas
    seed = bench.window.store.document.style.seed
    walk.action.trigger()
    bench.until(lambda: len(walk.legs) > 1)
    first, second = walk.legs[:2]
    assert second.time_s - first.time_s == pytest.approx(LEG_S)
    assert second.style == pytest.approx(atlas.random(seed + 1), abs=1e-5)
