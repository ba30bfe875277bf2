"""Which variant a choice means."""

from __future__ import annotations

import pytest

import viewer.model.engines
from inference.engines import VARIANTS
from inference.errors import EngineError
from inference.worker.messages import BuildProgress
from viewer.model.engines import asked, badge, nearest, preparation, start_order, unavailable


@pytest.mark.parametrize(
    ("current", "field", "value", "expected"),
    [
        ("mojo", "precision", "half", "mojo-half"),
        ("mojo-half", "engine", "max", "max"),
        ("mojo-half", "device", "gpu", "max-gpu"),
        ("max-gpu", "engine", "mojo", "mojo"),
        ("max-gpu", "device", "cpu", "max"),
        ("numpy", "precision", "fast", "mojo-fast"),
        ("numpy", "engine", "numpy", "numpy"),
    ],
)
def test_a_part_changes_the_others_only_if_it_must(
    current: str, field: str, value: str, expected: str
) -> None:
    assert nearest(current, field, value) == expected


def test_every_choice_leads_to_a_variant_that_has_it() -> None:
    for current in VARIANTS:
        for wanted in VARIANTS.values():
            for field in wanted._fields:
                value = getattr(wanted, field)
                assert getattr(VARIANTS[nearest(current, field, value)], field) == value


def test_the_start_has_something_to_run_on_meanwhile() -> None:
    assert start_order("mojo") == ("mojo", "numpy")
    assert start_order("max-gpu") == ("max-gpu", "mojo", "numpy")
    assert start_order("numpy") == ("numpy",)


def test_a_command_line_means_a_variant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewer.model.engines, "has_gpu", lambda: True)
    monkeypatch.setattr(viewer.model.engines, "find_spec", lambda name: object())
    assert asked(None, None, None) == asked("auto", "auto", "fp32") == "mojo"
    assert asked(None, None, "fast") == "mojo-fast"
    assert asked("auto", "gpu", None) == asked("max", "gpu", None) == "max-gpu"
    with pytest.raises(EngineError, match="for the gpu choose max"):
        asked("mojo", "gpu", None)


def test_what_cannot_run_here_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewer.model.engines, "has_gpu", lambda: False)
    assert "no GPU" in unavailable("max-gpu")
    assert unavailable("mojo-half") == unavailable("numpy") == ""
    monkeypatch.setattr(viewer.model.engines, "find_spec", lambda name: None)
    assert "pip install max" in unavailable("max")
    with pytest.raises(EngineError, match="not installed"):
        asked("max", None, None)


def test_words_for_people() -> None:
    assert badge("mojo-half") == "mojo · cpu · half"
    assert badge("an engine of tests") == "an engine of tests · cpu · fp32"
    build = BuildProgress("mojo", 3.4, 6.0, "compiling the Mojo kernel")
    sentence = "Compiling the Mojo kernel: 3 of about 6 s, running on numpy meanwhile"
    assert preparation(build, "numpy") == sentence
    slow = BuildProgress("max", 31.0, 31.0, "Compiling the five models")
    assert preparation(slow, "mojo") == (
        "Compiling the five models: 31 s so far, running on mojo meanwhile"
    )
