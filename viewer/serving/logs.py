"""The log: a JSON object a line, written by a thread of its own, which nobody waits for."""

from __future__ import annotations

import json
import logging
import os
import queue
import threading
from contextlib import suppress
from datetime import datetime, timezone

MOST_WAITING = 4096
"""Lines that wait for a slow reader; how many more were left out is told once there is room."""
_END_S = 5.0


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


class Log(logging.Handler):
    """Writes records to the file descriptor ``to``, unbuffered, until ``close``."""

    def __init__(self, to: int) -> None:
        super().__init__()
        self._to = to
        self._waiting: queue.Queue[logging.LogRecord | None] = queue.Queue(MOST_WAITING)
        self._left_out = 0  # counted by those who log; told by the thread
        self._told = 0
        self.setFormatter(JsonLine())
        self._thread = threading.Thread(target=self._write, name="log", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Leaves it to the thread; without room it is only counted."""
        try:
            self._waiting.put_nowait(record)
        except queue.Full:
            self._left_out += 1

    def close(self) -> None:
        """Writes what waits, for five seconds at most where nobody reads."""
        super().close()
        try:
            self._waiting.put(None, timeout=_END_S)
        except queue.Full:
            return
        self._thread.join(_END_S)

    def _write(self) -> None:
        while (record := self._waiting.get()) is not None:
            lines = [self.format(record)]
            if left_out := self._left_out - self._told:
                self._told += left_out
                lines.append(json.dumps({"what": "lines were left out", "count": left_out}))
            with suppress(OSError):  # its reader is gone; the server goes on
                self._put("\n".join([*lines, ""]).encode())

    def _put(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._to, data) :]


def start_log(to: int) -> Log:
    """All that is logged, from INFO on, goes to the file descriptor ``to`` and nowhere else."""
    log = Log(to)
    root = logging.getLogger()
    root.handlers[:] = [log]
    root.setLevel(logging.INFO)
    return log
