"""Snapshots and events in the queue, without a thread."""

from __future__ import annotations

import math
import threading
import time

import pytest

from inference.worker.mailbox import MAX_EVENTS, Closed, Mailbox
from inference.worker.messages import Infer, Priority, UseEngine
from tests.inference.harness import ask


def drain(mailbox: Mailbox) -> list[object]:
    taken = []
    while (message := mailbox.take()) is not None:
        taken.append(message.context if isinstance(message, Infer) else message)
    return taken


def test_the_newest_of_a_channel_replaces_the_one_that_waits() -> None:
    mailbox = Mailbox()
    for value in range(1000):
        mailbox.put(ask(value))
        assert len(mailbox) == 1
    assert drain(mailbox) == [999]
    assert mailbox.stale == 999


def test_generations_rise_and_submit_times_are_stamped_once() -> None:
    mailbox = Mailbox(clock=lambda: 5.0)
    first, second = mailbox.put(ask(1)), mailbox.put(ask(2, "other", submit_time=3.0))
    assert 0 < first.generation < second.generation
    assert (first.submit_time, second.submit_time) == (5.0, 3.0)


def test_events_first_and_in_order_then_by_priority() -> None:
    mailbox = Mailbox()
    mailbox.put(ask(1, "a", priority=Priority.BULK))
    mailbox.put(ask(2, "b", priority=Priority.LIVE))
    mailbox.put(ask(3, "c", priority=Priority.INTERACTIVE))
    mailbox.put(ask(4, "d", priority=Priority.INTERACTIVE))
    events = [mailbox.put(UseEngine("numpy")) for _ in range(3)]
    assert drain(mailbox) == [*events, 3, 4, 2, 1]


def test_a_channel_that_changes_its_priority_waits_once() -> None:
    mailbox = Mailbox()
    mailbox.put(ask(1, priority=Priority.LIVE))
    mailbox.put(ask(2, priority=Priority.INTERACTIVE))
    assert (len(mailbox), mailbox.stale) == (1, 1)
    assert drain(mailbox) == [2]


def test_channels_take_turns() -> None:
    mailbox = Mailbox()
    served = []
    for value in range(6):
        for channel in "ab":
            mailbox.put(ask(value, channel))
        message = mailbox.take()
        assert isinstance(message, Infer)
        served.append(message.channel)
    assert served == list("ababab")


def test_forget_makes_stale_what_waits_and_what_runs_but_not_what_follows() -> None:
    mailbox = Mailbox()
    running = mailbox.put(ask(1))
    mailbox.take()
    mailbox.put(ask(2))
    other = mailbox.put(ask(3, "other"))
    mailbox.forget("slider")
    after = mailbox.put(ask(4))
    assert not mailbox.fresh(running)
    assert mailbox.fresh(other) and mailbox.fresh(after)
    assert mailbox.stale == 2
    assert drain(mailbox) == [3, 4]


def test_events_are_bounded_aloud() -> None:
    mailbox = Mailbox()
    for _ in range(MAX_EVENTS):
        mailbox.put(UseEngine("numpy"))
    with pytest.raises(RuntimeError, match="already wait"):
        mailbox.put(UseEngine("numpy"))
    assert len(mailbox) == MAX_EVENTS


def test_closing_wakes_the_taker_and_ends_all() -> None:
    mailbox = Mailbox()
    ended = threading.Event()

    def take() -> None:
        with pytest.raises(Closed):
            mailbox.take(math.inf)
        ended.set()

    thread = threading.Thread(target=take)
    thread.start()
    mailbox.close()
    thread.join(30)
    assert ended.is_set()
    mailbox.put(ask(1))
    assert len(mailbox) == 0


def test_it_waits_until_the_clock_says_so_and_no_longer() -> None:
    mailbox = Mailbox()
    started = time.perf_counter()
    assert mailbox.take(until=started + 0.05) is None
    assert time.perf_counter() - started >= 0.05
    later = threading.Timer(0.02, lambda: mailbox.put(ask(1)))
    later.start()
    assert isinstance(mailbox.take(until=started + 60), Infer)
    later.join()


def test_what_is_less_urgent_than_asked_for_stays() -> None:
    mailbox = Mailbox()
    mailbox.put(ask(1, "a", priority=Priority.LIVE))
    assert mailbox.take(least=Priority.INTERACTIVE) is None
    mailbox.put(ask(2, "b"))
    event = mailbox.put(UseEngine("numpy"))
    assert mailbox.take(least=Priority.INTERACTIVE) is event
    assert len(mailbox) == 2
    assert drain(mailbox) == [2, 1]
