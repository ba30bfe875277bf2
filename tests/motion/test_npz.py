"""NPZ archives that come back as they were, and those that lie about what they hold."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motion.npz import NpzError, read_npz, write_npz

ARRAYS = {
    "numbers": np.arange(12, dtype=np.float32).reshape(3, 4),
    "text": np.array(["Hüfte", "b"]),
    "truth": np.array([True, False]),
    "scalar": 3,
    "none": np.zeros((0, 5)),
    "columns": np.asfortranarray(np.arange(6).reshape(2, 3)),
}


@pytest.mark.parametrize("compressed", [True, False])
def test_what_is_written_is_read(tmp_path: Path, compressed: bool) -> None:
    path = tmp_path / "a.NPZ"
    write_npz(path, ARRAYS, compressed)
    found = read_npz(path)
    assert list(found) == list(ARRAYS) and list(tmp_path.iterdir()) == [path]
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(found[name], array, strict=True)
    assert list(read_npz(path, ("text", "absent"))) == ["text"]
    assert list(read_npz(io.BytesIO(path.read_bytes()))) == list(ARRAYS)


def archive(path: Path, members: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", packing) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return path


def npy(array: np.ndarray) -> bytes:
    data = io.BytesIO()
    np.lib.format.write_array(data, array)
    return data.getvalue()


def header(shape: tuple[int, ...], descr: str = "<f4") -> bytes:
    data = io.BytesIO()
    about = {"descr": descr, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(data, about)
    return data.getvalue()


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = archive(tmp_path / "bomb.npz", {"a.npy": npy(np.zeros(50_000_000, np.uint8))})
    tracemalloc.start()
    with pytest.raises(NpzError, match=r"50,000,128 bytes unpacked, expected at most 1,000,000\."):
        read_npz(path, max_bytes=1_000_000)
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("shape", [(10**12,), (2**62, 2**62), (-1, -4), (5,), (3, 0)])
def test_a_header_that_lies_about_its_size_takes_no_memory(
    shape: tuple[int, ...], tmp_path: Path
) -> None:
    path = archive(tmp_path / "liar.npz", {"a.npy": header(shape) + bytes(16)})
    tracemalloc.start()
    with pytest.raises(NpzError, match="not an NPZ file, or cut short"):
        read_npz(path)
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def test_objects_are_never_unpickled(tmp_path: Path) -> None:
    path = tmp_path / "objects.npz"
    np.savez(path, a=np.array([{}, []], object))
    with pytest.raises(NpzError, match=r"'a' holds object, expected numbers or text\.$"):
        read_npz(path)
    path = archive(tmp_path / "rows.npz", {"a.npy": npy(np.zeros(2, [("x", "f4"), ("y", "i2")]))})
    with pytest.raises(NpzError, match=r"'a' holds .*, expected numbers or text\.$"):
        read_npz(path)


def test_too_many_arrays_are_refused(tmp_path: Path) -> None:
    members = {f"{number}.npy": b"" for number in range(10_001)}
    with pytest.raises(NpzError, match=r"10,001 arrays, expected at most 10,000"):
        read_npz(archive(tmp_path / "many.npz", members, zipfile.ZIP_STORED))


def test_packings_that_numpy_does_not_write_are_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "lzma.npz", {"a.npy": npy(np.zeros(3))}, zipfile.ZIP_LZMA)
    with pytest.raises(NpzError, match="packed in a way that NumPy does not write"):
        read_npz(path)


@pytest.mark.parametrize("data", [b"", b"PK", b"\x93NUMPY\x01\0", b"x"])
def test_what_is_no_archive_is_told_by_name(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "odd.npz"
    path.write_bytes(data)
    with pytest.raises(NpzError, match=r"odd\.npz: not an NPZ file, or cut short\.$"):
        read_npz(path)
    with pytest.raises(NpzError, match=r"^a take: "):
        read_npz(io.BytesIO(data), title="a take")
    with pytest.raises(FileNotFoundError):
        read_npz(tmp_path / "absent.npz")


WHOLE = io.BytesIO()
np.savez(WHOLE, numbers=np.arange(6.0), text=np.array(["a", "bc"]))


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_damaged_archives_are_read_or_refused_in_one_sentence(data: st.DataObject) -> None:
    content = bytearray(WHOLE.getvalue())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.just(len(content)), st.integers(0, len(content))))
    try:
        found = read_npz(io.BytesIO(bytes(content[:cut])), title="damaged")
    except NpzError as error:
        assert str(error).startswith("damaged: ") and str(error).endswith(".")
    else:
        assert all(isinstance(array, np.ndarray) for array in found.values())
