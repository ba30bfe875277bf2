"""What the slots of the comparison have to show now: figures, or why there are none."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from viewer.model.compared import (
    Chosen,
    Comparing,
    named_moments,
    remembered_figure,
    slot_words,
)
from viewer.model.comparison import NAMES, Slot
from viewer.model.document import Document
from viewer.model.figure import Figure, LiveFigure
from viewer.model.language import tr
from viewer.model.moments import Moments, by_marker
from viewer.workbench import Workbench

from .phase_moments import PhaseMoments
from .styled import StyledClip

EMPTY = tr("Drop a clip here, or choose what {name} shows.")
NO_LATENT = tr("No latent is decoded yet: draw one in the style panel.")
NO_CHARACTER = tr("The character was not on stage yet: put it there once.")


class Choices(QObject):
    """Resolves the slots of the document; ``changed``: what one of them shows is another."""

    changed = Signal()

    def __init__(self, bench: Workbench, parent: QObject) -> None:
        super().__init__(parent)
        self._bench = bench
        self._phases = PhaseMoments(bench, self)
        self._styled = [StyledClip(bench, f"compare.{name}", self) for name in NAMES[1:]]
        self._taken: tuple[object, Figure] | None = None
        studio = bench.studio
        for signal in (
            self._phases.changed, *(each.changed for each in self._styled),
            studio.motion_opened, studio.motion_closed, studio.figure_changed,
            studio.restyled_changed,
        ):  # fmt: skip
            signal.connect(lambda *_: self.changed.emit())

    def close(self) -> None:
        self._phases.close()
        for each in self._styled:
            each.close()

    def rest(self) -> None:
        """Nothing is compared."""
        self._phases.keep(())
        for each in self._styled:
            each.rest()

    def comparing(self) -> Comparing:
        """All that is compared now."""
        document = self._bench.store.document
        first = self._first(document)
        slots = document.comparison.seen
        others = tuple(self._chosen(n, slot, first) for n, slot in enumerate(slots[1:], 1))
        for idle in self._styled[len(slots) - 1 :]:
            idle.rest()
        self._phases.keep([first.figure, *(other.figure for other in others)])
        moments = tuple(
            self._moments(slot, first, other) for slot, other in zip(slots[1:], others, strict=True)
        )
        return Comparing(document, first, others, moments)

    def _first(self, document: Document) -> Chosen:
        """What is on stage."""
        studio = self._bench.studio
        clip = None
        if studio.source == "clip" and studio.motion is not None:
            clip = document.clip(studio.motion.key)
        if clip is None:
            words = {"latent": tr("Decoded latent"), "character": tr("Physics character")}
            label = words.get(studio.source, tr("Nothing yet"))
            return Chosen(label, studio.figure, loops=studio.source == "latent")
        worn = studio.restyled is not None
        label = slot_words(document, Slot("restyled" if worn else "clip", clip.path))
        return Chosen(label, studio.figure, markers=named_moments(clip))

    def _chosen(self, place: int, slot: Slot, first: Chosen) -> Chosen:
        document, studio = self._bench.store.document, self._bench.studio
        styled = self._styled[place - 1]
        if slot.kind != "restyled":
            styled.rest()
        words = slot_words(document, slot)
        if slot.kind == "nothing":
            return Chosen(words, problem=EMPTY.format(name=NAMES[place]))
        if slot.kind == "stage":
            return replace(first, label=words)
        if slot.kind == "latent":
            found = Chosen(words, studio.latent, loops=True)
            return found if found.figure else replace(found, problem=NO_LATENT)
        if slot.kind == "character":
            return self._character(words)
        return self._clip(slot, words, styled)

    def _clip(self, slot: Slot, words: str, styled: StyledClip) -> Chosen:
        document, studio = self._bench.store.document, self._bench.studio
        clip = next((held for held in document.clips if held.path == slot.clip), None)
        if clip is None:
            styled.rest()
            return Chosen(
                words, problem=tr("{words} is not open any more: choose another.", words=words)
            )
        motion = next((motion for motion in studio.motions if motion.key == clip.key), None)
        if motion is None:
            return Chosen(words, problem=tr("Opening {name} …", name=clip.name))
        named = named_moments(clip)
        if slot.kind == "clip":
            return Chosen(words, motion.figure, markers=named)
        if studio.motion is motion and studio.source == "clip" and studio.styled is not None:
            styled.rest()
            return Chosen(words, studio.styled, markers=named)
        styled.ask(document, clip, motion)
        return Chosen(words, styled.figure, styled.problem, markers=named)

    def _character(self, words: str) -> Chosen:
        """As it is while it is on stage, else what it lived through last."""
        studio, live = self._bench.studio, self._bench.studio.character
        if live is None:
            return Chosen(words, problem=NO_CHARACTER)
        if studio.source == "character":
            return Chosen(words, live)
        return Chosen(words, self._remembered(live))

    def _remembered(self, live: LiveFigure) -> Figure:
        newest = live.moment[0]
        if self._taken is None or self._taken[0] is not newest:
            self._taken = newest, remembered_figure(live.remembered())
        return self._taken[1]

    def _moments(self, slot: Slot, first: Chosen, other: Chosen) -> Moments:
        align = self._bench.store.document.comparison.align
        if align == "phase":
            return self._phases.of(first.figure, other.figure) if other.figure else Moments()
        if align == "marker":
            return by_marker(first.markers, other.markers)
        return Moments(slot.offset_s)
