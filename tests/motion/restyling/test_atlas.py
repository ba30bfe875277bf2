"""The map of styles: places, their styles and back, windows that join, sliders, the file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from motion.npz import read_npz, write_npz
from motion.restyling.atlas import (
    StyleAtlas,
    fingerprint,
    load_atlas,
    principal_atlas,
    save_atlas,
)
from motion.restyling.sliders import Effect, StyleSlider

SIZE, GROUPS, EACH = 64, 8, 60
DRAW = np.random.default_rng(1)


def slider(name: str, direction: np.ndarray, reading: np.ndarray) -> StyleSlider:
    pose = DRAW.normal(size=(22, 3)).astype(np.float32)
    effects = {"lean": Effect(-4.0, 5.0, "°"), "stride": Effect(-20.0, 25.0, "%")}
    return StyleSlider(name, "°", direction, reading, pose, -pose, effects)


def sliders() -> tuple[StyleSlider, ...]:
    """Two oblique directions with their dual readings."""
    directions = np.zeros((2, SIZE), np.float32)
    directions[0, :2], directions[1, 1:3] = (1.0, 0.5), (0.7, 0.7)
    readings = np.linalg.pinv(directions).T.astype(np.float32)
    return tuple(map(slider, ("lean", "stride"), directions, readings))


@pytest.fixture(scope="module")
def atlas() -> StyleAtlas:
    """Eight styles, each a crowd on the map and in style space, each of three clips."""
    number = np.arange(GROUPS * EACH) // EACH
    angle = 2 * np.pi * np.arange(GROUPS) / GROUPS
    crowds = 0.8 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    points = crowds[number] + 0.05 * DRAW.normal(size=(len(number), 2))
    middles = DRAW.normal(size=(GROUPS, SIZE))
    styles = middles[number] + 0.2 * DRAW.normal(size=(len(number), SIZE))
    labels = np.array([f"style {n}" for n in number])
    clips = np.array([f"clip {n}.{part % 3}" for part, n in enumerate(number)])
    return StyleAtlas(
        styles.astype(np.float32), points.astype(np.float32), labels, clips,
        np.arange(len(number), dtype=np.float32), tuple(dict.fromkeys(labels.tolist())),
        len(number), styles.mean(axis=0).astype(np.float32), sliders(), ("e" * 64, "d" * 64),
    )  # fmt: skip


def labels_of(atlas: StyleAtlas, styles: np.ndarray) -> list[str]:
    middles = np.stack([atlas.style(name) for name in atlas.legend])
    away = np.linalg.norm(styles[:, None] - middles, axis=-1)
    return [atlas.legend[n] for n in away.argmin(axis=1)]


def test_a_dots_place_reads_as_its_style_though_its_clip_is_left_out(atlas: StyleAtlas) -> None:
    for row in range(0, len(atlas), 7):
        read = atlas.at(atlas.points[row : row + 1], without=atlas.clips == atlas.clips[row])
        assert labels_of(atlas, read) == [atlas.labels[row]]


def test_left_out_dots_have_no_part(atlas: StyleAtlas) -> None:
    point, without = atlas.points[:1], atlas.labels == atlas.labels[0]
    wild = replace(atlas, styles=np.where(without[:, None], np.float32(1e6), atlas.styles))
    np.testing.assert_array_equal(wild.at(point, without), atlas.at(point, without))
    assert np.abs(wild.at(point)).max() > 1e5


def test_a_drag_changes_the_style_without_a_jump(atlas: StyleAtlas) -> None:
    start, end = np.array([-0.9, 0.3]), np.array([0.9, -0.2])

    def read(shares: np.ndarray) -> np.ndarray:
        return atlas.at(start + shares[:, None] * (end - start))

    shares = np.linspace(0, 1, 2001)
    steps = np.linalg.norm(np.diff(read(shares), axis=0), axis=1)
    worst = int(steps.argmax())
    assert steps.sum() > 5
    closer = read(np.linspace(shares[worst], shares[worst + 1], 101))
    assert np.linalg.norm(np.diff(closer, axis=0), axis=1).max() < 0.05 * steps[worst]


def test_there_and_back_again(atlas: StyleAtlas) -> None:
    points = atlas.points[::5]
    back = atlas.place(atlas.at(points))
    assert np.median(np.linalg.norm(back - points, axis=1)) < 0.05


def test_a_known_window_lies_where_its_dot_lies(atlas: StyleAtlas) -> None:
    np.testing.assert_allclose(atlas.place(atlas.styles), atlas.points, atol=1e-4)


def test_a_new_window_lies_among_its_style(atlas: StyleAtlas) -> None:
    placed = atlas.place(atlas.styles[::9], without=atlas.clips == "clip 0.0")
    crowd = {name: atlas.points[atlas.labels == name].mean(axis=0) for name in atlas.legend}
    middles = np.stack([crowd[name] for name in atlas.labels[::9]])
    assert np.linalg.norm(placed - middles, axis=1).max() < 0.2


def test_a_window_between_two_crowds_is_put_to_one_of_them(atlas: StyleAtlas) -> None:
    between = (atlas.style("style 0") + atlas.style("style 4"))[None] / 2
    gaps = np.linalg.norm(atlas.points - atlas.place(between), axis=1)
    assert gaps.min() < 0.1


def test_own_windows_join_and_are_found(atlas: StyleAtlas) -> None:
    own = atlas.styles[:40] + 0.01
    joined = atlas.joined_with(own, ["mine"] * 40, ["my clip"] * 40, np.arange(40.0))
    assert len(joined) == len(atlas) + 40 and joined.laid_out == len(atlas)
    assert joined.legend == (*atlas.legend, "mine")
    np.testing.assert_allclose(joined.points[-40:], atlas.points[:40], atol=0.1)
    assert joined.clips[joined.alike(own[3], 1)[0]] == "my clip"
    assert len(joined) - 40 + 3 in joined.nearest(joined.points[-37], 3)
    again = joined.joined_with(own, ["mine"] * 40, ["b"] * 40, np.arange(40.0))
    assert again.legend == joined.legend
    np.testing.assert_array_equal(again.points[-40:], joined.points[-40:])


def test_a_slider_moves_its_own_coordinate_alone(atlas: StyleAtlas) -> None:
    style = atlas.styles[5]
    before = atlas.coordinates(style)
    moved = atlas.moved(style, 1, 1.75)
    np.testing.assert_allclose(atlas.coordinates(moved), [before[0], 1.75], atol=1e-5)
    change = moved - style
    direction = atlas.sliders[1].direction
    np.testing.assert_allclose(change, (1.75 - before[1]) * direction, atol=1e-5)
    assert not np.any(atlas.coordinates(atlas.mean))


def test_a_style_that_is_not_there_is_told(atlas: StyleAtlas) -> None:
    with pytest.raises(ValueError, match="no style 'tango' on the map; it has style 0, style 1"):
        atlas.style("tango")


def test_the_file_gives_the_map_back(atlas: StyleAtlas, tmp_path: Path) -> None:
    save_atlas(tmp_path / "atlas.npz", atlas)
    back = load_atlas(tmp_path / "atlas.npz")
    np.testing.assert_allclose(back.styles, atlas.styles, atol=2e-3)
    np.testing.assert_array_equal(back.points, atlas.points)
    for name in ("labels", "clips", "starts_s", "mean"):
        np.testing.assert_array_equal(getattr(back, name), getattr(atlas, name))
    assert (back.legend, back.made_for) == (atlas.legend, atlas.made_for)
    for first, second in zip(back.sliders, atlas.sliders, strict=True):
        assert (first.name, first.unit, first.effects) == (
            second.name, second.unit, second.effects,
        )  # fmt: skip
        np.testing.assert_array_equal(first.direction, second.direction)
        np.testing.assert_allclose(first.low, second.low, atol=2e-3)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"points": np.zeros((3, 2))}, "as many rows as each other"),
        ({"label": np.full(GROUPS * EACH, 99)}, "out of bounds"),
        ({"mean": np.zeros(5)}, "sliders do not fit its styles"),
        ({"styles": np.full((GROUPS * EACH, SIZE), np.nan)}, "not finite"),
        ({"made_for": None}, "made_for"),
    ],
)
def test_a_damaged_file_is_told_in_one_sentence(
    atlas: StyleAtlas, tmp_path: Path, change: dict[str, np.ndarray | None], words: str
) -> None:
    path = tmp_path / "atlas.npz"
    save_atlas(path, atlas)
    arrays = {k: v for k, v in {**read_npz(path), **change}.items() if v is not None}
    write_npz(path, arrays)
    with pytest.raises(ValueError, match=f"atlas.npz: no map of styles .*{words}.*training atlas"):
        load_atlas(path)


def test_a_map_by_principal_axes_for_models_without_one() -> None:
    styles = DRAW.normal(size=(50, 6)) * [9, 4, 1, 1, 1, 1]
    labels = ["b", "a"] * 25
    found = principal_atlas(styles, labels)
    assert found.legend == ("a", "b") and found.sliders == () and np.abs(found.points).max() == 1
    centred = styles - styles.mean(axis=0)
    first = np.abs(np.corrcoef(found.points[:, 0], centred[:, 0])[0, 1])
    assert first > 0.95
    assert found.coordinates(found.mean).shape == (0,)
    np.testing.assert_allclose(found.place(found.styles), found.points, atol=1e-4)


def test_few_windows_make_a_map_too() -> None:
    lone = principal_atlas(np.ones((1, 64)), ["walk"])
    np.testing.assert_allclose(lone.at(np.array([[3.0, 1.0]])), 1.0)
    np.testing.assert_allclose(lone.place(np.zeros((2, 64))), 0.0)
    pair = principal_atlas(np.eye(2, 64), ["walk", "run"], ["a", "b"], np.array([0.5, 1.0]))
    np.testing.assert_allclose(pair.place(pair.styles), pair.points, atol=1e-4)
    with pytest.raises(ValueError, match="at least one window"):
        principal_atlas(np.ones((0, 64)), [])


def test_the_fingerprint_tells_files_apart(tmp_path: Path) -> None:
    for name, content in (("a", b"1"), ("b", b"2")):
        (tmp_path / name).write_bytes(content)
    first, second = fingerprint(tmp_path / "a", tmp_path / "b")
    assert first != second and len(first) == 64
    assert fingerprint(tmp_path / "b", tmp_path / "a") == (second, first)
