"""Scripts of a drive: read, and refused by line."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from character.deeds import GetUp, GoTo, Head, PushNow, Steer, Want
from character.drive.script import ScriptError, Throw, read_script

SKILLS = ("walk", "run")


def read(folder: Path, text: str) -> list[object]:
    path = folder / "drive.json"
    path.write_text(text, encoding="utf-8")
    return [event.act for event in read_script(path, SKILLS)]


def test_every_action_is_read_in_the_order_of_its_time(tmp_path: Path) -> None:
    told = read(
        tmp_path,
        """[{"at": 3, "goto": {"x": 2, "z": -1}}, {"at": 0, "go": {"heading": 90, "speed": 1.2}},
        {"at": 1, "steer": {"turn": -30, "speed": 0}}, {"at": 2.5, "skill": "run"},
        {"at": 4, "push": {"force": 100, "direction": "left"}}, {"at": 5, "getup": false},
        {"at": 6, "box": {"mass": 3, "direction": 180}}]""",
    )
    assert told[:4] == [
        Head(math.pi / 2, 1.2),
        Steer(-math.pi / 6, 0.0),
        Want("run"),
        GoTo(2.0, -1.0, None),
    ]
    push = told[4]
    assert isinstance(push, PushNow) and push.heading and push.duration == 0.2
    assert push.force == pytest.approx((0, 0, -100))
    assert told[5:] == [GetUp(False), Throw(mass=3.0, direction=math.pi)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[]", "expected a list of events"),
        ('{"at": 0}', "expected a list of events"),
        ("[\n{]", ":2: not JSON"),
        ('[{"at": 0, "skill": "run"},\n\n{"at": 1, "skill": "fly"}]',
         ":3: there is no skill 'fly'; there are walk, run."),
        ('[{"at": 0, "jump": 1}]', ":1: unknown field 'jump'; there are at, go,"),
        ('[{"skill": "run"}]', ":1: 'at' is None, expected a number."),
        ('[{"at": -1, "skill": "run"}]', "'at' is -1, expected 0 to 3600 seconds."),
        ('[{"at": 0}]', "expected one of go, goto, .*found none"),
        ('[{"at": 0, "skill": "run", "getup": true}]', "found 'skill' and 'getup'"),
        ('[{"at": 0, "go": {"speed": 1}}]', "'go' has no 'heading'; it takes heading, speed."),
        ('[{"at": 0, "goto": {"x": 1, "y": 2, "z": 0}}]', "'goto' has no field 'y'; it takes x"),
        ('[{"at": 0, "goto": {"x": "far", "z": 0}}]', "'x' of 'goto' is 'far', expected a number"),
        ('[{"at": 0, "go": {"heading": 0, "speed": 99}}]', "The speed is 99, expected 0 to 10"),
        ('[{"at": 0, "push": {"force": 9, "body": "tail"}}]', "There is no body 'tail'"),
        ('[{"at": 0, "push": {"force": 9, "direction": "up"}}]', "'up', expected forward, left,"),
        ('[{"at": 0, "steer": 4}]', "'steer' is 4, expected turn, speed"),
        ('[{"at": NaN, "skill": "run"}]', "'at' is nan, expected a number"),
        ("[" * 5000 + "]" * 5000, "nested too deeply|expected an object"),
    ],
)  # fmt: skip
def test_what_cannot_be_driven_is_refused_in_a_sentence(
    tmp_path: Path, text: str, says: str
) -> None:
    with pytest.raises(ScriptError, match=says) as refused:
        read(tmp_path, text)
    assert str(refused.value).startswith(str(tmp_path)) and "\n" not in str(refused.value)
