"""What is compared, in a session: written, read, told where it cannot be used."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from render.camera import OrbitCamera
from viewer.model.comparison import ALIGNMENTS, LAYOUTS, AlignBy, Comparison, Layout, Slot
from viewer.model.demo import ASSETS
from viewer.model.document import Document, OpenClip, View
from viewer.model.session import Session
from viewer.model.session_blob import dumps, loads
from viewer.model.session_file import read_session, write_session

WALK, RUN = (OpenClip((ASSETS / "clips" / f"{name}.bvh").resolve()) for name in ("walk", "run"))
SLOTS = (Slot("clip"), Slot("clip", RUN.path, 0.5), Slot("restyled", WALK.path), Slot("character"))
CAMERAS = (None, OrbitCamera((1.0, 0.5, 0.0), 0.1, 0.2, 3.0), None)


def document(layout: Layout = "four", align: AlignBy = "phase") -> Document:
    view = View(clip=WALK.key, viewport=2, cameras=CAMERAS)
    compared = Comparison(layout, SLOTS, align, False, False)
    return Document((WALK, RUN), view=view, comparison=compared)


def read(path: Path, change: Any = lambda data: None) -> tuple[Document, list[str]]:
    write_session(path, Session(document()), ASSETS)
    data = loads(path.read_bytes())
    change(data)
    path.write_bytes(dumps(data))
    session, doubts = read_session(path, ASSETS)
    return session.document, list(doubts)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("align", ALIGNMENTS)
def test_it_comes_back(tmp_path: Path, layout: Layout, align: AlignBy) -> None:
    wanted = document(layout, align)
    write_session(tmp_path / "s.stride", Session(wanted), ASSETS)
    session, doubts = read_session(tmp_path / "s.stride", ASSETS)
    assert doubts == () and session.document == wanted


def test_a_session_from_before_compares_nothing(tmp_path: Path) -> None:
    found, doubts = read(tmp_path / "s.stride", lambda data: data.pop("comparison"))
    assert (found.comparison, doubts) == (Comparison(), [])
    assert found.view == replace(document().view, viewport=0, cameras=(None,) * 3)


def test_a_clip_that_is_not_open_leaves_its_slot_empty(tmp_path: Path) -> None:
    def forget(data: dict[str, Any]) -> None:
        data["clips"].pop()

    found, doubts = read(tmp_path / "s.stride", forget)
    assert found.comparison.slots[1].kind == "nothing" and len(doubts) == 1
    assert found.comparison.slots[2] == SLOTS[2]


def test_what_is_wrong_is_told_and_left_out(tmp_path: Path) -> None:
    def damage(data: dict[str, Any]) -> None:
        data["comparison"] |= {"layout": "five", "align": "luck", "linked": 3, "viewport": 9}
        data["comparison"]["slots"][1] |= {"kind": "moon", "offset_s": 1e9}
        data["comparison"]["cameras"] = [{}] * 40

    found, doubts = read(tmp_path / "s.stride", damage)
    assert found.comparison.layout == "single" and found.comparison.align == "time"
    assert found.comparison.linked and found.comparison.slots[1] == Slot()
    assert (found.view.viewport, found.view.cameras) == (0, (None,) * 3)
    assert len(doubts) == 7 and all("'comparison." in doubt for doubt in doubts)
