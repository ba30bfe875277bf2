"""Compares what is on stage: viewports beside it, what they show, and how far that is from it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QActionGroup

from render.camera import OrbitCamera
from viewer.model.compared import Comparing, Seen, relative, stands
from viewer.model.comparison import ALIGNMENTS, LAYOUTS, SLOTS, Slot
from viewer.model.comparison_edits import (
    LAYOUT_WORDS,
    align_slots,
    choose_viewport,
    link_cameras,
    move_camera,
    offset_slot,
    paint_difference,
    set_layout,
    show_in,
)
from viewer.model.document import Document, OpenClip
from viewer.model.language import tr, within
from viewer.model.moments import Moments
from viewer.model.viewports import moved
from viewer.stage.stage import Stage
from viewer.stage.view import StageView
from viewer.workbench import Workbench

from .bar import ALIGNMENTS as ALIGN_WORDS
from .bar import LAYOUTS as LAYOUT_TIPS
from .bar import CompareBar
from .choices import Choices
from .places import Places

MENU = "View/Compare"
KEYS = {"single": "Alt+1", "two": "Alt+2", "four": "Alt+4", "overlay": "Alt+5"}


class CompareControl(QObject):
    """Follows the document: divides the stage, shows the slots, and applies what a person does.

    seen: what the viewports show now, A first.
    """

    def __init__(self, bench: Workbench, view: StageView) -> None:
        super().__init__(bench.studio)
        self._bench, self._view = bench, view
        self.choices = Choices(bench, self)
        self._comparing: Comparing | None = None
        self.seen: tuple[Seen, ...] = ()
        self._add_actions()
        self.bar = CompareBar(bench.actions, bench.themes)
        view.add_bar(self.bar)
        self.places: Places | None = None
        if view.stage is not None:
            self._begin(view.stage)
        self.bar.layout_chosen.connect(self._lay_out)
        self.bar.align_chosen.connect(self._align)
        self.bar.offset_edited.connect(self._offset)
        bench.store.changed.connect(self._follow)
        self.choices.changed.connect(self._settle)
        self._settle()

    def close(self) -> None:
        self.choices.close()

    def show_clip(self, place: int, path: Path, title: str = "") -> None:
        """A viewport shows the clip in a file, which is opened if it is not open."""
        path = path.resolve()
        if not path.is_file():
            text = tr(
                "{title} is not on this machine yet: open it first.", title=title or path.name
            )
            self._bench.studio.notify("warning", text)
            return
        held = next((c for c in self._document.clips if c.path == path), None)
        clip = held or OpenClip(path, title=title)
        self._bench.store.apply(show_in(place, Slot("clip", path), clip.name, clip))

    def choose(self, place: int, slot: Slot, words: str) -> None:
        """A viewport shows something else."""
        self._bench.store.apply(show_in(place, slot, words))

    def offered(self, place: int) -> list[tuple[str, Slot, bool]]:
        """What a viewport can show, in words, and whether there is that."""
        document, studio = self._document, self._bench.studio
        found: list[tuple[str, Slot, bool]] = []
        for clip in document.clips:
            if document.course_of(clip):
                found.append(
                    (tr("{name}, as it is", name=clip.name), Slot("clip", clip.path), True)
                )
                words = f"{clip.name}, {document.look_of(clip)}"
                found.append((words, Slot("restyled", clip.path), True))
            else:
                found.append((clip.name, Slot("clip", clip.path), True))
        found.append((tr("Decoded latent"), Slot("latent"), studio.latent is not None))
        live = place == 0 or studio.character is not None
        found.append((tr("Physics character"), Slot("character"), live))
        if place:
            found.append((tr("What is on stage"), Slot("stage"), True))
            found.append((tr("Nothing"), Slot(), True))
        return found

    def frame_all(self) -> None:
        """Bring the figure of the viewport in use into its view."""
        place = self._document.view.viewport
        if self.places is None or place >= len(self.seen):
            return
        seen, pad = self.seen[place], self.places.pads[place]
        if seen.chosen.figure is not None:
            points = seen.chosen.figure.reach(seen.frame)
            self._move(place, pad.camera.frame_all(points, pad.pixels.aspect))

    def look_from(self, name: str) -> None:
        """Look at the viewport in use from the front, the side or the top, or in perspective."""
        place = self._document.view.viewport
        if self.places is not None:
            self._move(place, getattr(self.places.pads[place].camera, name)())

    @property
    def moments(self) -> tuple[Moments, ...]:
        """When the slots beside A are what A is."""
        return self._comparing.moments if self._comparing is not None else ()

    @property
    def _document(self) -> Document:
        return self._bench.store.document

    def _begin(self, stage: Stage) -> None:
        self.places = places = Places(stage, self._bench.themes, self.offered, self.choose)
        places.pressed.connect(self._use)
        places.moved.connect(self._move)
        stage.scene_shown.connect(self._draw)
        stage.camera_changed.connect(self._draw)

    def _add_actions(self) -> None:
        add = self._bench.actions.add
        group = QActionGroup(self)
        self._layouts = {}
        for layout in LAYOUTS:
            self._layouts[layout] = add(
                f"compare.{layout}", LAYOUT_WORDS[layout], LAYOUT_TIPS[layout][1],
                lambda on, layout=layout: self._lay_out(layout) if on else None,
                keys=KEYS[layout], menu=MENU, checkable=True, checked=layout == "single",
            )  # fmt: skip
            group.addAction(self._layouts[layout])
        aligning = QActionGroup(self)
        self._aligning = {}
        for align in ALIGNMENTS:
            text, tip = ALIGN_WORDS[align]
            self._aligning[align] = add(
                f"compare.align_{align}", tr("Align by {text}", text=within(text)), tip,
                lambda on, align=align: self._align(align) if on else None,
                menu=MENU, checkable=True, checked=align == "time",
            )  # fmt: skip
            aligning.addAction(self._aligning[align])
        self._linked = add(
            "compare.linked", tr("Link cameras"),
            tr("See all from where A is seen, or each from its own"),
            self._link, keys="Alt+C", menu=MENU, checkable=True, checked=True,
        )  # fmt: skip
        self._difference = add(
            "compare.difference", tr("Paint the difference"),
            tr("Paint on the joints how far they are from those of A"),
            lambda on: self._bench.store.apply(paint_difference(on)),
            keys="Alt+X", menu=MENU, checkable=True, checked=True,
        )  # fmt: skip
        add("compare.next", tr("Next viewport"),
        tr("Use the next viewport: its camera, its offset"),
            lambda: self._use((self._document.view.viewport + 1) % self._count),
            keys="Alt+V", menu=MENU)  # fmt: skip
        for id, icon in (("linked", "link"), ("difference", "difference")):
            self._bench.icons.bind(self._bench.actions[f"compare.{id}"], icon)

    @property
    def _count(self) -> int:
        return self._document.comparison.viewports

    def _lay_out(self, layout: str) -> None:
        if layout != self._document.comparison.layout:
            self._bench.store.apply(set_layout(next(each for each in LAYOUTS if each == layout)))

    def _align(self, align: str) -> None:
        self._bench.store.apply(align_slots(next(each for each in ALIGNMENTS if each == align)))

    def _offset(self, offset_s: float) -> None:
        place = self._document.view.viewport
        if place:
            edit = offset_slot(place, offset_s, self.bar.gesture.of(place))
            self._bench.store.apply(edit)

    def _link(self, linked: bool) -> None:
        """Freed cameras begin where they are."""
        if linked == self._document.comparison.linked:
            return
        cameras = None
        if not linked and self._view.stage is not None and self.seen:
            follow = self._document.view.looks.follow
            camera = relative(self.seen[0], self._view.stage.camera, follow)
            cameras = (camera,) * (SLOTS - 1)
        self._bench.store.apply(link_cameras(linked, cameras))

    def _use(self, place: int) -> None:
        self._bench.store.apply(choose_viewport(place))

    def _move(self, place: int, camera: OrbitCamera) -> None:
        """The camera of a viewport was dragged: where they are linked, that of A goes along."""
        stage, document = self._view.stage, self._document
        if stage is None or place >= len(self.seen):
            return
        follow = document.view.looks.follow
        own = relative(self.seen[place], camera, follow)
        if document.comparison.linked:
            stage.set_camera(moved(own, stands(self.seen[0], follow)))
        else:
            self._bench.store.apply(move_camera(place, own))

    def _follow(self, old: Document, new: Document) -> None:
        parts = ("comparison", "clips", "style")
        if any(getattr(old, part) is not getattr(new, part) for part in parts):
            self._settle()
        view, before = new.view, old.view
        if (view.viewport, view.cameras) != (before.viewport, before.cameras):
            self._show()
        if view.looks.follow != before.looks.follow or view.scheme != before.scheme:
            self._draw()

    def _settle(self) -> None:
        """Something else is compared, or another part of it is there."""
        compared = self._document.comparison
        if compared.comparing:
            self._comparing = self.choices.comparing()
        elif self._comparing is not None:
            self._comparing = None
            self.choices.rest()
        self._show()

    def _show(self) -> None:
        """Bar, menu and stage are as the document has them."""
        compared, view = self._document.comparison, self._document.view
        self.bar.show_comparison(compared, view.viewport)
        self.bar.setVisible(compared.comparing)
        self._layouts[compared.layout].setChecked(True)
        self._aligning[compared.align].setChecked(True)
        self._linked.setChecked(compared.linked)
        self._difference.setChecked(compared.difference)
        if self._view.stage is not None:
            self._view.stage.set_layout(compared.layout)
            self._view.show_alone(not compared.comparing)
            own = compared.viewports > 1 and view.viewport > 0 and not compared.linked
            self._view.beside = self if own else None
        self._draw()

    def _draw(self) -> None:
        """All viewports beside A, as they are when A is as it is."""
        stage, document = self._view.stage, self._document
        if stage is None or self.places is None:
            return
        if self._comparing is None or not document.comparison.comparing:
            if self.seen:
                self.seen = ()
                self.places.rest()
                stage.show_beside(None, ())
            return
        if self._comparing.document.comparison is not document.comparison:
            return  # it is settled next
        if self._comparing.first.figure is not self._bench.studio.figure:
            self._comparing = self.choices.comparing()
        comparing = replace(self._comparing, document=document)
        self.seen = comparing.seen(self._bench.transport.frame)
        views = comparing.views(self.seen, stage.scene, stage.camera)
        stage.show_beside(views[0][0] if len(views) == 1 else None, views[1:])
        notes = ["", *(when.note for when in comparing.moments)]
        self.places.show(document, self.seen, [camera for _, camera in views], notes)
