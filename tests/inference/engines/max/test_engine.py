"""MAX on the CPU against the reference, its cache, and what it says when it cannot run."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from dataclasses import replace
from hashlib import sha256
from importlib import util
from pathlib import Path

import numpy as np
import pytest

from inference.engines import create
from inference.engines.max import MaxEngine
from inference.engines.max import recipes as max_recipes
from inference.engines.max.recipes import Job, recipe
from inference.engines.numpy import NumpyEngine
from inference.errors import EngineError
from inference.mlp import Activation, Mlp
from inference.models import MODELS
from inference.onnx.reader import read_general, read_mlp
from kernels.cache import Recipe, cached
from kernels.host import cache_folder
from tests.inference.closure import closure
from tests.inference.nets import save_chain, save_model_like

ROOT = Path(__file__).resolve().parents[4]
LIMIT = 1e-5
PATIENCE_S = 60.0


def silent(*_: object) -> None:
    pass


def noise(mlp: Mlp, batch: int) -> dict[str, np.ndarray]:
    shape = (batch, *mlp.input_shape)
    return {mlp.input_name: np.random.default_rng(batch).standard_normal(shape, np.float32)}


def assert_as_numpy(mlp: Mlp, engine: MaxEngine, batch: int) -> None:
    """Differences are held against the largest value of that output over 64 rows."""
    x = noise(mlp, batch)
    reference = NumpyEngine().load(mlp)
    right, usual = reference.run(x), reference.run(noise(mlp, 64))
    found = engine.load(mlp).run(x)
    assert list(found) == list(right)
    for name, values in found.items():
        assert values.shape == right[name].shape and values.dtype == np.float32
        differences = np.abs(values - right[name])
        assert (differences <= LIMIT * np.abs(usual[name]).max()).all(), name


@pytest.mark.parametrize("batch", [0, 1, 2, 7, 65, 1000])
@pytest.mark.parametrize("name", MODELS)
def test_the_five_models(name: str, batch: int, max_cpu: MaxEngine, tmp_path: Path) -> None:
    mlp = read_mlp(save_model_like(name, tmp_path / "net.onnx"), MODELS[name])
    assert max_cpu.load(mlp).engine == "max"
    assert_as_numpy(mlp, max_cpu, batch)


def test_the_five_models_are_one_module_with_a_graph_each(max_cpu: MaxEngine) -> None:
    from max.engine import InferenceSession, read

    path = cached(recipe(Job("cpu", width=max_cpu.fused.width, rows=max_cpu.fused.rows)))
    weights = {f"{name}.parameters": np.zeros(16, np.float32) for name in MODELS}
    graphs = InferenceSession().init_all(read(path), weights_registry=weights)
    assert set(MODELS) < set(graphs)
    for name, spec in MODELS.items():
        ((_, width),) = spec.inputs.values()
        (x,) = graphs[name].input_metadata
        assert tuple(x.shape) == (None, width)


@pytest.mark.parametrize("activation", Activation)
@pytest.mark.parametrize("batch", [1, 3, 64, 65])
@pytest.mark.parametrize("widths", [(1, 1), (3, 5, 2), (17, 33, 7), (1100, 31, 19)], ids=str)
def test_any_mlp_runs_without_compiling(
    widths: tuple[int, ...], batch: int, activation: Activation, max_cpu: MaxEngine, tmp_path: Path
) -> None:
    mlp = read_mlp(save_chain(tmp_path / "net.onnx", widths, "LeakyRelu", alpha=-0.5))
    first = replace(mlp.layers[0], activation=activation, slope=0.7)
    mlp = replace(mlp, layers=(first, *mlp.layers[1:]))
    assert max_cpu.load(mlp).engine == "max"
    x = noise(mlp, batch)
    right = NumpyEngine().load(mlp).run(x)["y"]
    np.testing.assert_allclose(max_cpu.load(mlp).run(x)["y"], right, rtol=1e-4, atol=2e-6)


def test_two_heads_of_a_net_of_its_own(max_cpu: MaxEngine, tmp_path: Path) -> None:
    spec = MODELS["stylevae_encoder"]
    mlp = read_mlp(save_model_like("stylevae_encoder", tmp_path / "net.onnx"), spec)
    mu = mlp.outputs[0]
    same = replace(mlp, outputs=(mu, replace(mu, name="again", shape=(16, 16)), mlp.outputs[1]))
    assert_as_numpy(same, max_cpu, 3)


def test_runners_of_one_layout_keep_their_own_weights(max_cpu: MaxEngine, tmp_path: Path) -> None:
    """Through the registry: nothing is compiled, and loading one changes nothing in another."""
    spec = MODELS["deepphase"]
    nets = [
        read_mlp(save_model_like("deepphase", tmp_path / f"{seed}.onnx", seed), spec)
        for seed in range(3)
    ]
    runners = [max_cpu.load(mlp) for mlp in nets]
    x = noise(nets[0], 2)
    for mlp, runner in [*zip(nets, runners, strict=True)] * 2:
        right = NumpyEngine().load(mlp).run(x)["phase"]
        np.testing.assert_allclose(runner.run(x)["phase"], right, rtol=1e-4, atol=1e-5)


def test_results_are_fresh_and_rows_apart_on_any_thread(max_cpu: MaxEngine, tmp_path: Path) -> None:
    mlp = read_mlp(save_chain(tmp_path / "net.onnx", (20, 40, 3)))
    runner = max_cpu.load(mlp)
    x = noise(mlp, 12)
    clean = runner.run(x)["y"]
    kept = clean.copy()
    x["x"][5] = np.nan
    found: list[np.ndarray] = []
    thread = threading.Thread(target=lambda: found.append(runner.run(x)["y"]))
    thread.start()
    thread.join()
    np.testing.assert_array_equal(clean, kept)
    assert np.isnan(found[0][5]).all()
    np.testing.assert_array_equal(np.delete(found[0], 5, 0), np.delete(clean, 5, 0))


def test_a_fresh_process_finds_all_compiled_and_imports_little(max_cpu: MaxEngine) -> None:
    code = (
        "import sys, threading; from inference.engines.max import MaxEngine;"
        "MaxEngine().prepare(print, threading.Event());"
        "print(*{'torch', 'onnx', 'max.nn', 'max.pipelines'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.stderr, done.stdout) == ("", "\n")


def test_preparing_on_a_thread_ends_the_process_without_a_word(max_cpu: MaxEngine) -> None:
    code = (
        "import threading; from inference.engines.max import MaxEngine; e = MaxEngine();"
        "t = threading.Thread(target=e.prepare, args=(lambda *_: None, threading.Event()));"
        "t.start(); t.join(); print(e.name)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "max\n", "")


def test_a_module_that_max_refuses_is_made_again(
    max_cpu: MaxEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole by its name, but of another MAX, say."""
    job = Job("cpu", width=max_cpu.fused.width, rows=max_cpu.fused.rows)
    good = cached(recipe(job))
    assert good is not None
    monkeypatch.setenv("STRIDESCOPE_CACHE", str(tmp_path))
    order = replace(recipe(job), command=lambda target: ["cp", str(good), str(target)])
    monkeypatch.setattr("inference.engines.max.runtime.recipe", lambda _: order)
    foreign = good.read_bytes()[: good.stat().st_size // 2]
    folder = cache_folder()
    folder.mkdir()
    (folder / f"{order.name}-{sha256(foreign).hexdigest()}.mef").write_bytes(foreign)
    engine = MaxEngine()
    engine.prepare(silent, threading.Event())
    mlp = read_mlp(save_chain(tmp_path / "net.onnx", (20, 40, 3)))
    assert_as_numpy(mlp, engine, 2)
    assert [path.name for path in folder.glob("*.mef")] == [good.name]


@pytest.mark.slow
def test_a_wrong_guess_of_the_simd_width_is_put_right(
    max_cpu: MaxEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = 4 if max_cpu.fused.width == 8 else 8
    monkeypatch.setattr("inference.engines.max.fused.likely_width", lambda: wrong)
    engine = MaxEngine()
    engine.prepare(silent, threading.Event())
    assert engine.fused.width == max_cpu.fused.width
    assert_as_numpy(read_mlp(save_chain(tmp_path / "net.onnx", (20, 40, 3))), engine, 65)


def test_the_cache_tells_versions_machines_kernels_and_networks_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("max")
    five = Job("cpu", width=16, rows=64)
    small = read_mlp(save_chain(tmp_path / "a.onnx", (3, 2)))
    other = read_mlp(save_chain(tmp_path / "b.onnx", (3, 2), seed=1))
    wider = read_mlp(save_chain(tmp_path / "c.onnx", (3, 4)))
    jobs = [five, replace(five, width=8), Job("gpu", target="sm_80"), Job("gpu", target="sm_90")]
    jobs += [Job("gpu", small), Job("gpu", wider)]
    keys = [recipe(job).key for job in jobs]
    assert len(set(keys)) == len(keys)
    assert recipe(Job("gpu", other)).key == keys[4], "weights are no part of what is compiled"
    for change in (
        lambda: monkeypatch.setattr(max_recipes.metadata, "version", lambda _: "26.8.0"),
        lambda: monkeypatch.setattr(max_recipes, "cpu", lambda: "another"),
        lambda: monkeypatch.setattr(max_recipes, "sources", lambda *_: [b"another kernel"]),
    ):
        with monkeypatch.context():
            before = recipe(five).key
            change()
            assert recipe(five).key != before


def test_the_cache_covers_all_that_builds_a_module(tmp_path: Path) -> None:
    general = read_general(save_chain(tmp_path / "net.onnx", (3, 2)))
    for job, root in (
        (Job("cpu"), "inference.engines.max.graphs"),
        (Job("gpu"), "inference.engines.max.graphs"),
        (Job("cpu", general), "inference.lowering.trace"),
    ):
        assert closure(root) <= set(max_recipes.builders(job))


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="lists processes in /proc")
def test_cancelling_ends_the_compiler_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("max")
    monkeypatch.setenv("STRIDESCOPE_CACHE", str(tmp_path))
    cancel = threading.Event()

    def report(elapsed: float, estimate: float, what: str) -> None:
        assert what.startswith("Compiling the five models for MAX") and estimate >= elapsed
        if elapsed > 1:
            cancel.set()

    with pytest.raises(EngineError, match="cancelled"):
        MaxEngine().prepare(report, cancel)
    assert not list(cache_folder().glob("build-*"))
    deadline = time.monotonic() + PATIENCE_S
    while running(tmp_path):  # killed, but the system may take a moment to clear them away
        assert time.monotonic() < deadline
        time.sleep(0.05)


def running(folder: Path) -> list[bytes]:
    """Command lines of this machine's processes that name the folder."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            found.append(file.read_bytes())
    return [line for line in found if str(folder).encode() in line]


def test_a_compiler_that_fails_gets_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("max")
    monkeypatch.setenv("STRIDESCOPE_CACHE", str(tmp_path))
    failing = ["sh", "-c", "echo noise; echo 'error: out of memory'; exit 1"]
    order = Recipe("a net for MAX", "max", ".mef", "0", lambda _: failing, 1, 9, 1)
    monkeypatch.setattr("inference.engines.max.runtime.recipe", lambda _: order)
    sentence = r"A net for MAX could not be built \(error: out of memory\)\."
    with pytest.raises(EngineError, match=sentence):
        MaxEngine().prepare(silent, threading.Event())


def test_without_max_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(util, "find_spec", lambda _: None)
    with pytest.raises(EngineError, match=r"needs MAX: install it with pip install max=="):
        create("max").prepare(silent, threading.Event())


def test_without_a_gpu_it_says_so() -> None:
    driver = pytest.importorskip("max.driver")
    if driver.accelerator_count():
        pytest.skip("there is a GPU")
    with pytest.raises(EngineError, match=r"^No GPU that MAX can use was found .* --device cpu\.$"):
        create("max-gpu").prepare(silent, threading.Event())


def test_an_unprepared_engine_says_so(tmp_path: Path) -> None:
    mlp = read_mlp(save_chain(tmp_path / "net.onnx", (3, 2)))
    with pytest.raises(EngineError, match="not compiled for MAX yet"):
        MaxEngine().load(mlp)


def test_max_is_imported_when_it_is_prepared_and_no_sooner() -> None:
    code = "import sys; from inference.engines import create; create('max'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    names = {name.split(".")[0] for name in done.stdout.split()}
    assert "inference" in names and "max" not in names
