"""The windows of demo clips and open clips, encoded: the dots of the style map."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from inference.worker.messages import Result
from viewer.model.style_space import ENCODER, EncodedClip, StyleBank
from viewer.studio.clip_scan import ClipScan, ClipScanner
from viewer.workbench import Workbench

SETTLE_MS = 250


class ClipWindows(QObject):
    """Has the encoder run over what the scanner read; ``changed`` when no more comes at once.

    bank: what is encoded, less the clips that were closed.
    """

    changed = Signal()

    def __init__(self, bench: Workbench, scanner: ClipScanner, parent: QObject) -> None:
        super().__init__(parent)
        self._bench = bench
        self.bank = StyleBank()
        self._waiting: dict[str, ClipScan] = {}
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self.changed)
        bench.studio.motion_closed.connect(self._forget)
        scanner.scanned.connect(self._take_scan)

    def close(self) -> None:
        """Say no more."""
        self._settle.stop()

    def encode_waiting(self) -> None:
        """The encoder is there: encode what came before it."""
        waiting, self._waiting = self._waiting, {}
        for scan in waiting.values():
            self._encode(scan)

    def _take_scan(self, scan: ClipScan) -> None:
        if not len(scan.windows):
            return
        if ENCODER in self._bench.bridge.models:
            self._encode(scan)
        else:
            self._waiting[_key(scan.path)] = scan

    def _encode(self, scan: ClipScan) -> None:
        def keep(result: Result) -> None:
            if not self._is_held(scan.path):
                return
            clip = EncodedClip(scan.title, scan.style, scan.starts_s, result.outputs["mu"])
            self.bank.put(_key(scan.path), clip)
            self._settle.start()

        self._bench.bridge.bulk(ENCODER, {"motion": scan.windows}, keep)

    def _forget(self, motion_key: str) -> None:
        path = Path(motion_key.rsplit("|", 2)[0])
        if not self._is_held(path):
            self.bank.remove(_key(path))
            self._settle.start()

    def _is_held(self, path: Path) -> bool:
        """Whether the windows of ``path`` belong on the map: a demo clip or an open one."""
        if path.resolve().parent == (self._bench.assets / "clips").resolve():
            return True
        return any(_key(m.path) == _key(path) for m in self._bench.studio.motions)


def _key(path: Path) -> str:
    return str(path.resolve())
