"""The queue between the submitting threads and the worker."""

from __future__ import annotations

import itertools
import math
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from .messages import Infer, Priority, Request

MAX_EVENTS = 1024
"""Events that may wait; snapshots are bounded by their channels."""

Post = TypeVar("Post", bound=Request)


class Closed(Exception):
    """The mailbox takes and gives nothing any more."""


class Mailbox:
    """Events in order, then snapshots by priority, the latest of each channel only.

    Staleness. A snapshot that waits is replaced by a newer one on its channel and never runs. One
    that was taken is not stale because newer ones wait: it is delivered, so a storm of slider
    events draws steadily instead of starving, and since one worker takes them, results of a
    channel arrive in order of generation. The newest always waits or runs, so it always arrives.
    ``forget`` makes all that a channel has sent so far stale, taken or not. Channels of one
    priority take turns. Every stale snapshot is counted once.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._generations = itertools.count(1)
        self._events: deque[object] = deque()
        self._snapshots: dict[Priority, dict[str, Infer]] = {p: {} for p in Priority}
        self._newest = 0
        self._forgotten: dict[str, int] = {}
        self._closed = False
        self.stale = 0

    def put(self, request: Post) -> Post:
        """Queue ``request``; returns it with generation and submit time. No-op once closed.

        Raises RuntimeError when MAX_EVENTS events already wait.
        """
        with self._changed:
            if self._closed:
                return request
            submitted = self._clock() if request.submit_time is None else request.submit_time
            self._newest = next(self._generations)
            stamped = replace(request, generation=self._newest, submit_time=submitted)
            if isinstance(stamped, Infer):
                self._replace(stamped)
            elif len(self._events) >= MAX_EVENTS:
                raise RuntimeError(f"{MAX_EVENTS} events already wait for the inference worker.")
            else:
                self._events.append(stamped)
            self._changed.notify()
            return stamped

    def post(self, event: object) -> None:
        """Queue something of the worker's own behind the events."""
        with self._changed:
            self._events.append(event)
            self._changed.notify()

    def take(self, until: float = -math.inf, least: Priority = Priority.BULK) -> object | None:
        """The next event or snapshot, of those at least as urgent as ``least``.

        Waits for one until the clock reads ``until``, then gives None. Raises Closed.
        """
        with self._changed:
            while not self._closed:
                if self._events:
                    return self._events.popleft()
                for priority, waiting in self._snapshots.items():
                    if waiting and priority <= least:
                        return waiting.pop(next(iter(waiting)))
                left = until - self._clock() if until > -math.inf else 0.0
                if left <= 0:
                    return None
                self._changed.wait(min(left, threading.TIMEOUT_MAX))
            raise Closed

    def forget(self, channel: str) -> None:
        """Make everything submitted on ``channel`` so far stale."""
        with self._changed:
            self._forgotten[channel] = self._newest
            self._discard(channel)

    def fresh(self, request: Infer) -> bool:
        """Whether the result of a taken ``request`` may be delivered; counts it if not."""
        with self._changed:
            fresh = request.generation > self._forgotten.get(request.channel, 0)
            self.stale += not fresh
            return fresh

    def close(self) -> None:
        """Take and give nothing any more; whoever waits in ``take`` hears Closed."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def __len__(self) -> int:
        with self._changed:
            return len(self._events) + sum(map(len, self._snapshots.values()))

    def _replace(self, request: Infer) -> None:
        waiting = self._snapshots[request.priority]
        if request.channel in waiting:
            self.stale += 1
        else:
            self._discard(request.channel)
        waiting[request.channel] = request

    def _discard(self, channel: str) -> None:
        for waiting in self._snapshots.values():
            self.stale += waiting.pop(channel, None) is not None
