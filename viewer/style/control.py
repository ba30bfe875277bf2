"""Wires the style panel to the document: what the person moves there is what clips wear."""

from __future__ import annotations

import random
from collections.abc import Hashable

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from inference.models import MODELS
from inference.worker.messages import ModelFailed, Priority, Result
from motion.features import FPS, WINDOW
from viewer.model.clip import OpenMotion
from viewer.model.document import Document, Latent, Style
from viewer.model.language import tr
from viewer.model.style_edits import lock_slider, pin_style, set_strength, wear
from viewer.model.style_space import DECODER, ENCODER, STYLE_VAE
from viewer.studio.clip_scan import ClipScanner
from viewer.studio.listings import Listings
from viewer.workbench import Workbench

from .atlases import Atlases
from .beside import Beside
from .character import CharacterStyle
from .dot_labels import window_name
from .dots import Dots
from .from_clip import StyleFromClip
from .history import StyleHistory
from .keys import StyleKeys
from .latent import LatentAlone
from .lengthening import ClipLengthening
from .library import LibraryStyles
from .mix import MixPad
from .outlets import RestyledOutlets
from .panel import MAX_SEED, StylePanel
from .random_walk import RandomWalk
from .restyling import Restyling
from .windows import ClipWindows

ENCODE = "style.encode"
FOLLOW_MS = 40
_LISTED, _SHOWN_EVERY = 3, 4
"""While keys are followed the panel goes along every fourth frame."""


class StyleControl(QObject):
    """The panel shows the style of the document and changes it by edits.

    A style is K numbers (64 where the networks have a style block). ``decoded`` carries each
    Result of a latent alone and its positions (60, 22, 3) once they are shown. bank: the
    encoded windows of open clips and demo clips; library: those of listed clips.
    """

    decoded = Signal(object, object)

    def __init__(self, bench: Workbench, scanner: ClipScanner, listings: Listings) -> None:
        super().__init__(bench.studio)
        self._bench = bench
        self._clip_windows = ClipWindows(bench, scanner, self)
        self.bank = self._clip_windows.bank
        self.library = LibraryStyles(bench, listings, self)
        self.atlases = Atlases(bench, self.bank, self.library, self)
        self.restyling = Restyling(bench, self)
        self.latent_alone = LatentAlone(bench, self.bank, self)
        theme, latent = bench.themes.current, self.latent_alone.panel
        self.panel = StylePanel(theme, bench.icons, latent)
        self.character = CharacterStyle(bench, self.restyling, self.atlases, self.panel, self)
        live = self.character.live
        self.dots = Dots(bench, self.atlases, self.restyling, live, self.panel, self.current, self)
        self.beside = Beside(bench, self.restyling, self.atlases, self.panel.heard, self)
        self.panel.dot_picked.connect(self.beside.tell)
        self.from_clip = StyleFromClip(
            bench, self.bank, self.library, self.atlases, self.dots, self
        )
        self.keys = StyleKeys(bench, self.panel.keys, self.current, self)
        self.history = StyleHistory(bench, self.restyling, live, self.panel.history, self)
        self.outlets = RestyledOutlets(bench, self.panel)
        self.panel.set_export(self.outlets.action, self.outlets.menu)
        self.longer = ClipLengthening(bench, self.panel)
        self.walk = RandomWalk(bench, lambda: self.style, self._drawn, parent=self)
        self._clip_time_s = 0.0
        self._following = QTimer(self, singleShot=True, interval=FOLLOW_MS)
        self._following.timeout.connect(self._show_sliders)
        self._add_actions()
        self._connect()
        self._check_models()

    @property
    def style(self) -> np.ndarray:
        """What is worn on stage at the playhead, or would be: (K,)."""
        return self.current().values

    def current(self) -> Latent:
        """What the clip or the character on stage wears at the playhead, or its own style."""
        document = self._bench.store.document
        if self.character.on_stage:
            return document.style.worn or self._own()
        clip = document.shown_clip
        try:
            worn = document.worn_at(clip, self._clip_time_s) if clip else None
        except ValueError:  # keys of networks with other styles
            worn = None
        return worn.style if worn is not None else self._own()

    def close(self) -> None:
        self._following.stop()
        self._clip_windows.close()
        self.library.close()
        self.from_clip.close()
        self.beside.close()
        self.atlases.close()
        self.restyling.close()
        self.character.close()
        self.latent_alone.close()
        for part in (self.history, self.walk, self.longer):
            part.close()
        for stop in self._unsubscribes:
            stop()

    def set_style(
        self,
        style: np.ndarray,
        label: str,
        name: str = tr("Change style"),
        gesture: Hashable | None = None,
        seed: int | None = None,
    ) -> None:
        """Clips wear ``style`` (K,): an edit called ``name``, one step within a gesture."""
        self._bench.store.apply(wear(name, Latent(style, label), gesture, seed))

    def note_character(self, window: np.ndarray | None, label: str) -> None:
        """The last two seconds (60, 73) of the character: marked on the map, and to take up."""
        self.character.note_window(window, label)
        self._allow_encoding()

    def _own(self) -> Latent:
        """The style of what is on stage as it is; the mean of all where that is not known."""
        if self.character.on_stage and self.character.own is not None:
            return self.character.own
        motion, subspace = self._bench.studio.motion, self.atlases.subspace
        latents = self.bank.of(str(motion.path.resolve())) if motion else None
        if motion is not None and latents is not None and len(latents):
            itself = tr("{title} itself", title=motion.title)
            return Latent(subspace.read(latents).mean(axis=0), itself)
        atlas = self.atlases.atlas
        return Latent(np.zeros(subspace.size) if atlas is None else atlas.mean, tr("mean style"))

    def _follow(self, old: Document, new: Document) -> None:
        """The panel is a picture of the document."""
        if new.style is not old.style and _worn_alike(old.style, new.style):
            return
        moved = new.style is not old.style or new.view.clip != old.view.clip
        moved = moved or new.view.looks.styled != old.view.looks.styled
        if moved or new.clips is not old.clips:
            self._show()

    def _show(self) -> None:
        style = self._bench.store.document.style
        self.panel.set_strength(style.strength, not self._keyed())
        self.panel.set_seed(style.seed)
        self.panel.set_worn(self._says())
        self.panel.set_locked(style.locked)
        self._show_pins()
        self._take_off.setEnabled(bool(self._look()))
        self._show_style()

    def _show_style(self) -> None:
        """Where the ring stands; the sliders and what is nearest follow some times a second."""
        atlas, style = self.atlases.atlas, self.current()
        if atlas is not None and len(style.values) == atlas.styles.shape[1]:
            self.dots.show_marker(atlas, style)
            if not self._following.isActive():
                self._following.start()

    def _show_sliders(self) -> None:
        atlas, style = self.atlases.atlas, self.current()
        if atlas is None or len(style.values) != atlas.styles.shape[1]:
            return
        self.panel.set_coordinates(atlas.coordinates(style.values))
        rows = atlas.alike(style.values, _LISTED)
        self.panel.set_nearest({window_name(atlas, n): int(n) for n in rows})

    def _show_pins(self) -> None:
        pins, pose_of = self._bench.store.document.style.pins, self.history.pose_of
        self.panel.mix.set_pins([(pin.label, pose_of(pin)) if pin else None for pin in pins])

    def _keyed(self) -> bool:
        document = self._bench.store.document
        clip = document.shown_clip
        return clip is not None and not self.character.on_stage and bool(document.keys_of(clip))

    def _look(self) -> str:
        document = self._bench.store.document
        clip, worn = document.shown_clip, document.style.worn
        if self.character.on_stage:
            return tr("as {label}", label=worn.label or tr("another style")) if worn else ""
        return document.look_of(clip) if clip is not None else ""

    def _says(self) -> str:
        motion = self._bench.studio.motion
        if self.character.on_stage:
            seen = self._look() if self._bench.store.document.view.looks.styled else ""
            return tr("The character {seen}", seen=seen or tr("as it is"))
        if motion is None:
            return tr("Open a clip: it gives the motion, the map the style.")
        if motion.not_human:
            return tr("{title} is no human rig; there is nothing to restyle.", title=motion.title)
        look = self._look() or tr("as it is")
        return f"{motion.title} {look}"

    def _add_actions(self) -> None:
        bench, actions = self._bench, self._bench.actions
        self._take_off = actions.add(
            "style.reset",
            tr("As it is"),
            tr("Take the style off: what plays is as it is"),
            lambda: bench.store.apply(wear(tr("Take style off"), None)),
            keys="Shift+R",
            menu="Style",
        )
        self._random = actions.add(
            "style.random", tr("Random style"), tr("Draw a random style from a new seed"),
            lambda: self._play_seed(random.randint(0, MAX_SEED)), keys="R", menu="Style",
        )  # fmt: skip
        self._from_clip = actions.add(
            "style.from_clip",
            tr("Style from clip"),
            tr("Take the style of the two seconds at the playhead, of clip or character"),
            self._encode_playhead,
            keys="E",
            menu="Style",
        )
        for action, short, icon, button in (
            (self._take_off, tr("As it is"), "reset", self.panel.reset_button),
            (self._random, tr("Random"), "dice", self.panel.random_button),
            (self._from_clip, tr("From clip"), "clip", self.panel.from_clip_button),
        ):
            action.setIconText(short)
            bench.icons.bind(action, icon)
            button.setDefaultAction(action)

    def _connect(self) -> None:
        bench, panel = self._bench, self.panel
        bench.store.changed.connect(self._follow)
        bench.themes.changed.connect(panel.set_theme)
        bench.bridge.model_loaded.connect(self._note_model)
        bench.bridge.happened.connect(self._note_event)
        bench.studio.motion_changed.connect(self._note_motion)
        bench.studio.frame_changed.connect(self._note_frame)
        bench.studio.source_changed.connect(self._note_motion)
        self._clip_windows.changed.connect(self._note_windows)
        self.atlases.changed.connect(self._take_atlas)
        self.restyling.made.connect(lambda _, took: panel.set_latency(took))
        self.character.live.made.connect(panel.set_latency)
        self.character.live.peeked.connect(self.restyling.peeked)
        self.latent_alone.decoded.connect(self.decoded)
        panel.slider_moved.connect(self._move_slider)
        panel.lock_toggled.connect(lambda name, on: bench.store.apply(lock_slider(name, on)))
        panel.strength_edited.connect(self._take_strength)
        panel.seed_edited.connect(self._play_seed)
        self._connect_mix(panel.mix)
        subscribe = bench.bridge.subscribe
        self._unsubscribes = [subscribe(ENCODE, self._take_encoded)]

    def _connect_mix(self, mix: MixPad) -> None:
        store = self._bench.store
        mix.pin_asked.connect(lambda place: store.apply(pin_style(place, self.current())))
        mix.unpin_asked.connect(lambda place: store.apply(pin_style(place, None)))
        mix.mixed.connect(self._take_mix)
        self.history.noted.connect(self._show_pins)
        mix.pressed.connect(self.panel.gesture.press)
        mix.released.connect(self.panel.gesture.release)

    def _note_model(self, model: str) -> None:
        if model in STYLE_VAE:
            self._check_models()

    def _check_models(self) -> None:
        """Enable what can run, and encode what waited for the encoder."""
        ready = self.restyling.ready
        self.panel.set_problem("" if ready else self._why_idle())
        for action in (self._take_off, self._random):
            action.setEnabled(ready)
        self._allow_encoding()
        self.latent_alone.check_models()
        if ENCODER in self._bench.bridge.models:
            self._clip_windows.encode_waiting()
        self.atlases.find()
        self._show()

    def _allow_encoding(self) -> None:
        """Style from clip needs both networks, and two seconds of the clip or the character."""
        motion = self._bench.studio.motion
        clip = motion is not None and len(_features(motion)) >= WINDOW
        there = clip or self.character.window is not None
        self._from_clip.setEnabled(self.restyling.ready and there)

    def _why_idle(self) -> str:
        for name in (DECODER, ENCODER):
            spec = MODELS[name]
            if name in self._bench.bridge.models:
                continue
            what = name.replace("stylevae_", "style ")
            if spec.available(self._bench.assets):
                return tr("Loading the {what}.", what=what)
            state, file = tr(spec.status(self._bench.assets)), spec.file
            return tr(
                "The {what} is {state}: {file} is missing.", what=what, state=state, file=file
            )
        return ""

    def _note_motion(self, _: object) -> None:
        self._allow_encoding()
        self._show()

    def _note_event(self, event: object) -> None:
        if isinstance(event, ModelFailed) and event.model in (DECODER, ENCODER):
            self.panel.set_problem(event.message)

    def _note_windows(self) -> None:
        self.latent_alone.find_axes()
        self.atlases.find()

    def _take_atlas(self) -> None:
        atlas = self.atlases.atlas
        assert atlas is not None
        if self.atlases.subspace is not self.restyling.subspace:
            self.restyling.set_subspace(self.atlases.subspace)
        self.panel.set_dots(self.atlases.dots)
        self.panel.set_sliders(atlas.sliders)
        self._show()

    def _take_strength(self, strength: float) -> None:
        self._bench.store.apply(set_strength(strength, self.panel.gesture.of("strength")))

    def _move_slider(self, index: int, sigma: float) -> None:
        atlas = self.atlases.atlas
        if atlas is None:
            return
        name = tr("Move {name}", name=tr(atlas.sliders[index].name))
        moved = atlas.moved(self.style, index, sigma)
        self.set_style(moved, tr("edited style"), name, self.panel.gesture.of(name))

    def _take_mix(self, weights: np.ndarray) -> None:
        pins = self._bench.store.document.style.pins
        parts = [(w, pin) for w, pin in zip(weights, pins, strict=True) if pin is not None]
        if not parts:
            return
        mixed = np.sum([w * pin.values for w, pin in parts], axis=0)
        gesture = self.panel.gesture.of("mix")
        self.set_style(self.dots.unlocked(mixed), tr("mixed style"), tr("Mix styles"), gesture)

    def _drawn(self, seed: int) -> np.ndarray | None:
        atlas = self.atlases.atlas
        return None if atlas is None else self.dots.unlocked(atlas.random(seed))

    def _play_seed(self, seed: int) -> None:
        drawn, label = self._drawn(seed), tr("random style {seed}", seed=seed)
        if drawn is not None:
            self.set_style(drawn, label, tr("Draw {label}", label=label), seed=seed)

    def _note_frame(self, frame: int) -> None:
        transport = self._bench.transport
        if self._bench.studio.source == "clip":
            self._clip_time_s = frame * transport.frame_time
            if self._keyed() and (frame % _SHOWN_EVERY == 0 or not transport.playing):
                self._show_style()

    def _encode_playhead(self) -> None:
        motion = self._bench.studio.motion
        if self.character.window is not None:
            window, label = self.character.window[0].reshape(1, -1), self.character.window[1]
        elif motion is not None:
            features = _features(motion)
            start = min(round(self._clip_time_s * FPS), len(features) - WINDOW)
            label = tr("{title} at {start:.1f} s", title=motion.title, start=start / FPS)
            window = features[start : start + WINDOW].reshape(1, -1)
        else:
            return
        self._bench.bridge.infer(ENCODER, {"motion": window}, ENCODE, Priority.INTERACTIVE, label)

    def _take_encoded(self, result: Result) -> None:
        label = str(result.request.context)
        style = self.atlases.subspace.read(result.outputs["mu"][0])
        self.set_style(style, label, tr("Take style of {label}", label=label))


def _worn_alike(some: Style, other: Style) -> bool:
    """Whether two differ in nothing that clips wear: the latent alone is another matter."""
    parts = [(s.strength, s.keyed, s.seed) for s in (some, other)]
    same = some.worn is other.worn and some.pins is other.pins and some.locked is other.locked
    return same and parts[0] == parts[1]


def _features(motion: OpenMotion) -> np.ndarray:
    """Motion features of a clip; none for a rig that is not human."""
    return np.zeros((0, 1), np.float32) if motion.features is None else motion.features
