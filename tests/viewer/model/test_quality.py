"""The table of restyling on demo clips, with the models that ship."""

from __future__ import annotations

import pytest

from motion.restyling.quality import TARGETS
from viewer.model import quality
from viewer.model.demo import demo_clips


def test_the_models_that_ship_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    few = tuple(clip for clip in demo_clips() if clip.style in ("walk", "run"))
    assert len(few) == 2
    monkeypatch.setattr(quality, "demo_clips", lambda: few)
    told = quality.quality_of()
    assert set(TARGETS) <= set(told)
    assert told["styles"] == 2 and told["pairs"] == 2
    assert told["strength_0_error_cm"] <= 2.5
    assert told["judge_on_specimens"] >= 0.8
