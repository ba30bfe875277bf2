"""The bundle: made as ``make bundle-app`` makes it, started in a Debian that has nothing else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from kernels.build import BuildError, find_c_compiler, find_mojo
from tests.deploy.manifests import ROOT, tool
from tests.screen import OPTIONS, Screen

pytestmark = pytest.mark.slow
MESA = "xvfb,libegl1,libgl1,libegl-mesa0,libglx-mesa0,libgl1-mesa-dri"
LIMIT_MB = 700
FIRST_PICTURE_S = 60.0
PROGRAM = "/opt/stridescope/stridescope"
START = f"""
Xvfb :7 {" ".join(OPTIONS)} -fbdir /tmp &
until [ -e /tmp/.X11-unix/X7 ]; do sleep 0.05; done
exec env DISPLAY=:7 {PROGRAM}
"""


def run(*command: object, limit_s: float = 1200, **options: object) -> str:
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, timeout=limit_s, **options
    )  # type: ignore[call-overload]
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the program."""
    try:
        find_mojo(), find_c_compiler()
    except BuildError as error:
        pytest.skip(str(error))
    place = tmp_path_factory.mktemp("bundle")
    environ = dict(os.environ)
    if find_spec("PyInstaller") is None:
        pip = [sys.executable, "-m", "pip", "install", "-q", "--target", place / "tools"]
        done = subprocess.run([*map(str, pip), "pyinstaller"], capture_output=True, text=True)
        if done.returncode:
            pytest.skip("PyInstaller is not here, and pip cannot reach a package registry")
        environ["PYTHONPATH"] = f"{place / 'tools'}{os.pathsep}{ROOT}"
    run(sys.executable, "-m", "kernels.prebuild", place / "work" / "prebuilt", cwd=ROOT)
    spec = ROOT / "deploy" / "bundle" / "stridescope.spec"
    paths = ["--workpath", place / "work", "--distpath", place / "dist"]
    words = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    run(*words, *paths, spec, cwd=ROOT, env=environ)
    return place / "dist" / "stridescope"


@pytest.fixture(scope="module")
def bare(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The root of a Debian as old as this one, with Xvfb, Mesa and the bundle."""
    if os.geteuid():
        pytest.skip("needs root: a root folder of its own")
    tool("mmdebstrap")
    release = re.search(r"^VERSION_CODENAME=(\w+)", Path("/etc/os-release").read_text(), re.M)
    if release is None:
        pytest.skip("this is no Debian")
    root = tmp_path_factory.mktemp("bare") / "root"
    words = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={MESA}", release[1], root]
    run(*words)
    assert not list(root.glob("usr/bin/python3*")) and not list(root.glob("usr/share/fonts/*"))
    shutil.copyfile("/proc/cpuinfo", root / "proc" / "cpuinfo")  # by which the kernel is chosen
    shutil.copytree(bundle, root / "opt" / "stridescope", symlinks=True)
    yield root
    shutil.rmtree(root, ignore_errors=True)


def within(root: Path, *command: str) -> list[str]:
    return ["chroot", str(root), "env", "-i", "HOME=/root", "PATH=/usr/bin:/bin", *command]


def inside(root: Path, *command: str) -> str:
    return run(*within(root, *command))


def tell(request: pytest.FixtureRequest, text: str) -> None:
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\n{text}")


def test_how_large_it_is(bundle: Path, request: pytest.FixtureRequest) -> None:
    files = [path for path in bundle.rglob("*") if path.is_file() and not path.is_symlink()]
    size = sum(path.stat().st_size for path in files) / 1e6
    tell(request, f"the bundle has {size:.0f} MB in {len(files):,} files")
    assert size <= LIMIT_MB
    names = {path.name for path in files}
    assert not [name for name in names if re.match(r"libmax|libMGPRT|libtorch|libKGEN", name)]
    assert len([name for name in names if re.match(r"mlp-x86-64-v[34]-.*\.so$", name)]) == 2


def test_commands_run_in_a_bare_debian(bare: Path) -> None:
    clip = f"/{next((bare / 'opt').rglob('clips/walk.bvh')).relative_to(bare)}"
    assert inside(bare, PROGRAM, "--version").startswith("Stridescope ")
    assert "22 joints, human rig" in inside(bare, PROGRAM, "info", clip)
    inside(bare, PROGRAM, "analyze", clip, "-o", "/tmp/a.npz", "--engine", "mojo")
    inside(bare, PROGRAM, "render", clip, "-o", "/tmp/a.png")
    assert (bare / "tmp" / "a.npz").is_file()
    assert (bare / "tmp" / "a.png").stat().st_size > 10_000
    inside(bare, PROGRAM, "simulate", "--seconds", "1")


def test_the_window_opens_in_a_bare_debian(bare: Path, request: pytest.FixtureRequest) -> None:
    screen = Screen(":7", bare / "tmp")
    for turn in ("cold", "warm"):
        (screen.folder / "Xvfb_screen0").unlink(missing_ok=True)
        words = within(bare, "sh", "-c", START)
        with subprocess.Popen(words, start_new_session=True, text=True) as process:
            try:
                took_s = screen.seconds_until_shown(process, FIRST_PICTURE_S)
            finally:
                os.killpg(process.pid, 15)
        tell(request, f"from the start of Xvfb to the window, {turn}: {took_s:.1f} s")
    (log,) = (bare / "root").rglob("stridescope.log")
    assert "Traceback" not in log.read_text()
