"""What can be exported, and as what; no Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from viewer.model.export.order import Rig, What
from viewer.model.language import tr, within

Group = Literal["motion", "picture", "film", "turntable", "plot"]


@dataclass(frozen=True)
class Kind:
    """One kind of file, by its name, its words and its suffix; "" is a folder."""

    name: str
    words: str
    suffix: str
    group: Group


KINDS = (
    Kind("bvh", tr("Motion: BVH"), ".bvh", "motion"),
    Kind("glb", tr("Motion: GLB (glTF 2.0)"), ".glb", "motion"),
    Kind("npz", tr("Motion: NPZ (NumPy)"), ".npz", "motion"),
    Kind("png", tr("Picture: PNG"), ".png", "picture"),
    Kind("sequence", tr("Pictures: PNG sequence"), "", "film"),
    Kind("mp4", tr("Video: MP4"), ".mp4", "film"),
    Kind("turntable", tr("Turntable: MP4"), ".mp4", "turntable"),
)
PLOT_SUFFIXES = (".png", ".svg", ".csv")


class Plotted(Protocol):
    """A plot of a panel that can be taken along."""

    @property
    def title(self) -> str:
        """What people call it."""

    @property
    def ready(self) -> bool:
        """Whether there is something to draw."""

    def export(self, path: Path) -> None:
        """Write it as PNG, SVG or CSV in the background; says so, or why not."""


def plot_kind(plot: Plotted) -> Kind:
    """The kind of file that ``plot`` becomes; its suffix is one of ``PLOT_SUFFIXES``."""
    return Kind(f"plot.{plot.title}", tr("Plot: {title}", title=within(plot.title)), ".png", "plot")


@dataclass(frozen=True)
class Thing:
    """Something to export, in words.

    loop_s: its loop range in seconds, None for none. source: the file that it is read from, which
    is not written over.
    """

    what: What
    words: str
    name: str
    loop_s: tuple[float, float] | None = None
    source: Path | None = None


@dataclass(frozen=True)
class First:
    """What the dialog begins with: the thing, None for what is on stage; the kind of file; the
    skeleton of a restyled clip."""

    kind: str
    what: What | None = None
    rig: Rig = "canonical"


@dataclass(frozen=True)
class Offer:
    """All there is to export. here: what is on stage. stage: its size in pixels.

    video_problem: asks why no MP4 can be written, "" where one can; takes a moment.
    """

    things: tuple[Thing, ...]
    here: What
    stage: tuple[int, int]
    plots: tuple[Plotted, ...]
    folder: Path
    video_problem: Callable[[], str]

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of files, plots that have nothing to draw left out."""
        return (*KINDS, *(plot_kind(plot) for plot in self.plots if plot.ready))
