"""Makes characters, motions and judgements of files on threads of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from viewer.commands.console import NO_MUJOCO
from viewer.model.clip import OpenMotion
from viewer.model.notice import told
from viewer.model.policies import Policy
from viewer.studio.bridge import Bridge

if TYPE_CHECKING:
    from character.live.job import LiveCharacter
    from character.live.messages import CharacterFrame
    from character.reference import ReferenceClip
    from character.shapes import Shapes

NO_MOTION = (
    "{} comes without the motion that it imitates: open a clip of a person, or drop the policy "
    "together with its motion (.txt or .bvh)."
)


@dataclass(frozen=True, eq=False)
class Made:
    """A character that nobody has set going yet, its first frame and its shapes."""

    live: LiveCharacter
    opening: CharacterFrame
    shapes: Shapes


class Unfit(Exception):
    """Why there is no character or no motion for it: one sentence."""


class Background(QObject):
    """Runs one function at a time per call on a thread, and hands its result to the UI thread.

    ``close`` lets what runs end and drops its result.
    """

    _done = Signal(object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._threads: list[threading.Thread] = []
        self._closed = False
        self._done.connect(lambda take, result: None if self._closed else take(result))

    def run(self, work: Callable[[], object], take: Callable[[object], None]) -> None:
        """``take`` gets what ``work`` returns, or the Exception that it raises."""

        def body() -> None:
            try:
                result: object = work()
            except Exception as error:  # told to a person by ``take``
                result = error
            if not self._closed:
                self._done.emit(take, result)

        self._threads = [thread for thread in self._threads if thread.is_alive()]
        self._threads.append(threading.Thread(target=body, name="character"))
        self._threads[-1].start()

    def close(self) -> None:
        self._closed = True
        for thread in self._threads:
            thread.join()


def motion_for(policy: Policy, on_stage: OpenMotion | None) -> ReferenceClip:
    """What ``policy`` imitates: its own motion, else the clip on stage. Raises Unfit."""
    if policy.motion is not None:
        return read_motion(policy.motion)
    if on_stage is None or on_stage.not_human:
        raise Unfit(NO_MOTION.format(policy.title))
    return stage_motion(on_stage)


def read_motion(path: Path) -> ReferenceClip:
    """The reference clip in a file. Raises Unfit."""
    try:
        from character.convert import read_motion as read
        from character.reference import ClipError
    except ModuleNotFoundError as error:
        raise Unfit(NO_MUJOCO) from error
    from motion.bvh import BvhError

    try:
        return read(path)
    except (ClipError, BvhError, OSError) as error:
        raise Unfit(told(error)) from error


def stage_motion(motion: OpenMotion) -> ReferenceClip:
    """A clip that is open as a reference clip. Raises Unfit."""
    try:
        from character.convert import reference_clip
        from character.reference import ClipError
    except ModuleNotFoundError as error:
        raise Unfit(NO_MUJOCO) from error
    try:
        return reference_clip(motion.clip)
    except ClipError as error:
        raise Unfit(str(error)) from error


def make(bridge: Bridge, policy: Policy, clip: ReferenceClip) -> Made:
    """A character that ``policy`` drives, at the start of ``clip``. Raises OSError."""
    from character.body import Body
    from character.live.job import LiveCharacter

    live = LiveCharacter(
        clip,
        bridge.clock,
        policy=policy.model,
        critic=policy.critic_model,
        sha256=policy.digest(),
    )
    return Made(live, live.opening(), Body().shapes())
