"""Rows have the same bits whatever comes with them; what is served under which name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inference.errors import ModelError
from inference.models import MODELS
from viewer.model.notice import Refused
from viewer.serving.catalog import load_catalog, model_files
from viewer.serving.served import Network, TooLarge
from viewer.serving.service import Catalog


@pytest.mark.parametrize("name", MODELS)
def test_a_row_has_the_same_bits_in_every_batch(catalog: Catalog, name: str) -> None:
    """Random rows in random batches, around the sizes at which the kernel's blocks begin."""
    model = catalog[name]
    if not model.shares:
        pytest.skip("this engine's bits depend on the batch, so that nothing is shared")
    assert isinstance(model, Network)
    ((tensor, shape),) = model.inputs.items()
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((300, *(n or 1 for n in shape[1:]))).astype(np.float32)
    alone = [model.run({tensor: row[None]}) for row in rows]
    for size in (1, 2, 3, 7, 63, 64, 65, 66, 127, 128, 129, 193, 257, *rng.integers(1, 300, 20)):
        chosen = rng.permutation(300)[:size]
        for output, array in model.run({tensor: rows[chosen]}).items():
            expected = np.concatenate([alone[index][output] for index in chosen])
            assert array.tobytes() == expected.tobytes(), (size, output)


def test_a_network_counts_its_rows(catalog: Catalog) -> None:
    model = catalog["deepphase"]
    assert model.check({"frame": np.zeros((7, 132))}) == 7
    with pytest.raises(TooLarge, match="513 rows"):
        model.check({"frame": np.zeros((513, 132))})
    with pytest.raises(ModelError, match="'frame'"):
        model.check({})


def test_a_file_is_served_by_its_name(tmp_path: Path) -> None:
    files = model_files(["a/own.onnx", "b/deepphase.onnx"])
    assert set(files) == {*MODELS, "own"}
    assert (files["own"], files["deepphase"]) == (Path("a/own.onnx"), Path("b/deepphase.onnx"))
    with pytest.raises(Refused, match="both"):
        model_files(["a/own.onnx", "b/own.onnx"])


def test_a_file_that_is_none_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "own.onnx").write_bytes(b"no")
    for path in (tmp_path / "own.onnx", tmp_path / "gone.onnx"):
        with pytest.raises(Refused, match=path.name):
            load_catalog({path.stem: path}, "numpy", "cpu", "fp32", 8)
