"""Truth mode: the reference engine runs beside the one in use, and the difference is painted."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from inference.worker.messages import Priority, Result
from motion.features import FPS, WINDOW
from viewer.model.decoded import decoded_loop
from viewer.model.language import tr
from viewer.model.style_space import DECODER, ENCODER
from viewer.model.truth import Comparison, TruthReading, joint_errors, phase_difference
from viewer.studio.live_phase import PhaseLive
from viewer.workbench import Workbench

SETTING = "truth/on"
PACE_MS = 250
PAINT = "truth"
"""Its name among those who paint the figure."""
DEEPPHASE = "deepphase"
ON_STAGE = {"clip": {DEEPPHASE, ENCODER, DECODER}, "latent": {DEEPPHASE, DECODER}}
"""The models that each source is compared by."""
ENCODE, DECODE, RESTORE = "truth.encode", "truth.decode", "truth.restore"


class _Window(NamedTuple):
    """A window of the clip on its way: its first frame at 30 fps, and the playhead's row in it.

    reference: the encoder's reference latent (1, 256). engine: positions by the engine.
    """

    start: int
    row: int
    reference: np.ndarray | None = None
    engine: np.ndarray | None = None


class TruthControl(QObject):
    """Compares what is on stage with the reference engine, and paints the joints by their error.

    The latent on stage is decoded by both. Of a clip, the two seconds around the playhead go
    through encoder and decoder of both. ``changed`` carries a TruthReading, or None while off;
    playing, at most four times a second and with a picture of the stage.
    """

    changed = Signal(object)

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench.studio)
        self._bench = bench
        self.reading: TruthReading | None = None
        self._pace = QTimer(self, singleShot=True, interval=PACE_MS)
        self._pace.timeout.connect(self._note_due)
        self._due = False
        self._told: TruthReading | None = None
        self._probed: set[str] = set()
        self._comparisons: defaultdict[str, Comparison] = defaultdict(Comparison)
        on = bench.settings.value(SETTING, False, bool) is True
        actions = bench.actions
        self.action = actions.add(
            "truth.mode", tr("Truth mode"),
            tr("Run the reference engine beside the one in use; paint the difference on the "
               "joints"),
            self._set_on, keys="T", menu="Performance", checkable=True,
        )  # fmt: skip
        bench.icons.bind(self.action, "truth")
        self.worst = actions.add(
            "truth.worst", tr("Go to the largest error"),
            tr("Show the frame in which a joint is farthest from the reference engine's"),
            self._go_to_worst, keys="W", menu="Performance",
        )  # fmt: skip
        self.worst.setEnabled(False)
        subscribe = bench.bridge.subscribe
        self._unsubscribes = [
            subscribe(ENCODE, self._take_latents),
            subscribe(DECODE, self._take_decoded),
            subscribe(RESTORE, self._take_restored),
        ]
        bench.studio.phase_live.connect(self._take_phase)
        bench.studio.frame_changed.connect(self._note_frame)
        bench.studio.source_changed.connect(self._begin)
        bench.studio.motion_changed.connect(self._begin)
        bench.bridge.engine_changed.connect(self._compare_anew)
        bench.bridge.model_loaded.connect(self._compare_anew)
        self.action.setChecked(on)

    def close(self) -> None:
        self._pace.stop()
        for stop in self._unsubscribes:
            stop()

    def _set_on(self, on: bool) -> None:
        self._bench.settings.setValue(SETTING, on)
        self._bench.studio.set_comparing(on)
        paint = self._bench.studio.paint
        paint.take(PAINT) if on else paint.give_back(PAINT)
        self._begin()

    def _begin(self, *_: object) -> None:
        """Something else is on stage, or truth mode was switched: forget the errors."""
        bench = self._bench
        for channel in (ENCODE, DECODE, RESTORE):
            bench.bridge.forget(channel)
        bench.studio.paint.put(PAINT, None)
        models = self.reading.models if self.reading else {}
        reading = TruthReading(bench.bridge.engine, models=models)
        self._show(reading if bench.studio.comparing else None)
        self._compare_anew()

    def _compare_anew(self, *_: object) -> None:
        """Compare every model; the errors known stay in sight until the new ones are here."""
        self._comparisons.clear()
        if self.reading is not None:
            self._show(replace(self.reading, absent=self._absent()))
            self._bench.studio.ask_phase()
            self._ask()
            self._probe()

    def _absent(self) -> str:
        studio, loaded = self._bench.studio, self._bench.bridge.models
        if studio.figure is None or studio.source not in ("clip", "latent"):
            return tr("nothing to compare")
        if studio.source == "clip":
            if studio.motion is None or studio.motion.features is None:
                return tr("not a human rig")
            if len(studio.motion.features) < WINDOW:
                return tr("clip under 2 s")
            if not {ENCODER, DECODER} <= set(loaded):
                return tr("no style models")
        return ""

    def _ask(self) -> None:
        """Send the two seconds around the playhead through both; a latent comes by itself."""
        bench, studio = self._bench, self._bench.studio
        if studio.source != "clip" or studio.motion is None or self._absent():
            return
        features = studio.motion.features
        assert features is not None
        at = round(bench.transport.frame * bench.transport.frame_time * FPS)
        start = min(max(at - WINDOW // 2, 0), len(features) - WINDOW)
        window = _Window(start, min(at - start, WINDOW - 1))
        rows = features[start : start + WINDOW].reshape(1, -1)
        self._infer(ENCODER, {"motion": rows}, ENCODE, window)

    def _probe(self) -> None:
        """Compare the models that nothing on stage needs, on an input drawn at random."""
        needed = ON_STAGE.get(self._bench.studio.source, set())
        for name in set(self._bench.bridge.models) - needed:
            loaded = self._bench.bridge.models[name]
            draw = np.random.default_rng(0).standard_normal
            inputs = {
                tensor: draw([n or 1 for n in shape]).astype(np.float32)
                for tensor, shape in loaded.inputs.items()
            }
            channel = f"truth.{name}"
            if name not in self._probed:
                self._probed.add(name)
                self._unsubscribes.append(self._bench.bridge.subscribe(channel, self._take_probe))
            self._infer(name, inputs, channel, None)

    def _infer(
        self, model: str, inputs: dict[str, np.ndarray], channel: str, window: _Window | None
    ) -> None:
        self._bench.bridge.infer(model, inputs, channel, Priority.LIVE, window, True)

    def _take_latents(self, result: Result) -> None:
        """The encoder's two latents: the engine decodes its own first."""
        if self._note(result) and result.reference is not None:
            window = _window(result)._replace(reference=result.reference["mu"])
            self._infer(DECODER, {"latent": result.outputs["mu"]}, DECODE, window)

    def _take_decoded(self, result: Result) -> None:
        """The engine's window: the reference decodes its own latent next."""
        if self._note(result):
            window = _window(result)
            assert window.reference is not None
            engine = decoded_loop(result.outputs["motion"][0])
            restored = window._replace(engine=engine)
            self._infer(DECODER, {"latent": window.reference}, RESTORE, restored)

    def _take_restored(self, result: Result) -> None:
        window = _window(result)
        if self.reading is None or result.reference is None or window.engine is None:
            return
        reference = decoded_loop(result.reference["motion"][0])
        errors = joint_errors(window.engine, reference, window.start / FPS)
        self._show(replace(self.reading, engine=result.engine, errors=errors))
        self._bench.studio.paint.put(PAINT, errors.shares()[window.row])

    def note_latent(self, result: Result, positions: np.ndarray) -> None:
        """The latent on stage, decoded by both."""
        if self._note(result) and result.reference is not None and self.reading is not None:
            errors = joint_errors(positions, decoded_loop(result.reference["motion"][0]))
            self._show(replace(self.reading, engine=result.engine, errors=errors, absent=""))
            self._bench.studio.paint.put(PAINT, errors.shares())

    def _take_probe(self, result: Result) -> None:
        self._note(result)

    def _take_phase(self, live: PhaseLive) -> None:
        if self.reading is not None and live.reference is not None:
            difference = phase_difference((live.x, live.y), live.reference)
            engine, reference = (
                {"phase": np.array([xy])} for xy in ((live.x, live.y), live.reference)
            )
            found = self._comparisons[DEEPPHASE].of(engine, reference, live.reference_ms / 1e3)
            models = {**self.reading.models, DEEPPHASE: found}
            self._show(replace(self.reading, phase=difference, models=models))

    def _note_frame(self, frame: int) -> None:
        if self.reading is not None:
            self._ask()
            if self._due:
                self._tell()

    def _show(self, reading: TruthReading | None) -> None:
        """Tell of it at once, or playing, with a coming picture."""
        self.reading = reading
        if not self._bench.transport.playing or (reading is None) != (self._told is None):
            self._tell()
        elif not self._pace.isActive() and not self._due:
            self._pace.start()

    def _note_due(self) -> None:
        self._due = True

    def _tell(self) -> None:
        self._due = False
        self._told = self.reading
        errors = self.reading.errors if self.reading else None
        self.worst.setEnabled(errors is not None)
        self.changed.emit(self.reading)

    def _go_to_worst(self) -> None:
        if self.reading is not None and self.reading.errors is not None:
            self._bench.transport.pause()
            self._bench.transport.seek(self.reading.errors.worst_time_s)

    def _note(self, result: Result) -> bool:
        """Keep what the model's answer differs in; whether truth mode is on."""
        if self.reading is None or result.reference is None:
            return False
        model, took = result.request.model, result.reference_duration
        found = self._comparisons[model].of(result.outputs, result.reference, took)
        models = {**self.reading.models, model: found}
        self._show(replace(self.reading, models=models))
        return True


def _window(result: Result) -> _Window:
    window = result.request.context
    assert isinstance(window, _Window)
    return window
