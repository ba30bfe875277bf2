"""The workflow for forks: what a linter says of it, and that it runs what the README says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / ".github" / "workflows" / "ci.yml"


def linted(path: Path) -> subprocess.CompletedProcess[str]:
    """What check-jsonschema says of a workflow, by the schema of GitHub's that it brings."""
    pytest.importorskip("check_jsonschema", reason="check-jsonschema is not here")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema"]
    return subprocess.run(
        [*command, "vendor.github-workflows", str(path)], capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def jobs() -> dict[str, Any]:
    yaml = pytest.importorskip("yaml", reason="PyYAML is not here")
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))["jobs"]


def commands(job: dict[str, Any], system: str) -> str:
    """What a job runs on a system."""
    steps = [
        s for s in job["steps"] if s.get("if", f"runner.os == '{system}'").endswith(f"'{system}'")
    ]
    return "\n".join(step["run"] for step in steps if "run" in step)


def test_the_linter_takes_it() -> None:
    done = linted(FILE)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("right", "wrong"), [("runs-on", "run-on"), ("steps:", "step:")])
def test_the_linter_tells_what_is_wrong(tmp_path: Path, right: str, wrong: str) -> None:
    path = tmp_path / "ci.yml"
    path.write_text(FILE.read_text(encoding="utf-8").replace(right, wrong, 1))
    assert linted(path).returncode


def test_it_runs_the_two_commands_of_the_readme(jobs: dict[str, Any]) -> None:
    start = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Start")[2]
    told = re.findall(r"^(make \w+)", start.partition("```sh")[2].partition("```")[0], re.MULTILINE)
    assert told == ["make run", "make test"]
    assert jobs["test"]["strategy"]["matrix"]["os"] == ["ubuntu-latest", "macos-latest"]
    for system in ("Linux", "macOS"):
        assert re.findall(r"make run\b|make test\b", commands(jobs["test"], system)) == told


def test_tags_make_wheels(jobs: dict[str, Any]) -> None:
    assert "make wheel" in commands(jobs["wheel"], "Linux")
    assert all("refs/tags/v" in jobs[name]["if"] for name in ("wheel", "release"))
    assert jobs["wheel"]["needs"] == "test" and jobs["release"]["needs"] == "wheel"
    assert "dist/*.whl" in commands(jobs["release"], "Linux")


def test_it_says_that_it_has_not_run_here() -> None:
    assert "has not run" in FILE.read_text(encoding="utf-8").partition("name:")[0]
