"""A process beside the window: what it may use, and how it ends."""

from __future__ import annotations

import os
import sys

import pytest

from viewer.model.side_process import SideProcess

ANSWERS = "viewer.model.glimpse_reading"


@pytest.mark.skipif(sys.platform != "linux", reason="as Linux schedules")
def test_it_has_only_what_nothing_else_wants_from_the_start() -> None:
    process = SideProcess(ANSWERS)
    assert os.sched_getscheduler(process.pid) == os.SCHED_IDLE
    assert os.sched_getscheduler(0) == os.SCHED_OTHER
    process.kill()
    process.wait()


def test_it_ends_when_it_is_told_no_more() -> None:
    process = SideProcess(ANSWERS)
    process.source.close()
    assert process.answers.read() == b""
    process.wait()
    assert process.source.closed and process.answers.closed


@pytest.mark.skipif(sys.platform != "linux", reason="as Linux schedules")
def test_one_that_a_person_waits_for_only_lets_others_go_first() -> None:
    process = SideProcess(ANSWERS, awaited=True)
    assert os.sched_getscheduler(process.pid) == os.SCHED_OTHER
    assert os.getpriority(os.PRIO_PROCESS, process.pid) > os.getpriority(os.PRIO_PROCESS, 0)
    process.kill()
    process.wait()
