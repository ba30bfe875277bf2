"""``main.py serve`` as a process of its own, and a little of what a client does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.deploy.manifests import ROOT

PATIENCE_S = 120


@contextmanager
def served(*options: str, token: str = "") -> Iterator[str]:
    """The address of a server that is ready; ended by SIGTERM, which must end it well."""
    command = [sys.executable, "main.py", "serve", "--port", "0", "--json", *options]
    environ = os.environ | ({"STRIDESCOPE_TOKEN": token} if token else {})
    with subprocess.Popen(
        command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            url = json.loads(process.stdout.readline())["url"]
            until_ready(url)
            yield url
        finally:
            process.terminate()
    assert process.returncode == 0


def until_ready(url: str) -> None:
    """Waits for the kernels of a server that listens."""
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            get(f"{url}/v2/health/ready")
            return
        except HTTPError as error:
            with error:
                assert error.code == 503 and time.monotonic() < end
        time.sleep(0.1)


def get(url: str, token: str = "") -> str:
    """The body of an answer."""
    with urlopen(Request(url, headers=_shown(token)), timeout=PATIENCE_S) as answer:
        return answer.read().decode()


def infer(url: str, model: str, token: str = "", rows: int = 1) -> dict[str, Any]:
    """The answer of a network to zeros."""
    about = json.loads(get(f"{url}/v2/models/{model}", token))
    inputs = []
    for tensor in about["inputs"]:
        shape = [rows if size < 0 else size for size in tensor["shape"]]
        count = 1
        for size in shape:
            count *= size
        inputs.append({**tensor, "shape": shape, "data": [0.0] * count})
    body = json.dumps({"inputs": inputs}).encode()
    headers = {"Content-Type": "application/json", **_shown(token)}
    asked = Request(f"{url}/v2/models/{model}/infer", body, headers)
    with urlopen(asked, timeout=PATIENCE_S) as answer:
        return json.load(answer)


def _shown(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}
