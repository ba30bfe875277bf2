"""What a person does to the comparison: names, steps, and what they leave alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from render.camera import OrbitCamera
from viewer.model import comparison_edits as edits
from viewer.model.comparison import Comparison, Slot
from viewer.model.document import Document, Latent, OpenClip
from viewer.model.edits import MAX_OPEN, close_clip, open_clip
from viewer.model.history import History
from viewer.model.style_edits import wear


def opened(*names: str) -> Document:
    document = Document()
    for name in names:
        document = open_clip(OpenClip(Path(f"/{name}.bvh"))).change(document)
    return document


def test_two_viewports_show_another_open_clip_beside_the_one_on_stage() -> None:
    document = edits.set_layout("two").change(opened("a", "b"))
    assert document.comparison.layout == "two"
    assert document.comparison.slots[1] == Slot("clip", Path("/a.bvh"))
    alone = edits.set_layout("two").change(opened("a"))
    assert alone.comparison.slots[1] == Slot("stage")


def test_a_clip_in_a_style_has_itself_as_it_is_beside_it() -> None:
    style = Latent(np.ones(64, np.float32), "proud")
    document = wear("Move lean", style).change(opened("a", "b"))
    document = edits.set_layout("two").change(document)
    assert document.comparison.slots[1] == Slot("clip", Path("/b.bvh"))
    plain = edits.show_in(0, Slot("clip", Path("/b.bvh")), "b").change(document)
    assert plain.comparison.plain and plain.view.source == "clip"
    single = edits.set_layout("single").change(plain)
    assert not single.comparison.plain
    shown = edits.show_in(0, Slot("restyled", Path("/a.bvh")), "a").change(plain)
    assert not shown.comparison.plain and shown.shown_clip == shown.clips[0]


def test_what_is_chosen_in_a_goes_on_stage() -> None:
    document = opened("a", "b")
    for slot, source in ((Slot("latent"), "latent"), (Slot("character"), "character")):
        assert edits.show_in(0, slot, "it").change(document).view.source == source
    shown = edits.show_in(0, Slot("clip", Path("/a.bvh")), "a").change(document)
    assert shown.view.clip == document.clips[0].key and not shown.comparison.plain
    gone = edits.show_in(0, Slot("clip", Path("/gone.bvh")), "gone")
    assert gone.change(document).view == document.view


def test_a_clip_that_is_not_open_is_opened_for_a_viewport_and_not_put_on_stage() -> None:
    document = opened(*map(str, range(MAX_OPEN)))
    document = edits.show_in(1, Slot("clip", Path("/0.bvh")), "0").change(document)
    new = OpenClip(Path("/new.bvh"))
    edit = edits.show_in(2, Slot("clip", new.path), new.name, new)
    after = edit.change(document)
    names = [clip.name for clip in after.clips]
    assert len(names) == MAX_OPEN and "0" in names and "1" not in names and names[-1] == "new"
    assert after.view == document.view and edit.name == "Show new in C"
    more = open_clip(OpenClip(Path("/more.bvh"))).change(after)
    assert {"0", "new"} <= {clip.name for clip in more.clips}


def test_undo_takes_back_what_is_compared_and_leaves_where_one_looks_from() -> None:
    history, document = History(), opened("a", "b")
    for edit in (
        edits.set_layout("four"),
        edits.align_slots("phase"),
        edits.move_camera(2, OrbitCamera(distance=9.0)),
        edits.offset_slot(1, 0.5),
    ):
        after = edit.change(document)
        if edit.made:
            history = history.noting(edit, document, after)
        document = after
    assert history.undo_name == "Offset B"
    for _ in range(3):
        history, document = history.undo(document)
    assert document.comparison == Comparison()
    assert document.view.cameras[1] == OrbitCamera(distance=9.0)
    assert history.redo_name == "Four viewports"


def test_a_clip_that_is_closed_leaves_its_slot_named() -> None:
    document = edits.set_layout("two").change(opened("a", "b"))
    closed = close_clip(document.clips[0].key).change(document)
    assert closed.comparison.slots[1].clip == Path("/a.bvh")


def test_fewer_viewports_have_the_one_in_use_among_them() -> None:
    document = edits.choose_viewport(3).change(edits.set_layout("four").change(opened("a")))
    assert edits.set_layout("two").change(document).view.viewport == 1
