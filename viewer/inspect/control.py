"""Wires markers, the joints that are looked at and the feet that slide to stage and timeline."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from motion.phase.slides import Slide
from viewer.model import joint_edits as edits
from viewer.model.document import Document, ShownJoint
from viewer.model.edits import Edit
from viewer.model.figure import Figure
from viewer.model.inspection import Skating, can_slide, skating_words
from viewer.model.joints import frame_time_of, joint_names, reading
from viewer.model.language import tr
from viewer.stage.stage import Stage
from viewer.ui.time_view import MODES, add_actions, remember
from viewer.workbench import Workbench

from .joint_labels import JointLabels, Labelled
from .joint_pick import JointPick, Sight
from .joint_rows import joint_rows
from .markers import Markers
from .measuring import SETTLE_MS, Measuring
from .panel import HINT, InspectPanel
from .skate_lane import SkateLane

FULL = tr(
    "{most_joints} joints are pinned already; let one of them go.", most_joints=edits.MOST_JOINTS
)


class InspectControl(QObject):
    """Follows the document: which joints are looked at, and what stands on the timeline."""

    def __init__(self, bench: Workbench, stage: Stage | None) -> None:
        super().__init__(bench.studio)
        self._bench = bench
        self._names: tuple[str, ...] = ()
        self._lane_shown = False
        self._add_actions()
        self.panel = InspectPanel(bench.actions, bench.icons, bench.themes.current)
        self.markers = Markers(bench, self)
        slides = [bench.actions[f"slide.{name}"] for name in ("previous", "next", "lane")]
        self.lane = SkateLane(slides, self)
        self.measuring = Measuring(
            bench.studio, bench.transport, lambda: [joint.name for joint in self.joints], self
        )
        self.labels: JointLabels | None = None
        if stage is not None:
            self.labels = JointLabels(stage, bench.themes, self._labelled)
            self.watch(stage, lambda: self._sight(stage))
        self._connect()
        self._show_figure()

    def close(self) -> None:
        """Measure no more."""
        self.measuring.close()

    def watch(self, viewport: QWidget, sight: Callable[[], Sight | None]) -> None:
        """Clicks on joints of what is seen in ``viewport`` are heeded from now on."""
        JointPick(viewport, sight).picked.connect(self._pick)

    def _add_actions(self) -> None:
        add = self._bench.actions.add
        for name, text, tip, does, keys in (
            ("joint.pin", tr("Pin joint"), tr("Keep the joint that is looked at beside others"),
             self._pin_last, "Ctrl+J"),
            ("joint.clear", tr("Let go of joints"),
             tr("Look at no joint any more"), self._let_go_of_all,
             "Ctrl+Shift+J"),
            ("slide.next", tr("Next slide"), tr("Go to the next moment at which a foot slides"),
             lambda: self._go(1), "F7"),
            ("slide.previous", tr("Previous slide"),
             tr("Go to the last moment at which a foot slid"),
             lambda: self._go(-1), "Shift+F7"),
        ):  # fmt: skip
            add(name, text, tip, does, keys=keys, menu="Stage" if "joint" in name else "Playback")
        kept = str(self._bench.settings.value("inspect/lane", "true")) == "true"
        self._lane_action = add(
            "slide.lane", tr("Foot skate"), tr("Show on the timeline how feet in contact slide"),
            self._set_lane, keys="Alt+F7", menu="Playback", checkable=True, checked=kept,
        )  # fmt: skip

    def _connect(self) -> None:
        bench, panel = self._bench, self.panel
        view, transport = panel.plots.view, bench.transport
        remember(view, bench.settings, "inspect")
        add_actions(bench.actions, view, "inspect", tr("Joint curves"), "Playback/Joint curves",
                    dict.fromkeys(MODES, ""))  # fmt: skip
        panel.plots.addActions([bench.actions[f"inspect.{mode}"] for mode in MODES])
        bench.store.changed.connect(self._follow)
        bench.themes.changed.connect(panel.set_theme)
        bench.studio.figure_changed.connect(self._show_figure)
        bench.studio.restyled_changed.connect(lambda: self.measuring.soon(SETTLE_MS))
        self.measuring.changed.connect(self._take)
        bench.studio.frame_changed.connect(self._show_frame)
        panel.chosen.connect(lambda name: self._edit(edits.look_at(name)))
        panel.joints.pin_asked.connect(lambda name, on: self._edit(edits.pin_joint(name, on)))
        panel.joints.let_go_asked.connect(lambda name: self._edit(edits.let_go(name)))
        panel.joints.measure_asked.connect(lambda name: self._edit(edits.measure_from(name)))
        panel.shown.connect(lambda: self._show_frame(transport.frame))
        panel.plots.scrub_started.connect(transport.begin_scrub)
        panel.plots.scrubbed.connect(transport.seek)
        panel.plots.scrub_finished.connect(transport.end_scrub)
        panel.slides.picked.connect(self._go_to)
        self.lane.pressed.connect(self._go_to)

    @property
    def joints(self) -> tuple[ShownJoint, ...]:
        """Those that are looked at."""
        return self._bench.store.document.view.joints

    @property
    def skating(self) -> Skating | None:
        """How the feet of what is on stage slide, once that is measured."""
        found = self.measuring.found
        return found.skating if found else None

    def _edit(self, edit: Edit) -> None:
        before = self.joints
        self._bench.store.apply(edit)
        pinned = sum(joint.pinned for joint in before)
        if self.joints is before and pinned >= edits.MOST_JOINTS:
            self._bench.studio.notify("info", FULL)

    def _follow(self, old: Document, new: Document) -> None:
        if new.view.joints is not old.view.joints:
            self._show_joints()
            self.measuring.measure()

    def _pick(self, name: str, adding: bool) -> None:
        """A joint was clicked, or none."""
        if name:
            self._edit(edits.pin_joint(name) if adding else edits.look_at(name))
        elif not adding:
            self._edit(edits.let_go_of_all(pinned=False))

    def _pin_last(self) -> None:
        if self.joints:
            last = self.joints[-1]
            self._edit(edits.pin_joint(last.name, not last.pinned))

    def _let_go_of_all(self) -> None:
        self._edit(edits.let_go_of_all())

    def _sight(self, stage: Stage) -> Sight | None:
        """What is on stage, as it is seen."""
        figure, frame = self._bench.studio.figure, self._bench.transport.frame
        return Sight(figure, frame, stage.camera, stage.pixel_size) if figure is not None else None

    def _labelled(self) -> Sequence[Labelled]:
        """What the labels on the stage say now: all of the newest joint, of others the name."""
        figure, frame = self._bench.studio.figure, self._bench.transport.frame
        if figure is None:
            return ()
        told = [(joint, reading(figure, frame, joint.name)) for joint in self.joints]
        return [Labelled(joint, found, joint is self.joints[-1]) for joint, found in told if found]

    def _show_figure(self) -> None:
        """Something else is on stage."""
        figure = self._bench.studio.figure
        names = joint_names(figure) if figure is not None else ()
        if names != self._names:
            self._names = names
            self.panel.offer(names)
        self._place_lane()
        self._show_joints()
        self.measuring.soon(SETTLE_MS if self._bench.studio.source == "latent" else 0)

    def _show_joints(self) -> None:
        joints = self.joints
        actions = self._bench.actions
        for name in ("pin", "clear"):
            actions[f"joint.{name}"].setEnabled(bool(joints))
        self.panel.joints.show_joints(joints)
        self.panel.set_hint("" if joints else HINT)
        if self.labels is not None:
            self.labels.setVisible(bool(joints))
            self.labels.update()
        self._show_frame(self._bench.transport.frame)

    def _show_frame(self, frame: int) -> None:
        """The playhead has moved."""
        figure, panel = self._bench.studio.figure, self.panel
        if not panel.isVisible():
            return
        panel.plots.set_time(frame * self._bench.transport.frame_time)
        if figure is not None and self.joints:
            told = {joint.name: reading(figure, frame, joint.name) for joint in self.joints}
            panel.joints.show_readings({name: each for name, each in told.items() if each})
            if not isinstance(figure, Figure):
                self.measuring.go_along()

    def _take(self, anew: bool) -> None:
        """Something was measured; anew: of another figure than before."""
        found = self.measuring.found
        by_name = {each.name: each for each in found.joints} if found else {}
        shown = [(joint, by_name[joint.name]) for joint in self.joints if joint.name in by_name]
        step = frame_time_of(found.figure) if found else 1.0
        self.panel.plots.show_rows(joint_rows(shown, step), anew)
        self._show_frame(self._bench.transport.frame)
        self._show_skating()

    def _show_skating(self) -> None:
        skating, panel = self.skating, self.panel
        panel.skating.setText(_sentence(skating_words(skating)) if skating else "")
        panel.skating.setVisible(skating is not None)
        panel.slides.show_slides(skating.worst if skating else ())
        for name in ("next", "previous"):
            self._bench.actions[f"slide.{name}"].setEnabled(bool(skating and skating.worst))
        self.lane.show(skating)
        self._place_lane()

    def _place_lane(self) -> None:
        """The lane is there for what has feet, also before they are measured."""
        timeline, figure = self._bench.timeline, self._bench.studio.figure
        feet = isinstance(figure, Figure) and can_slide(figure)
        shown = feet and self._lane_action.isChecked()
        if shown != self._lane_shown:
            self._lane_shown = shown
            (timeline.add_lane if shown else timeline.remove_lane)(self.lane)
        elif shown:
            timeline.track.refresh()

    def _set_lane(self, on: bool) -> None:
        self._bench.settings.setValue("inspect/lane", "true" if on else "false")
        self._place_lane()

    def _go(self, way: int) -> None:
        """To the next slide after the playhead, or before it, by time; round at the ends."""
        if self.skating is None or not self.skating.worst:
            return
        frame = self._bench.transport.frame
        ahead = sorted(self.skating.worst, key=lambda slide: way * slide.worst)
        later = (slide for slide in ahead if way * slide.worst > way * frame)
        self._go_to(next(later, ahead[0]))

    def _go_to(self, slide: Slide) -> None:
        self.panel.slides.choose(slide)
        self._bench.transport.seek_frame(slide.worst)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
