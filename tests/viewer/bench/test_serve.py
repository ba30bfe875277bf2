"""The server's benchmark, briefly: real servers, real clients, and what becomes of errors."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import numpy as np
import pytest

from inference.models import MODELS
from viewer.bench.serve import Times, ask, borne, memory, rows, served
from viewer.bench.serve_load import Found, Load, run

COMMAND = ("main.py", "serve", "--port", "0", "--json")


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Of a server in a process of its own."""
    with served(COMMAND) as found:
        yield found


def test_every_client_is_answered(port: int) -> None:
    found = ask(Load(port, tuple(MODELS), 8, 2.0, mixed=True))
    assert found.errors == 0
    assert len(found.milliseconds) > 0
    assert min(found.milliseconds) > 0
    assert memory(port) > 1e6


def test_what_is_no_answer_is_counted(port: int) -> None:
    """A server that hangs up, and one that refuses."""

    async def hang_up() -> Found:
        async def close(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.close()

        server = await asyncio.start_server(close, "127.0.0.1", 0)
        async with server:
            where = server.sockets[0].getsockname()[1]
            return await run(Load(where, ("deepphase",), 3, 5.0))

    assert asyncio.run(hang_up()).errors == 3
    with served((*COMMAND, "--max-rows", "1", "--max-body", "0.0001")) as strict:
        assert ask(Load(strict, ("deepphase",), 1, 0.5)).errors > 0


def test_a_minute_is_told_by_errors_times_and_memory(port: int) -> None:
    found = {m.name.rpartition(", ")[2]: m for m in borne(port, 0.03)}
    assert list(found) == ["errors", "p50", "p99", "growth of memory"]
    assert found["errors"].value == 0
    assert found["growth of memory"].target == 5


def test_others_stand_beside_ours() -> None:
    times = {name: Times([1.0, 2.0, 3.0], 1.0) for name in ("ours", "windowed", "other")}
    p50, p99, rate = rows("Decoder", 32, times)
    assert (p50.name, p50.value, p50.rival) == ("Decoder, 32 clients, p50", 2.0, "other 2 ms")
    assert p99.value == pytest.approx(2.98)
    assert (rate.value, rate.rival) == (3.0, "--batch-window 1: 3, other 3")
    assert len(list(rows("Decoder", 1, times))) == 2


def test_onnx_runtime_gives_the_same_answers() -> None:
    pytest.importorskip("onnxruntime", reason="needs ONNX Runtime")
    from inference import load_model
    from viewer.bench.serve_rival import load
    from viewer.model.demo import ASSETS

    for name, rival in load(1).items():
        spec = MODELS[name]
        ((tensor, shape),) = spec.inputs.items()
        x = {tensor: np.random.default_rng(0).standard_normal((3, *shape[1:])).astype(np.float32)}
        (found,) = rival.steps(x)
        assert found is not None
        ours = load_model(spec.path(ASSETS), "numpy", spec=spec).run(x)
        for output, array in ours.items():
            assert np.allclose(found[output], array, rtol=1e-4, atol=1e-4)
