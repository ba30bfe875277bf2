"""Who answers for a scheduler."""

from __future__ import annotations

import sys

import pytest

from training.cluster import executor_of


def test_none_is_named() -> None:
    with executor_of("") as executor:
        assert executor is None


def test_nobody_answers() -> None:
    pytest.importorskip("distributed", reason="needs the extra cluster: distributed")
    with (
        pytest.raises(ValueError, match="no scheduler answers there"),
        executor_of("tcp://[::1]:9"),
    ):
        raise AssertionError("nobody is there")


def test_without_distributed_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ValueError, match="pip install"), executor_of("tcp://127.0.0.1:9"):
        raise AssertionError("nobody is there")
