"""Learning curves: the numbers come back, and the picture shows the stages there are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("mujoco")
pytest.importorskip("onnxruntime")

from training.curves import read_curve, write_curve
from training.policy.ship import Plan, Pushes, draw_learning


def curve(seen: str, step: float) -> list[dict[str, float]]:
    return [
        {seen: step * (i + 1), "reward": i / 30, "falls_per_20_s": 20.0 / (i + 1)}
        for i in range(30)
    ]


def test_a_curve_comes_back(tmp_path: Path) -> None:
    rows = curve("samples", 4096.0)
    write_curve(tmp_path / "a.csv", rows)
    found = read_curve(tmp_path / "a.csv")
    assert [list(row) for row in found] == [list(row) for row in rows]
    assert found[7] == pytest.approx(rows[7], rel=1e-5)
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_the_picture_shows_the_stages_there_are(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    one = Plan(
        "sneak_past", Path("sneak.txt"), tmp_path, tmp_path / "one", pushes=(Pushes(150, 10),)
    )
    two = replace(one, assets=tmp_path / "two")
    one.folder.mkdir(parents=True)
    for plan, stage, rows in (
        (one, "teacher", curve("samples", 1e5)), (two, "student", curve("round", 1.0))
    ):  # fmt: skip
        write_curve(one.folder / f"{stage}.csv", rows)
        draw_learning(plan)
    pictures = [next(plan.assets.rglob("*.png")).read_bytes() for plan in (one, two)]
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)
    assert pictures[0] != pictures[1] and len(pictures[1]) > 10_000


@pytest.mark.parametrize("text", ["150,2000000", "250,4000000,0.08", "250,10,0.08,0.97"])
def test_a_stage_of_pushes_is_written_as_it_is_read(text: str) -> None:
    stage = Pushes.parse(text)
    assert Pushes.parse(str(stage)) == stage and str(stage).startswith(text)


@pytest.mark.parametrize("text", ["", "150", "much,10", "150,1.5", "1,2,3,4,5"])
def test_what_is_no_stage_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not NEWTONS,SAMPLES"):
        Pushes.parse(text)
