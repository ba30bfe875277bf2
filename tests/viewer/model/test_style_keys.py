"""Files of style keys: what they say, and what is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from motion.restyling.atlas import principal_atlas
from motion.restyling.course import Ease
from viewer.model.document import Latent, StyleKey
from viewer.model.notice import Refused
from viewer.model.style_keys import keys_text, read_keys
from viewer.model.style_names import StyleNames

DRAW = np.random.default_rng(0)
ATLAS = principal_atlas(DRAW.normal(size=(6, 64)), ["Angry", "run", "run", "walk", "walk", "walk"])


def names() -> StyleNames:
    return StyleNames(lambda: ATLAS, lambda path: np.full(64, len(path.stem), np.float32))


def kept(folder: Path, keys: Any) -> Path:
    path = folder / "keys.json"
    path.write_text(keys if isinstance(keys, str) else json.dumps(keys), encoding="utf-8")
    return path


def test_a_key_may_name_its_style_in_every_way(tmp_path: Path) -> None:
    np.savez(tmp_path / "one.npz", style=np.arange(64.0))
    keys: list[dict[str, Any]] = [
        {"time": 0, "style": "run"},
        {"time": 1.5, "style": "abc.bvh", "strength": 0.5, "ease": "linear"},
        {"time": 2, "style": str(tmp_path / "one.npz"), "ease": "hold"},
        {"time": 3, "style": "map:0,0"},
        {"time": 4, "style": [0.25] * 64},
        {"time": 5, "strength": 0},
    ]
    found = read_keys(kept(tmp_path, keys), names(), Latent(np.ones(64, np.float32)))
    assert [key.time_s for key in found] == [0, 1.5, 2, 3, 4, 5]
    assert [key.strength for key in found] == [1, 0.5, 1, 1, 1, 0]
    assert [key.ease for key in found] == ["smooth", "linear", "hold"] + ["smooth"] * 3
    wanted = (
        ATLAS.style("run"), np.full(64, 3.0), np.arange(64.0),
        ATLAS.at(np.zeros((1, 2)))[0], np.full(64, 0.25), np.ones(64),
    )  # fmt: skip
    for key, style in zip(found, wanted, strict=True):
        assert key.style == pytest.approx(style, abs=1e-6)


def test_keys_of_the_window_are_read_as_they_were(tmp_path: Path) -> None:
    styles = [Latent(DRAW.normal(size=64), "mine") for _ in range(3)]
    eases: tuple[Ease, ...] = ("hold", "smooth", "linear")
    held = [
        StyleKey(n / 3, style, n / 2, ease)
        for n, (style, ease) in enumerate(zip(styles, eases, strict=True))
    ]
    text = keys_text(held)
    found = read_keys(kept(tmp_path, text), names(), None)
    assert len(text.splitlines()) == 5
    for key, was in zip(found, held, strict=True):
        assert (key.strength, key.ease) == (was.strength, was.ease)
        assert key.time_s == pytest.approx(was.time_s, abs=1e-5)
        assert key.style == pytest.approx(was.style.values, abs=1e-4)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("{", "keys.json: not JSON."),
        ("[" * 100_000, "keys.json: not JSON."),
        ([], "a list of 1 to 10,000 keys"),
        ({"time": 0}, "a list of 1 to 10,000 keys"),
        ([3], "key 1: expected an object"),
        ([{"style": "run"}], "key 1: 'time' is missing"),
        ([{"time": 0, "style": "run"}, {"time": 1}], "key 2: 'style' is missing"),
        ([{"time": -1, "style": "run"}], "key 1: 'time' is -1, expected a number from 0"),
        ([{"time": True, "style": "run"}], "key 1: 'time' is true"),
        ('[{"time": NaN, "style": "run"}]', "key 1: 'time' is NaN"),
        ([{"time": 0, "style": "run", "strength": 9}], "key 1: 'strength' is 9"),
        ([{"time": 0, "style": "run", "ease": "out"}], "one of smooth, linear, hold"),
        ([{"time": 0, "style": "run", "esae": "hold"}], "no field 'esae'; did you mean 'ease'"),
        ([{"time": 0, "style": "rum"}], "key 1: 'style': There is no style 'rum'; did you mean"),
        ([{"time": 0, "style": [1, 2]}], "key 1: 'style' is neither a text nor numbers"),
        ([{"time": 0, "style": ["a"] * 64}], "key 1: 'style' is neither a text nor numbers"),
        ([{"time": 0, "style": [[1], [1, 2]]}], "key 1: 'style' is neither a text nor numbers"),
        ([{"time": 0, "style": 5}], "key 1: 'style' is neither a text nor numbers"),
    ],
)
def test_what_is_wrong_is_told_with_file_key_and_field(
    tmp_path: Path, keys: Any, said: str
) -> None:
    with pytest.raises(Refused) as refused:
        read_keys(kept(tmp_path, keys), names(), None)
    text = str(refused.value)
    assert said in text and str(tmp_path / "keys.json") in text and text.endswith(".")
    assert "\n" not in text
