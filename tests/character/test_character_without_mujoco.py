"""What needs no physics loads and works where there is no MuJoCo."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from character.anatomy import FEET, POSE_SIZE, QPOS
from character.deeds import Entry, PushNow
from character.live.memory import undriven
from character.live.role import Role
from character.live.take import Take
from character.reference import ReferenceClip
from motion.bvh import read_bvh

ROOT = Path(__file__).resolve().parents[2]
PHYSICS = {
    *("body", "contact", "controller", "simulation"),
    *(f"drive.{name}" for name in ("changes", "driver", "ride", "skills", "wishes")),
    *("live.history", "live.frames", "live.job"),
}


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


def test_a_take_is_read_and_exported_where_there_is_no_mujoco(
    tmp_path: Path, standing: ReferenceClip
) -> None:
    row = undriven(3)
    row["physics"][:, 1 : 1 + POSE_SIZE][:, QPOS] = standing.poses
    role = Role("actor", None, standing, FEET)
    Take(0, row, (Entry(1, PushNow((0.0, 0.0, 9.0))),), (role,)).save(tmp_path / "take.npz")
    run(
        "import sys; sys.modules['mujoco'] = None\n"
        "from pathlib import Path\n"
        "from character.live.take import Take\n"
        "from character.push import parse_push\n"
        "from motion.bvh import write_bvh\n"
        f"folder = Path({str(tmp_path)!r})\n"
        "take = Take.load(folder / 'take.npz')\n"
        "assert take.strips()['total'].shape == (3,) and take.positions().shape == (3, 22, 3)\n"
        "write_bvh(take.clip('standing'), folder / 'take.bvh')\n"
        "assert parse_push('1,200,left,0.2').force == 200\n"
    )
    again = read_bvh(tmp_path / "take.bvh")
    assert again.frame_count == 3 and abs(again.positions[0, 0, 1] - 0.881416) < 1e-5
