"""The steps of the tour: what to do, where, and when it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, SignalInstance
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from render.camera import OrbitCamera
from viewer.character.control import CharacterControl
from viewer.model.language import tr
from viewer.stage.stage import Stage
from viewer.stage.view import StageView
from viewer.style.control import StyleControl
from viewer.workbench import Workbench


@dataclass(frozen=True)
class Props:
    """The parts of the window that the steps are about."""

    window: QMainWindow
    bench: Workbench
    view: StageView
    stage: Stage
    docks: dict[str, QDockWidget]
    style: StyleControl
    character: CharacterControl


class Step:
    """Something to do. After each of ``signals`` is asked whether it is ``done``.

    keys: which do it, or the first of what does.
    """

    title = words = ""
    keys: tuple[str, ...] = ()

    def __init__(self, props: Props) -> None:
        self._props = props

    @property
    def possible(self) -> bool:
        """Whether there is what it needs; it is left out otherwise."""
        return True

    def begin(self) -> None:
        """Bring what is to be used into sight."""

    def signals(self) -> Sequence[SignalInstance]:
        """After which it may be done."""
        raise NotImplementedError

    def done(self) -> bool:
        """Whether the person has done it."""
        return True

    def area(self) -> QRect:
        """Where in the window it is done; empty where nothing is to be pointed at."""
        raise NotImplementedError

    def _seen(self, part: QWidget | None) -> QRect:
        """What of ``part`` is in sight, in the window."""
        if part is None or not part.isVisible():
            return QRect()
        seen = part.visibleRegion().boundingRect()
        return QRect(part.mapTo(self._props.window, seen.topLeft()), seen.size())


class Hold(Step):
    """The clip of the demo plays: stop it."""

    title = tr("Hold the motion")
    words = tr("What you see plays. Stop it where it is; the same key lets it go on.")
    keys = (tr("Space"),)

    def begin(self) -> None:
        self._props.bench.studio.set_source("clip")
        self._props.bench.transport.play()

    def signals(self) -> Sequence[SignalInstance]:
        return (self._props.bench.transport.playing_changed,)

    def area(self) -> QRect:
        return self._seen(self._props.bench.timeline.play_button)


class Scrub(Step):
    """The playhead is dragged, or moved by keys."""

    title = tr("Go to a moment")
    words = tr("Drag along the timeline, or step by keys: every curve and panel follows.")
    keys = ("←", "→")

    def __init__(self, props: Props) -> None:
        super().__init__(props)
        self._drags = 0

    def begin(self) -> None:
        self._drags = self._props.bench.timeline.track.drags

    def signals(self) -> Sequence[SignalInstance]:
        return (self._props.bench.transport.frame_changed,)

    def done(self) -> bool:
        bench = self._props.bench
        return not bench.transport.playing or bench.timeline.track.drags > self._drags

    def area(self) -> QRect:
        return self._seen(self._props.bench.timeline.track)


class Orbit(Step):
    """The camera is turned or brought nearer by hand."""

    title = tr("Look from elsewhere")
    words = tr("Drag on the stage to walk around; the wheel comes nearer. 3 is the side, 5 back.")
    keys = ("3", "5")

    def __init__(self, props: Props) -> None:
        super().__init__(props)
        self._before = OrbitCamera()

    def begin(self) -> None:
        self._before = self._props.stage.camera

    def signals(self) -> Sequence[SignalInstance]:
        return (self._props.stage.camera_changed,)

    def done(self) -> bool:
        now, before = self._props.stage.camera, self._before
        return (now.azimuth, now.elevation, now.distance) != (
            before.azimuth, before.elevation, before.distance,
        )  # fmt: skip

    def area(self) -> QRect:
        return self._seen(self._props.stage)


class Restyle(Step):
    """A named slider gives the whole walk another style."""

    title = tr("Give it another style")
    words = tr("Move this slider: the whole walk is made anew at once, its feet on the ground.")
    keys = ("→",)

    def __init__(self, props: Props) -> None:
        super().__init__(props)
        self._held = False

    @property
    def possible(self) -> bool:
        return not self._props.style.panel.problem.text()

    def begin(self) -> None:
        self._props.bench.studio.set_source("clip")
        dock = self._props.docks["style"]
        dock.show()
        dock.raise_()
        self._props.bench.transport.play()

    def signals(self) -> Sequence[SignalInstance]:
        return (self._props.bench.studio.restyled_changed,)

    def done(self) -> bool:
        return self._props.bench.studio.restyled is not None

    def area(self) -> QRect:
        panel = self._props.style.panel
        if not panel.sliders:
            return QRect()
        row = panel.sliders[0]
        if not self._held:  # the sliders come with the map, which may take a while
            self._held = True
            panel.ensureWidgetVisible(row)
            row.slider.setFocus()
        return self._seen(row)


class TakeBack(Step):
    """What was made is undone."""

    title = tr("Take it back")
    words = tr("Everything you make can be undone, and done again.")
    keys = ("Ctrl+Z",)

    def signals(self) -> Sequence[SignalInstance]:
        return (self._props.bench.store.names_changed,)

    def done(self) -> bool:
        return bool(self._props.bench.store.history.redo_name)

    def area(self) -> QRect:
        bar = self._props.window.menuBar()
        edit = next((each for each in bar.actions() if each.text() == tr("Edit")), None)
        if edit is None or not bar.isVisible():
            return QRect()
        place = bar.actionGeometry(edit)
        return QRect(bar.mapTo(self._props.window, place.topLeft()), place.size())


class Bring(Step):
    """The physics character comes on stage."""

    title = tr("Meet the character")
    words = tr("A body that networks move by its muscles, in physics. Let it come and start.")
    keys = ("P",)

    @property
    def possible(self) -> bool:
        return bool(self._props.character.cast.policies)

    def signals(self) -> Sequence[SignalInstance]:
        return (self._props.bench.studio.source_changed,)

    def done(self) -> bool:
        return self._props.bench.studio.source == "character"

    def area(self) -> QRect:
        return self._seen(self._props.view.bar.source_buttons["character"])


class Drive(Step):
    """It is driven by keys or on the pad."""

    title = tr("Drive it")
    words = tr("W makes it go faster, S slower, A and D turn it; so do the pad and the skills.")
    keys = ("W", "A", "S", "D")

    @property
    def possible(self) -> bool:
        return bool(self._props.character.cast.policies)

    def begin(self) -> None:
        self._props.bench.studio.set_look(helm=True)
        self._props.bench.transport.play()

    def signals(self) -> Sequence[SignalInstance]:
        return (self._props.character.hands.helm.used,)

    def area(self) -> QRect:
        view = self._props.character.hands.view
        return self._seen(view.pad if view is not None else None)


class Push(Step):
    """It is pushed, or hit by a box."""

    title = tr("Push it")
    words = tr("Drag from its body and let go; or throw a box. If it falls, it gets up.")
    keys = ("K",)

    @property
    def possible(self) -> bool:
        return bool(self._props.character.cast.policies)

    def signals(self) -> Sequence[SignalInstance]:
        return (self._props.bench.studio.frame_changed,)

    def done(self) -> bool:
        frame = self._props.character.frame
        return frame is not None and (bool(frame.pushes) or frame.box is not None)

    def area(self) -> QRect:
        return self._seen(self._props.stage)


STEPS = Hold, Scrub, Orbit, Restyle, TakeBack, Bring, Drive, Push
LAST = (
    tr("That is it"),
    tr("Drop your own BVH on the window. Ctrl+K finds every command, ? shows every key."),
)
"""What the card says in the end."""
