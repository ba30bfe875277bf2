"""What is measured of a motion: as a table, as JSON and in words."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from motion.contacts import contacts
from motion.features import FPS
from motion.skeleton import Skeleton
from tests.motion.synthetic import walk
from viewer.model.document import Marker
from viewer.model.figure import Figure
from viewer.model.inspection import (
    inspect_figure,
    inspection_facts,
    inspection_told,
    save_inspection,
    skating_of,
)

STEP = 1 / FPS


def sliding() -> Figure:
    """A walk that is pushed along for half a second."""
    positions = walk(150, STEP)
    pushed = np.zeros(150, np.float32)
    pushed[60:75] = 0.4 * STEP
    positions = positions + np.cumsum(pushed)[:, None, None] * np.array([1, 0, 0], np.float32)
    return Figure(positions, STEP, None, contacts(positions, STEP))


FOUND = inspect_figure(sliding(), ["LeftHand", "RightHand", "LeftFoot"], [Marker("push", 2.0)])


def test_a_push_is_the_worst_slide() -> None:
    skating = FOUND.skating
    assert skating is not None and skating.worst
    assert 60 <= skating.worst[0].worst < 75
    assert skating.worst[0].speed == pytest.approx(0.4, abs=0.1)


def test_the_table_has_a_row_a_frame(tmp_path: Path) -> None:
    assert save_inspection(FOUND, tmp_path / "a.csv") == 150
    with (tmp_path / "a.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 150
    hand, foot = FOUND.joints[0], FOUND.joints[2]
    for n, axis in enumerate("xyz"):
        written = [float(row[f"LeftHand_{axis}_m"]) for row in rows]
        np.testing.assert_allclose(written, hand.positions[:, n], rtol=1e-6)
    written = [float(row["LeftHand_speed_m_per_s"]) for row in rows]
    np.testing.assert_allclose(written, hand.speeds, rtol=1e-6)
    assert [row["LeftFoot_contact"] == "1" for row in rows] == foot.contacts.tolist()
    assert "LeftHand_contact" not in rows[0]
    apart = [float(row["LeftHand_to_RightHand_m"]) for row in rows]
    np.testing.assert_allclose(apart, hand.apart(FOUND.joints[1]), rtol=1e-6)
    assert "LeftHand_to_LeftFoot_m" in rows[0] and "RightHand_to_LeftFoot_m" not in rows[0]
    assert [n for n, row in enumerate(rows) if row["marker"]] == [60]
    skate = np.array([float(row["left_skate_m_per_s"] or "nan") for row in rows])
    np.testing.assert_allclose(skate, FOUND.skating.speed[:, 0], rtol=1e-6)


def test_the_facts_are_json_and_agree_with_the_curves() -> None:
    facts = json.loads(json.dumps(inspection_facts(FOUND), allow_nan=False))
    hand = facts["joints"][0]
    assert hand["height_m"]["most"] == pytest.approx(float(FOUND.joints[0].positions[:, 1].max()))
    assert hand["contact_share"] is None and 0 < facts["joints"][2]["contact_share"] < 1
    assert facts["distances"][0]["from"] == "LeftHand" and len(facts["distances"]) == 2
    assert facts["skate"]["worst"][0]["foot"] in ("left", "right")
    assert facts["markers"][0]["frame"] == 60


def test_the_words_name_all_of_it() -> None:
    told = "\n".join(inspection_told(FOUND))
    for part in ("LeftHand: ", "LeftFoot: ", "in contact", "LeftHand to RightHand", "push at 2.00"):
        assert part in told


def test_a_rig_without_feet_has_no_slides(tmp_path: Path) -> None:
    rod = Skeleton(("Tail", "Tip"), np.array([-1, 0], np.int32), np.zeros((2, 3), np.float32), {})
    figure = Figure(np.zeros((3, 2, 3), np.float32), 0.1, rod)
    found = inspect_figure(figure, ["Tip", "Head"])
    assert [joint.name for joint in found.joints] == ["Tip"] and found.skating is None
    assert "no feet" in inspection_told(found)[-1]
    assert save_inspection(found, tmp_path / "rod.csv") == 3


def test_one_frame_is_too_little_to_slide() -> None:
    still = Figure(walk(1, STEP), STEP, None, np.ones((1, 4), np.float32))
    assert skating_of(still) is None
    json.dumps(inspection_facts(inspect_figure(still, ["Head"])), allow_nan=False)
