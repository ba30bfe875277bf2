"""What is no request, comes slowly or not at all: answered or ended, and never kept."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inference.protocol import JSON_SIZE
from viewer.serving import connection
from viewer.serving.service import Catalog, Limits

from .conftest import PATIENCE_S, Running, running, until

VALID = json.dumps(
    {
        "id": "1",
        "inputs": [
            {"name": "frame", "datatype": "FP32", "shape": [1, 132], "data": [0.5] * 132},
        ],
        "outputs": [{"name": "phase", "parameters": {"binary_data": True}}],
    }
).encode()
PATHS = [
    "/v2/models/deepphase/infer",
    "/v2/models/restyle/versions/1/infer",
    "/v2/models/simulate/infer",
    "/v2/models/deepphase",
    "/v2",
    "/metrics",
]
PATIENT = [HealthCheck.too_slow, HealthCheck.data_too_large]
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["inputs", "outputs", "name", "shape", "datatype", "data", "parameters"]
            )
            | st.text(max_size=5),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@st.composite
def changed(draw: st.DrawFn) -> bytes:
    """A valid body of which some bytes are others."""
    body = bytearray(VALID)
    for _ in range(draw(st.integers(1, 3))):
        first = draw(st.integers(0, len(body)))
        last = first + draw(st.integers(0, 30))
        body[first:last] = draw(st.binary(max_size=8) | st.sampled_from([b"[", b"NaN", b"-1", b""]))
    return bytes(body)


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    """Something that may be a request: its head ends, and its body is as long as it says."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=80)) + b"\r\n\r\n"
    body = draw(st.binary(max_size=60) | changed() | JSON.map(lambda x: json.dumps(x).encode()))
    method = draw(st.sampled_from(["POST", "POST", "POST", "PUT", "GET", "HEAD", "TRACE", "x"]))
    path = draw(st.sampled_from(PATHS) | st.text("/%.~:az09é", max_size=20).map("/{}".format))
    headers = draw(
        st.dictionaries(
            st.sampled_from([JSON_SIZE, "Content-Encoding", "Content-Type", "Accept", "Expect"]),
            st.sampled_from(
                ["0", "9", "-1", "gzip", "identity", "application/json", "100-continue"]
            )
            | st.text("ab9;,=é", max_size=8),
            max_size=3,
        )
    )
    if draw(st.booleans()):
        half = len(body) // 2
        pieces = [piece for piece in (body[:half], body[half:]) if piece]
        framed = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
        headers["Transfer-Encoding"] = "chunked"
    else:
        framed = body
        headers["Content-Length"] = str(len(body))
    lines = [f"{method} {path} HTTP/1.1", "Host: x", *(f"{n}: {v}" for n, v in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + framed


def answers(port: int, sent: bytes, wait_s: float = PATIENCE_S) -> list[int]:
    """The statuses that come back, until one is final; empty where the connection just ends."""
    found: list[int] = []
    with socket.create_connection(("127.0.0.1", port), timeout=wait_s) as client:
        client.sendall(sent)
        with client.makefile("rb") as reply:
            while line := reply.readline():
                if line.startswith(b"HTTP/1.1 "):
                    found.append(int(line.split()[1]))
                    if found[-1] >= 200:
                        break
    return found


def check_malformed(server: Running, sent: bytes) -> None:
    """No failure of the server, no waiting."""
    statuses = answers(server.port, sent)
    assert all(status < 500 or status == 503 for status in statuses), statuses


@settings(max_examples=300, suppress_health_check=PATIENT)
@given(requests())
def test_malformed_requests_are_refused(served: Running, sent: bytes) -> None:
    check_malformed(served, sent)


@pytest.mark.slow
def test_five_thousand_malformed_requests_leave_nothing_behind(served: Running) -> None:
    """Memory is looked at after the first 500, in which caches fill."""
    memory = "process_resident_memory_bytes"

    @settings(max_examples=500, database=None, suppress_health_check=PATIENT)
    @given(requests())
    def some(sent: bytes) -> None:
        check_malformed(served, sent)

    some()
    before = served.metric(memory)
    for _ in range(9):
        some()
    assert served.metric(memory) < 1.1 * before + 20e6
    assert served.metric("stridescope_requests_in_flight") == 0
    assert served.metric('stridescope_errors_total{kind="internal"}') == 0


@pytest.fixture
def hasty(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """A server that does not wait long."""
    monkeypatch.setattr(connection, "IDLE_S", 0.3)
    with running(lambda: catalog, Limits(time_s=0.3)) as server:
        until(lambda: server.service.models)
        yield server


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"POST",
        b"POST /v2/models/deepphase/infer HTTP/1.1\r\nHost: x\r\n",
        b"GET /v2 HTTP/1.1\r\nHost: x\r\n\r\nGET",
    ],
)
def test_whoever_does_not_finish_a_head_is_let_go(hasty: Running, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", hasty.port), timeout=PATIENCE_S) as client:
        client.sendall(sent)
        with client.makefile("rb") as reply:
            reply.read()  # until it ends


def test_a_body_that_does_not_come_is_told_of(hasty: Running) -> None:
    head = b"POST /v2/models/deepphase/infer HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"
    assert answers(hasty.port, head) == [408]
    until(lambda: hasty.metric("stridescope_requests_in_flight") == 0)
    assert hasty.metric('stridescope_errors_total{kind="slow"}') == 1


def test_an_answer_that_no_one_fetches_is_not_kept(hasty: Running) -> None:
    rows = b'{"inputs":[{"name":"latent","datatype":"FP32","shape":[512,256],"data":[%s]}]}'
    body = rows % b",".join([b"0"] * 512 * 256)
    head = (
        b"POST /v2/models/stylevae_decoder/infer HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", hasty.port), timeout=PATIENCE_S) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.sendall(head % len(body) + body)
        until(lambda: hasty.metric("stridescope_requests_in_flight") == 1)
        until(lambda: hasty.metric("stridescope_requests_in_flight") == 0)
        until(lambda: len(hasty.server.server_state.connections) <= 1)


def test_what_is_no_http_is_told_so_in_json(served: Running) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=PATIENCE_S) as client:
        client.sendall(b"no http\r\n\r\n")
        with client.makefile("rb") as reply:
            head, _, body = reply.read().partition(b"\r\n\r\n")
    assert b" 400 " in head.splitlines()[0]
    assert json.loads(body)["error"].endswith(".")


def test_requests_may_come_one_behind_the_other(served: Running) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=PATIENCE_S) as client:
        client.sendall(b"GET /v2/health/live HTTP/1.1\r\nHost: x\r\n\r\n" * 3)
        data = b""
        while data.count(b'{"live":true}') < 3:
            more = client.recv(65536)
            assert more
            data += more


def test_an_answer_does_not_wait_for_the_clients_word(served: Running) -> None:
    """Without TCP_NODELAY the body of every answer comes 40 ms behind its head."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=PATIENCE_S) as client:
        client.sendall(b"GET /v2/health/live HTTP/1.1\r\nHost: x\r\n\r\n")
        assert client.recv(10)
        for found in list(served.server.server_state.connections):
            accepted = found.transport.get_extra_info("socket")
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
