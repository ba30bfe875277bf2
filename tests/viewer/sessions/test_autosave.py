"""Autosave: what a kill leaves comes back; a disk that cannot be written harms nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

pytest.importorskip("mujoco")

from tests.viewer.conftest import Opener, open_file, settle, until
from tests.viewer.sessions import autosave_child
from tests.viewer.sessions.autosave_child import STEP
from viewer.model.demo import ASSETS
from viewer.model.document import Document
from viewer.model.edits import set_friction
from viewer.model.journal import DOCUMENT, left_behind
from viewer.model.notice import Notice
from viewer.model.session import Session
from viewer.sessions.autosave import Autosave, Marks, Pieces
from viewer.studio.store import DocumentStore
from viewer.window.window import MainWindow

KILLS = 50
OLDEST_S, OLDEST_TAKE_S = 5.0, 10.0


def killed(root: Path, seed: int, after: int) -> list[tuple[int, float, int]]:
    """The steps that a process had done when it was killed, their times and their frames.

    after: when it is killed, in steps.
    """
    processes = get_context("forkserver")
    processes.set_forkserver_preload([autosave_child.__name__])
    here, there = processes.Pipe(duplex=False)
    child = processes.Process(target=autosave_child.live, args=(root, seed, there))
    child.start()
    there.close()
    steps = [here.recv() for _ in range(after)]
    child.kill()
    with here, suppress(EOFError, OSError):  # the last one may be cut off
        while True:
            steps.append(here.recv())
    child.join()
    return steps


def test_every_one_of_50_kills_leaves_what_was_done(tmp_path: Path) -> None:
    """Killed at random moments; by far most of them while something is being written."""
    rng, recovered = np.random.default_rng(7), 0
    for seed in range(KILLS):
        root = tmp_path / str(seed) / "journals"
        root.mkdir(parents=True)
        steps = killed(root, seed, int(rng.integers(1, 80)))
        last, at, _ = steps[-1]
        left = left_behind(root)
        if not left:
            assert at - steps[0][1] < OLDEST_S  # killed before the first few seconds were over
            continue
        found = left[0].open(ASSETS)
        assert found.told == ()
        back = round(found.session.document.cast.friction / STEP)
        times = {step: when for step, when, _ in steps}
        assert 1 <= back <= last + 1
        assert at - times.get(back + 1, at) <= OLDEST_S
        if found.take is not None:
            take = found.take[0]
            assert np.isfinite(take.rows["physics"]).all()
            frames = [frame for _, when, frame in steps if when < at - OLDEST_TAKE_S]
            assert take.frames[1] >= max(frames, default=0)
        recovered += 1
        left[0].discard()
        assert left_behind(root) == [] and list(root.iterdir()) == []
    assert recovered > KILLS * 0.6


def quiet(
    store: DocumentStore, root: Path, tell: Callable[[Notice], None], pieces_ms: int = 10_000
) -> Autosave:
    def nobody(since: Marks, receive: Callable[[Pieces | None], None]) -> None:
        receive((None, None))

    return Autosave(
        store, root, ASSETS, now=lambda: Session(store.document), pieces=nobody,
        bring=lambda name, read: None, tell=tell, pause_ms=10, piece_ms=pieces_ms,
    )  # fmt: skip


def test_a_window_that_closes_leaves_nothing_and_two_keep_two(qtbot: QtBot, tmp_path: Path) -> None:
    stores = [DocumentStore(Document()) for _ in range(2)]
    both = [quiet(store, tmp_path, lambda notice: None) for store in stores]
    for n, store in enumerate(stores):
        store.apply(set_friction(n / 10 + 0.1))
    until(lambda: len(list(tmp_path.glob(f"*/{DOCUMENT}"))) == 2)
    assert left_behind(tmp_path) == []
    for autosave in both:
        autosave.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fault", ["full", "read-only"])
def test_a_disk_that_cannot_be_written_is_told_once(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    if fault == "full":

        def full(self: Path, data: bytes) -> int:
            raise OSError(28, "No space left on device", str(self))

        monkeypatch.setattr(Path, "write_bytes", full)
        root, words = tmp_path, "the disk is full"
    else:
        (tmp_path / "file").touch()
        root, words = tmp_path / "file" / "journals", "cannot be written"
    told: list[Notice] = []
    store = DocumentStore(Document())
    autosave = quiet(store, root, told.append)
    for n in range(5):
        store.apply(set_friction(n / 10 + 0.1))
        qtbot.wait(40)
    until(lambda: bool(told))
    assert len(told) == 1 and words in told[0].text and told[0].text.endswith("killed.")
    monkeypatch.undo()
    autosave.close()
    assert store.document.cast.friction == 0.5


def test_a_killed_window_offers_what_was_open(
    open_window: Opener, walk: Path, tmp_path: Path
) -> None:
    """The journal of a window is let go of as by a kill, and the next window brings it back."""
    journals = tmp_path / "journals"
    window = open_window(journals=journals)
    open_file(window, walk)
    window.studio.set_range(20, 40)
    window.store.apply(set_friction(0.25))
    until(lambda: bool(list(journals.glob(f"*/{DOCUMENT}"))))
    settle(window)
    until(lambda: "0.25" in next(journals.glob(f"*/{DOCUMENT}")).read_text())
    copy = tmp_path / "left"
    copy.mkdir()
    folder = next(journals.iterdir())
    (copy / folder.name).mkdir()
    for file in folder.iterdir():
        (copy / folder.name / file.name).write_bytes(file.read_bytes())
    window.close()

    other = open_window(journals=copy)
    until(lambda: any(toast.notice.choices for toast in other.toasts.shown))
    (toast,) = [toast for toast in other.toasts.shown if toast.notice.choices]
    assert [words for words, _ in toast.notice.choices] == ["Bring back", "Discard"]
    assert "can be brought back" in toast.notice.text
    toast.notice.choices[0][1]()
    until(lambda: other.studio.motion is not None and other.store.document.cast.friction == 0.25)
    assert other.studio.motion is not None and other.studio.motion.path == walk
    assert other.transport.range == (20, 40) and other.sessions.path is None
    assert other.store.history.undo_name == "Open what was open"
    other.close()
    assert list(copy.iterdir()) == []


def test_what_nobody_wants_back_is_discarded(open_window: Opener, tmp_path: Path) -> None:
    folder = tmp_path / "journals" / "left"
    folder.mkdir(parents=True)
    from viewer.model.session_file import to_bytes

    (folder / DOCUMENT).write_bytes(to_bytes(Session(), folder, ASSETS))
    window: MainWindow = open_window(journals=folder.parent)
    until(lambda: any(toast.notice.choices for toast in window.toasts.shown))
    window.toasts.shown[-1].notice.choices[1][1]()
    until(lambda: not folder.exists())
