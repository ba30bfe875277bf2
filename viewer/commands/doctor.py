"""``main.py doctor``: what is installed and what is wrong, each with how to mend it."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata

from kernels.host import cores
from viewer.model.demo import ROOT
from viewer.model.display import display_problem
from viewer.model.machine import cpu_features, cpu_model, operating_system
from viewer.model.notice import sentence

from .console import emit

NEEDED = ("numpy", "onnx", "PySide6-Essentials", "pyqtgraph", "PyOpenGL", "platformdirs", "rich")
MOJO_PACKAGES = ("max", "mojo")
GL_PROBE = """
import json
from render.errors import GlError
try:
    from render.headless import HeadlessRenderer
    with HeadlessRenderer() as renderer:
        info = renderer.info
    print(json.dumps([info.vendor, info.renderer, info.version]))
except GlError as error:
    print(json.dumps(str(error)))
"""
QT_PROBE = "import PySide6.QtOpenGLWidgets"
PROBE_TIMEOUT_S = 60


@dataclass(frozen=True)
class Finding:
    """One line of the report. ``mend`` says how to mend it, "" when nothing is wrong.

    fatal: neither the window nor any command can work with this.
    """

    name: str
    value: str
    mend: str = ""
    fatal: bool = False


def run(args: argparse.Namespace) -> int:
    """0, or 1 when something that everything needs is missing."""
    unusable = False
    for finding in findings():
        if unusable and not finding.fatal:
            break  # what follows needs what is missing
        unusable |= finding.fatal
        line = f"{'!!' if finding.mend else 'ok'} {finding.name}: {finding.value}"
        result = {"check": finding.name, "value": finding.value, "ok": not finding.mend}
        if finding.mend:
            line += f" → {finding.mend}"
            result["mend"] = finding.mend
        emit(result, line, args.json)
    return int(unusable)


def findings() -> Iterator[Finding]:
    """Everything the report says, in its order."""
    yield Finding("system", operating_system())
    features = " ".join(cpu_features())
    yield Finding("processor", f"{cpu_model()}, {cores()} cores{features and f', {features}'}")
    yield python()
    libraries = [library(name) for name in NEEDED]
    yield from sorted(libraries, key=lambda finding: finding.fatal)
    yield from map(mojo_package, MOJO_PACKAGES)
    yield mujoco()
    yield compiler()
    yield qt()
    yield opengl()
    yield display()
    yield video()
    yield cache()
    yield from models()


def python() -> Finding:
    """Its version, and whether everything runs on it."""
    version = platform.python_version()
    if (3, 10) <= sys.version_info[:2] < (3, 15):
        return Finding("Python", f"{version} ({sys.executable})")
    return Finding("Python", version, "use Python 3.10 to 3.14", fatal=True)


def library(name: str) -> Finding:
    """The version of a package that nothing works without."""
    try:
        return Finding(name, metadata.version(name))
    except metadata.PackageNotFoundError:
        return Finding(name, "not installed", "make run installs it into .venv", fatal=True)


def mujoco() -> Finding:
    """The version of the physics, which only the character needs."""
    try:
        return Finding("mujoco-core", metadata.version("mujoco-core"))
    except metadata.PackageNotFoundError:
        mend = "pip install mujoco-core on Python 3.11 or newer; all but the character runs without"
        return Finding("mujoco-core", "not installed", mend)


def mojo_package(name: str) -> Finding:
    """The version of a package that the faster engines need."""
    try:
        return Finding(name, metadata.version(name))
    except metadata.PackageNotFoundError:
        mend = "pip install -e . where a wheel exists; the numpy engine serves until then"
        return Finding(name, "not installed", mend)


def compiler() -> Finding:
    """Mojo links its kernel with the system's C compiler."""
    for name in ("cc", "gcc", "clang"):
        if found := shutil.which(name):
            return Finding("C compiler", found)
    mend = "apt-get install gcc libc6-dev (the mojo engine needs it; numpy serves until then)"
    return Finding("C compiler", "none on the PATH", mend)


def qt() -> Finding:
    """Whether Qt finds the system libraries that its wheels expect."""
    failure = probe(QT_PROBE)[1]
    return Finding("Qt", failure or "loads", failure and ".ci/system-packages run installs them")


def opengl() -> Finding:
    """Vendor, renderer and version of the headless path."""
    output, failure = probe(GL_PROBE)
    answer = json.loads(output.splitlines()[-1]) if output and not failure else failure
    if isinstance(answer, str):
        mend = "apt-get install libegl1 libgl1-mesa-dri libegl-mesa0, or update the driver"
        return Finding("OpenGL", answer, mend)
    return Finding("OpenGL", ", ".join(answer))


def probe(code: str) -> tuple[str, str]:
    """Output of ``code``, and why it failed or "": in its own process, as drivers may crash."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=PROBE_TIMEOUT_S,
        )
    except subprocess.TimeoutExpired:
        return "", f"no answer in {PROBE_TIMEOUT_S} s"
    if not done.returncode:
        return done.stdout, ""
    return "", sentence((done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1])


def display() -> Finding:
    """Whether a window can open here."""
    problem = display_problem()
    if problem:
        mend = "the window needs a desktop session, or xvfb-run; the commands work without"
        return Finding("display", problem, mend)
    return Finding("display", "a window can open")


def video() -> Finding:
    """Which ffmpeg would write MP4 files."""
    if found := shutil.which("ffmpeg"):
        return Finding("ffmpeg", found)
    try:
        return Finding("ffmpeg", f"imageio-ffmpeg {metadata.version('imageio-ffmpeg')}")
    except metadata.PackageNotFoundError:
        mend = "apt-get install ffmpeg, or pip install imageio-ffmpeg, to render MP4"
        return Finding("ffmpeg", "not found", mend)


def cache() -> Finding:
    """The folder of built kernels, its size, and whether it can be written."""
    from kernels.build import cache_folder

    folder = cache_folder()
    parent = next(path for path in (folder, *folder.parents) if os.path.exists(path))
    if not (parent.is_dir() and os.access(parent, os.R_OK | os.W_OK | os.X_OK)):
        mend = f"make {parent} writable; until then every start builds the kernel anew"
        return Finding("cache", f"{folder} cannot be written", mend)
    files = [path for path in folder.rglob("*") if path.is_file()]
    megabytes = sum(path.stat().st_size for path in files) / 1e6
    return Finding("cache", f"{folder}, {len(files)} files, {megabytes:.1f} MB; safe to delete")


def models() -> Iterator[Finding]:
    """Each of the models that ship, and whether it is the manifest's."""
    from inference.models import MODELS
    from viewer.model.shipped import describe_shipped

    for spec in MODELS.values():
        model = describe_shipped(spec)
        value = ", ".join(filter(None, [model["status"], model.get("sha256", "")[:12]]))
        known = model["status"] in ("ready", "not trained yet")
        yield Finding(spec.title, value, "" if known else "git checkout assets/models")
