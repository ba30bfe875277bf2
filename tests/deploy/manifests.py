"""The manifests as ``kubectl kustomize`` renders them, and what is asked of each."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
KUBERNETES = ROOT / "deploy" / "kubernetes"
OVERLAYS = ("cpu", "gpu", "kserve", "dask")
Manifest = dict[str, Any]


def tool(name: str) -> str:
    """A program on the PATH or beside Python; skips by name where it is not."""
    beside = str(Path(sys.executable).parent)
    found = shutil.which(name) or shutil.which(name, path=beside)
    if not found:
        pytest.skip(f"{name} is not here")
    return found


@cache
def rendered_text(overlay: str) -> str:
    """The YAML of an overlay."""
    command = [tool("kubectl"), "kustomize", str(KUBERNETES / "overlays" / overlay)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def rendered(overlay: str) -> list[Manifest]:
    """The objects of an overlay."""
    yaml = pytest.importorskip("yaml", reason="PyYAML is not here")
    return [each for each in yaml.safe_load_all(rendered_text(overlay)) if each]


def one(objects: list[Manifest], kind: str, name: str = "") -> Manifest:
    """The only object of that kind, or of that kind and name."""
    (found,) = (
        each for each in objects if each["kind"] == kind and name in ("", each["metadata"]["name"])
    )
    return found


def pods(objects: list[Manifest]) -> Iterator[tuple[str, Manifest, Manifest]]:
    """Name, labels and pod of everything that makes pods; of KServe, runtime and service in one."""
    for each in objects:
        if each["kind"] in ("Deployment", "Job"):
            template = each["spec"]["template"]
            yield each["metadata"]["name"], template["metadata"]["labels"], template["spec"]
        elif each["kind"] == "ServingRuntime":
            predictor = one(objects, "InferenceService")["spec"]["predictor"]
            pod = predictor | {key: each["spec"][key] for key in ("containers", "volumes")}
            yield each["metadata"]["name"], each["spec"]["labels"], pod


def selects(labels: Manifest, wanted: Manifest) -> bool:
    """Whether ``wanted``, as ``matchLabels`` has them, are all among ``labels``."""
    return bool(wanted) and wanted.items() <= labels.items()
