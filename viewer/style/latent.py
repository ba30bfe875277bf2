"""A latent alone: moved along principal axes, decoded by the worker, shown as a loop."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Hashable
from typing import cast

import numpy as np
from PySide6.QtCore import QObject, Signal

from inference.worker.messages import Priority, Result
from motion.features import CONTACTS
from viewer.model.decoded import decoded_loop
from viewer.model.document import Document, Latent
from viewer.model.edits import move_style
from viewer.model.language import tr
from viewer.model.style_space import (
    DECODER,
    STYLE_VAE,
    StyleBank,
    StyleSpace,
    load_space,
    principal_space,
    prior_space,
)
from viewer.ui.background import Background
from viewer.workbench import Workbench

from .latent_panel import LatentPanel

SPACE_FILE = "style_space.npz"
DECODE = "style.decode"
MAX_SEED = 999_999


class LatentAlone(QObject):
    """Follows the document's latent; every change of it asks for one decode.

    The latent lives in 256 dimensions; the sliders show its coordinates on the
    axes of the space and change those only. ``decoded`` carries each Result of the
    decoder and its positions (60, 22, 3) once they are shown.
    """

    decoded = Signal(object, object)

    def __init__(self, bench: Workbench, bank: StyleBank, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bench, self._bank = bench, bank
        self._space = prior_space()
        self._drawn = -1
        self._made_by: tuple[object, ...] = ()
        self._revision = 0
        self._trained = False
        self._background = Background(self, "principal axes")
        self.panel = LatentPanel(bench.themes.current)
        self._add_actions()
        bench.store.changed.connect(self._follow)
        bench.themes.changed.connect(self.panel.set_theme)
        bench.bridge.engine_changed.connect(self._decode_again)
        bench.studio.source_changed.connect(self._follow_source)
        bench.studio.comparing_changed.connect(self._decode_again)
        self.panel.axis_moved.connect(self._move_axis)
        self._unsubscribe: Callable[[], None] = bench.bridge.subscribe(DECODE, self.take_decoded)
        self._set_space(self._space)

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
        self._background.close()
        self._unsubscribe()

    def set_latent(
        self,
        latent: np.ndarray,
        label: str,
        name: str = tr("Change latent"),
        gesture: Hashable | None = None,
    ) -> None:
        """Make ``latent`` (256,) current: an edit called ``name``, one step within a gesture."""
        self._bench.store.apply(move_style(name, Latent(latent, label), gesture))

    def check_models(self) -> None:
        """Other networks are there: the axes and what is on stage follow."""
        self._choose_space()
        loaded = DECODER in self._bench.bridge.models
        self.panel.setEnabled(loaded)
        for action in (self._reset, self._random):
            action.setEnabled(loaded)
        self._decode_again()

    def find_axes(self) -> None:
        """Without a trained space, find its axes from the windows of the bank."""
        if self._trained:
            return
        self._revision += 1
        latents, revision = self._bank.latents(), self._revision
        if len(latents) < 2:
            return

        def take(space: object) -> None:
            if isinstance(space, Exception):
                raise space
            if revision == self._revision:
                self._set_space(cast(StyleSpace, space))

        self._background.run(lambda: principal_space(latents), take)

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
        self._bench.studio.latency.note(latency_ms, result.network_s)

    def _follow(self, old: Document, new: Document) -> None:
        """Decode what the document has now, and meanwhile show it in the panel."""
        shown = new.view.source == "latent" and old.view.source != "latent"
        if new.style.latent == old.style.latent and not shown:
            return
        self.panel.set_coords(self._space.to_coords(self.latent))
        if new.style.latent is None:
            self._bench.bridge.forget(DECODE)
        else:
            self._decode()

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
        if source == "latent":
            self._decode_again()
        else:
            self._bench.bridge.forget(DECODE)

    def _add_actions(self) -> None:
        bench, actions = self._bench, self._bench.actions
        self._show = actions.add(
            "latent.show",
            tr("Latent alone"),
            tr("Decode the latent of the axes, two seconds without a clip"),
            lambda: self.set_latent(self.latent, self._label(), tr("Show latent")),
            menu="Style",
        )
        self._reset = actions.add(
            "latent.reset",
            tr("Reset latent"),
            tr("Put all principal axes at 0 σ, the mean latent"),
            lambda: self.set_latent(self._space.mean, tr("mean latent"), tr("Reset latent")),
            menu="Style",
        )
        self._random = actions.add(
            "latent.random",
            tr("Random latent"),
            tr("Draw a latent at random"),
            self._draw,
            menu="Style",
        )
        rows = ((self._show, tr("Show"), "clip"), (self._reset, tr("Reset"), "reset"))
        for button, (action, short, icon) in zip(
            self.panel.buttons, (*rows, (self._random, tr("Random"), "dice")), strict=True
        ):
            action.setIconText(short)
            bench.icons.bind(action, icon)
            button.setDefaultAction(action)
        for row in self.panel.sliders:
            bench.icons.bind(row.reset, "reset")

    def _label(self) -> str:
        latent = self._bench.store.document.style.latent
        return latent.label if latent else tr("mean latent")

    def _draw(self) -> None:
        seed = random.randint(0, MAX_SEED)
        latent, label = (
            self._space.to_latent(self._space.random(seed)),
            tr("random latent {seed}", seed=seed),
        )
        self.set_latent(latent, label, tr("Draw {label}", label=label))

    def _move_axis(self, axis: int, sigma: float) -> None:
        if axis >= self._space.dimensions:
            return  # a slider beyond the axes of a space that was found meanwhile
        moved, name = (
            self._space.moved(self.latent, {axis: sigma}),
            tr("Move latent axis {axis}", axis=axis + 1),
        )
        self.set_latent(moved, tr("edited latent"), name, self.panel.gesture.of(name))

    def _choose_space(self) -> None:
        """The trained space for the shipped models; else axes found from windows."""
        folder, loaded = self._bench.assets / "models", self._bench.bridge.models
        path = folder / SPACE_FILE
        shipped = all(loaded[m].path.parent == folder for m in STYLE_VAE if m in loaded)
        trained = shipped and path.is_file()
        if trained == self._trained:
            return
        self._trained = trained
        if not trained:
            self.find_axes()
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
