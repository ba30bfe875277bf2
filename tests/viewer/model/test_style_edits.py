"""Edits of the style that clips wear: what each changes, what it keeps, what it is called."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.model import style_edits as edits
from viewer.model.document import Document, Latent, OpenClip, Style, StyleKey, View
from viewer.model.edits import read_clip

CLIP, OTHER = OpenClip(Path("/walk.bvh")), OpenClip(Path("/run.bvh"))
CALM, WILD = Latent(np.zeros(64), "calm"), Latent(np.ones(64), "wild")


def keyed(*times: float, style: Latent = CALM) -> Document:
    """A document with two clips, of which the first has keys at ``times``."""
    keys = tuple(StyleKey(time_s, style) for time_s in times)
    return Document((replace(CLIP, keys=keys), OTHER), Style(keyed=False), view=View(clip=CLIP.key))


def times(document: Document) -> list[float]:
    clip = document.clip(CLIP.key)
    assert clip is not None
    return [key.time_s for key in clip.keys]


def test_a_style_is_worn_by_hand_on_the_clip() -> None:
    document = replace(keyed(1.0), view=View("latent", CLIP.key), style=Style(seed=4))
    edit = edits.wear("Move on the map", WILD, ("map", 1))
    worn = edit.change(document)
    assert (worn.style.worn, worn.style.keyed, worn.style.seed) == (WILD, False, 4)
    assert worn.view.source == "clip" and worn.clips == document.clips
    assert (edit.name, edit.gesture) == ("Move on the map", ("map", 1))
    assert edits.wear("Draw", WILD, seed=9).change(worn).style.seed == 9
    assert edits.wear("Take off", None).change(worn).style.worn is None


def test_strength_and_who_says_what_is_worn() -> None:
    document = edits.set_strength(1.5).change(keyed())
    assert document.style.strength == 1.5
    assert edits.follow_keys(True).change(document).style.keyed
    assert not edits.follow_keys(False).change(document).style.keyed
    assert edits.follow_keys(True).name != edits.follow_keys(False).name


def test_pins_take_their_corners() -> None:
    edit = edits.pin_style(1, WILD)
    document = edit.change(keyed())
    assert document.style.pins == (None, WILD, None, None) and edit.name == "Pin wild at B"
    cleared = edits.pin_style(1, None)
    assert cleared.change(document).style.pins == (None,) * 4 and cleared.name == "Clear B"


def test_a_slider_is_locked_once_and_unlocked() -> None:
    document = keyed()
    for _ in range(2):
        document = edits.lock_slider("lean", True).change(document)
    document = edits.lock_slider("energy", True).change(document)
    assert document.style.locked == ("lean", "energy")
    assert edits.lock_slider("lean", False).change(document).style.locked == ("energy",)


def test_a_key_takes_the_place_of_one_at_its_time() -> None:
    key = StyleKey(1.0 + edits.NEAR_S / 2, WILD, 0.5, "hold")
    document = edits.place_keys("Place style key", CLIP.key, [key]).change(keyed(0.0, 1.0, 2.0))
    clip = document.clip(CLIP.key)
    assert clip is not None and clip.keys[1] == key and len(clip.keys) == 3
    assert document.style.keyed and document.clip(OTHER.key) == OTHER


def test_keys_are_put_in_place_of_a_stretch() -> None:
    put = [StyleKey(1.5, WILD), StyleKey(1.2, WILD)]
    edit = edits.put_keys("Record style keys", CLIP.key, 1.0, 2.0, put, "drag")
    assert times(edit.change(keyed(0.0, 1.0, 1.7, 2.0, 2.1))) == [0.0, 1.2, 1.5, 2.1]
    assert (edit.name, edit.gesture) == ("Record style keys", "drag")


def test_no_clip_has_more_keys_than_a_session_may_hold() -> None:
    many = [StyleKey(n / 10, CALM) for n in range(edits.MAX_KEYS + 5)]
    assert len(times(edits.place_keys("Paste", CLIP.key, many).change(keyed()))) == edits.MAX_KEYS


def test_keys_move_and_what_they_only_pass_comes_back() -> None:
    document = keyed(0.0, 1.0, 2.0)
    held = document.clips[0].keys
    onto = edits.move_keys(CLIP.key, held, held[:1], 1.0).change(document)
    assert times(onto) == [1.0, 2.0]
    beyond = edits.move_keys(CLIP.key, held, held[:1], 1.5).change(onto)
    assert times(beyond) == [1.0, 1.5, 2.0]
    two = edits.move_keys(CLIP.key, held, held[:2], 0.5)
    assert times(two.change(document)) == [0.5, 1.5, 2.0] and two.name == "Move style keys"


def test_keys_are_eased_and_deleted() -> None:
    document = keyed(0.0, 1.0, 2.0)
    held = document.clips[0].keys
    eased = edits.ease_keys(CLIP.key, held[1:], "hold").change(document)
    assert [key.ease for key in eased.clips[0].keys] == ["smooth", "hold", "hold"]
    edit = edits.delete_keys(CLIP.key, held[:1])
    assert times(edit.change(document)) == [1.0, 2.0] and edit.name == "Delete style key"
    assert edits.delete_keys(CLIP.key, held).name == "Delete style keys"


@pytest.mark.parametrize("key", ["/gone.bvh|auto|auto", OTHER.key])
def test_keys_of_one_clip_leave_the_others_alone(key: str) -> None:
    document = edits.place_keys("Place", key, [StyleKey(0.5, WILD)]).change(keyed(1.0))
    assert times(document) == [1.0]


def test_a_clip_that_is_read_anew_keeps_its_keys() -> None:
    document = keyed(0.5, 1.0)
    read = read_clip(replace(CLIP, units="cm")).change(document)
    assert read.clips[0].keys == document.clips[0].keys


@given(st.lists(st.floats(0, 9), max_size=8), st.lists(st.floats(0, 9), max_size=8))
def test_keys_are_in_order_and_one_at_a_time(before: list[float], placed: list[float]) -> None:
    document = keyed()
    for time_s in [*before, *placed]:
        key = StyleKey(time_s, WILD)
        document = edits.place_keys("Place style key", CLIP.key, [key]).change(document)
        assert key in document.clips[0].keys
    assert times(document) == sorted(times(document))
    assert all(gap > edits.NEAR_S for gap in np.diff(times(document)))
