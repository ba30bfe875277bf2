"""A scripted session with an autosave, to be killed."""

from __future__ import annotations

import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QTimer

from character.anatomy import BALL_POSE, POSE_SIZE
from character.live.commands import KeepPiece, StepOnce
from character.live.job import LiveCharacter
from character.live.messages import PieceKept
from character.reference import read_clip
from tests.character.acting import RUN
from viewer.model.demo import ASSETS
from viewer.model.document import Document
from viewer.model.edits import set_friction
from viewer.model.notice import Notice
from viewer.model.session import Session
from viewer.sessions.autosave import Autosave, Marks, Pieces
from viewer.studio.store import DocumentStore

STEP = 1e-4
"""By how much each step raises the friction, so that a document tells how far it had come."""


def standing(folder: Path) -> LiveCharacter:
    pose = np.zeros(POSE_SIZE)
    pose[:7], pose[BALL_POSE[:, 0]] = [0, 0.881416, 0, 1, 0, 0, 0], 1
    frames = [[0.5, *pose.tolist()]] * 3
    path = folder / "standing.txt"
    path.write_text(f'{{"Loop": "wrap", "Frames": {frames}}}')
    return LiveCharacter(read_clip(path), time.monotonic, policy="actor", critic=None)


def live(root: Path, seed: int, told: Connection) -> None:
    """Goes on for ever. told: the number of each step that is done, when it was, the last frame."""
    app = QCoreApplication([])
    store, character = DocumentStore(Document()), standing(root.parent)
    rng = np.random.default_rng(seed)

    def pieces(since: Marks, receive: Callable[[Pieces | None], None]) -> None:
        message = character.handle(KeepPiece(since[0]), RUN)
        assert isinstance(message, PieceKept)
        receive((message.piece, None))

    def tell(notice: Notice) -> None:
        raise AssertionError(notice.text)

    autosave = Autosave(
        store, root, ASSETS, now=lambda: Session(store.document), pieces=pieces,
        bring=lambda name, read: None, tell=tell, pause_ms=40, piece_ms=60,
    )  # fmt: skip
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        for _ in range(int(rng.integers(0, 3))):
            character.handle(StepOnce(), RUN)
        store.apply(set_friction(done * STEP))
        told.send((done, time.monotonic(), character.history.last))

    timer = QTimer(interval=5)
    timer.timeout.connect(step)
    timer.start()
    app.exec()
    autosave.close()
