"""Reading a file again: the same model, without onnx, and never a stale or damaged one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper

from inference import ModelError
from inference.mlp import Mlp
from inference.models import MODELS
from inference.onnx import cache as model_cache
from inference.onnx.cache import read_cached
from inference.onnx.reader import read_mlp
from inference.sources import modules
from tests.inference.closure import closure
from tests.inference.nets import save, save_chain, save_model_like
from tests.inference.our_code import OurCode

ROOT = Path(__file__).parents[3]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the entries of this test lie. Our code counts as unchanged since it was imported."""
    monkeypatch.setattr(model_cache, "STARTED_NS", time.time_ns() + 10**15)
    monkeypatch.setenv("STRIDESCOPE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "models"


def assert_same(found: object, expected: Mlp) -> None:
    assert isinstance(found, Mlp)
    for a, b in zip(found.layers, expected.layers, strict=True):
        np.testing.assert_array_equal(a.weight, b.weight)
        np.testing.assert_array_equal(a.bias, b.bias)
        assert (a.activation, a.slope, a.source) == (b.activation, b.slope, b.source)
        assert a.weight.flags.aligned and a.weight.dtype == np.float32
    names = ("name", "path", "input_name", "input_shape", "outputs", "warnings")
    assert [getattr(found, n) for n in names] == [getattr(expected, n) for n in names]


def forbid_parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    def parsed(*_: object) -> None:
        raise AssertionError("the file was parsed again")

    monkeypatch.setattr("inference.onnx.reader.read_model", parsed)


@pytest.mark.parametrize("name", list(MODELS))
def test_a_file_read_before_is_not_parsed(
    name: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save_model_like(name, tmp_path / "model.onnx")
    expected = read_mlp(path, MODELS[name])
    assert_same(read_cached(path, MODELS[name]), expected)
    forbid_parsing(monkeypatch)
    assert_same(read_cached(path, MODELS[name]), expected)
    with pytest.raises(AssertionError, match="parsed again"):
        read_cached(path)  # without the specification it may be another model


def test_a_second_start_imports_no_onnx(folder: Path, tmp_path: Path) -> None:
    path = save_model_like("deepphase", tmp_path / "model.onnx")
    code = (
        "import sys; from inference import load_model; "
        f"load_model({str(path)!r}, 'numpy'); print('onnx' in sys.modules)"
    )
    printed = [
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
        for _ in range(2)
    ]
    assert [done.stdout.strip() for done in printed] == ["True", "False"], printed


def test_a_changed_file_is_read_anew(folder: Path, tmp_path: Path) -> None:
    path = save_chain(tmp_path / "model.onnx", (3, 4, 2), seed=1)
    first = read_cached(path)
    save_chain(path, (3, 4, 2), seed=2)
    second = read_cached(path)
    assert isinstance(first, Mlp) and isinstance(second, Mlp)
    assert not np.array_equal(first.layers[0].weight, second.layers[0].weight)
    assert_same(second, read_mlp(path))


def test_nothing_is_remembered_once_our_code_has_changed(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What runs is then not what the entry's name stands for."""
    monkeypatch.setattr(model_cache, "STARTED_NS", 0)
    assert isinstance(read_cached(save_chain(tmp_path / "model.onnx", (3, 4, 2))), Mlp)
    assert not list(folder.glob("*"))


@pytest.mark.parametrize("damage", ["cut", "garbage", "number", "empty"])
def test_a_damaged_entry_is_made_again(damage: str, folder: Path, tmp_path: Path) -> None:
    path = save_chain(tmp_path / "model.onnx", (3, 4, 2))
    read_cached(path)
    (entry,) = folder.glob("*")
    good = entry.read_bytes()
    bad = {
        "cut": good[:-5],
        "garbage": os.urandom(200),
        "number": good.replace(b'"source": -1', b'"source": 10'),
        "empty": b"",
    }[damage]
    entry.write_bytes(bad)
    assert_same(read_cached(path), read_mlp(path))
    assert entry.read_bytes() == good


def test_a_folder_that_cannot_be_written_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("STRIDESCOPE_CACHE", str(tmp_path / "file"))
    path = save_chain(tmp_path / "model.onnx", (3, 4, 2))
    assert_same(read_cached(path), read_mlp(path))


def test_files_with_warnings_or_weights_elsewhere_are_parsed_each_time(
    folder: Path, tmp_path: Path
) -> None:
    path = save_chain(tmp_path / "model.onnx", (3, 4, 2))
    model = onnx.load(path)
    elsewhere = tmp_path / "outside.onnx"
    onnx.save(onnx.load(path), elsewhere, save_as_external_data=True, size_threshold=0)
    tensor = model.graph.initializer[0]
    tensor.raw_data = np.float32(np.nan).tobytes() + tensor.raw_data[4:]
    onnx.save(model, tmp_path / "nan.onnx")
    for name in ("outside.onnx", "nan.onnx"):
        for _ in range(2):
            assert isinstance(read_cached(tmp_path / name), Mlp)
    assert read_cached(tmp_path / "nan.onnx").warnings
    assert not list(folder.glob("*"))


def test_what_the_reader_refuses_is_refused(folder: Path, tmp_path: Path) -> None:
    for name, content in (("empty.onnx", b""), ("text.onnx", b"hello")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ModelError, match=name):
            read_cached(tmp_path / name)
    with pytest.raises(ModelError, match="no such file"):
        read_cached(tmp_path / "nothing.onnx")


def test_the_oldest_entries_go(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_cache, "MAX_ENTRIES", 3)
    paths = [save_chain(tmp_path / f"{i}.onnx", (3, 4, 2), seed=i) for i in range(5)]
    for age, path in enumerate(paths):
        read_cached(path)
        for entry in folder.glob("*"):
            os.utime(entry, (entry.stat().st_atime, entry.stat().st_mtime - 10))
        assert len(list(folder.glob("*"))) == min(age + 1, 3)
    forbid_parsing(monkeypatch)
    assert_same(read_cached(paths[-1]), read_mlp(paths[-1]))


def test_the_key_covers_all_that_the_reader_imports() -> None:
    shaping = closure("inference.onnx.reader")
    assert ROOT / "inference" / "graph" / "activations.py" in shaping
    assert shaping <= set(modules(*model_cache.READING))


def test_an_entry_does_not_outlive_the_operators_that_chose_its_weights(
    folder: Path, tmp_path: Path
) -> None:
    """A constant condition picks one of two weights that stand in the file; then it is mended."""
    nodes = [
        helper.make_node("Where", ["which", "a", "b"], ["w"]),
        helper.make_node("Gemm", ["x", "w", "bias"], ["y"]),
    ]
    a, b = (np.full((2, 3), value, np.float32) for value in (1, 2))
    weights = {"which": np.ones((2, 3), np.bool_), "a": a, "b": b}
    weights |= {"bias": np.zeros(3, np.float32)}
    path = save(tmp_path / "model.onnx", nodes, weights, ("x", ["batch", 2]), ["y"])
    code = OurCode(tmp_path)
    ask = f"load_model({str(path)!r}, 'numpy').run({{'x': [[1, 0]]}})['y'].tolist()"
    assert code.answer(ask) == [[1, 1, 1]] and len(list(folder.glob("*"))) == 1
    code.change("inference/graph/elementwise.py", "np.where(condition, a, b)", "np.copy(b)")
    assert code.answer(ask) == [[2, 2, 2]]
