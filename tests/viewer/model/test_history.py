"""Undo takes back what each step did, and only that; a gesture is one step."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from viewer.model import edits
from viewer.model.document import Document, Latent, OpenClip
from viewer.model.edits import Edit
from viewer.model.history import MAX_STEPS, History
from viewer.model.policies import Policy

PATHS = [Path(f"/{name}.bvh") for name in "abc"]
POLICIES = [Policy(f"deepmimic_actor_{n}_1", n, Path(f"/{n}.onnx"), None, None) for n in "xy"]
clips = st.builds(OpenClip, st.sampled_from(PATHS), st.sampled_from(["auto", "m"]))
numbers = st.floats(0, 2, allow_nan=False)
latents = st.integers(0, 9).map(lambda n: Latent(np.full(256, n), str(n)))
gestures = st.none() | st.sampled_from(["drag 1", "drag 2"])
ends = st.none() | st.tuples(st.integers(0, 5), st.integers(6, 9))
MADE = st.one_of(
    st.builds(edits.open_clip, clips, st.booleans()),
    st.builds(edits.read_clip, clips),
    clips.map(lambda clip: edits.close_clip(clip.key)),
    st.builds(edits.move_style, st.just("Move"), latents, gestures),
    st.builds(edits.set_friction, numbers, gestures),
    st.builds(edits.set_gravity, numbers),
    st.sampled_from(POLICIES).map(edits.let_drive),
    st.builds(edits.set_range, st.just("latent"), st.just(""), ends),
    st.builds(lambda clip, e: edits.set_range("clip", clip.key, e), clips, ends),
)
VIEW = st.one_of(
    numbers.map(edits.set_speed),
    st.booleans().map(edits.set_loop),
    st.booleans().map(lambda on: edits.set_looks(grid=on)),
    st.sampled_from(["clip", "latent", "character"]).map(edits.put_on_stage),
)


def done(document: Document, *several: Edit) -> tuple[History, Document]:
    history = History()
    for edit in several:
        after = edit.change(document)
        if edit.made and after != document:
            history = history.noting(edit, document, after)
        document = after
    return history, document


def undone(history: History, document: Document) -> tuple[History, Document]:
    while history.undo_name:
        history, document = history.undo(document)
    return history, document


def made(document: Document) -> tuple[object, ...]:
    return document.clips, document.style, document.cast


@settings(max_examples=300)
@given(st.lists(MADE, max_size=30))
def test_undoing_all_gives_the_first_document_and_redoing_the_last(several: list[Edit]) -> None:
    first = Document()
    history, last = done(first, *several)
    history, back = undone(history, last)
    assert back == first
    while history.redo_name:
        history, back = history.redo(back)
    assert back == last


@settings(max_examples=300)
@given(st.lists(MADE | VIEW, max_size=30))
def test_what_is_made_is_undone_whatever_the_view_did_meanwhile(several: list[Edit]) -> None:
    history, last = done(Document(), *several)
    history, back = undone(history, last)
    assert made(back) == made(Document())
    assert (back.view.speed, back.view.loop) == (last.view.speed, last.view.loop)
    assert back.view.looks == last.view.looks


def test_undo_brings_back_the_stage_that_a_step_changed_and_leaves_the_rest() -> None:
    a, b = OpenClip(PATHS[0]), OpenClip(PATHS[1])
    history, now = done(Document(), edits.open_clip(a), edits.open_clip(b), edits.set_speed(2.0))
    history, now = history.undo(now)
    assert now.clips == (a,) and now.view.clip == a.key and now.view.speed == 2.0
    assert history.redo_name == "Open b" and history.undo_name == "Open a"


def test_a_drag_is_one_step() -> None:
    moves = [edits.set_friction(n / 100, "drag 1") for n in range(50)]
    history, now = done(Document(), *moves, edits.set_friction(0.7, "drag 2"))
    assert [step.name for step in history.done] == ["Set friction"] * 2
    history, now = history.undo(now)
    assert now.cast.friction == 0.49
    history, now = history.undo(now)
    assert now == Document() and not history.undo_name


def test_a_drag_that_ends_where_it_began_is_no_step() -> None:
    history, _ = done(Document(), *(edits.set_friction(f, "drag") for f in (0.5, 0.7, 0.9)))
    assert history == History()


def test_what_is_done_after_an_undo_ends_what_could_be_redone() -> None:
    history, now = done(Document(), edits.set_friction(0.5), edits.set_friction(0.6))
    history, now = history.undo(now)
    edit = edits.set_gravity(3.0)
    history = history.noting(edit, now, edit.change(now))
    assert not history.redo_name and history.undo_name == "Set gravity"


def test_500_steps_are_kept_in_little_memory() -> None:
    def move(n: int) -> Edit:
        return edits.move_style("Move", Latent(np.full(256, n)))

    document, history = Document(), History()
    tracemalloc.start()
    for n in range(MAX_STEPS + 100):
        after = move(n).change(document)
        history = history.noting(move(n), document, after)
        document = after
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(history.done) == MAX_STEPS == 500
    assert held < 2_000_000, f"{held} bytes"
    for _ in range(MAX_STEPS):
        history, document = history.undo(document)
    assert document.style.latent == Latent(np.full(256, 99))
