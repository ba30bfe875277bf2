"""The other open clips on the stage of a real window."""

from __future__ import annotations

from tests.viewer.panel_fixtures import Bench


def test_open_clips_stand_around_the_one_that_plays(bench: Bench) -> None:
    window, studio = bench.window, bench.window.studio
    studio.open_paths(sorted((window.bench.assets / "clips").glob("*.bvh")))
    bench.until(lambda: len(studio.motions) >= 2 and not studio.opening)
    window.transport.pause()
    alone = len(studio.scene.capsules)
    window.actions_["stage.company"].trigger()
    assert len(studio.scene.capsules) == len(studio.motions) * alone
    studio.close_motion(next(m.key for m in studio.motions if m is not studio.motion))
    bench.until(lambda: len(studio.scene.capsules) == len(studio.motions) * alone)
    window.actions_["stage.company"].trigger()
    assert len(studio.scene.capsules) == alone
