"""The log: a JSON object a line, written by a thread of its own, never waited for."""

from __future__ import annotations

import json
import logging
import queue
from datetime import datetime, timezone
from logging.handlers import QueueHandler, QueueListener
from typing import IO

MOST_WAITING = 4096
"""Lines that wait for a slow reader; those beyond are left out, and how many is told."""


class JsonLine(logging.Formatter):
    """A record as one JSON object: time (UTC), level, what, and its ``facts``."""

    def format(self, record: logging.LogRecord) -> str:
        """On one line, whatever stands in it."""
        moment = datetime.fromtimestamp(record.created, timezone.utc)
        line: dict[str, object] = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "what": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)


class Waiting(QueueHandler):
    """Keeps records for the thread that writes; counts those that found no room."""

    def __init__(self, waiting: queue.Queue) -> None:
        super().__init__(waiting)
        self.left_out = 0

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """As it is: it stays in this process."""
        return record

    def enqueue(self, record: logging.LogRecord) -> None:
        """Without waiting."""
        try:
            self.queue.put_nowait(record)
        except queue.Full:
            self.left_out += 1


def start_log(stream: IO[str]) -> QueueListener:
    """All that is logged goes to ``stream`` from now on; ``stop`` writes what still waits."""
    waiting: queue.Queue = queue.Queue(MOST_WAITING)
    out = logging.StreamHandler(stream)
    out.setFormatter(JsonLine())
    root = logging.getLogger()
    root.handlers[:] = [Waiting(waiting)]
    root.setLevel(logging.INFO)
    listener = QueueListener(waiting, out)
    listener.start()
    return listener
