"""What needs no physics loads and works where there is no MuJoCo."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PHYSICS = {"body", "contact", "controller", "simulation", "live.history", "live.frames", "live.job"}


def modules() -> list[str]:
    """The modules of the package but for those of the physics, by their dotted names."""
    folder = ROOT / "character"
    names = [path.relative_to(folder).with_suffix("") for path in sorted(folder.rglob("*.py"))]
    dotted = {".".join(name.parts).removesuffix("__init__").strip(".") for name in names}
    assert dotted > PHYSICS
    return [f"character.{name}".strip(".") for name in sorted(dotted - PHYSICS)]


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_only_the_physics_loads_mujoco() -> None:
    lines = "\n".join(f"import {name}" for name in modules())
    loaded = run(f"import sys\n{lines}\nprint(*sys.modules)").split()
    assert "character.live.take" in loaded and "character.convert" in loaded
    assert [name for name in loaded if name.partition(".")[0] == "mujoco"] == []
