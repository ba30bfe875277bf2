"""A frame of the history as a message."""

from __future__ import annotations

import numpy as np

from character.anatomy import POLICY_HZ
from character.canonical import retargeted
from character.step import Step, effort

from .history import History
from .memory import NO_FRAME
from .messages import ActivePush, CharacterFrame, MemoryState, Settings


def character_frame(
    history: History,
    frame: int,
    step: Step | None,
    past: bool,
    speed: float,
    running: bool,
    shown: bool,
    replaying: bool,
    exact: bool,
    real_time_factor: float | None,
    compute_s: float,
) -> CharacterFrame:
    """The message on ``frame``.

    step: what led to it, where that is at hand. past: whether it is a remembered frame, before
    anything was done at it, and not the present with all that has been done.
    """
    memory, simulation, body = history.memory, history.simulation, history.simulation.body
    row = memory[frame]
    step = step or history.step_at(frame)
    friction, gravity = float(row["friction"]), float(row["gravity"])
    who, box = history.roles[row["role"]], history.box_at(frame)
    if not past:
        friction, gravity = simulation.friction, simulation.gravity
        who, box = history.now, simulation.box_pose
    contact = row["contact"][: row["contacts"]].astype(np.float64)
    return CharacterFrame(
        frame=frame,
        time=frame / POLICY_HZ,
        cut=bool(row["cut"]),
        step=step,
        value=float(row["value"]) if np.isfinite(row["value"]) else None,
        effort=effort(step.torques),
        contact_points=contact[:, 0],
        contact_forces=contact[:, 1],
        com=body.masses @ step.body.centres / body.masses.sum(),
        positions=retargeted(step.body.joints, step.body.rotations),
        pushes=_pushes(history, frame, int(row["steps"])),
        box=box,
        settings=Settings(friction, gravity, speed),
        policy=who.policy,
        critic=who.critic,
        clip=who.clip.name,
        clip_duration=who.clip.duration,
        running=running,
        shown=shown,
        replaying=replaying,
        exact=exact,
        fell_at=None if row["fell_at"] == NO_FRAME else int(row["fell_at"]),
        real_time_factor=real_time_factor,
        compute_s=compute_s,
        memory=MemoryState(
            memory.first, memory.last, memory.capacity, memory.bytes, history.log.entries
        ),
        drive=history.drive_at(frame, past),
    )


def _pushes(history: History, frame: int, steps: int) -> tuple[ActivePush, ...]:
    """The pushes that act at ``frame``, ``steps`` decisions after the reset."""
    return tuple(
        ActivePush(push.body, np.array(push.force), push.time + push.duration - steps / POLICY_HZ)
        for push in history.log.pushes(frame, steps)
    )
