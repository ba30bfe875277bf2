"""What a plot holds as numbers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.viewer.model.plots import TIME_S, TURNS, X, curves, distances
from viewer.model.plot import Curve


def test_every_array_has_its_name() -> None:
    found = curves().arrays()
    assert list(found) == ["time_s", "x", "x_b", "turns", "strike_s"]
    np.testing.assert_array_equal(found["x_b"], X / 2)
    found = distances(tuple("aabbcc")).arrays()
    assert found["distance"].shape == (len(found["a_s"]), len(found["b_s"])) == (6, 90)
    assert found["distance_names"].tolist() == list("aabbcc")


def test_a_name_that_means_two_things_is_told() -> None:
    plot = curves()
    panel = replace(plot.panels[1], curves=(Curve("x", X + 1, "time_s", TIME_S),))
    with pytest.raises(ValueError, match="'walk & run' has two arrays 'x'"):
        replace(plot, panels=(plot.panels[0], panel)).arrays()


def test_a_turn_that_begins_again_is_broken_there() -> None:
    at, values = Curve("turns", TURNS, "time_s", TIME_S, wraps=True).broken()
    assert np.flatnonzero(np.isnan(values)).tolist() == [27, 58, 89]
    assert np.isnan(at).sum() == 3
    np.testing.assert_array_equal(values[np.isfinite(values)], TURNS)


def test_all_of_it_is_saved(tmp_path: Path) -> None:
    curves().save_arrays(tmp_path / "curves.npz")
    with np.load(tmp_path / "curves.npz") as found:
        assert (str(found["schema"]), int(found["version"])) == ("stridescope.plot", 1)
        assert str(found["title"]) == "walk & run"
        for name, values in curves().arrays().items():
            np.testing.assert_array_equal(found[name], values)
