"""A style that was worn for a moment can be taken again."""

from __future__ import annotations

import numpy as np

from tests.viewer.panel_fixtures import Bench
from viewer.model.document import Latent
from viewer.model.style_edits import wear

FIRST, SECOND = np.random.default_rng(3).standard_normal((2, 64)).astype(np.float32)


def test_worn_styles_are_kept_newest_first_and_taken_again(bench: Bench) -> None:
    control, store = bench.control("StyleControl"), bench.window.store
    bench.until(lambda: control.restyling.ready)
    for values, name in ((FIRST, "first"), (SECOND, "second")):
        store.apply(wear("Try", Latent(values, name)))
        bench.until(lambda name=name: _labels(control.history.tried)[:1] == [name])
    assert _labels(control.history.tried)[:2] == ["second", "first"]
    assert control.history.tried[0].pose.shape == (22, 3)
    control.panel.history.picked.emit(1)
    assert store.document.style.worn == Latent(FIRST, "first")
    assert store.history.undo_name == "Take first again"
    bench.until(lambda: _labels(control.history.tried)[:2] == ["first", "second"])


def test_a_style_that_was_passed_on_a_drag_is_not_kept(bench: Bench) -> None:
    control, store = bench.control("StyleControl"), bench.window.store
    bench.until(lambda: control.restyling.ready)
    before = len(control.history.tried)
    for share in np.linspace(0, 1, 30):
        store.apply(wear("Drag", Latent(FIRST * np.float32(share), f"at {share:.2f}"), "drag"))
    bench.until(lambda: _labels(control.history.tried)[:1] == ["at 1.00"])
    assert len(control.history.tried) == before + 1


def _labels(tried: tuple) -> list[str]:
    return [held.style.label for held in tried]
