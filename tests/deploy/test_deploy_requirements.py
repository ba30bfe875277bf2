"""What the images are given beside the wheel: what pyproject.toml names, enough to start."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.deploy.manifests import ROOT

DEPLOY = ROOT / "deploy"
PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
DESKTOP = ("PySide6", "pyqtgraph", "OpenGL", "max", "mojo", "torch", "rich")
IMAGES = {
    "requirements.txt": ("serve", "viewer.commands.serve", "viewer.serving.catalog"),
    "requirements-cluster.txt": ("cluster", "viewer.commands.library", "viewer.model.library.jobs"),
}


def listed(file: str) -> list[str]:
    """The requirements of a file."""
    lines = (DEPLOY / file).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def extra(name: str) -> list[str]:
    """The requirements of an extra."""
    inside = re.search(rf"^{name} = \[(.*?)\]$", PROJECT, re.MULTILINE | re.DOTALL)
    assert inside
    return re.findall(r'"([^"]+)"', inside[1])


@pytest.mark.parametrize("file", IMAGES)
def test_they_are_those_of_the_project(file: str) -> None:
    for each in listed(file):
        assert each in extra(IMAGES[file][0]) or re.search(
            rf'^    "{re.escape(each)}[";]', PROJECT, re.M
        )


def test_a_server_has_all_of_its_extra() -> None:
    assert set(extra("serve")) <= set(listed("requirements.txt"))


@pytest.mark.parametrize("file", IMAGES)
def test_nothing_of_the_desktop_is_imported(file: str) -> None:
    """Run, not read: what the first command loads is installed in the image."""
    lines = ["import sys", *(f"import {name}" for name in IMAGES[file][1:]), "print(*sys.modules)"]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert {name.partition(".")[0] for name in done.stdout.split()} & set(DESKTOP) == set()


def test_the_build_takes_its_versions_from_the_project() -> None:
    """Mojo and MAX, by the expressions with which the Containerfile looks for them."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    for name in ("mojo", "max"):
        (command,) = re.findall(rf"sed -n '([^']*\({name}==[^']*)' /source/pyproject.toml", text)
        found = subprocess.run(
            ["sed", "-n", command, "pyproject.toml"], cwd=ROOT, capture_output=True, text=True
        )
        assert re.fullmatch(rf"{name}==[\d.]+\n", found.stdout)


def test_the_build_sees_what_the_wheel_is_made_of_and_no_more() -> None:
    kept = (ROOT / ".containerignore").read_text(encoding="utf-8").splitlines()
    packages = re.search(r"^include = \[(.*)\]$", PROJECT, re.MULTILINE)
    assert packages
    wanted = {name.rstrip("*") for name in re.findall(r'"([^"]+)"', packages[1])}
    allowed = {line[1:] for line in kept if line.startswith("!")}
    assert wanted | {"main.py", "pyproject.toml", "README.md", "LICENSE"} <= allowed
    assert kept[0] == "*" and not allowed & {"tests", "docs", ".git"}
