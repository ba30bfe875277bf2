"""Exports in a process of its own: a picture is drawn, a clip written, without the window's time.

``python -m viewer.model.export.work`` takes one line of JSON (``Order``) and answers with lines of
JSON: how far it is, and at the end what was written or why not. When its standard input ends, so
with the window or because it was told to stop, it leaves nothing unfinished behind and ends.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import IO, Any

from motion.files import remove_parts
from viewer.model.notice import Refused, sentence

from .order import BUNDLE, Order

TELL_S = 0.1
"""How often it says how far it is."""
PATIENCE_S = 2.0
"""How long what is under way may take to come to where it can stop."""
NO_MEMORY = "There is not enough memory for this export; make it smaller."
Tell = Callable[[dict[str, Any]], None]


class Stopped(Exception):
    """The export is not wanted any more."""


def carry_out(order: Order, track: Callable[..., Iterable[int]]) -> dict[str, Any]:
    """Writes what ``order`` asks for; what was written. Raises Refused and OSError."""
    if order.kind == BUNDLE:
        from .bundles import write_order

        return write_order(order, track)
    if order.is_motion:
        from .motions import write_motion

        return write_motion(order, track)
    from .pictures import write_shots

    return write_shots(order, track)


def work(source: IO[bytes], target: IO[bytes]) -> None:
    """Carries out the order on the first line of ``source``, and tells ``target``."""
    if not (line := source.readline()):
        return  # it was given up before it began
    order = Order.from_line(line)
    stopped, done = threading.Event(), threading.Event()

    def watch() -> None:
        while os.read(source.fileno(), 1):
            pass
        stopped.set()
        if not done.wait(PATIENCE_S):
            remove_parts(order.output, os.getpid())
            os._exit(1)

    def tell(message: dict[str, Any]) -> None:
        with suppress(OSError):  # nobody listens any more
            target.write(json.dumps(message).encode() + b"\n")
            target.flush()

    threading.Thread(target=watch, daemon=True).start()
    try:
        tell({"written": carry_out(order, _telling(tell, stopped))})
    except Stopped:
        tell({"stopped": True})
    except (Refused, OSError) as error:
        tell({"refused": sentence(error)})
    except MemoryError:
        tell({"refused": NO_MEMORY})
    finally:
        done.set()


def _telling(tell: Tell, stopped: threading.Event) -> Callable[..., Iterable[int]]:
    """A ``Track`` that tells how far it is, and raises Stopped."""

    def track(items: Iterable[int], total: int, label: str) -> Iterator[int]:
        told = 0.0
        for done, item in enumerate(items):
            if stopped.is_set():
                raise Stopped
            if time.monotonic() - told > TELL_S:
                told = time.monotonic()
                tell({"done": done, "total": total})
            yield item

    return track


if __name__ == "__main__":
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print is no answer
    work(sys.stdin.buffer, answers)
