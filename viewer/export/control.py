"""File, Export…: asks what is wanted, has it written beside the window, and tells of it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from motion.conventions import UNIT_NAMES
from motion.features import FPS
from motion.files import CannotWrite
from motion.restyling.subspace import STYLE_BLOCK, StyleSubspace
from viewer.model.document import Source
from viewer.model.export.order import BUNDLE, Order, Rig, What
from viewer.model.language import tr, trn
from viewer.model.notice import Notice, Refused, sentence
from viewer.model.pictures import video_problem
from viewer.model.session import SUFFIX
from viewer.model.style_space import STYLE_VAE
from viewer.stage.view import StageView
from viewer.workbench import Workbench

from .bundles import BundleSaving
from .choices import KINDS, First, Offer, Plotted, Thing
from .dialog import ExportDialog
from .queue import ExportQueue
from .strip import ExportStrip

WriteSession = Callable[[Path, bool, Callable[[object], object]], None]
_FOLDER, _KIND = "export/folder", "export/kind"
_MOTIONS = [kind.name for kind in KINDS if kind.group == "motion"]
FULL = tr("So many exports wait already: let one of them end first.")


class Styling(Protocol):
    """What puts styles on clips."""

    subspace: StyleSubspace


class ExportControl(QObject):
    """Its ``strip`` shows what is being written. bundles: File, Save bundle….

    write_session: writes what is open to a file, with the takes where they are wanted, and tells.
    styling: knows where the style networks have the style.
    """

    def __init__(
        self,
        bench: Workbench,
        write_session: WriteSession,
        stage: StageView,
        styling: Styling,
        window: QWidget,
        log: Path | None = None,
    ) -> None:
        super().__init__(window)
        self._bench, self._window = bench, window
        self._write_session, self._stage, self._styling = write_session, stage, styling
        self._plots: list[Plotted] = []
        self._folders: set[Path] = set()
        self.queue = ExportQueue(self)
        self.strip = ExportStrip(bench.icons)
        self.bundles = BundleSaving(bench, self.begin, stage, window, log)
        bench.icons.bind(bench.actions["file.export"], "export")
        self.queue.changed.connect(self._show)
        self.strip.stopped.connect(self.queue.stop)

    def add_plot(self, plot: Plotted) -> None:
        """One more plot to choose from."""
        self._plots.append(plot)

    def close(self) -> None:
        """Give up what is being written."""
        self.queue.close()
        for folder in self._folders:
            shutil.rmtree(folder, ignore_errors=True)

    def ask(self, what: What | None = None, rig: Rig = "canonical") -> ExportDialog:
        """Open the dialog: on ``what`` as motion, or on what is on stage as what was last written.

        rig: the skeleton of a restyled clip.
        """
        settings = self._bench.settings
        kind = str(settings.value(_KIND, _MOTIONS[0]))
        if what is not None and kind not in _MOTIONS:
            kind = _MOTIONS[0]
        theme = self._bench.themes.current
        dialog = ExportDialog(self.offer(), First(kind, what, rig), theme, self._window)

        def keep(path: Path) -> None:
            settings.setValue(_FOLDER, str(path.parent))
            settings.setValue(_KIND, dialog.kind.name)

        def take(order: Order) -> None:
            keep(Path(order.output))
            self.begin(order)

        def draw(plot: Plotted, path: Path) -> None:
            keep(path)
            plot.export(path)

        dialog.ordered.connect(take)
        dialog.plotted.connect(draw)
        dialog.open()
        return dialog

    def offer(self) -> Offer:
        """All there is to export now."""
        folder = Path(str(self._bench.settings.value(_FOLDER, Path.home())))
        size = self._stage.picture_size
        things = self._things()
        here = self._bench.studio.source
        worn = self._bench.studio.restyled is not None
        whats: dict[Source, What] = {
            "clip": "restyled" if worn else "clip",
            "latent": "latent",
            "character": "take",
        }
        return Offer(
            things, whats[here], (size.width, size.height), tuple(self._plots),
            folder if folder.is_dir() else Path.home(), video_problem,
        )  # fmt: skip

    def begin(self, order: Order) -> None:
        """Write what ``order`` asks for of what is open now, in the background."""
        if self.queue.full:
            self._bench.studio.notify("warning", FULL)
            return
        try:
            folder = Path(tempfile.mkdtemp(prefix="stridescope-export-"))
            self._folders.add(folder)
            file = folder / f"session{SUFFIX}"
            order = replace(order, file=str(file), **self._beside(order, folder))
        except OSError as error:
            what = error.filename or tr("The folder for temporary files")
            self._bench.studio.notify("error", str(CannotWrite(what, error)))
            return

        def go(result: object) -> None:
            if isinstance(result, Exception):
                self._end(order, folder, result)
            else:
                self.queue.add(order, lambda result: self._end(order, folder, result))

        takes = order.what in ("stage", "take")  # a clip or a latent needs none
        self._write_session(file, takes, go)

    def _things(self) -> tuple[Thing, ...]:
        studio, document = self._bench.studio, self._bench.store.document
        found: list[Thing] = []
        if (motion := studio.motion) is not None:
            ends, step = document.range_of("clip"), motion.frame_time
            loop = ends and (ends[0] * step, ends[1] * step)
            words = tr("Clip: {title}", title=motion.title)
            found.append(Thing("clip", words, motion.title, loop, motion.path))
            clip = document.clip(motion.key)
            if studio.styled is not None and clip is not None:
                words = tr(
                    "Restyled clip: {title}, {look}",
                    title=motion.title,
                    look=document.look_of(clip),
                )
                name = tr("{title} restyled", title=motion.title)
                found.append(Thing("restyled", words, name, loop, motion.path))
        if studio.character is not None:
            found.append(Thing("take", tr("Take of the character"), "take"))
        if studio.latent is not None:
            ends = document.range_of("latent")
            loop = ends and (ends[0] / FPS, ends[1] / FPS)
            name = studio.latent_label or "latent"
            found.append(Thing("latent", tr("Latent: {name}", name=name), name, loop))
        return tuple(found)

    def _beside(self, order: Order, folder: Path) -> dict[str, Any]:
        """What is on stage and in no session, for ``order``: networks, and what paints one pose."""
        models = self._bench.bridge.models
        files = {name: str(models[name].path) for name in STYLE_VAE if name in models}
        studio = self._bench.studio
        arrays: dict[str, Any] = {}
        if order.kind == ".png" or order.look.turn_s:
            found = {"paint": studio.paint.value, "preview": studio.ghost.value}
            arrays = {name: value for name, value in found.items() if value is not None}
        if self._styling.subspace is not STYLE_BLOCK:
            arrays["axes"] = self._styling.subspace.axes
        aside = folder / "aside.npz"
        if arrays:
            np.savez(aside, **arrays)
        return {"models": files, "aside": str(aside) if arrays else ""}

    def _end(self, order: Order, folder: Path, result: object) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self._folders.discard(folder)
        if result is None:
            text = tr(
                "The export to {output} was cancelled; nothing was written.", output=order.output
            )
            self._bench.studio.notify("info", text)
        elif isinstance(result, dict):
            self._bench.studio.tell(written(order, result))
        elif isinstance(result, Refused | OSError | ValueError):
            self._bench.studio.notify(
                "error", sentence(result).replace(order.file, tr("The session"))
            )
        elif isinstance(result, Exception):
            raise result

    def _show(self) -> None:
        current = self.queue.current
        if current is None:
            self.strip.hide()
        else:
            order, progress = current
            self.strip.show_export(order.output, progress, self.queue.waiting)


def written(order: Order, facts: dict[str, Any]) -> Notice:
    """What is told of an export that is done."""
    if order.kind == BUNDLE:
        count, size_mb = len(facts["files"]), facts["bytes"] / 1e6
        size = trn("{n} file, {mb:.1f} MB", "{n} files, {mb:.1f} MB", count, mb=size_mb)
        text = tr("Saved the bundle {output}: {size}", output=order.output, size=size)
        if facts["missing"]:
            return Notice(
                "warning",
                tr("{text}; without {names}.", text=text, names=", ".join(facts["missing"])),
            )
        return Notice("info", f"{text}.")
    if order.is_motion:
        text = tr(
            "Wrote {frames} frames to {output}, in {unit}",
            frames=facts["frames"],
            output=order.output,
            unit=tr(UNIT_NAMES[facts["units"]]),
        )
        if facts["doubt"]:
            return Notice("warning", f"{text}; {facts['doubt']}.")
        return Notice("info", f"{text}.")
    width, height = facts["size"]
    if "frames" not in facts:
        return Notice(
            "info",
            tr(
                "Wrote {output}, {width} × {height}.",
                output=order.output,
                width=width,
                height=height,
            ),
        )
    rate = tr("{frames} pictures at {fps:.5g} a second", frames=facts["frames"], fps=facts["fps"])
    return Notice(
        "info",
        tr(
            "Wrote {output}, {width} × {height}, {rate}.",
            output=order.output,
            width=width,
            height=height,
            rate=rate,
        ),
    )
