"""main.py bench: what is refused, and where its tables stand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from viewer.bench.measurement import Measurement
from viewer.commands.bench import OWN, SHARED, Block, publish
from viewer.commands.measurements import around


def test_an_unknown_benchmark_is_refused(refused: Callable[..., str]) -> None:
    assert "motion, models, character, window, scale, serve" in refused("bench", "speed")


def test_a_table_that_would_lack_rows_is_refused(refused: Callable[..., str]) -> None:
    assert "scale and serve alone" in refused("bench", "window", "--docs")


@pytest.mark.parametrize("block", [SHARED, *OWN.values()], ids=lambda block: block.command)
def test_every_table_has_a_place_of_its_own_on_its_page(block: Block) -> None:
    before, after = around(block.page, *block.marks)
    for mark in block.marks:
        assert mark not in before + after


def test_a_part_rewrites_its_own_table(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- bench:begin -->\nkept\n<!-- bench:end -->\n<!-- scale:begin -->\n"
                    "old\n<!-- scale:end -->\n")  # fmt: skip
    block = OWN["scale"]._replace(page=page)
    publish(block, "a machine", [Measurement("open it", 1.5, "s", 3.0)])
    text = page.read_text()
    assert "kept" in text and "old" not in text
    assert "Measured by `main.py bench scale` on a machine." in text
    assert "| open it | 1.5 s | ≤ 3 s |  |" in text
