"""Edits of markers: what each changes, what it keeps, what it is called."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.model import marker_edits as edits
from viewer.model.document import Document, Marker, OpenClip
from viewer.model.edits import read_clip

CLIP, OTHER = OpenClip(Path("/walk.bvh")), OpenClip(Path("/run.bvh"))
STEP, TURN = Marker("step", 1.0, "red", "left heel"), Marker("turn", 2.0)
MARKED = Document((replace(CLIP, markers=(STEP, TURN)), OTHER))


def held(document: Document) -> tuple[Marker, ...]:
    clip = document.clip(CLIP.key)
    assert clip is not None
    return clip.markers


def test_markers_stand_in_the_order_of_their_times() -> None:
    jump = Marker("jump", 0.5)
    edit = edits.place_marker(CLIP.key, jump)
    after = edit.change(MARKED)
    assert held(after) == (jump, STEP, TURN) and edit.name == "Place jump" and edit.made
    assert after.clips[1] is OTHER


def test_one_moment_has_one_marker() -> None:
    again = Marker("again", 1.0004)
    assert held(edits.place_marker(CLIP.key, again).change(MARKED)) == (again, TURN)


def test_a_clip_takes_only_so_many() -> None:
    many = tuple(Marker(str(n), float(n)) for n in range(edits.MAX_MARKERS))
    full = Document((replace(CLIP, markers=many),))
    assert edits.place_marker(CLIP.key, Marker("more", 0.5)).change(full) == full
    assert len(held(edits.place_marker(CLIP.key, Marker("same", 5.0)).change(full))) == len(many)


def test_name_colour_and_note_change() -> None:
    edit = edits.change_marker(CLIP.key, STEP, " heel\n strike ", "green", "left\tfoot\x00")
    assert held(edit.change(MARKED)) == (Marker("heel strike", 1.0, "green", "left foot"), TURN)
    assert edit.name == "Rename step"
    same = edits.change_marker(CLIP.key, STEP, "  ", "blue", "")
    assert held(same.change(MARKED))[0] == Marker("step", 1.0, "blue")
    assert same.name == "Change step"


@given(st.text(max_size=300))
def test_names_are_such_as_a_session_can_hold(text: str) -> None:
    name = edits.plain(text, edits.LONGEST_NAME)
    assert len(name) <= edits.LONGEST_NAME and name.isprintable() and name == name.strip()


def test_a_drag_passes_over_others_and_ends_on_one() -> None:
    over = edits.move_marker(CLIP.key, (STEP, TURN), STEP, 2.0, ("marker", 1))
    assert held(over.change(MARKED)) == (replace(STEP, time_s=2.0),)
    beyond = edits.move_marker(CLIP.key, (STEP, TURN), STEP, 3.0, ("marker", 1))
    moved = beyond.change(over.change(MARKED))
    assert held(moved) == (TURN, replace(STEP, time_s=3.0))
    assert (beyond.name, beyond.gesture) == ("Move step", ("marker", 1))


def test_one_is_deleted() -> None:
    edit = edits.delete_marker(CLIP.key, STEP)
    assert held(edit.change(MARKED)) == (TURN,) and edit.name == "Delete step"


def test_new_markers_get_a_name_that_is_free() -> None:
    assert edits.next_name(()) == "Marker 1"
    assert edits.next_name((Marker("Marker 2", 0.0), Marker("Marker 1", 1.0))) == "Marker 3"
    assert edits.next_name((Marker("Marker 2", 0.0),)) == "Marker 1"


def test_markers_stay_when_the_file_is_read_in_another_way() -> None:
    after = read_clip(replace(CLIP, units="m")).change(MARKED)
    assert after.clips[0].markers == (STEP, TURN)


@pytest.mark.parametrize("clip", [OTHER.key, "none"])
def test_other_clips_keep_theirs(clip: str) -> None:
    assert held(edits.delete_marker(clip, STEP).change(MARKED)) == (STEP, TURN)
