"""``main.py simulate --script``: a character that is driven, without a window.

It decides as in the window, and ``--record`` writes a take that opens there and replays.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from character.anatomy import POLICY_HZ
from character.drive.report import DriveReport
from character.drive.script import Event, ScriptError, read_script
from motion.files import whole_file
from viewer.model.demo import ASSETS
from viewer.model.drive import ask, by_step, driven_by
from viewer.model.notice import Refused, sentence
from viewer.model.skills import Cast, cast_of, files_of

from .console import emit, engine_parts, track

if TYPE_CHECKING:  # MuJoCo is not there for every Python
    from character.live.job import LiveCharacter

_AFTER, _MOST = 5.0, 3600.0
_RECENT = 12.0  # seconds that are remembered when nothing is recorded: longer than any push


def run(args: argparse.Namespace) -> None:
    """Drives the character by the script and tells how well it did what was asked."""
    files = files_of(Path(args.policies) if args.policies is not None else None, ASSETS)
    try:
        events = read_script(Path(args.script), [file.name for file in files])
    except (ScriptError, OSError) as error:
        raise Refused(sentence(error)) from error
    seconds = min(events[-1].at + _AFTER, _MOST) if args.seconds is None else args.seconds
    if events[-1].at >= seconds:
        late = f"{args.script}:{events[-1].line}: the event at {events[-1].at:g} s"
        raise Refused(f"{late} comes after the {seconds:g} s simulated.")
    if round(seconds * POLICY_HZ) < 1:
        raise Refused(f"{seconds:g} s is shorter than one step of 1/{POLICY_HZ} s.")
    cast = cast_of(files, str, *engine_parts(args))
    live = driven_by(cast, time.monotonic, seconds + 1 if args.record else _RECENT)
    with whole_file(Path(args.record)) if args.record else nullcontext() as file:
        report, took = driven(live, cast, events, seconds)
        if file is not None:
            memory = live.history.memory
            live.history.take(memory.first, memory.last).save(file)
    told = report.told()
    result = {
        "script": args.script,
        "policies": args.policies,
        "engine": next(iter(cast.networks.values())).engine,
        "without_critic": cast.unjudged,
        **told,
        "wall_time": round(took, 4),
        "real_time_factor": round(told["seconds"] / took, 2),
    }
    if args.record:
        result["file"] = args.record
    emit(result, result_line(result), args.json)


def driven(
    live: LiveCharacter, cast: Cast, events: Sequence[Event], seconds: float
) -> tuple[DriveReport, float]:
    """What came of ``events``, and the seconds that it took. Raises Refused."""
    from character.live.job import Refusal  # not above: see simulate.run
    from character.simulation import SimulationError

    report, history, asked = DriveReport(), live.history, by_step(events)
    began, count = time.perf_counter(), round(seconds * POLICY_HZ)
    for number in track(range(count), count, "simulate"):
        for event in asked.get(number, ()):
            ask(live, event, cast)
            report.asked(event.act, history.simulation.instant)
        try:
            step = live.decide(cast.run)
        except (SimulationError, Refusal) as error:
            raise Refused(sentence(error)) from error
        state = history.drive_at(history.last, past=False)
        assert state is not None  # it has skills
        report.stepped(step.body, state, step.reward.total)
    return report, time.perf_counter() - began


def result_line(result: dict[str, Any]) -> str:
    """How the drive went, on one line."""
    changes, recoveries = result["changes"], result["recoveries"]
    parts = [
        f"{Path(result['script']).stem}: {result['seconds']:g} s",
        f"{changes['count']} changes ({changes['survived_3s']} of {changes['watched_3s']} without "
        "a fall in the 3 s after)",
        f"{result['falls']} falls, {recoveries['count']} recoveries",
    ]
    errors = [s["heading_rms_deg"] for s in result["sections"] if s["heading_rms_deg"] is not None]
    if errors:
        parts.append(f"heading off by {max(errors):.1f} deg rms at most")
    for target in result["targets"]:
        where = f"({target['x']:g}, {target['z']:g})"
        if target["reached"]:
            parts.append(
                f"reached {where} in {target['seconds']:g} s, {target['left_m']:.2f} m away"
            )
        else:
            parts.append(
                f"on the way to {where}: {target['left_m']:,.1f} m left, "
                f"{target['still_s']:,.0f} s more at this speed"
            )
    if result["without_critic"]:
        names = ", ".join(result["without_critic"])
        parts.append(f"changed to by pose alone, for they have no critic: {names}")
    return f"{'; '.join(parts)}; {result['real_time_factor']:g} x real time"
