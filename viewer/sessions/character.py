"""The characters of a session: their takes asked for, and put back on the stage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from viewer.character.driver import BESIDE_JOB, JOB
from viewer.character.maker import Made
from viewer.character.panel import NOBODY
from viewer.model.policies import Policy
from viewer.model.session import KeptTake, SessionCharacter
from viewer.model.session_file import ShownTake
from viewer.model.session_opened import OpenedSession, TakeAndRows
from viewer.studio.bridge import Bridge

if TYPE_CHECKING:
    from character.live.messages import CharacterFrame
    from character.live.take import Take
    from viewer.character.control import CharacterControl
    from viewer.model.record import RestoredTake

Ready = tuple[Made, "Take", "RestoredTake"]
Takes = dict[str, ShownTake]


def ask_takes(control: CharacterControl, receive: Callable[[Takes | None], None]) -> None:
    """What the characters remember, by job, with the frame on display.

    Empty where there is no character; None where one went away before it answered.
    """
    figure = control.figure
    frames = {JOB: figure.frame, BESIDE_JOB: figure.beside} if figure is not None else {}
    shown = {job: _shown(frame) for job, frame in frames.items() if frame is not None}
    found: dict[str, Take | None] = {}

    def keep(job: str, take: Take | None) -> None:
        found[job] = take
        if len(found) == len(shown):
            takes = {job: (take, shown[job]) for job, take in found.items() if take}
            receive(takes if len(takes) == len(found) else None)

    for job in shown:
        control.takes.ask(partial(keep, job), job)
    if not shown:
        receive({})


def prepare(
    bridge: Bridge, opened: OpenedSession, policies: Mapping[str, Policy]
) -> tuple[Ready | None, Ready | None]:
    """Characters for the takes of ``opened``, the second to stand beside; a tenth of a second.

    policies: ours by the names of the session.
    """
    names = {old: policy.model for old, policy in policies.items()}
    critics = {old: policy.critic_model for old, policy in policies.items()}

    def ready(found: TakeAndRows | None) -> Ready | None:
        if found is None:
            return None
        take = found[0].recast(names, critics)
        return _made(bridge, take), take, found[1]

    return ready(opened.take), ready(opened.beside_take)


def bring(
    control: CharacterControl,
    session: SessionCharacter,
    ready: tuple[Ready | None, Ready | None],
    policies: Mapping[str, Policy],
) -> None:
    """Put them on stage, each holding still at the frame that was shown."""
    first, second = ready
    cast = control.cast
    if first is None:
        if control.figure is None and session.drives in policies:
            cast.cast(policies[session.drives].model, cast.beside)
        return
    take, driver = first[1], first[1].last_role.policy
    cast.choose_beside(NOBODY)
    cast.cast(driver if driver in cast.policies else "")
    control.takes.begin_with(*first)
    if (shown := _at(session.take, take)) is not None:
        from character.live.commands import Rewind

        control.send(Rewind(shown))
    if second is not None and session.beside in policies:
        cast.cast(cast.current, policies[session.beside].model)
        control.beside.restore(second[0], second[1], _at(session.beside_take, second[1]))


def _made(bridge: Bridge, take: Take) -> Made:
    from character.body import Body
    from character.live.job import LiveCharacter

    role = take.last_role
    live = LiveCharacter(
        role.clip, bridge.clock, policy=role.policy, critic=role.critic, sha256=role.sha256
    )
    return Made(live, live.opening(), Body().shapes())


def _shown(frame: CharacterFrame) -> int | None:
    """The remembered frame that is on display; None for the newest."""
    return frame.frame if frame.shown or frame.replaying else None


def _at(kept: KeptTake | None, take: Take) -> int | None:
    first, last = take.frames
    shown = kept.shown if kept is not None else None
    return shown if shown is not None and first <= shown <= last else None
