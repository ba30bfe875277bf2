"""Starting again: the same answers from the packed weights, and never a stale or damaged one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from zlib import crc32

import numpy as np
import onnx
import pytest
from onnx import helper

from inference import ModelError, load_model
from inference.engines import packed_cache
from inference.models import MODELS
from inference.onnx.cache import READING
from inference.runner import Runner
from inference.sources import modules
from inference.stamp import Stamp
from tests.inference.closure import closure
from tests.inference.nets import save, save_chain, save_model_like
from tests.inference.our_code import OurCode

ROOT = Path(__file__).parents[3]
WIDTHS = (5, 40, 3)


@pytest.fixture
def entries(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the entries lie. Files may be remembered, however new, unless a test says otherwise."""
    monkeypatch.setattr(packed_cache, "SETTLED_NS", -(10**15))
    folder = own_cache / "packed"
    shutil.rmtree(folder, ignore_errors=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def answer(runner: Runner) -> dict[str, np.ndarray]:
    ((name, (_, *row)),) = runner.inputs.items()
    noise = np.random.default_rng(1).standard_normal((3, *(size or 1 for size in row)))
    return runner.run({name: noise})


def assert_same(found: Runner, expected: Runner) -> None:
    for field in ("name", "engine", "inputs", "outputs", "warnings"):
        assert getattr(found, field) == getattr(expected, field)
    a, b = answer(found), answer(expected)
    assert all(np.array_equal(a[name], b[name], equal_nan=True) for name in b)


def forbid_reading(patch: pytest.MonkeyPatch) -> None:
    def read(*_: object) -> None:
        raise AssertionError("the file was read again")

    patch.setattr("inference.onnx.cache.read_cached", read)


def is_kept(path: Path) -> bool:
    """Whether ``load_model`` does without reading the file."""
    with pytest.MonkeyPatch.context() as patch:
        forbid_reading(patch)
        try:
            load_model(path, "mojo")
        except AssertionError:
            return False
    return True


@pytest.mark.parametrize("precision", ["fp32", "fast", "half"])
@pytest.mark.parametrize("name", list(MODELS))
def test_a_second_start_answers_alike(
    name: str, precision: str, entries: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save_model_like(name, tmp_path / "model.onnx")
    expected = load_model(path, "mojo", precision=precision, spec=MODELS[name])
    forbid_reading(monkeypatch)
    assert_same(load_model(path, "mojo", precision=precision, spec=MODELS[name]), expected)
    assert_same(load_model(path, device="cpu", precision=precision, spec=MODELS[name]), expected)
    with pytest.raises(AssertionError, match="read again"):
        load_model(path, "mojo", precision=precision)  # without the specification: another model


def test_a_second_start_imports_only_what_it_needs(own_cache: Path, tmp_path: Path) -> None:
    path = save_chain(tmp_path / "model.onnx", WIDTHS)
    code = (
        "import numpy, sys; before = set(sys.modules); from inference import load_model;"
        "from inference.engines import packed_cache; packed_cache.SETTLED_NS = -10**15;"
        f"load_model({str(path)!r}, 'mojo'); print(*sorted(set(sys.modules) - before))"
    )
    command = [sys.executable, "-c", code]
    printed = [
        subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]
    first, second = (set(text.split()) for text in printed)
    heavy = {"onnx", "hashlib", "subprocess", "logging", "kernels.cache", "inference.onnx.cache"}
    assert heavy <= first
    assert not second & (heavy | {"max", "json", "shutil", "tempfile", "inference.graph"})


def test_an_entry_does_not_outlive_the_operators_that_computed_its_weights(
    own_cache: Path, tmp_path: Path
) -> None:
    nodes = [
        helper.make_node("Tanh", ["c"], ["bias"]),
        helper.make_node("Gemm", ["x", "w", "bias"], ["y"]),
    ]
    weights = {"c": np.zeros(3, np.float32), "w": np.eye(3, dtype=np.float32)}
    path = save(tmp_path / "model.onnx", nodes, weights, ("x", ["batch", 3]), ["y"])
    code = OurCode(tmp_path)
    settled = "from inference.engines import packed_cache; packed_cache.SETTLED_NS = -10**15"
    ask = f"load_model({str(path)!r}, 'mojo').run({{'x': [[1, 2, 3]]}})['y'].tolist()"
    asked = f"({ask}, 'inference.onnx.reader' in __import__('sys').modules)"
    assert code.answer(asked, settled) == ([[1, 2, 3]], True)
    assert code.answer(asked, settled) == ([[1, 2, 3]], False), "it was not remembered"
    code.change("inference/graph/activations.py", 'unary("Tanh", np.tanh)', 'unary("Tanh", np.cos)')
    assert code.answer(asked, settled) == ([[2, 3, 4]], True)


def test_another_installation_does_not_use_our_entries(entries: Path, tmp_path: Path) -> None:
    path = save_chain(tmp_path / "model.onnx", WIDTHS)
    load_model(path, "mojo")
    assert is_kept(path)
    ask = f"(load_model({str(path)!r}, 'mojo') and 'inference.onnx.cache') in sys.modules"
    assert OurCode(tmp_path).answer(ask, "import sys") is True


def in_place(new: bytes, path: Path) -> None:
    path.write_bytes(new)


def in_place_with_the_old_times(new: bytes, path: Path) -> None:
    before = path.stat()
    path.write_bytes(new)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert path.stat().st_mtime_ns == before.st_mtime_ns


def by_renaming(new: bytes, path: Path) -> None:
    beside = path.with_suffix(".new")
    beside.write_bytes(new)
    beside.replace(path)


def by_another_link(new: bytes, path: Path) -> None:
    beside = path.with_suffix(".new")
    beside.write_bytes(new)
    path.unlink()
    path.symlink_to(beside)


@pytest.mark.parametrize(
    "way", [in_place, in_place_with_the_old_times, by_renaming, by_another_link]
)
def test_a_changed_file_is_read_anew(way, entries: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = save_chain(tmp_path / "model.onnx", WIDTHS, seed=1)
    load_model(path, "mojo")
    assert is_kept(path)
    new = save_chain(tmp_path / "other.onnx", WIDTHS, seed=2)
    way(new.read_bytes(), path)
    assert not is_kept(path)
    changed = answer(load_model(path, "mojo"))
    for name, right in answer(load_model(new, "numpy")).items():
        np.testing.assert_allclose(changed[name], right, rtol=1e-4, atol=1e-6)
    assert is_kept(path)


def test_a_file_just_written_is_not_kept(
    entries: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save_chain(tmp_path / "model.onnx", WIDTHS)
    monkeypatch.setattr(packed_cache, "SETTLED_NS", 60 * 10**9)
    load_model(path, "mojo")
    assert not list(entries.glob("*"))


def test_all_that_it_was_made_from_is_looked_at(
    entries: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save_chain(tmp_path / "model.onnx", WIDTHS)
    load_model(path, "mojo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packed_cache, "cpu", lambda: "another CPU")
        assert not is_kept(path)
    looked: list[str] = []
    of = Stamp.of

    def changed(name: str) -> Callable[[Path | str], Stamp | None]:
        def stamp(file: Path | str) -> Stamp | None:
            looked.append(Path(file).name)
            now = of(file)
            return now._replace(size=now.size + 1) if now and Path(file).name == name else now

        return stamp

    monkeypatch.setattr(Stamp, "of", changed(""))
    assert is_kept(path)
    files = set(looked)
    assert {"model.onnx", "packing.py", "reader.py", "mlp.mojo", "weights.mojo"} <= files
    assert {"activations.py", "operators.py", "errors.py", "build.py"} <= files
    for name in files:
        monkeypatch.setattr(Stamp, "of", changed(name))
        assert not is_kept(path), name


def test_it_names_all_that_reading_and_packing_import() -> None:
    shaping = closure("inference.onnx.reader", "inference.engines.mojo.engine")
    assert {ROOT / "kernels" / "build.py", ROOT / "inference" / "graph" / "conv.py"} < shaping
    assert shaping <= set(modules(*READING, *packed_cache.PACKING))


@pytest.mark.parametrize(
    "damage", ["cut", "longer header", "number", "weight", "garbage", "empty", "other"]
)
def test_a_damaged_entry_is_made_again(damage: str, entries: Path, tmp_path: Path) -> None:
    path = save_chain(tmp_path / "model.onnx", WIDTHS)
    expected = load_model(path, "mojo")
    (entry,) = entries.glob("*")
    good = entry.read_bytes()
    weight = bytearray(good)
    weight[-400] ^= 1
    entry.write_bytes(
        {
            "cut": good[:-5],
            "longer header": good.replace(b"\n", b" \n", 1),
            "number": good.replace(b"'scratch': ", b"'scratch': 9", 1),
            "weight": bytes(weight),
            "garbage": os.urandom(2000),
            "empty": b"",
            "other": b"%08x {}\n" % crc32(b"{}\n"),  # as another version might write it
        }[damage]
    )
    assert not is_kept(path)
    assert_same(load_model(path, "mojo"), expected)
    assert entry.read_bytes() == good and is_kept(path)


def test_a_library_that_is_gone_or_replaced_is_not_trusted(entries: Path, tmp_path: Path) -> None:
    path = save_chain(tmp_path / "model.onnx", WIDTHS)
    library = load_model(path, "mojo").ready.library  # type: ignore[attr-defined]
    content = library.read_bytes()
    library.unlink()
    assert not is_kept(path)
    library.write_bytes(content)
    assert not is_kept(path)
    load_model(path, "mojo")
    assert is_kept(path)


def test_files_with_weights_elsewhere_are_read_each_time(entries: Path, tmp_path: Path) -> None:
    model = onnx.load(save_chain(tmp_path / "model.onnx", WIDTHS))
    path = tmp_path / "outside.onnx"
    onnx.save(model, path, save_as_external_data=True, size_threshold=0)
    load_model(path, "mojo")
    assert not list(entries.glob("*"))


def test_a_file_that_is_gone_is_told(entries: Path, tmp_path: Path) -> None:
    path = save_chain(tmp_path / "model.onnx", WIDTHS)
    load_model(path, "mojo")
    assert is_kept(path)
    path.unlink()
    with pytest.raises(ModelError, match="no such file"):
        load_model(path, "mojo")


def test_a_cache_that_cannot_be_written_is_done_without(entries: Path, tmp_path: Path) -> None:
    path = save_chain(tmp_path / "model.onnx", WIDTHS)
    entries.write_text("no folder")
    expected = load_model(path, "numpy")
    found = load_model(path, "mojo")
    entries.unlink()
    for name, right in answer(expected).items():
        np.testing.assert_allclose(answer(found)[name], right, rtol=1e-4, atol=1e-6)


def test_the_oldest_entries_go(
    entries: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [save_chain(tmp_path / f"{i}.onnx", WIDTHS, seed=i) for i in range(6)]
    for path in paths:
        load_model(path, "mojo")
        kept = list(entries.glob("*"))
        monkeypatch.setattr(packed_cache, "MAX_BYTES", int(4.5 * kept[0].stat().st_size))
        for entry in kept:
            os.utime(entry, (0, entry.stat().st_mtime - 10))
    assert [is_kept(path) for path in paths] == [False] * 2 + [True] * 4
    monkeypatch.setattr(packed_cache, "MAX_BYTES", 1000)  # one may take a quarter
    load_model(paths[0], "mojo")
    assert not is_kept(paths[0]) and is_kept(paths[-1])
