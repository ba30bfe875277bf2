"""The scenes of the demo: each plays by itself, and says what there is to see."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Protocol

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow

from character.drive.state import Kind
from character.live.commands import Reset
from inference.engines import VARIANTS
from motion.restyling.atlas import StyleAtlas
from viewer.character.control import CharacterControl
from viewer.model.engines import TITLES, short, unavailable
from viewer.model.language import tr
from viewer.model.truth import LEAST_MM, millimetres
from viewer.performance.engine_switch import EngineSwitch
from viewer.performance.truth_control import TruthControl
from viewer.studio.live_phase import PhaseLive
from viewer.style.control import StyleControl
from viewer.workbench import Workbench

STYLES = ("Angry", "Elated", "zombie_walk", "crouch", "Rushed", "carry_box")
PANEL = 0.36
"""How much of the width a panel takes beside the figure."""
STYLE_S, GLIDE_S = 4.0, 1.5
PUSH = (-650.0, 0.0, 0.0)
"""Newtons ahead, up and to the right: one after which it gets up again."""
PUSH_S, WALK_S, REST_S = 0.3, 4.0, 5.0
ENGINES = ("numpy", "mojo", "mojo-fast", "max", "max-gpu")
ENGINE_S, SWAY_S = 5.0, 3.0
KEPT = 15
"""Times of which the median is told."""
TRUTH_ENGINES = ("mojo-half", "mojo-fast", "mojo", "numpy")


@dataclass(frozen=True)
class Props:
    """What scenes play with: parts of its window. look: brings the figure into view."""

    bench: Workbench
    docks: dict[str, QDockWidget]
    style: StyleControl
    character: CharacterControl
    engines: EngineSwitch
    truth: TruthControl
    look: Callable[[], None]


class Scene(Protocol):
    """``play`` is called some times a second with the seconds since ``begin``; its caption."""

    def begin(self) -> None: ...

    def play(self, at_s: float) -> tuple[str, str]: ...

    def end(self) -> None: ...


class Styles:
    """Some styles of the map by name, and wearing them."""

    def __init__(self, props: Props) -> None:
        self._props = props
        self._atlas: StyleAtlas | None = None
        self._known: list[tuple[str, np.ndarray]] = []

    @property
    def mean(self) -> np.ndarray:
        """The style (K,) at which all sliders stand at 0."""
        assert self._atlas is not None
        return self._atlas.mean

    def known(self) -> list[tuple[str, np.ndarray]]:
        """Names as people write them, and styles (K,); none before there is a map."""
        atlas = self._props.style.atlases.atlas
        if atlas is not None and atlas is not self._atlas:
            names = [name for name in STYLES if name in atlas.legend] or atlas.legend[:4]
            self._known = [(name.replace("_", " ").lower(), atlas.style(name)) for name in names]
        self._atlas = atlas
        return self._known if atlas is not None else []

    def wear(self, style: np.ndarray, name: str) -> None:
        """The clip on stage wears ``style`` (K,)."""
        self._props.style.set_style(np.asarray(style, np.float32), name, tr("Wear a style"), "demo")


class Restyle:
    """One walk in one style after the other."""

    def __init__(self, props: Props) -> None:
        self._props, self._styles = props, Styles(props)
        self._took_ms = deque[float](maxlen=KEPT)
        props.style.restyling.made.connect(lambda _, took: self._took_ms.append(took))

    def begin(self) -> None:
        play_clip(self._props)
        self._took_ms.clear()

    def play(self, at_s: float) -> tuple[str, str]:
        known = self._styles.known()
        if not known:
            return tr("Any walk in any style"), tr("Reading the styles …")
        number, within = int(at_s // STYLE_S), at_s % STYLE_S
        name, style = known[number % len(known)]
        before = known[(number - 1) % len(known)][1] if number else self._styles.mean
        if within < GLIDE_S + 0.5:
            share = smooth(min(within / GLIDE_S, 1.0))
            self._styles.wear(before + share * (style - before), name)
        made = tr(" in {median:.0f} ms", median=median(self._took_ms)) if self._took_ms else ""
        return (
            tr("The same walk: {name}", name=name),
            tr(
                "Every step on the way makes the whole clip anew{made}, with its "
                "feet on the ground.",
                made=made,
            ),
        )

    def end(self) -> None:
        self._props.bench.actions["style.reset"].trigger()


class Phase:
    """The clip as it is, with what DeepPhase reads in it."""

    def __init__(self, props: Props) -> None:
        self._props = props
        self._live: PhaseLive | None = None
        props.bench.studio.phase_live.connect(self._note)

    def begin(self) -> None:
        play_clip(self._props)
        self._props.bench.studio.set_look(trails=True)
        dock = self._props.docks["phase"]
        dock.show()
        dock.raise_()
        window = dock.parentWidget()
        if isinstance(window, QMainWindow):
            wide = round(PANEL * window.width())
            window.resizeDocks([dock], [wide], Qt.Orientation.Horizontal)

    def play(self, at_s: float) -> tuple[str, str]:
        live = self._live
        angle = (
            tr(" Now: {degrees:.0f}°.", degrees=math.degrees(math.atan2(live.y, live.x)) % 360)
            if live
            else ""
        )
        return (
            tr("Where in the stride is this body?"),
            tr(
                "A network reads a phase from every frame, and says where the "
                "motion breaks.{angle}",
                angle=angle,
            ),
        )

    def end(self) -> None:
        self._props.docks["phase"].hide()
        self._props.bench.studio.set_look(trails=False)

    def _note(self, live: PhaseLive) -> None:
        self._live = live


class Push:
    """A character that walks, is pushed over and gets up by itself."""

    def __init__(self, props: Props) -> None:
        self._props = props
        self._walking = False
        self._calm_s = 0.0
        self._fell_s: float | None = None
        self._pushed_s: float | None = None
        self._up_s: float | None = None

    def begin(self) -> None:
        self._walking, self._calm_s = False, 0.0
        self._fell_s = self._pushed_s = self._up_s = None
        self._props.bench.studio.set_look(helm=False, chase=True, follow=True, reference=False)
        if self._props.character.frame is not None:
            self._props.character.driver.send(Reset())
        self._props.character.bring(start=True)

    def play(self, at_s: float) -> tuple[str, str]:
        character = self._props.character
        drive = character.hands.helm.drive
        if drive is None:
            here = character.cast.policies
            return tr("A body with muscles"), tr("Making it …") if here else tr(
                "No policy ships here."
            )
        if not self._walking:
            self._walking, self._calm_s = True, at_s
            gaits = [skill.name for skill in drive.skills if skill.kind is Kind.GAIT]
            if gaits:
                character.hands.want(gaits[0])
        if drive.fallen:
            self._fell_s = at_s if self._fell_s is None else self._fell_s
            return (
                tr("It gets up by itself"),
                tr("Nothing is played back: a network moves 28 joints, 30 times a second."),
            )
        if self._fell_s is not None:
            took = at_s - self._fell_s
            self._fell_s, self._up_s, self._calm_s = None, took, at_s
            self._pushed_s = None
        if at_s - self._calm_s >= (WALK_S if self._up_s is None else REST_S):
            character.shove(PUSH, PUSH_S)
            self._calm_s = self._pushed_s = at_s
        if self._pushed_s is not None:
            return tr("A push"), tr(
                "{newtons:.0f} newtons to the chest, for {seconds:g} seconds.",
                newtons=-PUSH[0],
                seconds=PUSH_S,
            )
        if self._up_s is not None:
            return tr("Up again, and on its way"), tr(
                "That took {up_s:.1f} seconds.", up_s=self._up_s
            )
        return (
            tr("This body walks by torques"),
            tr("A policy moves it 30 times a second, in physics that knows no animation."),
        )

    def end(self) -> None:
        self._props.bench.studio.set_look(helm=True, chase=False, reference=True)
        self._props.bench.studio.set_source("clip")


class Engines:
    """The same work on one engine after the other, while the style sways."""

    def __init__(self, props: Props) -> None:
        self._props, self._styles = props, Styles(props)
        self._names = [name for name in ENGINES if not unavailable(name)]
        self._took_ms: dict[str, deque[float]] = {}
        self._first = ""
        props.style.restyling.made.connect(self._note)

    def begin(self) -> None:
        play_clip(self._props)
        self._first = self._props.bench.bridge.engine

    def play(self, at_s: float) -> tuple[str, str]:
        bridge, engines = self._props.bench.bridge, self._props.engines
        name = self._names[int(at_s // ENGINE_S) % len(self._names)]
        if engines.wanted != name:
            engines.choose(name)
        self._sway(at_s)
        known = " · ".join(
            f"{engine_words(each)} {median(took):.1f} ms" for each, took in self._took_ms.items()
        )
        title = engine_words(bridge.engine)
        if bridge.engine != name:
            title = tr("{engine} is being prepared", engine=engine_words(name))
        return title, tr("A clip restyled, engine by engine: {known}", known=known or "…")

    def end(self) -> None:
        self._props.engines.choose(self._first)
        self._props.bench.actions["style.reset"].trigger()

    def _note(self, worn: object, took_ms: float) -> None:
        engine = self._props.bench.bridge.engine
        self._took_ms.setdefault(engine, deque(maxlen=KEPT)).append(took_ms)

    def _sway(self, at_s: float) -> None:
        if known := self._styles.known():
            share = 0.5 - 0.5 * math.cos(2 * math.pi * at_s / SWAY_S)
            mean = self._styles.mean
            self._styles.wear(mean + share * (known[0][1] - mean), tr("a swaying style"))


class Truth:
    """The reference engine beside the one in use; how far they differ is painted on the joints."""

    def __init__(self, props: Props) -> None:
        self._props = props
        self._first = ""

    def begin(self) -> None:
        play_clip(self._props)
        self._first = self._props.bench.bridge.engine
        engine = next(name for name in TRUTH_ENGINES if not unavailable(name))
        self._props.engines.choose(engine)
        self._props.truth.action.setChecked(True)

    def play(self, at_s: float) -> tuple[str, str]:
        reading = self._props.truth.reading
        words = tr("Beside it runs the reference, and each joint is painted by its error.")
        if reading is None or reading.errors is None:
            return tr("How right is it?"), tr("{words} Comparing …", words=words)
        worst = millimetres(max(reading.errors.worst_mm, LEAST_MM))
        return tr(
            "{engine}: within {worst}", engine=engine_words(reading.engine), worst=worst
        ), words

    def end(self) -> None:
        self._props.truth.action.setChecked(False)
        self._props.engines.choose(self._first)


def scenes(props: Props) -> list[Scene]:
    """The scenes in the order of ``demo_band.SCENES``."""
    return [make(props) for make in (Restyle, Phase, Push, Engines, Truth)]


def play_clip(props: Props) -> None:
    """The demo clip is on stage, as it is, and plays."""
    props.bench.studio.set_source("clip")
    props.look()
    props.bench.transport.play()


def engine_words(name: str) -> str:
    """An engine as an audience reads it: ``Mojo``, ``Mojo fast``, ``MAX GPU``."""
    if name not in VARIANTS:
        return short(name).capitalize()
    engine, device, precision = VARIANTS[name]
    parts = (TITLES[engine], "" if device == "cpu" else TITLES[device])
    return " ".join(filter(None, (*parts, "" if precision == "fp32" else precision)))


def smooth(share: float) -> float:
    """0 to 1 without a jerk at either end."""
    return share * share * (3 - 2 * share)
