"""Lines of the log are objects; a reader that does not read holds nobody up."""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from viewer.serving.logs import MOST_WAITING, Log


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    """One that nothing else listens to."""
    found = logging.getLogger("stridescope.tested")
    found.propagate = False
    found.setLevel(logging.INFO)
    yield found
    found.handlers.clear()


def test_a_record_is_one_object_on_one_line(logger: logging.Logger, tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as file:
        logger.addHandler(log := Log(file.fileno()))
        logger.info("one\ntwo", extra={"facts": {"path": 'a"\n\ud800', "rows": 3}})
        try:
            raise ValueError("no")
        except ValueError:
            logger.exception("failed")
        log.close()
    first, second = map(json.loads, (tmp_path / "log").read_text().splitlines())
    assert (first["what"], first["level"], first["rows"]) == ("one\ntwo", "info", 3)
    assert first["time"].endswith("+00:00")
    assert "ValueError: no" in second["traceback"]


def test_who_logs_does_not_wait_for_the_reader(logger: logging.Logger) -> None:
    """Nobody reads at first; later every line has come or is counted."""
    logged = 3 * MOST_WAITING
    read, write = os.pipe()
    logger.addHandler(log := Log(write))
    for _ in range(logged):
        logger.info("x" * 100)
    lines: list[str] = []
    with open(read) as stream:
        reader = threading.Thread(target=lambda: lines.extend(stream))
        reader.start()
        log.close()
        os.close(write)
        reader.join()
    told = [json.loads(line) for line in lines]
    counts = [line["count"] for line in told if "count" in line]
    assert len(told) - len(counts) + sum(counts) == logged
    assert counts


def test_a_reader_that_is_gone_is_no_error(logger: logging.Logger) -> None:
    read, write = os.pipe()
    os.close(read)
    logger.addHandler(log := Log(write))
    logger.info("to no one")
    log.close()
    os.close(write)
