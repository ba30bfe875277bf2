"""The document is one value, and a change of two others can be adopted by a third."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import numpy as np
import pytest

from viewer.model.document import Document, Latent, OpenClip, Style, StyleKey, View

A, B = OpenClip(Path("/a.bvh")), OpenClip(Path("/b.bvh"), "cm", "Z", title="Bee")


def test_nothing_of_it_can_be_changed() -> None:
    latent = Latent(np.zeros(256))
    document = Document((A,), Style(latent))
    for change in (
        lambda: setattr(document, "clips", ()),
        lambda: setattr(document.style, "seed", 3),
        lambda: latent.values.__setitem__(0, 1.0),
    ):
        with pytest.raises((FrozenInstanceError, ValueError)):
            change()


def test_latents_are_equal_by_their_numbers_and_label() -> None:
    values = np.linspace(-1, 1, 256)
    one, same = Latent(values, "a"), Latent(values.copy(), "a")
    assert one == same and hash(one) == hash(same)
    assert one != Latent(values, "b") and one != Latent(values + 1e-6, "a") and one != "a"
    values[0] = 9
    assert one.values[0] == -1


def test_a_clip_is_found_by_file_and_reading() -> None:
    document = Document((A, B))
    assert document.clip(B.key) is B and document.clip("") is None
    assert (A.name, B.name) == ("a", "Bee")
    assert A.key != replace(A, units="m").key


def test_the_range_is_of_what_a_source_shows() -> None:
    clip = replace(A, range=(3, 9))
    document = Document((clip, B), Style(range=(1, 2)), view=View(clip=clip.key))
    assert document.range_of("clip") == (3, 9) and document.range_of("latent") == (1, 2)
    assert document.range_of("character") is None
    other = replace(document, view=View(clip=B.key))
    assert other.range_of("clip") is None


def test_only_what_differs_is_adopted() -> None:
    before = Document((A,), view=View(clip=A.key))
    after = Document((A, B), view=View(clip=B.key))
    now = replace(after, style=Style(seed=5), view=replace(after.view, speed=2.0))
    taken_back = now.adopting(after, before)
    assert taken_back.clips == (A,) and taken_back.view.clip == A.key
    assert taken_back.style.seed == 5 and taken_back.view.speed == 2.0


def test_a_clip_wears_what_its_keys_say_or_what_is_set_by_hand() -> None:
    calm, wild = Latent(np.zeros(3), "calm"), Latent(np.full(3, 2.0), "wild")
    keys = (StyleKey(1.0, calm, 0.0, "linear"), StyleKey(2.0, wild, 1.0, "hold"))
    keyed, style = replace(A, keys=keys), Style(worn=Latent(np.ones(3), "mine"), strength=0.5)
    document = Document((keyed, B), style)
    assert document.worn_at(keyed, 0.0) == StyleKey(0.0, calm, 0.0, "linear")
    between = Latent(np.ones(3), "calm")
    assert document.worn_at(keyed, 1.5) == StyleKey(1.5, between, 0.5, "linear")
    assert document.worn_at(keyed, 9.0) == StyleKey(9.0, wild, 1.0, "hold")
    assert [at.time_s for at in document.course_of(keyed)] == [1.0, 2.0]
    by_hand = replace(document, style=replace(style, keyed=False))
    for clip, now in ((keyed, by_hand), (B, document)):
        worn = now.worn_at(clip, 1.5)
        assert worn == StyleKey(1.5, Latent(np.ones(3), "mine"), 0.5)
        assert len(now.course_of(clip)) == 1
    bare = replace(by_hand, style=Style(keyed=False))
    assert bare.worn_at(keyed, 1.0) is None and bare.course_of(keyed) == ()


def test_what_a_clip_wears_is_told_in_words() -> None:
    worn = Latent(np.zeros(3), "Angry")
    keyed = replace(A, keys=(StyleKey(0.0, worn), StyleKey(1.0, worn)))
    plain = Document(clips=(A,))
    assert plain.look_of(A) == ""
    dressed = replace(plain, style=Style(worn=worn))
    assert dressed.look_of(A) == "as Angry"
    assert dressed.look_of(keyed) == "styled by 2 keys"
    assert replace(plain, style=Style(worn=worn, keyed=False)).look_of(keyed) == "as Angry"
