"""The small deployment: a built wheel, NumPy and ONNX in an environment with nothing else."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from inference.models import MODELS
from kernels.build import BuildError, find_c_compiler, find_mojo
from tests.inference.nets import save_model_like

ROOT = Path(__file__).resolve().parents[1]
NEEDED = ("numpy", "onnx", "platformdirs")
"""What the engines import; pip adds what these need."""
LIMIT_MB = 50
"""Of kernel, Python files and the five models; clips and further policies come with the wheel."""

RUN = """
import importlib, importlib.metadata, json, sys
import numpy as np
from inference import load_model
from inference.models import MODELS

for absent in ("max", "mojo", "torch", "PySide6"):
    try:
        importlib.import_module(absent)
    except ImportError:
        continue
    raise SystemExit(f"{absent} is here")

worst, files = {}, json.loads(sys.argv[1])
sizes = {"kernel": 0, "Python": 0, "five models": 0, "what they do not need": 0}
for name, path in files.items():
    fast, right = (load_model(path, engine, spec=MODELS[name]) for engine in ("mojo", "numpy"))
    assert (fast.engine, right.engine) == ("mojo", "numpy")
    assert load_model(path).engine == "mojo"
    (tensor, shape), = fast.inputs.items()
    worst[name] = 0.0
    for batch in (1, 2, 7, 100):
        x = {tensor: np.random.default_rng(batch).standard_normal((batch, *shape[1:]), np.float32)}
        for found, expected in zip(fast.run(x).values(), right.run(x).values(), strict=True):
            scale = max(1.0, float(np.abs(expected).max()))
            worst[name] = max(worst[name], float(np.abs(found - expected).max()) / scale)

for file in importlib.metadata.files("stridescope"):
    kind = {".so": "kernel", ".py": "Python", ".pyc": "Python"}.get(file.suffix)
    if str(file.locate()) in files.values():
        kind = "five models"
    sizes[kind or "what they do not need"] += file.locate().stat().st_size
print(json.dumps([worst, sizes]))
"""


def run(*command: object) -> str:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, env=alone())
    assert not done.returncode, done.stderr
    return done.stdout


def alone() -> dict[str, str]:
    """This environment without Mojo on the PATH and without anything that Python is told."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "STRIDESCOPE"))}
    folders = kept.get("PATH", "").split(os.pathsep)
    folders = [folder for folder in folders if not (Path(folder) / "mojo").exists()]
    return {**kept, "PATH": os.pathsep.join(folders)}


def pip(*arguments: object) -> None:
    """Run pip; a registry that cannot be reached skips the test."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode and re.search("Could not find a version|Connection|resolve", done.stderr):
        pytest.skip("pip cannot reach a package registry")
    assert not done.returncode, done.stderr


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what goes into a wheel, and of more that must not."""
    copy = tmp_path_factory.mktemp("tree") / "stridescope"
    left_out = (".*", "runs", "build", "dist", "*.egg-info", "__pycache__")
    return shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*left_out))


@pytest.fixture(scope="module")
def wheel(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``make wheel`` makes."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        pytest.skip("the kernel is prebuilt for Linux x86-64 alone")
    try:
        find_mojo(), find_c_compiler()
    except BuildError as error:
        pytest.skip(str(error))
    dist = tmp_path_factory.mktemp("dist")
    pip("wheel", "--no-deps", "--wheel-dir", dist, tree)
    (made,) = dist.iterdir()
    return made


@pytest.fixture(scope="module")
def small(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that holds the wheel and what it needs to run models."""
    place = tmp_path_factory.mktemp("small")
    run(sys.executable, "-m", "venv", "--without-pip", place)
    python = place / "bin" / "python"
    pip("--python", python, "install", *NEEDED)
    pip("--python", python, "install", "--no-deps", wheel)
    return python


def test_what_the_wheel_holds(tree: Path, wheel: Path) -> None:
    names = {re.sub(r"^[^/]*\.data/purelib/", "", n) for n in zipfile.ZipFile(wheel).namelist()}
    for folder in ("models", "clips", "character", "icons", "shaders"):
        here = set(files(tree, f"assets/{folder}/*"))
        assert here and here <= names
    sources = files(tree, "[a-z]*/**/*.py")
    apart = ("tests/", "build/", "deploy/", "docs/")
    sources = {name for name in sources if not name.startswith(apart)}
    assert {"main.py", "viewer/ui/style.qss", "kernels/mlp.mojo", *sources} <= names
    assert not [name for name in names if name.startswith(("tests", "assets/gallery"))]
    assert len([name for name in names if re.match("kernels/prebuilt/mlp-x86-64-v[34]", name)]) == 2


def files(tree: Path, pattern: str) -> set[str]:
    return {path.relative_to(tree).as_posix() for path in tree.glob(pattern) if path.is_file()}


def test_the_platform_that_the_wheel_names_is_enough(wheel: Path) -> None:
    assert wheel.name.endswith("-py3-none-manylinux_2_34_x86_64.whl")
    archive = zipfile.ZipFile(wheel)
    libraries = [name for name in archive.namelist() if name.endswith(".so")]
    assert libraries
    for name in libraries:
        content = archive.read(name)
        asked = [int(minor) for minor in re.findall(rb"GLIBC_2\.(\d+)", content)]
        assert max(asked, default=0) <= 34
        assert b"site-packages" not in content, "the builder's folders are not ours to name"


def test_the_small_deployment_runs_the_five_models(
    small: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    (site,) = small.parents[1].glob("lib/python*/site-packages")
    missing = [spec for spec in MODELS.values() if not spec.available(site / "assets")]
    files = {name: str(spec.path(site / "assets")) for name, spec in MODELS.items()}
    for spec in missing:  # its weights do not ship yet
        files[spec.name] = str(save_model_like(spec.name, tmp_path / spec.file))
    worst, sizes = json.loads(run(small, "-I", "-c", RUN, json.dumps(files)))
    assert set(worst) == set(MODELS) and max(worst.values()) <= 1e-5
    sizes["five models"] += sum(Path(files[spec.name]).stat().st_size for spec in missing)
    rest = sizes.pop("what they do not need")

    everything = sum(file.stat().st_size for file in site.rglob("*") if file.is_file())
    parts = ", ".join(f"{kind} {size / 1e6:.2f}" for kind, size in sizes.items())
    told = (
        f"{sum(sizes.values()) / 1e6:.1f} MB ({parts}), beside it {rest / 1e6:.1f} MB of the wheel"
    )
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\nsmall deployment: {told}; with the libraries {everything / 1e6:.0f} MB")
    assert sizes["kernel"] > 50_000 and sizes["five models"] > 20_000_000
    assert sum(sizes.values()) <= LIMIT_MB * 1e6


def test_a_command_that_needs_more_says_so(small: Path) -> None:
    done = subprocess.run([small, "-I", "-m", "main"], capture_output=True, text=True, env=alone())
    assert "is not installed here" in done.stderr and "Traceback" not in done.stderr
    assert "ready" in run(small, "-I", "-m", "main", "models", "list")
