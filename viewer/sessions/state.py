"""From the window to a session, and from an opened session back into the window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from PySide6.QtCore import SignalInstance

from inference.models import MODELS
from viewer.model.clip import OpenMotion
from viewer.model.session import (
    LOOK_ACTIONS,
    FileRef,
    Session,
    SessionCharacter,
    SessionClip,
    SessionLatent,
    Source,
)
from viewer.model.session_file import ShownTakes
from viewer.model.session_opened import OpenedSession
from viewer.model.style_space import DECODER
from viewer.stage.stage import Stage
from viewer.workbench import Workbench

if TYPE_CHECKING:
    from viewer.model.policies import Policy

NO_DECODER = "The style decoder is not there: the latent of the session cannot be shown."


class Characters(Protocol):
    """What a session asks of the characters."""

    @property
    def driven(self) -> bool:
        """Whether there is a policy that drives."""

    def know(self, policy: Policy) -> Policy:
        """Have a policy of a session among ours; by another name if that is taken."""

    def gather(self, folder: Path) -> SessionCharacter | None:
        """Who is there, without takes; None for nobody."""

    def ask_takes(self, receive: Callable[[ShownTakes | None], None]) -> None:
        """What they remember; None where one went away before it answered."""

    def remake(self, opened: OpenedSession, policies: Mapping[str, Policy]) -> Any:
        """Characters for the takes of a session, for ``restore``; on any thread."""

    def restore(
        self, session: SessionCharacter, remade: Any, policies: Mapping[str, Policy]
    ) -> None:
        """Put them on stage."""


class Style(Protocol):
    """What a session asks of the style panel. ``decoded``: a latent that was set is on stage."""

    @property
    def decoded(self) -> SignalInstance: ...

    @property
    def latent(self) -> np.ndarray:
        """The current latent (256,)."""

    def set_latent(self, latent: np.ndarray, label: str) -> None:
        """Make ``latent`` (256,) current, and have it decoded."""


@dataclass(frozen=True)
class Parts:
    """The parts of the window whose state a session holds."""

    bench: Workbench
    stage: Stage | None
    style: Style
    character: Characters


def gather(parts: Parts, folder: Path) -> Session:
    """The state of the window for a session in ``folder``; without takes and digests."""
    bench, studio, transport = parts.bench, parts.bench.studio, parts.bench.transport
    clips = [_clip(motion, folder, bench.assets) for motion in studio.motions]
    shown = next((n for n, m in enumerate(studio.motions) if m is studio.motion), None)
    latent = SessionLatent(np.asarray(parts.style.latent, np.float32), studio.latent_label)
    camera = parts.stage.camera if parts.stage else None
    times: dict[Source, float] = {**studio.times, studio.source: transport.time_s}
    return Session(
        clips=tuple(clips),
        clip=shown,
        source=studio.source,
        times=times,
        speed=transport.own_speed,
        loop=transport.loop,
        range=transport.range,
        camera=camera if camera and np.isfinite(camera.target).all() else None,
        look={name: bench.actions[id].isChecked() for name, id in LOOK_ACTIONS.items()},
        latent=latent if studio.has_latent else None,
        character=parts.character.gather(folder),
    )


def put_clips(parts: Parts, opened: OpenedSession) -> None:
    """The clips of the session are open in place of the others; playback is paused."""
    studio, transport, session = parts.bench.studio, parts.bench.transport, opened.session
    transport.pause()
    for motion in opened.motions.values():
        studio.take_motion(motion)
    wanted = {motion.key for motion in opened.motions.values()}
    shown = opened.motions.get(-1 if session.clip is None else session.clip)
    if shown is not None:
        studio.show_motion(shown.key)
    for motion in studio.motions:
        if motion.key not in wanted:
            studio.close_motion(motion.key)
    studio.set_source("clip")
    transport.pause()
    transport.set_speed(session.speed)
    transport.set_loop(session.loop)
    for name, on in session.look.items():
        parts.bench.actions[LOOK_ACTIONS[name]].setChecked(on)


def put_policies(parts: Parts, opened: OpenedSession) -> dict[str, Policy]:
    """The policies of the session are among ours, by the names that it calls them."""
    return {policy.model: parts.character.know(policy) for policy in opened.policies}


def put_on_stage(parts: Parts, session: Session) -> None:
    """Source, moment, range and camera as in ``session``, as far as there is what it shows."""
    studio, transport = parts.bench.studio, parts.bench.transport
    lost = session.source == "character" and not studio.has_character
    source: Source = "clip" if lost and not parts.character.driven else session.source
    studio.times.update(session.times)
    studio.set_source(source)
    if source != "character":
        transport.pause()
        transport.seek(session.times.get(source, 0.0))
        if session.range and source == session.source and transport.frame_count:
            transport.set_range(*session.range)
    if parts.stage is not None and session.camera is not None:
        parts.stage.set_camera(session.camera)


def put_latent(parts: Parts, session: Session) -> None:
    """Have the latent decoded; the stage is left to the source of the session."""
    style, bench = parts.style, parts.bench
    if session.latent is None:
        return
    if DECODER not in bench.bridge.models and not MODELS[DECODER].available(bench.assets):
        bench.studio.notify("warning", NO_DECODER)
        return

    def settle() -> None:
        style.decoded.disconnect(settle)
        put_on_stage(parts, session)

    style.decoded.connect(settle)
    style.set_latent(session.latent.values, session.latent.label)


def _clip(motion: OpenMotion, folder: Path, assets: Path) -> SessionClip:
    _, units, up_axis = motion.key.rsplit("|", 2)
    file = FileRef.to(motion.path, folder, assets)
    return SessionClip(file, units, up_axis, motion.style, motion.title)
