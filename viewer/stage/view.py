"""The stage with what belongs to it: its bar above and the overlay on top."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from render.camera import OrbitCamera
from render.scene import PixelSize, Scene
from viewer.model.clip import OpenMotion
from viewer.model.comparison_edits import set_layout
from viewer.model.document import SOURCES, Document, Looks, Source
from viewer.model.edits import set_camera, set_scheme
from viewer.model.figure import Figure, LiveFigure
from viewer.model.language import tr
from viewer.studio.studio import Studio
from viewer.studio.transport import Transport
from viewer.ui.actions import Actions
from viewer.ui.icons import Icons
from viewer.ui.theme import Theme, ThemeSwitch

from .bar import StageBar
from .clip_drop import ClipDrop
from .commands import TOGGLE_NAMES, TOGGLES, VIEWS
from .overlays import Overlay
from .stage import Stage, gl_problem


class OtherView(Protocol):
    """A viewport beside the stage's own that keys of the camera are about."""

    def frame_all(self) -> None: ...

    def look_from(self, name: str) -> None: ...


class StageView(QFrame):
    """Shows the studio's scene; a sentence stands in when OpenGL cannot.

    beside: the viewport that keys of the camera are about, None for the scene's.
    """

    def __init__(
        self,
        studio: Studio,
        transport: Transport,
        actions: Actions,
        icons: Icons,
        themes: ThemeSwitch,
    ) -> None:
        super().__init__()
        self._studio, self._transport, self._themes = studio, transport, themes
        self._shown_time: float | None = None
        self._shown: Figure | LiveFigure | None = None
        self._shown_motion: OpenMotion | None = None
        self._framed: OpenMotion | None = None
        self._settled: OrbitCamera | None = None
        self._kept: Path | None = None
        self.stage: Stage | None = None
        self.beside: OtherView | None = None
        self._message = QLabel()
        self._message.setProperty("role", "hint")
        self._message.setWordWrap(True)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setMargin(48)
        self._register(actions)

        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.bar = StageBar(actions, icons)
        column.addWidget(self.bar)
        self._stack = QStackedLayout()
        column.addLayout(self._stack, 1)
        self._stack.addWidget(self._message)
        if problem := gl_problem():
            self._refuse(problem)
        else:
            self._add_stage()
        themes.changed.connect(self._take_theme)
        self._take_theme(themes.current)
        studio.store.changed.connect(self._follow)
        studio.scene_changed.connect(self._show_scene)
        studio.figure_changed.connect(self._show_figure)
        studio.motion_changed.connect(self._show_source)
        self._show_figure()

    @property
    def picture_size(self) -> PixelSize:
        """Of the stage in pixels; a usual one where it cannot be shown."""
        return PixelSize(1280, 720) if self.stage is None else self.stage.pixel_size

    def frame_all(self) -> None:
        """Bring the whole figure into view; not following, its whole path."""
        if self.beside is not None:
            self.beside.frame_all()
        else:
            self._frame_scene()

    def _frame_scene(self) -> None:
        figure = self._studio.figure
        if self.stage is None or figure is None:
            return
        if isinstance(figure, Figure) and not self.stage.following:
            points = figure.positions[::8].reshape(-1, 3)
        else:
            points = figure.reach(self._transport.frame)
        self.stage.frame_all(points)

    def keep_camera(self, path: Path) -> None:
        """The clip at ``path`` will be seen from where this one is."""
        self._kept = path

    def _frame_motion(self, motion: OpenMotion | None) -> None:
        """Look at another clip: at all of it, or as at the one before."""
        figure, kept, self._kept = self._studio.figure, self._kept, None
        if self.stage is None or figure is None or motion is None or motion.path.resolve() != kept:
            self._frame_scene()
            return
        x, _, z = figure.root(self._transport.frame)
        place = np.array([x, self.stage.camera.target[1], z])
        self.stage.set_camera(self.stage.camera.follow(place, 0.0, 0.0))

    def add_bar(self, bar: QWidget) -> None:
        """Put another bar below the stage's own."""
        self._column.insertWidget(1, bar)

    def show_alone(self, alone: bool) -> None:
        """Whether what is on stage is alone there: only then is its name over it."""
        if self.stage is not None:
            self.overlay.show_heading(alone)
            self.clip_drop.set_only("" if alone else tr("Show here"))

    def _register(self, actions: Actions) -> None:
        add = actions.add
        for name, text, tip, keys in TOGGLES:
            add(
                f"stage.{name}", text, tip,
                lambda on, name=name: self._studio.set_look(**{name: on}),
                keys=keys, menu="Stage", checkable=True, checked=getattr(self._looks, name),
            )  # fmt: skip
        add("stage.follow", tr("Follow"), tr("Keep the figure in the middle"),
            lambda on: self._studio.set_look(follow=on),
            keys="C", menu="Stage", checkable=True, checked=self._looks.follow)  # fmt: skip
        add("stage.chase", tr("Follow behind"),
            tr("Keep the camera behind the figure, on a spring; a drag looks around meanwhile"),
            self._chase, keys="Ctrl+B", menu="Stage", checkable=True,
            checked=self._looks.chase)  # fmt: skip
        add("stage.frame", tr("Frame all"), tr("Bring the whole figure into view"), self.frame_all,
            keys="F", menu="Stage")  # fmt: skip
        for name, text, keys in VIEWS:
            tip = tr("Look from the {name}, without perspective", name=tr(name))
            add(f"stage.{name}", text, tip,
                lambda name=name: self._look_from(name), keys=keys, menu="Stage")  # fmt: skip
        add("stage.perspective", tr("Perspective view"), tr("Look with perspective again"),
            lambda: self._look_from("perspective"), keys="5", menu="Stage")  # fmt: skip
        group = QActionGroup(self)
        for name, text, tip in (
            ("clip", tr("Clip"), tr("Show the opened clip")),
            ("latent", tr("Latent"), tr("Show the motion decoded from the style latent")),
            ("character", tr("Character"), tr("Show the physics character that a policy drives")),
        ):
            action = add(
                f"stage.source.{name}", text, tip,
                lambda on, name=name: self._choose(name) if on else None,
                menu="Stage", checkable=True, checked=name == "clip",
            )  # fmt: skip
            group.addAction(action)
        add("stage.swap", tr("Clip or latent"),
            tr("Swap the clip and the decoded latent"), self._swap,
            keys="B", menu="Stage")  # fmt: skip
        self._comparing = add(
            "compare.toggle", tr("Compare"),
            tr("Show another motion beside this one, or this one alone"),
            self._compare, keys="Shift+V", menu="View/Compare", checkable=True,
        )  # fmt: skip
        self._sources = {name: actions[f"stage.source.{name}"] for name in SOURCES}
        self._timed = [actions[f"stage.{name}"] for name in ("trails", "ghosts")]
        names = (*TOGGLE_NAMES, "follow", "chase")
        self._toggles = {name: actions[f"stage.{name}"] for name in names}

    def _add_stage(self) -> None:
        self.stage = Stage()
        self.stage.unavailable.connect(self._refuse, Qt.ConnectionType.QueuedConnection)
        self.stage.frameSwapped.connect(self._note_shown)
        self.stage.camera_changed.connect(self.settle_camera)
        self.overlay = Overlay(self.stage, self._studio, self._transport, self._themes)
        self.clip_drop = ClipDrop(self.stage, self._themes)
        self._stack.addWidget(self.stage)
        self._stack.setCurrentWidget(self.stage)

    def _note_shown(self) -> None:
        """The window is on screen again, with another picture of the stage if one was drawn."""
        self._transport.note_shown()
        if self.stage is not None and self.stage.drawn is not None:
            self._studio.pictures.note_shown(self.stage.drawn)
            self.stage.drawn = None

    def _refuse(self, sentence: str) -> None:
        self._message.setText(sentence)
        self._stack.setCurrentWidget(self._message)

    def settle_camera(self) -> None:
        """The document has the camera where it stands, also where it was drawn along."""
        if self.stage is not None and np.isfinite(self.stage.camera.target).all():
            self._settled = self.stage.camera
            self._studio.store.apply(set_camera(self.stage.camera))
            self._settled = self._studio.store.document.view.camera

    @property
    def _looks(self) -> Looks:
        return self._studio.store.document.view.looks

    def _take_theme(self, theme: Theme) -> None:
        self._studio.store.apply(set_scheme(theme.name))

    def _follow(self, old: Document, new: Document) -> None:
        """Toggles, following and camera are as the document has them."""
        looks = new.view.looks
        self._comparing.setChecked(new.comparison.comparing)
        if looks is not old.view.looks:
            for name, action in self._toggles.items():
                action.setChecked(getattr(looks, name))
            if self.stage is not None and looks.follow != old.view.looks.follow:
                self.stage.set_following(looks.follow)
            if looks.chase != old.view.looks.chase and not self._transport.playing:
                self._show_scene(self._studio.scene)
        self._restore_camera()

    def _restore_camera(self) -> bool:
        """The stage is looked at from where the document says, if that is news to it."""
        camera = self._studio.store.document.view.camera
        if self.stage is None or camera is None or camera is self._settled:
            return False
        self._settled = camera
        self.stage.set_camera(camera)
        return True

    def _show_scene(self, scene: Scene) -> None:
        if self.stage is None:
            return
        figure = self._studio.figure
        target = None if figure is None else figure.root(self._transport.frame)
        now = self._transport.time_s
        dt_s = 0.0
        if self._transport.playing and self._shown_time is not None:
            dt_s = abs(now - self._shown_time) / abs(self._transport.speed)
        self._shown_time = now
        moved, behind = self._restyled_by(), self._behind()
        self.stage.show_scene(scene, target, dt_s, moved, behind, self._transport.playing)

    def _behind(self) -> float | None:
        """The azimuth from which the figure's back is seen, if that is wanted and known."""
        figure = self._studio.figure if self._looks.chase else None
        heading = None if figure is None else figure.heading(self._transport.frame)
        return None if heading is None else heading + np.pi

    def _restyled_by(self) -> np.ndarray | None:
        """How far another style has put the clip elsewhere since it was shown last, (3,)."""
        motion, now = self._studio.motion, self._studio.figure
        before = self._shown if motion is self._shown_motion else None
        self._shown, self._shown_motion = now, motion
        if before is now or not isinstance(before, Figure) or not isinstance(now, Figure):
            return None
        if before.frame_count != now.frame_count:
            return None
        frame = self._transport.frame
        moved: np.ndarray = now.root(frame) - before.root(frame)
        return moved

    def _show_figure(self) -> None:
        self._shown_time = None
        self._show_source()
        motion = self._studio.motion
        if motion is not self._framed and self._studio.source == "clip":
            self._framed = motion
            self._show_scene(self._studio.scene)
            if not self._restore_camera():
                self._frame_motion(motion)

    def _show_source(self) -> None:
        source = self._studio.source
        self._sources["latent"].setEnabled(self._studio.latent is not None)
        self._sources[source].setChecked(True)
        for action in self._timed:
            action.setEnabled(source != "character")
        facts = {"latent": tr("2 s at 30 fps"), "character": tr("600 Hz · 30 decisions/s")}
        words = facts.get(source) or _facts(self._studio.motion)
        self.bar.show_facts(words, changeable=source == "clip")

    def _compare(self, on: bool) -> None:
        if on != self._studio.store.document.comparison.comparing:
            self._studio.store.apply(set_layout("two" if on else "single"))

    def _choose(self, source: Source) -> None:
        self._studio.set_source(source)
        self._show_source()

    def _chase(self, on: bool) -> None:
        """Behind the figure, which is followed then."""
        self._studio.set_look(**{"chase": on} | ({"follow": True} if on else {}))

    def _look_from(self, name: str) -> None:
        if self.beside is not None:
            self.beside.look_from(name)
        elif self.stage is not None:
            self._studio.set_look(chase=False)
            self.stage.set_camera(getattr(self.stage.camera, name)())

    def _swap(self) -> None:
        self._studio.set_source("latent" if self._studio.source == "clip" else "clip")


def _facts(motion: OpenMotion | None) -> str:
    if motion is None:
        return ""
    clip = motion.clip
    return tr(
        "{fps:.5g} fps · {units} · {up_axis} up",
        fps=clip.fps,
        units=clip.units,
        up_axis=clip.up_axis,
    )
