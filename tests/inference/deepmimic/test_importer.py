"""Published actors in their three forms, made here and (where they lie beside us) for real."""

from __future__ import annotations

import struct
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from inference import ModelError
from inference.deepmimic.importer import Actor, read_actor, write_actor
from inference.deepmimic.tf_checkpoint import Checkpoint
from inference.models import MODELS
from inference.onnx.reader import read_mlp

ORDER = [field.name for field in fields(Actor)]
TENSORS = {
    "s_norm_mean": "agent/resource/s_norm/mean",
    "s_norm_std": "agent/resource/s_norm/std",
    "a_norm_mean": "agent/resource/a_norm/mean",
    "a_norm_std": "agent/resource/a_norm/std",
    "actor_0_kernel": "agent/main/actor/0/dense/kernel",
    "actor_0_bias": "agent/main/actor/0/dense/bias",
    "actor_1_kernel": "agent/main/actor/1/dense/kernel",
    "actor_1_bias": "agent/main/actor/1/dense/bias",
    "actor_out_kernel": "agent/main/actor/dense/kernel",
    "actor_out_bias": "agent/main/actor/dense/bias",
}


@pytest.fixture(scope="module")
def actor() -> Actor:
    """Random weights as large as a trained actor's; states at very different scales."""
    rng = np.random.default_rng(2)

    def normal(*shape: int, size: float = 1.0) -> np.ndarray:
        return (size * rng.standard_normal(shape)).astype(np.float32)

    return Actor(
        s_norm_mean=normal(197, size=2),
        s_norm_std=np.exp(rng.uniform(np.log(0.02), 2, 197)).astype(np.float32),
        a_norm_mean=normal(36),
        a_norm_std=np.exp(rng.uniform(0, 2.5, 36)).astype(np.float32),
        actor_0_kernel=normal(197, 1024, size=0.07),
        actor_0_bias=normal(1024, size=0.1),
        actor_1_kernel=normal(1024, 512, size=0.04),
        actor_1_bias=normal(512, size=0.1),
        actor_out_kernel=normal(512, 36, size=0.02),
        actor_out_bias=normal(36, size=0.1),
    )


def arrays(actor: Actor) -> dict[str, np.ndarray]:
    return {name: getattr(actor, name) for name in ORDER}


def same(a: Actor, b: Actor) -> bool:
    return all(np.array_equal(getattr(a, name), getattr(b, name)) for name in ORDER)


def varint(number: int) -> bytes:
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def table_block(pairs: list[tuple[bytes, bytes]]) -> bytes:
    """A LevelDB block: keys share their start with the key before, the first is a restart."""
    block, last = b"", b""
    for key, value in pairs:
        shared = next((i for i, (a, b) in enumerate(zip(key, last, strict=False)) if a != b),
                      min(len(key), len(last)))  # fmt: skip
        sizes = varint(shared) + varint(len(key) - shared) + varint(len(value))
        block += sizes + key[shared:] + value
        last = key
    return block + struct.pack("<II", 0, 1)


def crc32c(data: bytes) -> int:
    """Bit by bit, masked as LevelDB does."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 & -(crc & 1))
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def save_checkpoint(prefix: Path, tensors: dict[str, np.ndarray]) -> None:
    """``prefix.index`` and its data file, as TensorFlow's BundleWriter lays them out."""
    data, pairs = b"", [(b"", b"\x08\x01\x1a\x02\x08\x01")]  # one shard, version 1
    for name in sorted(tensors):
        raw = tensors[name].astype("<f4").tobytes()
        dims = [b"\x08" + varint(size) for size in tensors[name].shape]
        shape = b"".join(b"\x12" + varint(len(dim)) + dim for dim in dims)
        entry = b"\x08\x01" + b"\x12" + varint(len(shape)) + shape
        entry += b"\x20" + varint(len(data)) + b"\x28" + varint(len(raw))
        pairs.append((name.encode(), entry + b"\x35" + struct.pack("<I", crc32c(raw))))
        data += raw
    half = len(pairs) // 2
    index, handles = b"", []
    for part in (pairs[:half], pairs[half:]):
        block = table_block(part)
        handles.append((part[-1][0], varint(len(index)) + varint(len(block))))
        index += block + b"\0" + bytes(4)
    places = []
    for block in (table_block([]), table_block(handles)):
        places.append(varint(len(index)) + varint(len(block)))
        index += block + b"\0" + bytes(4)
    footer = b"".join(places).ljust(40, b"\0") + struct.pack("<Q", 0xDB4775248B80FB57)
    prefix.with_name(prefix.name + ".index").write_bytes(index + footer)
    prefix.with_name(prefix.name + ".data-00000-of-00001").write_bytes(data)


def test_a_checkpoint_gives_its_tensors_or_says_what_is_wrong(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    tensors = {f"agent/layer{i}/{kind}": rng.standard_normal((i + 1, 3)).astype(np.float32)
               for i in range(9) for kind in ("bias", "kernel")}  # fmt: skip
    save_checkpoint(tmp_path / "a.ckpt", tensors)
    index = tmp_path / "a.ckpt.index"
    checkpoint = Checkpoint(index)
    assert set(checkpoint.names) == set(tensors)
    assert all(np.array_equal(checkpoint.tensor(name), tensors[name]) for name in tensors)
    with pytest.raises(ModelError, match="no tensor 'agent/none'"):
        checkpoint.tensor("agent/none")

    data = tmp_path / "a.ckpt.data-00000-of-00001"
    whole = data.read_bytes()
    data.write_bytes(bytes([whole[0] ^ 1]) + whole[1:-1])
    for name in ("agent/layer0/bias", "agent/layer8/kernel"):
        with pytest.raises(ModelError, match="cut short or damaged"):
            checkpoint.tensor(name)
    data.unlink()
    with pytest.raises(ModelError, match=r"needs the file 'a\.ckpt\.data"):
        checkpoint.tensor("agent/layer1/bias")
    for broken in (b"", b"x" * 100, index.read_bytes()[:-1], index.read_bytes()[7:]):
        index.write_bytes(broken)
        with pytest.raises(ModelError, match="not the index of a TensorFlow checkpoint"):
            Checkpoint(index)


def test_all_three_forms_hold_the_same_actor(actor: Actor, tmp_path: Path) -> None:
    np.savez(tmp_path / "walk.npz", **arrays(actor))
    flat = np.concatenate([array.ravel() for array in arrays(actor).values()])
    (tmp_path / "walk_float.bin").write_bytes(flat.astype("<f4").tobytes())
    assert same(read_actor(tmp_path / "walk.npz"), actor)
    assert same(read_actor(tmp_path / "walk_float.bin"), actor)


def test_an_actor_is_read_from_a_checkpoint_named_in_any_way(
    actor: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The checksums of 3 MB, which the reader verifies, are not computed bit by bit here."""
    monkeypatch.setitem(globals(), "crc32c", lambda raw: 0)
    monkeypatch.setattr("inference.deepmimic.tf_checkpoint.masked_crc32c", lambda raw: 0)
    save_checkpoint(tmp_path / "walk.ckpt", {TENSORS[n]: a for n, a in arrays(actor).items()})
    for name in ("walk.ckpt.index", "walk.ckpt", "walk.ckpt.data-00000-of-00001"):
        assert same(read_actor(tmp_path / name), actor)


def test_the_onnx_file_says_what_the_published_network_says(actor: Actor, tmp_path: Path) -> None:
    path = tmp_path / "actor.onnx"
    difference = write_actor(actor, path)
    assert 0 < difference < 1e-4
    mlp = read_mlp(path, MODELS["deepmimic_actor"])
    assert [layer.weight.shape for layer in mlp.layers] == [(1024, 197), (512, 1024), (36, 512)]

    rng = np.random.default_rng(9)
    states = actor.s_norm_mean + rng.standard_normal((1000, 197)) * actor.s_norm_std
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (found,) = session.run(["action"], {"state": states.astype(np.float32)})
    normed = (states - actor.s_norm_mean) / actor.s_norm_std
    for kernel, bias in (("actor_0_kernel", "actor_0_bias"), ("actor_1_kernel", "actor_1_bias")):
        normed = np.maximum(normed @ getattr(actor, kernel) + getattr(actor, bias), 0)
    expected = normed @ actor.actor_out_kernel + actor.actor_out_bias
    expected = expected * actor.a_norm_std + actor.a_norm_mean
    assert np.max(np.abs(found - expected) / actor.a_norm_std) < 1e-4


@pytest.mark.parametrize("name", ["backflip", "jump", "run", "spinkick", "walk"])
def test_published_actors_import(deepmimic: Path, tmp_path: Path, name: str) -> None:
    actor = read_actor(deepmimic / "policies" / f"humanoid3d_{name}.npz")
    assert write_actor(actor, tmp_path / "actor.onnx") < 1e-5


def test_what_is_no_actor_is_told_in_one_sentence(actor: Actor, tmp_path: Path) -> None:
    path = tmp_path / "actor.npz"
    later = replace(actor, s_norm_mean=np.zeros(227, np.float32))
    np.savez(path, **arrays(later))
    with pytest.raises(ModelError, match=r"'s_norm_mean' has shape \[227\], expected \[197\]"):
        read_actor(path)
    np.savez(path, **arrays(replace(actor, a_norm_std=np.full(36, np.nan, np.float32))))
    with pytest.raises(ModelError, match="'a_norm_std' holds values that are NaN"):
        read_actor(path)
    np.savez(path, s_norm_mean=actor.s_norm_mean)
    with pytest.raises(ModelError, match="no array 's_norm_std'"):
        read_actor(path)
    np.savez(path, **{**arrays(actor), "actor_0_bias": np.array(["a"] * 1024)})
    with pytest.raises(ModelError, match="expected float32"):
        read_actor(path)
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(ModelError, match="not an NPZ file"):
        read_actor(path)
    raw = tmp_path / "actor.bin"
    raw.write_bytes(b"\0" * 100)
    with pytest.raises(ModelError, match="100 bytes, expected 2,985,944"):
        read_actor(raw)
    with pytest.raises(ModelError, match="expected a published actor"):
        read_actor(tmp_path / "actor.h5")
