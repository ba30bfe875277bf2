"""The process that looks at clips: a real one."""

from __future__ import annotations

from pathlib import Path

import pytest

from viewer.model.glimpse_process import GlimpseProcess, LookingEnded
from viewer.model.glimpse_reading import Glimpse


def test_it_answers_one_after_another(walk: Path, broken: Path) -> None:
    process = GlimpseProcess()
    assert isinstance(process.look(walk), Glimpse)
    assert isinstance(process.look(broken), str)
    assert isinstance(process.look(walk), Glimpse)
    process.end()
    with pytest.raises(ValueError, match="closed"):
        process.look(walk)


def test_a_process_that_is_gone_is_told(walk: Path) -> None:
    process = GlimpseProcess()
    process.kill()
    with pytest.raises(LookingEnded, match="stopped"):
        process.look(walk)
    process.end()
