"""``main.py serve`` as a person meets it: refusals, a process that starts, is asked and ends."""

from __future__ import annotations

import builtins
import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference.models import MODELS
from inference.protocol import JSON_SIZE, write_request
from viewer.commands.serve import is_loopback
from viewer.model.demo import ASSETS, ROOT

FRAME = write_request({"frame": np.zeros((1, 132), np.float32)})
LONG = write_request({"seconds": np.array([4], np.float32)})
PATIENCE_S = 120.0


class Started:
    """A process of the command."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process, self.url = process, url
        self.scheme, _, place = url.partition("://")
        self.host, _, port = place.rpartition(":")
        self.port = int(port)

    def ask(
        self, method: str, path: str, body: bytes | None = None, context: Any = None, **headers: str
    ) -> tuple[int, bytes]:
        """Status and body."""
        if self.scheme == "https":
            made: Any = http.client.HTTPSConnection("127.0.0.1", self.port, context=context)
        else:
            made = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            made.request(method, path, body, headers)
            reply = made.getresponse()
            return reply.status, reply.read()
        finally:
            made.close()

    def infer(self, model: str, message: Any) -> int:
        """The status of an inference."""
        headers = {JSON_SIZE: message.json_size}
        return self.ask("POST", f"/v2/models/{model}/infer", message.body, **headers)[0]

    def until_ready(self) -> None:
        """Waits for its models."""
        ends = time.monotonic() + PATIENCE_S
        while self.ask("GET", "/v2/health/ready")[0] != 200:
            assert time.monotonic() < ends
            time.sleep(0.05)

    def end(self) -> tuple[int, list[dict[str, Any]]]:
        """SIGTERM; the exit code, and the log."""
        self.process.send_signal(signal.SIGTERM)
        _, log = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, [json.loads(line) for line in log.splitlines()]


@contextmanager
def started(*argv: object, **environ: str) -> Iterator[Started]:
    """``main.py serve`` with ``argv`` on a free port."""
    command = [sys.executable, str(ROOT / "main.py"), "serve", "--json", "--port", "0"]
    known = {k: v for k, v in os.environ.items() if k != "STRIDESCOPE_TOKEN"}
    process = subprocess.Popen(
        [*command, *map(str, argv)],
        env={**known, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        told = process.stdout.readline()
        assert told, process.communicate()[1]
        yield Started(process, json.loads(told)["url"])
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            assert stream
            stream.close()


def test_what_was_taken_is_answered_before_it_ends() -> None:
    with started() as server:
        server.until_ready()
        statuses: list[int] = []
        lost: list[Exception] = []
        signalled = threading.Event()

        def ask() -> None:
            while True:
                before = not signalled.is_set()
                try:
                    statuses.append(server.infer("deepphase", FRAME))
                except (OSError, http.client.HTTPException) as error:
                    if before:
                        lost.append(error)
                    return

        askers = [threading.Thread(target=ask) for _ in range(8)]
        if find_spec("mujoco"):
            walking = lambda: statuses.append(server.infer("simulate", LONG))  # noqa: E731
            askers.append(threading.Thread(target=walking))
        for asker in askers:
            asker.start()
        while len(statuses) < 40:
            time.sleep(0.01)
        signalled.set()
        code, log = server.end()
        for asker in askers:
            asker.join()
    assert (code, lost, set(statuses)) == (0, [], {200})
    assert sum(line["what"] == "answered" for line in log) == len(statuses)


def test_a_client_goes_on_where_it_is_killed_and_started_again() -> None:
    """Nothing of the old one, its port included, is in the way of the new one."""
    with started() as first:
        first.until_ready()
        assert first.infer("deepphase", FRAME) == 200
        kept = http.client.HTTPConnection("127.0.0.1", first.port, timeout=PATIENCE_S)
        kept.request("GET", "/v2")
        assert kept.getresponse().read()
        first.process.kill()
        first.process.wait()
        with pytest.raises((OSError, http.client.HTTPException)):
            first.infer("deepphase", FRAME)
        with started("--port", first.port) as second:
            second.until_ready()
            assert first.infer("deepphase", FRAME) == 200
        kept.close()


def test_it_ends_while_its_models_are_loaded() -> None:
    with started() as server:
        assert server.end()[0] == 0


def test_a_line_of_the_log_is_one_object() -> None:
    with started() as server:
        server.until_ready()
        assert server.infer("deepphase", FRAME) == 200
        assert server.ask("GET", "/no%c3%a9%0a%7b%22")[0] == 404
        _, log = server.end()
    answered = next(line for line in log if line["what"] == "answered")
    assert (answered["model"], answered["rows"], answered["level"]) == ("deepphase", 1, "info")
    assert {"read_ms", "queue_ms", "run_ms", "write_ms"} <= set(answered)
    assert next(line for line in log if line["what"] == "refused")["kind"] == "not_found"


def test_a_model_of_ones_own_is_served_by_its_name(tmp_path: Path) -> None:
    own = tmp_path / "own.onnx"
    own.write_bytes(MODELS["deepphase"].path(ASSETS).read_bytes())
    with started(own, "--engine", "numpy") as server:
        server.until_ready()
        told = json.loads(server.ask("GET", "/v2/models/own")[1])
        assert told["platform"] == "stridescope_numpy"
        ((name, _),) = ((t["name"], t["shape"]) for t in told["inputs"])
        message = write_request({name: np.zeros((1, 132), np.float32)})
        assert server.infer("own", message) == 200


def test_a_model_that_is_none_ends_it(tmp_path: Path) -> None:
    (tmp_path / "bad.onnx").write_bytes(b"no model")
    with started(tmp_path / "bad.onnx") as server:
        _, err = server.process.communicate(timeout=PATIENCE_S)
        assert server.process.returncode == 2
        assert "bad.onnx" in err.splitlines()[-1]


def test_other_machines_are_let_in_with_a_token(tmp_path: Path) -> None:
    with started("--host", "0.0.0.0", STRIDESCOPE_TOKEN="open sesame") as server:
        assert server.ask("GET", "/v2")[0] == 401
        assert server.ask("GET", "/v2", Authorization="Bearer open sesame")[0] == 200
        assert server.ask("GET", "/v2/health/live")[0] == 200


def test_they_are_let_in_without_when_that_is_said() -> None:
    with started("--host", "0.0.0.0", "--insecure") as server:
        assert server.ask("GET", "/v2")[0] == 200


def test_it_is_not_open_by_mistake(
    refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for token in (None, ""):
        monkeypatch.delenv("STRIDESCOPE_TOKEN", raising=False)
        if token is not None:
            monkeypatch.setenv("STRIDESCOPE_TOKEN", token)
        for host in ("0.0.0.0", "::", "192.168.0.1", "somewhere.example"):
            said = refused("serve", "--host", host)
            assert "STRIDESCOPE_TOKEN" in said
            assert "--insecure" in said


def test_loopback_is_this_machine_alone() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.8.9.1", "::1", "localhost")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "", "10.0.0.1", "localhost.example")))


def test_what_cannot_be_is_refused(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "x.pem").write_text("no key")
    pem = str(tmp_path / "x.pem")
    assert "go together" in refused("serve", "--tls-cert", pem)
    assert "x.pem" in refused("serve", "--port", "0", "--tls-cert", pem, "--tls-key", pem)
    assert "found '-1'" in refused("serve", "--port", "-1")
    assert "found '70000'" in refused("serve", "--port", "70000")
    assert "found '0'" in refused("serve", "--max-rows", "0")
    assert "found 'x'" in refused("serve", "--batch-window", "x")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"127.0.0.1:{port}" in refused("serve", "--port", str(port))


def test_without_its_extra_it_says_what_to_install(
    refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("viewer.serving")]:
        monkeypatch.delitem(sys.modules, name)
    load = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.partition(".")[0] == "starlette":
            raise ModuleNotFoundError("No module named 'starlette'", name="starlette")
        return load(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    assert "pip install 'stridescope[serve]'" in refused("serve")


def test_it_speaks_tls(tmp_path: Path) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made = subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        capture_output=True,
    )
    if made.returncode:
        pytest.skip("openssl cannot make a certificate here")
    with started("--tls-cert", certificate, "--tls-key", key) as server:
        assert server.scheme == "https"
        trusting = ssl.create_default_context(cafile=str(certificate))
        assert server.ask("GET", "/v2", context=trusting)[0] == 200
