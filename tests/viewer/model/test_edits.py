"""Edits are pure functions with names that a person reads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from viewer.model import edits
from viewer.model.document import Document, Latent, OpenClip
from viewer.model.policies import NOBODY, Policy

WALK = Policy("deepmimic_actor", "walk", Path("/w.onnx"), None, None)


def opened(*names: str) -> Document:
    document = Document()
    for name in names:
        document = edits.open_clip(OpenClip(Path(f"/{name}.bvh"))).change(document)
    return document


def test_an_opened_clip_is_on_stage_and_last() -> None:
    document = opened("a", "b")
    assert [clip.name for clip in document.clips] == ["a", "b"]
    assert document.view.clip == document.clips[1].key and document.view.source == "clip"
    quiet = edits.open_clip(OpenClip(Path("/c.bvh")), show=False).change(document)
    assert quiet.view == document.view and len(quiet.clips) == 3


def test_more_than_may_be_open_closes_the_oldest_that_is_not_shown() -> None:
    document = edits.show_clip(OpenClip(Path("/0.bvh")).key).change(
        opened(*map(str, range(edits.MAX_OPEN)))
    )
    document = edits.open_clip(OpenClip(Path("/more.bvh")), show=False).change(document)
    names = [clip.name for clip in document.clips]
    assert len(names) == edits.MAX_OPEN and names[0] == "0" and "1" not in names


def test_reading_again_keeps_place_range_and_stage() -> None:
    document = opened("a", "b")
    a = document.clips[0]
    document = edits.show_clip(a.key).change(document)
    document = edits.set_range("clip", a.key, (2, 5)).change(document)
    edit = edits.read_clip(replace(a, units="cm"))
    read = edit.change(document)
    assert [clip.units for clip in read.clips] == ["cm", "auto"]
    assert read.clips[0].range == (2, 5) and read.view.clip == read.clips[0].key
    assert "a" in edit.name and "cm" in edit.name
    gone = edits.read_clip(OpenClip(Path("/gone.bvh"), "m"))
    assert gone.change(document) is document


def test_closing_what_is_shown_shows_the_newest_other() -> None:
    document = opened("a", "b", "c")
    document = edits.close_clip(document.clips[2].key).change(document)
    assert document.view.clip == document.clips[1].key
    document = edits.close_clip(document.clips[0].key).change(document)
    assert [clip.name for clip in document.clips] == ["b"]
    document = edits.close_clip(document.clips[0].key).change(document)
    assert document.clips == () and document.view.clip == ""


def test_a_moved_style_is_on_stage() -> None:
    latent = Latent(np.ones(256), "mine")
    document = edits.move_style("Draw", latent, seed=9).change(opened("a"))
    assert (document.style.latent, document.style.seed) == (latent, 9)
    assert document.view.source == "latent"


def test_a_policy_that_drives_is_known_and_on_stage() -> None:
    document = edits.let_drive(WALK).change(Document())
    assert document.cast.policies == (WALK,) and document.cast.drives == WALK.model
    assert document.view.source == "character"
    other = replace(WALK, motion=Path("/m.txt"))
    assert edits.let_drive(other).change(document).cast.policies == (other,)


def test_view_edits_are_no_undo_steps_and_all_have_names() -> None:
    view = (edits.set_camera(None), edits.set_speed(2), edits.set_loop(False),
            edits.set_looks(grid=False), edits.put_on_stage("clip"), edits.show_clip("x"),
            edits.set_scheme("light"), edits.set_character_speed(2))  # fmt: skip
    made = (edits.set_friction(0.5), edits.set_gravity(3), edits.put_beside("x", "x"),
            edits.put_beside(NOBODY), edits.set_range("latent", "", None),
            edits.open_document("s", Document()))  # fmt: skip
    assert not any(edit.made for edit in view) and all(edit.made for edit in made)
    assert all(edit.name[0].isupper() for edit in (*view, *made))
