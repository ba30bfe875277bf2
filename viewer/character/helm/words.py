"""What the driving of the character reads like."""

from __future__ import annotations

import math

from character.drive.state import DriveState, Kind, SkillName
from viewer.model.language import tr

HINT = tr("W A S D drive · click the ground to go there · 1–9 change what it does")
_HOLDS = {
    Kind.STAND: tr("stands until something else is wanted"),
    Kind.GAIT: tr("goes on until something else is wanted; keys, pad and clicks steer it"),
    Kind.MOVE: tr("performed once, then what was asked before goes on"),
    Kind.GET_UP: tr("gets up from the ground"),
}


def title_of(drive: DriveState, name: str) -> str:
    """What people call a skill."""
    return next((skill.title for skill in drive.skills if skill.name == name), name)


def skill_tip(skill: SkillName, number: int, value: float) -> str:
    """What a skill is, what brings it, and what its critic expects now."""
    key = f" ({number + 1})" if number < 9 else ""
    if not skill.judged:
        expects = tr("it has no critic: the change comes at the nearest pose")
    elif math.isnan(value):
        expects = tr("its critic has not been asked yet")
    else:
        expects = tr("its critic expects {value:.2f} of what it knows", value=value)
    speed = f", {skill.speed:.1f} m/s" if skill.speed else ""
    return (
        f"{skill.title[:1].upper()}{skill.title[1:]}{key}: {_HOLDS[skill.kind]}{speed}; {expects}"
    )


def drive_text(drive: DriveState) -> str:
    """What it does and why, in one line: what is cut off in a narrow stage comes last."""
    if drive.fallen and not drive.gets_up:
        return tr("It has fallen; Backspace resets it")
    if drive.wanted is not None or drive.waits:
        return pending_text(drive)
    doing = title_of(drive, drive.skill) or tr("Its own motion")
    if drive.goal is not None:
        goal = drive.goal
        if goal.reached:
            return tr("{doing} · at the click, {left:.1f} m off", doing=doing, left=goal.path)
        return tr(
            "{doing} · to the click: {path:.1f} m, {duration}",
            doing=doing,
            path=goal.path,
            duration=duration(goal.seconds),
        )
    if drive.speed is not None and any(s.steered for s in drive.skills if s.name == drive.skill):
        return f"{doing} · {drive.speed:.1f} m/s"
    return doing


def pending_text(drive: DriveState) -> str:
    """Why the change that is to come waits, and the best moment that was seen so far."""
    text = drive.waits.rstrip(".") or tr(
        "{title} comes next", title=title_of(drive, drive.wanted or "")
    )
    if drive.chosen is None or math.isnan(drive.chosen.value):
        return text
    return tr("{text}: {value:.2f} so far", text=text, value=drive.chosen.value)


def change_text(title: str, when: str, seconds: float, phase: float, value: float) -> str:
    """What a change of skills was, ``seconds`` in the future or, ``when`` it was awaited, after."""
    text = tr(
        "Change to {title} {when} {seconds:.2f} s at phase {phase:.2f}",
        title=title,
        when=when,
        seconds=seconds,
        phase=phase,
    )
    if math.isnan(value):
        return tr("{text}: the nearest pose, for it has no critic", text=text)
    return tr("{text}: its critic expects {value:.2f} of what it knows", text=text, value=value)


def duration(seconds: float) -> str:
    """A time to go, as people say it."""
    if not math.isfinite(seconds):
        return tr("no end in sight")
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return tr("{seconds:.0f} min", seconds=seconds / 60)
    return f"{seconds / 3600:,.0f} h"
