"""main.py simulate --script: a drive from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("mujoco")

from character.deeds import Steer
from character.live.take import Take
from tests.conftest import Call
from tests.inference.nets import save_model_like
from viewer.model.demo import ASSETS

MODELS = ASSETS / "models"
RUN = {
    "name": "run",
    "actor": str(MODELS / "deepmimic_actor_run.onnx"),
    "motion": str(ASSETS / "character" / "run.txt"),
}
WALK = {
    "name": "walk",
    "actor": str(MODELS / "deepmimic_actor.onnx"),
    "critic": str(MODELS / "deepmimic_critic.onnx"),
    "motion": str(ASSETS / "character" / "walk.txt"),
}


def script(folder: Path, *events: dict[str, object]) -> Path:
    path = folder / "drive.json"
    path.write_text(json.dumps(events))
    return path


def test_it_tells_how_well_it_did_what_was_asked(call: Call, tmp_path: Path) -> None:
    path = script(
        tmp_path,
        {"at": 0, "go": {"heading": 0, "speed": 1}},
        {"at": 6, "steer": {"turn": 20, "speed": 1}},
        {"at": 7, "push": {"force": 40, "direction": "left"}},
        {"at": 9, "goto": {"x": 1e6, "z": 0}},
    )
    record = tmp_path / "drive.npz"
    answer = call("simulate", "--script", path, "--seconds", 10, "--record", record, "--json")
    assert answer.code == 0, answer.err
    told = json.loads(answer.out)
    straight, turning = told["sections"]
    assert straight["heading_rms_deg"] < 15 and turning["heading_rms_deg"] < 25
    assert abs(straight["speed_error_percent"]) < 15
    (target,) = told["targets"]
    assert not target["reached"] and target["left_m"] > 9e5 and target["still_s"] > 9e5
    walk = told["skills"]["walk"]
    assert told["falls"] == 0 and walk["seconds"] > 5 and walk["falls"] == walk["recoveries"] == 0
    assert walk["heading_rms_deg"] < 25 and abs(walk["speed_error_percent"]) < 20
    take = Take.load(record)
    assert any(isinstance(entry.deed, Steer) for entry in take.entries)
    again = tmp_path / "again.npz"
    call("simulate", "--script", path, "--seconds", 10, "--record", again)
    assert again.read_bytes() == record.read_bytes()


def test_a_set_of_ones_own_with_and_without_critic(call: Call, tmp_path: Path) -> None:
    own = tmp_path / "set.json"
    own.write_text(json.dumps({"skills": [WALK, RUN]}))
    path = script(tmp_path, {"at": 0.5, "skill": "run"})
    answer = call("simulate", "--script", path, "--policies", own, "--seconds", 3.5)
    assert answer.code == 0, answer.err
    assert "1 changes" in answer.out and "no critic: run" in answer.out


def test_what_cannot_be_driven_is_refused(call: Call, tmp_path: Path) -> None:
    path = script(tmp_path, {"at": 0, "skill": "fly"})
    answer = call("simulate", "--script", path)
    assert answer.code == 2 and "drive.json:1: there is no skill 'fly'; there are" in answer.err
    path = script(tmp_path, {"at": 0, "skill": "walk"})
    save_model_like("deepmimic_critic", tmp_path / "critic.onnx")
    own = tmp_path / "set.json"
    own.write_text(json.dumps({"skills": [WALK | {"actor": "critic.onnx"}]}))
    answer = call("simulate", "--script", path, "--policies", own)
    assert answer.code == 2 and "The skill 'walk': " in answer.err and "critic.onnx" in answer.err
    for more, says in (
        (("--policies", tmp_path / "none.json"), "none.json"),
        (("--push", "1,100,left,0.2"), "--script takes"),
        (("--seconds", 0.01), "shorter than one step"),
    ):
        answer = call("simulate", "--script", path, *more)
        assert answer.code == 2 and says in answer.err and answer.err.count("\n") == 1
    answer = call("simulate", "--policies", own)
    assert answer.code == 2 and "--script" in answer.err
