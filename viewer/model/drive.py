"""A character that is driven by a script, for the command and for films; no Qt."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from character.anatomy import POLICY_HZ
from character.drive.script import Event, Throw
from character.live.commands import StartAt, ThrowBox
from character.live.messages import CommandRefused

from .notice import Refused
from .skills import Cast

if TYPE_CHECKING:  # MuJoCo is not there for every Python
    from character.live.job import LiveCharacter


def driven_by(cast: Cast, clock: Callable[[], float], memory_seconds: float) -> LiveCharacter:
    """A character that stands, or walks where nothing stands, at the start of that clip."""
    from character.live.job import LiveCharacter

    held = [skill for skill in cast.skills if skill.kind in ("stand", "gait")]
    first = next((skill for skill in held if skill.kind == "stand"), (held or cast.skills)[0])
    live = LiveCharacter(
        first.clip, clock, policy=first.policy, critic=first.critic, sha256=first.sha256,
        memory_seconds=memory_seconds, skills=cast.skills,
    )  # fmt: skip
    live.handle(StartAt(0.0), cast.run)
    return live


def by_step(events: Sequence[Event]) -> dict[int, list[Event]]:
    """``events`` by the decision, counted from 0, before which they are asked."""
    found: dict[int, list[Event]] = {}
    for event in events:
        found.setdefault(math.ceil(event.at * POLICY_HZ - 1e-6), []).append(event)
    return found


def ask(live: LiveCharacter, event: Event, cast: Cast) -> None:
    """Asks the character for what ``event`` says. Raises Refused with its time and line."""
    act = event.act
    answer = live.handle(ThrowBox(**vars(act)) if isinstance(act, Throw) else act, cast.run)
    if isinstance(answer, CommandRefused):
        raise Refused(f"at {event.at:g} s (line {event.line}): {answer.sentence}")
