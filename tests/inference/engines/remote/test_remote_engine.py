"""Networks that a server runs: real processes, asked, killed and started anew."""

from __future__ import annotations

import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest

from inference import EngineError, load_model
from inference.engines.address import parse_address
from inference.engines.remote import RemoteEngine
from inference.errors import NotServed, ServerError
from inference.models import MODELS
from inference.onnx.reader import read_model
from tests.inference.nets import save_model_like
from tests.serving_process import ROOT, ServerProcess, serving

SHIPPED = ROOT / "assets" / "models"
TOKEN = "a-secret-of-both"


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    with serving("--max-rows", 100) as running:
        yield running


def rows(name: str, count: int) -> dict[str, np.ndarray]:
    ((tensor, (_, *row)),) = MODELS[name].inputs.items()
    return {tensor: np.random.default_rng(count).standard_normal((count, *row), np.float32)}


def prepared(url: str, limit_s: float = 30.0) -> RemoteEngine:
    engine = RemoteEngine(url, limit_s)
    engine.prepare(lambda *_: None, threading.Event())
    return engine


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("count", [0, 1, 7, 450])
def test_answers_are_those_of_the_engine_here(server: ServerProcess, name: str, count: int) -> None:
    """450 rows go by pieces: the server takes 100."""
    path = SHIPPED / MODELS[name].file
    there, here = load_model(path, server.url, spec=MODELS[name]), load_model(path, "numpy")
    inputs = rows(name, count)
    found, expected = there.run(inputs), here.run(inputs)
    assert list(found) == list(MODELS[name].outputs)
    for output, wanted in expected.items():
        assert found[output].shape == wanted.shape
        np.testing.assert_allclose(found[output], wanted, rtol=1e-4, atol=1e-4)
    assert there.engine == server.url


def test_the_networks_part_is_less_than_the_round_trip(server: ServerProcess) -> None:
    runner = load_model(SHIPPED / "stylevae_encoder.onnx", server.url)
    before = time.perf_counter()
    runner.run(rows("stylevae_encoder", 100))
    assert 0 < runner.network_s < time.perf_counter() - before


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("http://gpubox:8080", "http://gpubox:8080"),
        ("HTTPS://GpuBox/", "https://gpubox:443"),
        ("http://[::1]:81", "http://[::1]:81"),
        ("http://10.0.0.7", "http://10.0.0.7:80"),
    ],
)
def test_an_address_has_one_name(text: str, found: str) -> None:
    assert str(parse_address(text)) == found


@pytest.mark.parametrize(
    "text",
    ["http://", "ftp://a:1", "http://a:0", "http://a:99999", "http://u:p@a", "http://a/b", "a:80"],
)
def test_what_is_no_address_is_one_sentence(text: str) -> None:
    with pytest.raises(EngineError, match="named as http://HOST:PORT"):
        parse_address(text)


def test_no_server_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(EngineError, match=f"There is no server at http://127.0.0.1:{port}: "):
        load_model(SHIPPED / "deepphase.onnx", f"http://127.0.0.1:{port}")


def test_a_device_is_the_servers_own(server: ServerProcess) -> None:
    with pytest.raises(EngineError, match="of its own"):
        load_model(SHIPPED / "deepphase.onnx", server.url, precision="half")


def test_a_model_that_is_not_there(server: ServerProcess, tmp_path: Path) -> None:
    own = save_model_like("deepphase", tmp_path / "own.onnx")
    with pytest.raises(NotServed, match="has no model 'own'"):
        load_model(own, server.url)


def test_other_weights_are_told(server: ServerProcess, tmp_path: Path) -> None:
    own = save_model_like("deepphase", tmp_path / "deepphase.onnx")
    with pytest.raises(NotServed, match="has other weights than"):
        load_model(own, server.url)


def test_other_tensors_are_told(server: ServerProcess, tmp_path: Path) -> None:
    own = save_model_like("deepmimic_actor", tmp_path / "deepphase.onnx")
    with pytest.raises(NotServed, match=r"the inputs 'frame' \[batch, 132\], deepphase.onnx has"):
        load_model(own, server.url)


def test_the_token_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    path = SHIPPED / "deepphase.onnx"
    with serving(token=TOKEN) as server:
        with pytest.raises(EngineError, match="asks for its token: set STRIDESCOPE_TOKEN"):
            load_model(path, server.url)
        monkeypatch.setenv("STRIDESCOPE_TOKEN", "another")
        with pytest.raises(EngineError, match="does not take the token in STRIDESCOPE_TOKEN"):
            load_model(path, server.url)
        monkeypatch.setenv("STRIDESCOPE_TOKEN", "two\nlines")
        with pytest.raises(EngineError, match="no token may have"):
            load_model(path, server.url)
        monkeypatch.setenv("STRIDESCOPE_TOKEN", TOKEN)
        assert load_model(path, server.url).run(rows("deepphase", 1))["phase"].shape == (1, 2)


def test_a_server_that_still_loads_is_asked_again_when_it_says() -> None:
    server = ServerProcess()
    server.start()
    try:
        runner = load_model(SHIPPED / "deepphase.onnx", server.url)
        assert runner.run(rows("deepphase", 2))["phase"].shape == (2, 2)
    finally:
        server.kill()


def test_killed_while_idle_and_started_anew_it_answers_on() -> None:
    with serving() as server:
        runner = load_model(SHIPPED / "deepphase.onnx", server.url)
        before = runner.run(rows("deepphase", 3))["phase"]
        server.kill()
        with pytest.raises(ServerError, match="There is no server"):
            runner.run(rows("deepphase", 3))
        server.start()
        server.until_ready()
        np.testing.assert_array_equal(runner.run(rows("deepphase", 3))["phase"], before)
        server.kill()
        server.start()
        server.until_ready()  # not asked while it was away: the kept connection is stale
        np.testing.assert_array_equal(runner.run(rows("deepphase", 3))["phase"], before)


def test_killed_under_load_every_call_answers_or_says_why() -> None:
    """Whole answers and one kind of error; then all clients go on."""
    path, inputs = SHIPPED / "stylevae_encoder.onnx", rows("stylevae_encoder", 64)
    expected = load_model(path, "numpy").run(inputs)["mu"]
    with serving() as server:
        runners = [load_model(path, server.url) for _ in range(4)]
        wrong: list[object] = []
        counts = [{"good": 0, "lost": 0} for _ in runners]
        ended = threading.Event()

        def load(index: int) -> None:
            while not ended.is_set():
                try:
                    found = runners[index].run(inputs)["mu"]
                    counts[index]["good"] += 1
                    if not np.allclose(found, expected, rtol=1e-4, atol=1e-4):
                        wrong.append(found)
                except ServerError:
                    counts[index]["lost"] += 1
                    time.sleep(0.02)
                except Exception as error:
                    wrong.append(error)

        def wait(kind: str) -> None:
            before = [each[kind] for each in counts]
            ends = time.monotonic() + 60
            while not all(c[kind] > b + 2 for c, b in zip(counts, before, strict=True)):
                assert time.monotonic() < ends, counts
                time.sleep(0.01)

        threads = [threading.Thread(target=load, args=(i,)) for i in range(len(runners))]
        for thread in threads:
            thread.start()
        try:
            for _ in range(2):
                wait("good")
                server.kill()
                wait("lost")
                server.start()
                wait("good")
        finally:
            ended.set()
            for thread in threads:
                thread.join()
        assert not wrong


def test_a_silent_server_holds_up_no_longer_than_was_said() -> None:
    with serving() as server:
        runner = prepared(server.url, 0.3).load(read_model(SHIPPED / "deepphase.onnx"))
        server.freeze()
        with pytest.raises(ServerError, match="does not answer in time"):
            runner.run(rows("deepphase", 1))
        server.thaw()
        server.until_ready()
        assert runner.run(rows("deepphase", 1))["phase"].shape == (1, 2)


def test_started_anew_with_other_weights_it_is_not_believed(tmp_path: Path) -> None:
    """Every new connection looks again."""
    path = save_model_like("deepphase", tmp_path / "deepphase.onnx", seed=1)
    with serving(path) as server:
        runner = load_model(path, server.url)
        server.kill()
        save_model_like("deepphase", path, seed=2)
        server.start()
        server.until_ready()
        with pytest.raises(NotServed, match="other weights"):
            runner.run(rows("deepphase", 1))


def test_it_asks_by_tls_and_trusts_no_stranger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made = subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-keyout", str(key), "-out", str(certificate)),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"),
        ],
        capture_output=True,
    )
    if made.returncode:
        pytest.skip("openssl cannot make a certificate here")
    server = ServerProcess("--tls-cert", certificate, "--tls-key", key)
    server.start()
    try:
        assert server.url.startswith("https://")
        with pytest.raises(EngineError, match=r"cannot be reached safely: .*certificate"):
            load_model(SHIPPED / "deepphase.onnx", server.url)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        runner = load_model(SHIPPED / "deepphase.onnx", server.url)
        assert runner.run(rows("deepphase", 300))["phase"].shape == (300, 2)
        plain = server.url.replace("https", "http")
        with pytest.raises(EngineError, match=r"There is no server at|no server of models"):
            load_model(SHIPPED / "deepphase.onnx", plain)
    finally:
        server.kill()


@contextmanager
def answering(status: int, body: bytes, **headers: str) -> Iterator[str]:
    """Another server of HTTP, which gives every request the same answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    other = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=other.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{other.server_port}"
    finally:
        other.shutdown()
        thread.join()
        other.server_close()


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (404, b"", "does not speak the Open Inference Protocol"),
        (200, b"<html>welcome</html>", "has the inputs none"),
        (200, b'{"inputs": [{"name": 3}], "outputs": {}}', "has the inputs none"),
        (302, b"", r"refuses \(302\): it does not say why"),
        (500, b'{"error": "two\\nlines"}', r"refuses \(500\): two lines\."),
        (503, b'{"error": "Later."}', "has no time now: Later"),
    ],
)
def test_another_server_is_one_sentence(status: int, body: bytes, words: str) -> None:
    with answering(status, body, **{"Retry-After": "40"}) as url:
        with pytest.raises(EngineError, match=words) as raised:
            load_model(SHIPPED / "deepphase.onnx", url)
        assert "\n" not in str(raised.value)
        if status == 503:
            assert isinstance(raised.value, ServerError) and raised.value.retry_s == 40


def test_what_is_no_http_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            other, _ = listener.accept()
            with other:
                other.recv(4096)
                other.sendall(b"220 mail.example.org ready\r\n")

        thread = threading.Thread(target=greet)
        thread.start()
        with pytest.raises(EngineError, match="is no server of models"):
            load_model(SHIPPED / "deepphase.onnx", f"http://127.0.0.1:{listener.getsockname()[1]}")
        thread.join()
