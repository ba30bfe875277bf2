"""The record of the pictures: bounded, of five minutes, and told in words."""

from __future__ import annotations

import numpy as np
import pytest

from viewer.model.picture_record import KEPT_S, MOST, STAGES, PictureRecord

QUICK = (0.0001, 0.0002, 0.001, 0.0005, 0.0003, 0.002, 0.003)


def filled(count: int, every_s: float = 1 / 60, most: int = MOST) -> PictureRecord:
    record = PictureRecord(most)
    for number in range(count):
        record.add(
            at=number * every_s, frame=number, work="deepphase", missed=0, dropped=0, stages=QUICK
        )
    return record


def add_slow(record: PictureRecord, at: float, stage: str, missed: int, dropped: int = 0) -> None:
    stages = [0.2 if name == stage else 0.001 for name in STAGES]
    record.add(at=at, frame=7, work="restyle", missed=missed, dropped=dropped, stages=stages)


def test_a_picture_comes_back_as_it_was_added() -> None:
    record = filled(3)
    add_slow(record, 1.0, "draw", 11, 4)
    found = record.picture(3)
    assert found is not None
    assert (found.at, found.frame, found.work) == (1.0, 7, "restyle")
    assert (found.missed, found.dropped, found.longest) == (11, 4, "draw")
    assert found.seconds == pytest.approx(0.206, abs=1e-6)
    assert record.picture(4) is None


def test_only_the_last_five_minutes_count() -> None:
    record = filled(100, every_s=10.0)
    numbers = record.last(1e9, now=990.0)
    assert record.at(numbers).min() >= 990.0 - KEPT_S
    assert len(numbers) == 31
    assert len(record.last(25.0, now=990.0)) == 3


def test_the_ring_is_bounded_and_forgets_the_oldest() -> None:
    record = filled(250, most=100)
    assert record.picture(149) is None
    kept = record.last(KEPT_S, now=250 / 60)
    assert kept.tolist() == list(range(150, 250))
    assert np.all(np.diff(record.at(kept)) > 0)


def test_nothing_late_and_nothing_dropped_says_what_they_would_be() -> None:
    late, dropped = filled(90).told(now=1.5)
    assert late == "Late: none of 90 pictures. Late is one that missed its refresh."
    assert dropped.startswith("Dropped: nothing.")


def test_late_and_dropped_are_counted_with_their_reasons() -> None:
    record = filled(60)
    for at, stage in ((1.1, "draw"), (1.2, "draw"), (1.3, "queue")):
        add_slow(record, at, stage, missed=2, dropped=5)
    late, dropped = record.told(now=1.5)
    assert "3 of 63 pictures missed their refresh, 6 refreshes in all" in late
    assert late.endswith("What took the most: draw (2), queue (1).")
    assert "15 requests" in dropped


def test_an_empty_record_says_so() -> None:
    record = PictureRecord()
    assert len(record.last(10.0, now=5.0)) == 0
    assert record.told(now=5.0)[0].startswith("Late: none of 0 pictures")
