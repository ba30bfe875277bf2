"""Measurements as a block of a page."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from viewer.bench.measurement import Measurement
from viewer.commands.measurements import page_rows, rewrite
from viewer.model.notice import Refused

MARKS = ("<!-- bench:begin -->", "<!-- bench:end -->")


def measured() -> Iterable[Measurement]:
    yield Measurement("open a clip", 0.12, "s", target=0.5, rival="bvhio 9 s")
    yield Measurement("frames", 30, "fps", target=60, at_least=True)
    yield Measurement("memory", 1234, "MB")


def test_the_block_is_rewritten_and_nothing_else(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nafter\n")
    rewrite(page, "\n".join(page_rows(list(measured()))), *MARKS)
    text = page.read_text()
    assert text.startswith("before\n<!-- bench:begin -->\n")
    assert text.endswith("\n<!-- bench:end -->\nafter\n")
    assert "old" not in text
    assert "| open a clip | 0.12 s | ≤ 0.5 s | bvhio 9 s |" in text
    assert "| frames | 30 fps **missed** | ≥ 60 fps |  |" in text
    assert "| memory | 1,234 MB |  |  |" in text


def test_a_page_without_the_block_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing here")
    with pytest.raises(Refused, match="bench:begin"):
        rewrite(page, "table", *MARKS)
    assert page.read_text() == "nothing here"
