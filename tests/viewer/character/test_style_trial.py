"""The restyled clip becomes the character's reference, and what that scores is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.viewer.panel_fixtures import Bench, heard
from viewer.character.style_trial import told
from viewer.model.demo import ASSETS
from viewer.model.document import Latent
from viewer.model.style_edits import wear

pytest.importorskip("mujoco")


def test_the_character_imitates_what_the_clip_wears(
    open_bench: Callable[[Path], Bench], small_assets: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "assets"
    folder.mkdir()
    for part in small_assets.iterdir():
        (folder / part.name).symlink_to(part)
    (folder / "character").symlink_to(ASSETS / "character")
    bench = open_bench(folder)
    bench.window.open_demo()
    bench.until(lambda: bench.window.studio.motion is not None)
    window, style = bench.window, bench.control("StyleControl")
    bench.until(lambda: style.restyling.ready)
    window.store.apply(wear("Try", Latent(np.ones(64, np.float32), "a style")))
    bench.until(lambda: window.studio.restyled is not None)
    notices = heard(window.studio.notice)
    window.actions_["style.physics"].trigger()
    bench.until(lambda: window.studio.source == "character")
    bench.until(lambda: window.character.frame is not None)
    bench.until(lambda: any("as a style" in notice[0].text for notice in notices))
    text = next(n[0].text for n in notices if "as a style" in n[0].text)
    assert "reward" in text and " of 1." in text
    assert not window.store.document.view.looks.styled
    assert style.panel.worn.text() == "The character as it is"
    assert window.character.figure is not None and window.character.figure.styled is None
    window.transport.pause()


@pytest.mark.parametrize(
    ("ended", "words"),
    [("time", "stays up for the 20 s simulated"), ("fall", "falls after 3.2 s")],
)
def test_a_trial_is_told_in_a_sentence(ended: str, words: str) -> None:
    result = {"ended": ended, "seconds_upright": 3.2, "reward": {"total": 0.456}}
    assert (
        told("Walk", "Walk as Angry", result)
        == f"Walk on Walk as Angry: {words}, reward 0.46 of 1."
    )
