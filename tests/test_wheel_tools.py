"""The wheel put in place by each of the usual tools: the command is there, and its window opens."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screen import screen
from tests.test_wheel import alone, pip, tree, wheel  # noqa: F401

pytestmark = pytest.mark.slow
LIMIT_S = 1800
FIRST_PICTURE_S = 90.0


def run(*words: object, environ: dict[str, str]) -> str:
    done = subprocess.run(
        list(map(str, words)), capture_output=True, text=True, env=environ, timeout=LIMIT_S
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pipx and uv are; skips where the registry cannot be reached."""
    place = tmp_path_factory.mktemp("tools")
    run(sys.executable, "-m", "venv", "--without-pip", place, environ=alone())
    pip("--python", place / "bin" / "python", "install", "-q", "pipx", "uv")
    return place / "bin"


def by_pip(wheel: Path, place: Path, tools: Path) -> Path:  # noqa: F811
    run(sys.executable, "-m", "venv", "--without-pip", place, environ=alone())
    pip("--python", place / "bin" / "python", "install", "-q", wheel)
    return place / "bin" / "stridescope"


def by_pipx(wheel: Path, place: Path, tools: Path) -> Path:  # noqa: F811
    environ = alone() | {"PIPX_HOME": str(place / "home"), "PIPX_BIN_DIR": str(place / "bin")}
    run(tools / "pipx", "install", "--python", sys.executable, wheel, environ=environ)
    return place / "bin" / "stridescope"


def by_uv(wheel: Path, place: Path, tools: Path) -> Path:  # noqa: F811
    environ = alone() | {
        "UV_TOOL_DIR": str(place / "tools"),
        "UV_TOOL_BIN_DIR": str(place / "bin"),
        "UV_CACHE_DIR": str(place / "cache"),
        "UV_SYSTEM_CERTS": "1",
    }
    run(tools / "uv", "tool", "install", "--python", sys.executable, wheel, environ=environ)
    return place / "bin" / "stridescope"


@pytest.mark.parametrize("install", [by_pip, by_pipx, by_uv])
def test_the_command_opens_its_window(
    install: Callable[[Path, Path, Path], Path],
    wheel: Path,  # noqa: F811
    tools: Path,
    tmp_path: Path,
) -> None:
    if not shutil.which("Xvfb"):
        pytest.skip("Xvfb is not here")
    program = install(wheel, tmp_path / "installed", tools)
    home = alone() | {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    version = wheel.name.split("-")[1]
    assert run(program, "--version", environ=home) == f"Stridescope {version}\n"
    assert "ready" in run(program, "models", "list", environ=home)
    run(program, "--install-desktop", environ=home)
    entry = (tmp_path / "data" / "applications" / "stridescope.desktop").read_text()
    assert f'Exec="{program.resolve().parent}' in entry
    with screen(tmp_path) as shown:
        environ = home | {"DISPLAY": shown.display, "LIBGL_ALWAYS_SOFTWARE": "1"}
        environ = {
            k: v for k, v in environ.items() if k not in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
        }
        with subprocess.Popen([program], env=environ, text=True) as process:
            try:
                shown.seconds_until_shown(process, FIRST_PICTURE_S)
            finally:
                process.terminate()
        assert process.returncode in (0, -15)
    shutil.rmtree(tmp_path / "installed", ignore_errors=True)
