"""The commands of docs/how-to/deploy.md, and a shell that runs them as they stand there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.deploy.manifests import ROOT

PAGE = ROOT / "docs" / "how-to" / "deploy.md"
_FENCE = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def section(name: str) -> str:
    """The text under a heading."""
    return PAGE.read_text(encoding="utf-8").partition(f"\n## {name}\n")[2].partition("\n## ")[0]


def blocks(name: str) -> list[str]:
    """The commands of a section, block by block."""
    return _FENCE.findall(section(name))


def shell(
    commands: str, place: Path = ROOT, environ: Mapping[str, str] = os.environ, limit_s: int = 300
) -> str:
    """What ``commands`` print, all of which must succeed. Python's own programs are on the PATH."""
    beside = str(Path(sys.executable).parent)
    path = os.pathsep.join([environ.get("PATH", ""), beside])
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=place, env={**environ, "PATH": path}, capture_output=True, text=True, timeout=limit_s,
    )  # fmt: skip
    assert done.returncode == 0, f"{commands}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout
