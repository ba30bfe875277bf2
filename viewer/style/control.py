"""Wires the style panel to the decoder, the encoder and the stage."""

from __future__ import annotations

import random
import time
from collections.abc import Hashable
from typing import cast

import numpy as np
from PySide6.QtCore import QObject, Signal

from inference.models import MODELS
from inference.worker.messages import ModelFailed, Priority, Result
from motion.features import CONTACTS, FPS, WINDOW
from viewer.model.clip import OpenMotion
from viewer.model.decoded import decoded_loop
from viewer.model.document import Document, Latent
from viewer.model.edits import move_style
from viewer.model.style_space import (
    DECODER,
    ENCODER,
    StyleSpace,
    load_space,
    principal_space,
    prior_space,
)
from viewer.studio.clip_scan import ClipScanner
from viewer.ui.background import Background
from viewer.workbench import Workbench

from .map import MapDots
from .panel import MAX_SEED, StylePanel
from .windows import ClipWindows

SPACE_FILE = "style_space.npz"
DECODE, ENCODE, HOVER = "style.decode", "style.encode", "style.hover"
CHARACTER = "style.character"


class StyleControl(QObject):
    """Follows the document's latent; every change of it asks for one decode.

    The latent lives in 256 dimensions; the sliders show its coordinates on the
    axes of the space and change those only. ``decoded`` carries each Result of the
    decoder and its positions (60, 22, 3) once they are shown. bank: the windows of the clips
    that are the map's dots.
    """

    decoded = Signal(object, object)

    def __init__(self, bench: Workbench, scanner: ClipScanner) -> None:
        super().__init__()
        self._bench = bench
        self._clip_windows = ClipWindows(bench, scanner, self)
        self.bank = self._clip_windows.bank
        self._space = prior_space()
        self._drawn = self._hovered = -1
        self._made_by: tuple[object, ...] = ()
        self._revision = 0
        self._background = Background(self, "principal axes")
        self._clip_time_s = 0.0
        self._window: tuple[np.ndarray, str] | None = None
        self.panel = StylePanel(bench.themes.current)
        self._add_actions()
        self._connect()
        self._trained = False
        self._set_space(self._space)
        self._check_models()

    @property
    def latent(self) -> np.ndarray:
        """The current latent (256,)."""
        latent = self._bench.store.document.style.latent
        return self._space.mean if latent is None else latent.values

    @property
    def coords(self) -> np.ndarray:
        """Where the current latent is on the axes of the space, in sigma."""
        return self._space.to_coords(self.latent)[: self._space.dimensions]

    def close(self) -> None:
        self._clip_windows.close()
        self._background.close()
        for stop in self._unsubscribes:
            stop()

    def set_latent(
        self,
        latent: np.ndarray,
        label: str,
        name: str = "Change style",
        gesture: Hashable | None = None,
        seed: int | None = None,
    ) -> None:
        """Make ``latent`` (256,) current: an edit called ``name``, one step within a gesture."""
        self._bench.store.apply(move_style(name, Latent(latent, label), gesture, seed))

    def _follow(self, old: Document, new: Document) -> None:
        """Decode what the document has now, and meanwhile show it in the panel."""
        shown = new.view.source == "latent" and old.view.source != "latent"
        if new.style.latent == old.style.latent and not shown:
            return
        if new.style.latent is None:
            self._bench.bridge.forget(DECODE)
        else:
            self._decode()
        self.panel.set_coords(self._space.to_coords(self.latent))
        self.panel.set_seed(new.style.seed)

    def note_character(self, window: np.ndarray | None, label: str) -> None:
        """The last two seconds (60, 73) of the character: marked on the map, and to restyle."""
        self._window = None if window is None else (window, label)
        self._allow_encoding()
        if window is None or ENCODER not in self._bench.bridge.models:
            self._bench.bridge.forget(CHARACTER)
            self.panel.show_character(None)
            return
        inputs = {"motion": window.reshape(1, -1)}
        self._bench.bridge.infer(ENCODER, inputs, CHARACTER, Priority.LIVE)

    def _take_character(self, result: Result) -> None:
        x, y = [*self._space.to_coords(result.outputs["mu"][0])[:2], 0.0][:2]
        self.panel.show_character((float(x), float(y)) if self._window else None)

    def _decode(self) -> None:
        bench, latent = self._bench, self._bench.store.document.style.latent
        if latent is not None:
            bench.bridge.infer(
                DECODER, {"latent": latent.values[None]}, DECODE, Priority.INTERACTIVE,
                latent.label, bench.studio.comparing,
            )  # fmt: skip

    def _decode_again(self, *_: object) -> None:
        """Have the latent on stage decoded by what runs now, if something else did.

        A comparison is made anew in any case.
        """
        studio = self._bench.studio
        stale = studio.comparing or self._made_by != self._maker()
        if studio.source == "latent" and stale:
            self._decode()

    def _maker(self) -> tuple[object, ...]:
        """What a decoded pose depends on besides the latent."""
        bridge, studio = self._bench.bridge, self._bench.studio
        return bridge.engine, bridge.models.get(DECODER), studio.comparing

    def _follow_source(self, source: str) -> None:
        if source != "character":
            self.note_character(None, "")
        if source == "latent":
            self._decode_again()
        else:
            self._bench.bridge.forget(DECODE)

    def _add_actions(self) -> None:
        bench, actions = self._bench, self._bench.actions
        self._reset = actions.add(
            "style.reset",
            "Reset style",
            "Put all style axes at 0 σ, the mean style",
            lambda: self.set_latent(self._space.mean, "mean style", "Reset style"),
            keys="Shift+R",
            menu="Style",
        )
        self._random = actions.add(
            "style.random",
            "Random style",
            "Draw a random style from a new seed",
            self._draw_seed,
            keys="R",
            menu="Style",
        )
        self._from_clip = actions.add(
            "style.from_clip",
            "Style from clip",
            "Encode two seconds at the playhead, of clip or character, and take their style",
            self._encode_playhead,
            keys="E",
            menu="Style",
        )
        for action, short, icon in (
            (self._reset, "Reset all", "reset"),
            (self._random, "Random", "dice"),
            (self._from_clip, "From clip", "clip"),
        ):
            action.setIconText(short)
            bench.icons.bind(action, icon)
        self.panel.reset_button.setDefaultAction(self._reset)
        self.panel.random_button.setDefaultAction(self._random)
        self.panel.from_clip_button.setDefaultAction(self._from_clip)
        for row in self.panel.sliders:
            bench.icons.bind(row.reset, "reset")

    def _connect(self) -> None:
        bench, panel = self._bench, self.panel
        bench.store.changed.connect(self._follow)
        bench.themes.changed.connect(panel.set_theme)
        bench.bridge.model_loaded.connect(self._note_model)
        bench.bridge.engine_changed.connect(self._decode_again)
        bench.studio.source_changed.connect(self._follow_source)
        bench.studio.comparing_changed.connect(self._decode_again)
        bench.bridge.happened.connect(self._note_event)
        bench.studio.motion_changed.connect(lambda _: self._check_models())
        bench.studio.frame_changed.connect(self._note_frame)
        self._clip_windows.changed.connect(self._show_bank)
        panel.axis_moved.connect(self._move_axis)
        panel.seed_edited.connect(self._play_seed)
        panel.map_dragged.connect(self._take_map)
        panel.dot_picked.connect(self._take_dot)
        panel.dot_hovered.connect(self._preview_dot)
        subscribe = bench.bridge.subscribe
        self._unsubscribes = [
            subscribe(DECODE, self.take_decoded),
            subscribe(ENCODE, self._take_encoded),
            subscribe(HOVER, self._take_preview),
            subscribe(CHARACTER, self._take_character),
        ]

    def _note_model(self, model: str) -> None:
        self._check_models()
        self._decode_again()

    def _check_models(self) -> None:
        """Enable what can run, and encode what waited for the encoder."""
        self._choose_space()
        loaded = self._bench.bridge.models
        self.panel.set_problem("" if DECODER in loaded else self._why_idle())
        for action in (self._reset, self._random):
            action.setEnabled(DECODER in loaded)
        self._allow_encoding()
        if ENCODER in loaded:
            self._clip_windows.encode_waiting()

    def _allow_encoding(self) -> None:
        """Style from clip needs both networks, and two seconds of the clip or the character."""
        loaded, motion = self._bench.bridge.models, self._bench.studio.motion
        clip = motion is not None and len(_features(motion)) >= WINDOW
        self._from_clip.setIconText("From clip" if self._window is None else "Restyle")
        long_enough = clip or self._window is not None
        self._from_clip.setEnabled(DECODER in loaded and ENCODER in loaded and long_enough)

    def _why_idle(self) -> str:
        spec = MODELS[DECODER]
        if spec.available(self._bench.assets):
            return "Loading the style decoder."
        return f"The style decoder is {spec.status(self._bench.assets)}: {spec.file} is missing."

    def _note_event(self, event: object) -> None:
        if isinstance(event, ModelFailed) and event.model == DECODER:
            self.panel.set_problem(event.message)

    def _choose_space(self) -> None:
        """The trained space for the shipped models; else axes found from windows."""
        folder, loaded = self._bench.assets / "models", self._bench.bridge.models
        path = folder / SPACE_FILE
        shipped = all(loaded[m].path.parent == folder for m in (DECODER, ENCODER) if m in loaded)
        trained = shipped and path.is_file()
        if trained == self._trained:
            return
        self._trained = trained
        if not trained:
            self._show_bank()
            return
        try:
            self._set_space(load_space(path))
        except ValueError as error:
            self._trained = False
            self._bench.studio.notify("warning", str(error))

    def _set_space(self, space: StyleSpace) -> None:
        self._space = space
        self.panel.set_axes(space.dimensions)
        self.panel.set_coords(space.to_coords(self.latent))
        self._show_dots()

    def _move_axis(self, axis: int, sigma: float) -> None:
        if axis >= self._space.dimensions:
            return  # a slider beyond the axes of a space that was found meanwhile
        moved, name = self._space.moved(self.latent, {axis: sigma}), f"Move style axis {axis + 1}"
        self.set_latent(moved, "edited style", name, self.panel.gesture.of(name))

    def _take_map(self, x: float, y: float) -> None:
        coords = dict(enumerate((x, y)[: self._space.dimensions]))
        moved, gesture = self._space.moved(self.latent, coords), self.panel.gesture.of("map")
        self.set_latent(moved, "style from the map", "Move on the style map", gesture)

    def _take_dot(self, index: int) -> None:
        label = self.bank.labels()[index]
        self.set_latent(self.bank.latents()[index], label, f"Take style of {label}")

    def _draw_seed(self) -> None:
        self._play_seed(random.randint(0, MAX_SEED))

    def _play_seed(self, seed: int) -> None:
        latent, label = self._space.to_latent(self._space.random(seed)), f"random style {seed}"
        self.set_latent(latent, label, f"Draw {label}", seed=seed)

    def take_decoded(self, result: Result) -> None:
        """Put the decoder's answer on stage; one older than what is there is dropped."""
        if result.request.generation < self._drawn:
            return
        self._drawn, self._made_by = result.request.generation, self._maker()
        features = result.outputs["motion"][0]
        label, positions = str(result.request.context), decoded_loop(features)
        self._bench.studio.show_latent(positions, features[:, CONTACTS], label)
        self.decoded.emit(result, positions)
        latency_ms = (time.perf_counter() - (result.request.submit_time or 0.0)) * 1e3
        self._bench.studio.latency.note(latency_ms)
        self.panel.set_latency(f"{latency_ms:.2f} ms {result.engine}")

    def _note_frame(self, frame: int) -> None:
        if self._bench.studio.source == "clip":
            self._clip_time_s = frame * self._bench.transport.frame_time

    def _encode_playhead(self) -> None:
        motion = self._bench.studio.motion
        if self._window is not None:
            window, label = self._window[0].reshape(1, -1), self._window[1]
        elif motion is not None:
            features = _features(motion)
            start = min(round(self._clip_time_s * FPS), len(features) - WINDOW)
            label = f"{motion.title} at {start / FPS:.1f} s"
            window = features[start : start + WINDOW].reshape(1, -1)
        else:
            return
        self._bench.bridge.infer(ENCODER, {"motion": window}, ENCODE, Priority.INTERACTIVE, label)

    def _take_encoded(self, result: Result) -> None:
        label = str(result.request.context)
        self.set_latent(result.outputs["mu"][0], label, f"Take style of {label}")

    def _show_bank(self) -> None:
        """Draw the windows; without a trained space, find their axes first."""
        if self._trained:
            self._show_dots()
            return
        self._revision += 1
        latents, revision = self.bank.latents(), self._revision
        if len(latents) < 2:
            return

        def take(space: object) -> None:
            if isinstance(space, Exception):
                raise space
            if revision == self._revision:
                self._set_space(cast(StyleSpace, space))

        self._background.run(lambda: principal_space(latents), take)

    def _show_dots(self) -> None:
        latents = self.bank.latents()
        points = np.zeros((len(latents), 2), np.float32)
        coords = self._space.to_coords(latents)[:, :2]
        points[:, : coords.shape[1]] = coords
        self.panel.set_dots(MapDots(points, self.bank.styles(), self.bank.labels()))

    def _preview_dot(self, index: int) -> None:
        self._hovered = index
        self._bench.bridge.forget(HOVER)
        if index < 0:
            self._bench.studio.preview(None)
        elif DECODER in self._bench.bridge.models:
            latent = self.bank.latents()[index : index + 1]
            self._bench.bridge.infer(DECODER, {"latent": latent}, HOVER, Priority.LIVE, index)

    def _take_preview(self, result: Result) -> None:
        """A ghost of the window under the pointer, standing where the figure stands."""
        figure = self._bench.studio.figure
        if result.request.context != self._hovered or figure is None:
            return
        ghost, frame = decoded_loop(result.outputs["motion"][0]), self._bench.transport.frame
        apart = figure.root(frame) - ghost[frame % WINDOW, 0]
        self._bench.studio.preview(ghost + apart * [1, 0, 1])


def _features(motion: OpenMotion) -> np.ndarray:
    """Motion features of a clip; none for a rig that is not human."""
    return np.zeros((0, 1), np.float32) if motion.features is None else motion.features
