"""A window whose character is driven: a set of skills of the networks that ship."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from character.drive.state import DriveState
from tests.viewer.conftest import until
from viewer.character.control import CharacterControl
from viewer.model.demo import ASSETS
from viewer.window.window import MainWindow

SKILLS = {"walk": "", "run": "_run", "spinkick": "_spinkick"}


def write_set(path: Path, **changes: dict[str, object]) -> Path:
    """A set of skills that ship; changes: fields of one by its name."""
    rows = [
        {
            "name": name,
            "actor": str(ASSETS / "models" / f"deepmimic_actor{ending}.onnx"),
            "critic": str(ASSETS / "models" / f"deepmimic_critic{ending}.onnx"),
            "motion": str(ASSETS / "character" / f"{name}.txt"),
            "kind": "move" if name == "spinkick" else "gait",
        }
        | changes.get(name, {})
        for name, ending in SKILLS.items()
    ]
    path.write_text(json.dumps({"skills": rows}), "utf-8")
    return path


def drive_of(control: CharacterControl) -> DriveState:
    """How the driving goes at the frame on display."""
    assert control.frame is not None and control.frame.drive is not None
    return control.frame.drive


def asked(control: CharacterControl, kind: type) -> list[object]:
    """The deeds of that kind that the character remembers."""
    assert control.frame is not None
    entries = control.frame.memory.entries
    return [entry.deed for entry in entries if isinstance(entry.deed, kind)]


@pytest.fixture
def driven(window: MainWindow, tmp_path: Path) -> Iterator[CharacterControl]:
    """The character of an active window with a set of skills, dropped there and running."""
    window.take_dropped([write_set(tmp_path / "three.json")])
    until(lambda: window.character.frame is not None and window.character.frame.frame > 2)
    window.activateWindow()
    until(window.isActiveWindow)
    yield window.character
