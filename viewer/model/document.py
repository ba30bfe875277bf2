"""What a person made or chose, as one frozen value: no widget, no file, no thread.

What is *made* (clips, style, cast, what counts as a fault of the phase, what is compared) is undone
step by step; the *view* is kept and restored with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from motion.phase.align import By
from motion.phase.thresholds import Thresholds
from motion.restyling.course import Ease, StyleAt, course
from render.camera import OrbitCamera

from .comparison import SLOTS, Comparison
from .language import tr, trn
from .policies import NOBODY, Policy
from .repertoire import SkillOf

Source = Literal["clip", "latent", "character"]
SOURCES: tuple[Source, ...] = ("clip", "latent", "character")
BesideKind = Literal["clip", "model", "series"]
Range = tuple[int, int]
Colour = Literal["blue", "orange", "green", "yellow", "pink", "red", "violet", "grey"]
COLOURS: tuple[Colour, ...] = get_args(Colour)
"""By these names; a theme's series has one for each, in this order."""


@dataclass(frozen=True, eq=False)
class Latent:
    """A latent (256,), or the style in one (K,), float32, read-only.

    Equal when its numbers and its label are.
    """

    values: np.ndarray
    label: str = ""

    def __post_init__(self) -> None:
        values = np.array(self.values, np.float32)
        values.flags.writeable = False
        object.__setattr__(self, "values", values)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Latent):
            return NotImplemented
        return self.label == other.label and self.values.tobytes() == other.values.tobytes()

    def __hash__(self) -> int:
        return hash((self.label, self.values.tobytes()))


@dataclass(frozen=True)
class StyleKey:
    """A style of a clip at ``time_s``; ease: how it goes on to the next key."""

    time_s: float
    style: Latent
    strength: float = 1.0
    ease: Ease = "smooth"


@dataclass(frozen=True)
class Marker:
    """A moment of a clip that a person named, in seconds from its start, and what they noted."""

    name: str
    time_s: float
    colour: Colour = "orange"
    note: str = ""


@dataclass(frozen=True)
class OpenClip:
    """An open clip and how it is read.

    path: resolved. style, title: "" when unknown. range: the frames that loop, or None for all.
    keys: of the style that it wears, and markers: both in the order of their times.
    """

    path: Path
    units: str = "auto"
    up_axis: str = "auto"
    style: str = ""
    title: str = ""
    range: Range | None = None
    keys: tuple[StyleKey, ...] = ()
    markers: tuple[Marker, ...] = ()

    @property
    def key(self) -> str:
        """Unique per file and way of reading it."""
        return f"{self.path}|{self.units}|{self.up_axis}"

    @property
    def name(self) -> str:
        """What people call it."""
        return self.title or self.path.stem


@dataclass(frozen=True)
class Style:
    """latent: what is decoded alone; None is the mean of the space. range: of its loop.

    worn: the style that clips wear; None: each its own. strength: how much of it. keyed: clips
    with keys wear what those say instead. pins: the styles at A, B, C and D. locked: names of
    the sliders that nothing but themselves moves.
    """

    latent: Latent | None = None
    seed: int = 0
    range: Range | None = None
    worn: Latent | None = None
    strength: float = 1.0
    keyed: bool = True
    pins: tuple[Latent | None, ...] = (None,) * 4
    locked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cast:
    """Who can drive the character, who does and who stands beside; the world they are in.

    drives, beside: models of ``policies``, or "" and NOBODY. skills: among which whoever drives
    it changes. gravity: m/s². gets_up: by itself, when it has fallen.
    """

    policies: tuple[Policy, ...] = ()
    skills: tuple[SkillOf, ...] = ()
    drives: str = ""
    beside: str = NOBODY
    friction: float = 0.9
    gravity: float = 9.8
    gets_up: bool = True

    def policy(self, model: str) -> Policy | None:
        """The policy that is called ``model``."""
        return next((policy for policy in self.policies if policy.model == model), None)

    def skill(self, name: str) -> SkillOf | None:
        """The skill of that name."""
        return next((skill for skill in self.skills if skill.name == name), None)


@dataclass(frozen=True)
class Beside:
    """B, with which the phase on stage is compared: a clip, what another DeepPhase reads of what is
    on stage, or a series of one's own.

    path: resolved. units, up_axis: how a clip is read.
    """

    kind: BesideKind
    path: Path
    units: str = "auto"
    up_axis: str = "auto"


MOST_FURTHER = 2
"""Phases beside A and B that are laid over them, C and D."""


@dataclass(frozen=True)
class Phase:
    """How the phase of what is on stage is looked at.

    thresholds: what counts as a fault of it. beside: what it is compared with, and align: by what
    the two are laid over each other. further: clips and series laid over both, ``MOST_FURTHER`` at
    most, of which no difference is told.
    """

    thresholds: Thresholds = field(default_factory=Thresholds)
    beside: Beside | None = None
    align: By = "time"
    further: tuple[Beside, ...] = ()


@dataclass(frozen=True)
class Looks:
    """What is shown besides the figure, and of the simulation; follow: the camera does, and
    chase: it stays behind. helm: pad and skills of the character stand on the stage.

    styled: the character is seen in the style that is worn. bodies: of the character, what collides
    is seen instead of the mannequin. company: the other open clips stand around a clip.
    """

    contacts: bool = True
    trails: bool = False
    ghosts: bool = False
    company: bool = False
    grid: bool = True
    shadow: bool = True
    follow: bool = True
    chase: bool = False
    helm: bool = True
    reference: bool = True
    efforts: bool = False
    forces: bool = False
    balance: bool = False
    styled: bool = True
    bodies: bool = False


@dataclass(frozen=True)
class ShownJoint:
    """A joint that is looked at; pinned: also when another is."""

    name: str
    colour: Colour
    pinned: bool = False


@dataclass(frozen=True)
class View:
    """How it is looked at. clip: the key of the one that the clip source shows, or "".

    speed: of clip and latent, signed; character_speed: of its own time. scheme: of the stage.
    joints: that are looked at; distances are those from the first.
    viewport: the number of the one that keys are about. cameras: of B, C and D, each seen from the
    ground under its figure; None: from where A is.
    """

    source: Source = "clip"
    clip: str = ""
    camera: OrbitCamera | None = None
    looks: Looks = field(default_factory=Looks)
    speed: float = 1.0
    loop: bool = True
    character_speed: float = 1.0
    scheme: str = "dark"
    joints: tuple[ShownJoint, ...] = ()
    viewport: int = 0
    cameras: tuple[OrbitCamera | None, ...] = (None,) * (SLOTS - 1)


@dataclass(frozen=True)
class Document:
    """All intention of one window."""

    clips: tuple[OpenClip, ...] = ()
    style: Style = field(default_factory=Style)
    cast: Cast = field(default_factory=Cast)
    view: View = field(default_factory=View)
    phase: Phase = field(default_factory=Phase)
    comparison: Comparison = field(default_factory=Comparison)

    def clip(self, key: str) -> OpenClip | None:
        """The open clip of ``key``."""
        return next((clip for clip in self.clips if clip.key == key), None)

    def range_of(self, source: Source) -> Range | None:
        """The loop range of what ``source`` shows; the character has none."""
        if source == "latent":
            return self.style.range
        shown = self.shown_clip if source == "clip" else None
        return shown.range if shown else None

    @property
    def shown_clip(self) -> OpenClip | None:
        """The open clip that the clip source shows."""
        return self.clip(self.view.clip)

    def keys_of(self, clip: OpenClip) -> tuple[StyleKey, ...]:
        """The keys that ``clip`` wears; none where the style is set by hand."""
        return clip.keys if self.style.keyed else ()

    def course_of(self, clip: OpenClip) -> tuple[StyleAt, ...]:
        """What ``clip`` wears over time; nothing where it wears its own style."""
        style, keys = self.style, self.keys_of(clip)
        if keys:
            return tuple(StyleAt(k.time_s, k.style.values, k.strength, k.ease) for k in keys)
        return (StyleAt(0.0, style.worn.values, style.strength),) if style.worn else ()

    def look_of(self, clip: OpenClip) -> str:
        """What ``clip`` wears, in words; "" for its own style."""
        keys, worn = len(self.keys_of(clip)), self.style.worn
        if keys:
            return trn("styled by {n} key", "styled by {n} keys", keys)
        return tr("as {label}", label=worn.label or tr("another style")) if worn else ""

    @property
    def character_wears(self) -> StyleAt | None:
        """The style that the character is seen in, whatever keys of clips say; None: its own."""
        style = self.style
        if not self.view.looks.styled or style.worn is None or style.strength <= 0:
            return None
        return StyleAt(0.0, style.worn.values, style.strength)

    def worn_at(self, clip: OpenClip, time_s: float) -> StyleKey | None:
        """What ``clip`` wears at ``time_s``, as a key of it would say; None: its own style.

        Raises ValueError where its keys are of networks with different styles.
        """
        keys, worn = self.keys_of(clip), self.style.worn
        if not keys:
            return StyleKey(time_s, worn, self.style.strength) if worn else None
        styles, strengths = course(self.course_of(clip), np.array([time_s]))
        near = max((key for key in keys if key.time_s <= time_s), key=_time, default=keys[0])
        return StyleKey(time_s, Latent(styles[0], near.style.label), float(strengths[0]), near.ease)

    def adopting(self, before: Document, after: Document) -> Document:
        """This document with all that differs between two others as it is in ``after``."""
        made = _changes(before, after)
        made["view"] = replace(self.view, **_changes(before.view, after.view))
        return replace(self, **made)


def _time(key: StyleKey) -> float:
    return key.time_s


def _changes(before: Document | View, after: Document | View) -> dict[str, Any]:
    """The fields of ``after`` that are not as in ``before``."""
    pairs = ((part.name, getattr(after, part.name)) for part in fields(after))
    return {name: new for name, new in pairs if new != getattr(before, name)}
