"""The tables of docs/explanation/drive.md, and that they are those of what is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mujoco")

from training.policy.skills_report import MEASURES
from training.policy.skills_tables import BEGIN, END, block, keep, kept, rewrite

ROOT = Path(__file__).resolve().parents[3]
SHARES = {"forward": 1.0, "left": 0.5, "back": 0.25, "right": 0.75, "mean": 0.625}
TOLD: dict[str, dict[str, Any]] = {
    "steering": {"walk": {"changing": {"heading": 9.64, "speed": 6.2, "fallen": 0.25}}},
    "goto": {
        "targets": 8, "reached": 0.75, "left_m": {"median": 0.2, "most": 1.5},
        "seconds": {"median": None},
    },
    "changes": {
        "changes": 3, "survived": 0.6667, "waited_s": {"mean": 0.5, "most": 2.0},
        "pairs": {"run > walk": "1 of 2", "walk > run": "1 of 1"},
    },
    "getup": {
        "falls": 4, "stands_within_6_s": 0.5, "stands_within_12_s": 0.75, "median_s": 5.25,
    },
    "script": {
        "seconds": 600.0, "falls": 3, "recoveries": 2, "recovery_s": 4.0, "longest_wait_s": 6.0,
        "real_time_factor_of_cpu_time": 8.5,
    },
    "pushes": {"walk": {"alone": SHARES, "driven": SHARES}},
    "largest": {
        "run": {
            "forward": {"one_phase": 500.0, "all_phases": 300.0},
            "sideways": {"one_phase": 400.0, "all_phases": 200.0},
        }
    },
}  # fmt: skip
ROWS = [
    "| walk | changing | 9.6° | 6 % | 25% |",
    "| 8 | 75% | 0.20 m | 1.50 m | none |",
    "| from run |  | 1 of 2 |",
    "| 4 | 50% | 75% | 5.2 s |",
    "| 10.0 | 3 | 2 | 4.0 s | 6.0 s | 8.5 x |",
    "| walk, driven | 1.00 | 0.50 | 0.25 | 0.75 | 0.62 |",
    "| the published walk, alone | 1.00 | 0.38 | 0.16 | 0.72 | 0.56 |",
    "| run | 500 | 300 | 720 | 400 | 200 | 300 |",
]


def test_the_page_shows_what_is_kept() -> None:
    page = ROOT / "docs" / "explanation" / "drive.md"
    assert block(kept(ROOT / "assets")) in page.read_text("utf-8")


def test_every_measure_has_its_table(tmp_path: Path) -> None:
    page = tmp_path / "drive.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", "utf-8")
    assert TOLD.keys() == MEASURES.keys()
    for what, told in TOLD.items():
        keep(tmp_path, {"what": what, "seed": 7} | told)
    rewrite(tmp_path, page)
    text = page.read_text("utf-8")
    assert text.startswith(f"before\n{BEGIN}\n") and text.endswith(f"\n{END}\nafter\n")
    assert "old" not in text
    for row in ROWS:
        assert row in text.splitlines()


def test_what_is_measured_again_takes_the_place_of_the_old(tmp_path: Path) -> None:
    keep(tmp_path, {"what": "script", "seed": 1, "falls": 9})
    keep(tmp_path, {"what": "goto", "seed": 1, "targets": 2})
    keep(tmp_path, {"what": "script", "seed": 2, "falls": 0})
    assert kept(tmp_path) == {
        "script": {"seed": 2, "falls": 0},
        "goto": {"seed": 1, "targets": 2},
    }


def test_what_cannot_be_filled_is_said(tmp_path: Path) -> None:
    page = tmp_path / "drive.md"
    page.write_text("no marks", "utf-8")
    with pytest.raises(ValueError, match=r"drive\.md has no block between"):
        rewrite(tmp_path, page)
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench" / "skills.json").write_text("{", "utf-8")
    with pytest.raises(ValueError, match=r"skills\.json is no JSON object"):
        kept(tmp_path)
