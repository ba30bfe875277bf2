"""The thread that computes: what nobody waits for is not computed, what was taken is answered."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from inference.protocol import Message, read_response, write_request
from viewer.serving.computing import Computing
from viewer.serving.problem import Problem
from viewer.serving.service import Catalog

FRAME = write_request({"frame": np.ones((2, 132), np.float32)}, id="7")
WALK = write_request({"seconds": np.array([5], np.float32)})


@pytest.fixture
def computed() -> list[tuple[str, int]]:
    """What was computed: the models, and how many rows."""
    return []


@pytest.fixture
def computing(computed: list[tuple[str, int]]) -> Iterator[Computing]:
    """Without a window."""
    found = Computing(lambda: None, lambda *batch: computed.append(batch))
    yield found
    found.close()


def test_an_answer_is_that_of_its_request(computing: Computing, catalog: Catalog) -> None:
    answer = computing.submit(catalog["deepphase"], FRAME).result()
    assert read_response(answer.message).id == "7"
    assert (answer.rows, answer.batch) == (2, 2)
    assert min(answer.read_s, answer.queue_s, answer.run_s, answer.write_s) >= 0


def test_what_cannot_be_read_is_a_problem(computing: Computing, catalog: Catalog) -> None:
    for body, kind in ((b"no", "invalid"), (b"{}", "invalid")):
        with pytest.raises(Problem) as found:
            computing.submit(catalog["deepphase"], Message(body, "")).result()
        assert found.value.kind == kind


def test_what_nobody_waits_for_is_not_computed(
    computing: Computing, catalog: Catalog, computed: list[tuple[str, int]]
) -> None:
    if "simulate" not in catalog:
        pytest.skip("needs MuJoCo")
    walk = computing.submit(catalog["simulate"], WALK)
    computing.submit(catalog["deepphase"], FRAME).result()  # the walk has begun by then
    assert walk.cancel()
    waiting = [computing.submit(catalog["deepphase"], FRAME) for _ in range(3)]
    for answer in waiting:
        answer.result()
    computing.submit(catalog["deepphase"], FRAME).result()
    assert computed == [("deepphase", 2)] * 5


def test_what_was_submitted_is_answered_before_the_end(catalog: Catalog) -> None:
    computing = Computing(lambda: None, lambda *_: None, window_s=0.05)
    names = ["deepphase", "simulate", "deepphase"] if "simulate" in catalog else ["deepphase"]
    messages = {"deepphase": FRAME, "simulate": WALK}
    answers = [computing.submit(catalog[name], messages[name]) for name in names]
    computing.close()
    assert all(answer.done() and answer.exception() is None for answer in answers)
