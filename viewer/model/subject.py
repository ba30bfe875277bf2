"""What a picture without a window is of: a clip, or what a session has on stage; no Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from character.live.commands import RestoreTake, Rewind
from character.live.messages import CharacterFrame
from character.live.take import Take, TakeError
from inference import EngineError, ModelError, load_model
from inference.models import MODELS
from inference.worker.messages import Run
from motion.features import CONTACTS, FPS
from motion.restyling.course import StyleAt
from motion.restyling.live import LivePose
from motion.restyling.subspace import STYLE_BLOCK, StyleSubspace
from render.camera import OrbitCamera

from .clip import OpenMotion, load_motion
from .compared import Comparing
from .decoded import decoded_loop
from .document import Document, Latent, OpenClip, Range, View
from .figure import DecodedFigure, Figure, LiveFigure
from .live_figure import CharacterFigure, character_look
from .live_restyle_job import LiveRestyleJob, LiveWear
from .notice import NO_MUJOCO, Refused, sentence
from .record import FRAME_TIME, Record, restored
from .restyle_job import Wear, restyled_whole
from .session import KeptTake, Session
from .shown import Shown, shown
from .style_space import DECODER, STYLE_VAE

_EDGE = 1e-6
UNUSABLE = (ModelError, EngineError, OSError, ValueError)
"""What networks raise that cannot be used."""


@dataclass(frozen=True, eq=False)
class StyleFiles:
    """Style networks in place of those that ship, by name, and where those have the style."""

    files: Mapping[str, Path] = field(default_factory=dict)
    subspace: StyleSubspace = STYLE_BLOCK


SHIPPED_STYLE = StyleFiles()


@dataclass(frozen=True, eq=False)
class Subject:
    """A figure over its frames, and how it is looked at. frame: where its playhead stands.

    comparing: what is seen beside it; its A is this. preview, paint: of ``Shown``. loop: the first
    and last frame of its range, where it has one.
    """

    title: str
    frame_count: int
    frame_time: float
    figure: Callable[[int], Figure | LiveFigure]
    view: View = field(default_factory=View)
    frame: int = 0
    motion: OpenMotion | None = None
    comparing: Comparing | None = None
    preview: np.ndarray | None = None
    paint: np.ndarray | None = None
    loop: Range | None = None

    @property
    def duration(self) -> float:
        """Seconds from the first frame to the last."""
        return max(self.frame_count - 1, 0) * self.frame_time

    def shown(self, frame: int) -> Shown:
        """What is to be seen of ``frame``."""
        plain = shown(self.view, self.figure(frame), frame)
        return replace(plain, preview=self.preview, paint=self.paint)

    def root(self, frame: int) -> np.ndarray:
        """Where the root is, (3,) metres."""
        return self.figure(frame).root(frame)

    def camera(self, frame: int) -> OrbitCamera | None:
        """Where one looks from at ``frame``, as at the one where it stands; None: anywhere."""
        camera = self.view.camera
        if camera is None or frame == self.frame or not self.view.looks.follow:
            return camera
        x, _, z = self.root(frame) - self.root(self.frame)
        at = camera.target
        return replace(camera, target=(at[0] + float(x), at[1], at[2] + float(z)))

    def behind(self, frame: int) -> float | None:
        """The azimuth in radians from which the back is seen; None: it is not wanted or unknown."""
        heading = self.figure(frame).heading(frame) if self.view.looks.chase else None
        return None if heading is None else heading + np.pi


def clip_subject(motion: OpenMotion, view: View | None = None, time_s: float = 0.0) -> Subject:
    """A clip whose playhead stands at ``time_s``."""
    at = int(time_s / motion.frame_time + _EDGE)
    frame = min(max(at, 0), motion.frame_count - 1)
    count, rate = motion.frame_count, motion.frame_time
    return Subject(
        motion.title, count, rate, lambda _: motion.figure, view or View(), frame, motion
    )


def session_subject(
    path: Path, session: Session, assets: Path, own: StyleFiles = SHIPPED_STYLE
) -> Subject:
    """What the session in ``path`` has on stage. Raises Refused."""
    document = session.document
    subject = _on_stage(path, session, assets, own)
    return replace(subject, loop=document.range_of(document.view.source))


def _on_stage(path: Path, session: Session, assets: Path, own: StyleFiles) -> Subject:
    document = session.document
    view, time_s = document.view, session.times.get(document.view.source, 0.0)
    if view.source == "latent" and document.style.latent is not None:
        return _latent_subject(document.style.latent, view, time_s, assets)
    if view.source == "character" and session.take is not None:
        return _character_subject(path, session, session.take, assets)
    clip = document.clip(view.clip)
    if view.source != "clip" or clip is None:
        what = {"latent": "a latent", "character": "a character"}.get(view.source, "a clip")
        raise Refused(f"{path}: it holds nothing to draw: the stage waits for {what}.")
    motion = clip_of(path, clip)
    subject = clip_subject(motion, view, time_s)
    if document.comparison.plain:
        return subject
    figure = worn_figure(document, clip, motion, assets, time_s, own)
    return replace(subject, figure=lambda _: figure)


def clip_of(path: Path, clip: OpenClip) -> OpenMotion:
    """A clip of the session in ``path``. Raises Refused."""
    if not clip.path.exists():
        raise Refused(f"{path}: its clip {clip.path} is missing; put it back.")
    return load_motion(clip.path, clip.units, clip.up_axis)


def worn_figure(
    document: Document,
    clip: OpenClip,
    motion: OpenMotion,
    assets: Path,
    time_s: float = 0.0,
    own: StyleFiles = SHIPPED_STYLE,
) -> Figure:
    """``clip`` in what it wears, as it is where that is nothing. Raises Refused."""
    wanted = document.course_of(clip)
    if not wanted or motion.positions is None:
        return motion.figure
    wish = Wear(clip.key, motion.positions, motion.frame_time, wanted, time_s, own.subspace)
    try:
        return restyled_whole(wish, style_networks(assets, own))
    except UNUSABLE as error:
        raise Refused(sentence(error)) from error


def style_networks(assets: Path, own: StyleFiles = SHIPPED_STYLE) -> Run:
    """Runs the style networks that ship, or those of ``own``. Raises what UNUSABLE names."""
    files = {name: MODELS[name].path(assets) for name in STYLE_VAE} | dict(own.files)
    runners = {name: load_model(files[name], spec=MODELS[name]) for name in STYLE_VAE}
    return lambda model, inputs: runners[model].run(dict(inputs))


def latent_figure(latent: Latent, assets: Path) -> Figure:
    """A latent alone, decoded. Raises Refused."""
    try:
        decoder = load_model(MODELS[DECODER].path(assets))
    except (ModelError, EngineError, OSError) as error:
        raise Refused(sentence(error)) from error
    features = next(iter(decoder.run({"latent": latent.values[None]}).values()))[0]
    return DecodedFigure(decoded_loop(features), 1 / FPS, None, features[:, CONTACTS])


def _latent_subject(latent: Latent, view: View, time_s: float, assets: Path) -> Subject:
    figure = latent_figure(latent, assets)
    frame = min(int(time_s * FPS + _EDGE), figure.frame_count - 1)
    title = latent.label or "latent"
    return Subject(title, figure.frame_count, 1 / FPS, lambda _: figure, view, frame)


def _character_subject(path: Path, session: Session, kept: KeptTake, assets: Path) -> Subject:
    view = session.document.view
    first = _Remembered(path, kept)
    second = _Remembered(path, session.beside_take) if session.beside_take else None
    frame = first.frame(first.stands)
    record = Record(frame)
    record.restore(restored(first.take), frame)
    figure = CharacterFigure(first.shapes, record, frame, look=character_look(view.looks))
    styled = _styling(session.document.character_wears, record, assets)

    def at(frame: int) -> CharacterFigure:
        figure.frame = first.frame(first.first + frame)
        figure.styled = styled(figure.frame)
        if second is not None:
            figure.beside = second.frame(second.stands + first.first + frame - first.stands)
        return figure

    count, stands = first.last - first.first + 1, first.stands - first.first
    return Subject("the character", count, FRAME_TIME, at, view, stands)


def _styling(
    worn: StyleAt | None, record: Record, assets: Path
) -> Callable[[CharacterFrame], LivePose | None]:
    """How frames of ``record`` look in the style that is worn, as the window has them.

    Both it and what it gives raise Refused.
    """
    if worn is None:
        return lambda _: None
    job = LiveRestyleJob(lambda: 0.0)
    try:
        run = style_networks(assets)
    except UNUSABLE as error:
        raise Refused(sentence(error)) from error

    def styled(frame: CharacterFrame) -> LivePose | None:
        content = record.content(frame.frame) if frame.fell_at is None else None
        if content is None:
            return None
        try:
            return job.worn(LiveWear(content, worn.style, worn.strength), run).pose
        except UNUSABLE as error:
            raise Refused(sentence(error)) from error

    return styled


class _Remembered:
    """The frames of a take, as the live character gives them back. Raises Refused."""

    def __init__(self, path: Path, kept: KeptTake) -> None:
        try:  # MuJoCo is not there for every Python
            from character.body import Body
            from character.live.job import LiveCharacter
        except ModuleNotFoundError as error:
            raise Refused(NO_MUJOCO) from error
        try:
            self.take = take = Take.from_bytes(kept.npz, f"{path}, the character's take")
        except TakeError as error:
            raise Refused(sentence(error)) from error
        role = take.last_role
        self._live = LiveCharacter(
            role.clip, lambda: 0.0, policy=role.policy, critic=role.critic, sha256=role.sha256
        )
        self.first, self.last = take.frames
        self.stands = self.last if kept.shown is None else kept.shown
        self.shapes = Body().shapes()
        self._newest = self._told(RestoreTake(take))

    def frame(self, frame: int) -> CharacterFrame:
        """The remembered frame nearest to ``frame``."""
        at = min(max(frame, self.first), self.last)
        return self._newest if at == self.last else self._told(Rewind(at))

    def _told(self, command: object) -> CharacterFrame:
        message = self._live.handle(command, _no_network)
        if not isinstance(message, CharacterFrame):
            raise Refused(getattr(message, "sentence", "The take cannot be shown."))
        return message


def _no_network(model: str, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    raise AssertionError("what is remembered needs no network")
