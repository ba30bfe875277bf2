"""General graphs in MAX: ONNX's node cases and whole networks, against NumPy."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest
from onnx import TensorProto, helper

pytest.importorskip("max.engine", reason="MAX is not installed")

from max.engine import Model
from max.graph import DeviceRef

from inference import ModelError
from inference.engines.graph_runner import GraphRunner
from inference.lowering.trace import NotLowered, lower
from kernels.cache import BuildError
from tests.inference.lowering.cases import (
    CHUNK,
    LISTED_CASES,
    compiled,
    differs,
    grouped,
    node_case,
    run,
)
from tests.inference.lowering.nets import NETS, ints, model, net

SAMPLE = [
    "test_add_bcast",
    "test_concat_3d_axis_negative_2",
    "test_gather_negative_indices",
    "test_reduce_max_bool_inputs",
    "test_slice_neg_steps",
    "perceptron",
    "numbers",
]
"""Of the families most used, and of the networks; the slow tests compile all of them."""
PASSING = 468
"""How many of ``LISTED_CASES`` must pass; all others need types that MAX lacks."""

node = helper.make_node


@pytest.fixture(scope="module")
def sample() -> dict[str, Model]:
    """Compiled once as one module and kept in the user's cache."""
    return compiled(SAMPLE)


@pytest.fixture(scope="module")
def others() -> dict[str, Model]:
    return compiled([name for name in NETS if name not in SAMPLE])


@pytest.mark.parametrize("name", [name for name in SAMPLE if name not in NETS])
def test_node(name: str, sample: dict[str, Model]) -> None:
    case = node_case(name)
    assert differs(case, run(sample[name], case.inputs)) == ""


@pytest.mark.parametrize("rows", [1, 2, 7, 64])
@pytest.mark.parametrize("name", [name for name in SAMPLE if name in NETS])
def test_networks_take_any_number_of_rows(name: str, rows: int, sample: dict[str, Model]) -> None:
    check(name, noise(name, rows), sample)


@pytest.mark.slow
@pytest.mark.parametrize("rows", [1, 2, 7, 64])
@pytest.mark.parametrize("name", [name for name in NETS if name not in SAMPLE])
def test_further_networks(name: str, rows: int, others: dict[str, Model]) -> None:
    check(name, noise(name, rows), others)


def test_nan_infinity_and_zero_come_through(sample: dict[str, Model]) -> None:
    x = np.array(
        [[np.nan, 1, -1, 0.25, 2], [np.inf, -2, 0, 3, -np.inf], [0, -0.0, 1e-30, -1e30, 88]],
        np.float32,
    )
    check("numbers", x, sample)


@pytest.mark.slow
def test_a_place_outside_the_table_gives_nan(others: dict[str, Model]) -> None:
    found = run(others["lookup"], {"x": np.array([[3, -4], [4, -5]], np.float32)})
    assert [np.isnan(part).any((1, *range(2, part.ndim))).tolist() for part in found] == [
        [False, True]
    ] * 2


def noise(name: str, rows: int) -> np.ndarray:
    shape = (rows, *net(name).input_shape)
    return np.random.default_rng(rows).standard_normal(shape).astype(np.float32)


def check(name: str, x: np.ndarray, models: dict[str, Model]) -> None:
    """MAX against NumPy on the same graph."""
    expected = GraphRunner(net(name)).run({"x": x})
    found = run(models[name], {"x": x})
    assert len(found) == len(expected)
    for made, right in zip(found, expected.values(), strict=True):
        assert made.dtype == np.float32
        np.testing.assert_allclose(made, right, rtol=1e-5, atol=2e-6)


REFUSED = {
    "Reshape node 'r': the new shape must be known before it runs, but the graph computes it": [
        node("Cast", ["x"], ["whole"], to=TensorProto.INT64),
        node("ReduceMax", ["whole"], ["most"], keepdims=0),
        node("Mul", ["most", "zero"], ["none"]),
        node("Concat", ["none", "six"], ["shape"], axis=0),
        node("Reshape", ["x", "shape"], ["y"], "r"),
    ],
    "Cast node 'narrow': MAX has no float8_e4m3fn": [
        node("Cast", ["x"], ["small"], "narrow", to=TensorProto.FLOAT8E4M3FN),
        node("Cast", ["small"], ["y"], to=TensorProto.FLOAT),
    ],
    "Einsum node 'e': this operator does not lower to MAX": [
        node("Einsum", ["x", "x"], ["y"], "e", equation="bi,bi->bi"),
    ],
    "Slice node 's': where it cuts axis 1 depends on the batch": [
        node("Shape", ["x"], ["rows"], start=0, end=1),
        node("Min", ["rows", "six"], ["same"]),
        node("Sub", ["rows", "rows"], ["start"]),
        node("Add", ["rows", "six"], ["end"]),
        node("Slice", ["x", "start", "end", "one"], ["y"], "s"),
    ],
}


@pytest.mark.parametrize("reason", REFUSED)
def test_what_max_cannot_take_is_told_with_file_operator_and_node(reason: str) -> None:
    weights = {"zero": ints(0), "six": ints(6), "one": ints(1)}
    graph = model(REFUSED[reason], weights, ["batch", 6], ["y"])
    with pytest.raises(NotLowered) as error:
        lower(graph, DeviceRef.CPU())
    assert isinstance(error.value, ModelError)
    assert str(error.value) == f"{graph.path}: {reason}."


def test_a_fixed_batch_stays_fixed() -> None:
    graph = model([node("Tanh", ["x"], ["y"])], {}, [3, 6], ["y"])
    lowered_graph = lower(graph, DeviceRef.CPU())
    assert [value.tensor.shape for value in lowered_graph.inputs] == [[3, 6]]


def test_importing_the_package_loads_no_max() -> None:
    code = "import inference.lowering, sys; assert 'max' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.fixture
def say(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """Lines that are printed at the end, whatever pytest captures."""
    lines: list[str] = []
    yield lines
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print("", *lines, sep="\n")


@pytest.mark.slow
def test_all_node_cases_of_the_listed_operators(say: list[str]) -> None:
    groups, refused = grouped(LISTED_CASES)
    lacking = Counter(
        reason.removesuffix(".").split("MAX has no ")[1]
        for reason in refused.values()
        if "MAX has no " in reason
    )
    wrong = {name: why for name, why in refused.items() if "MAX has no " not in why}
    first = list(groups)
    for start in range(0, len(first), CHUNK):
        wrong |= failures({name: groups[name] for name in first[start : start + CHUNK]})
    able = len(LISTED_CASES) - lacking.total()
    say.append(f"MAX: {able - len(wrong)} of {able} node cases pass")
    types = ", ".join(f"{name} {count}" for name, count in sorted(lacking.items()))
    say.append(f"left out, {lacking.total()} that need types MAX lacks: {types}")
    say += [f"{name}: {why}" for name, why in wrong.items()]
    assert able - len(wrong) >= PASSING


def failures(groups: dict[str, list[str]]) -> dict[str, str]:
    """Which cases fail, and why; where MAX cannot compile all of them, in halves."""
    first = list(groups)
    try:
        models = compiled(first)
    except BuildError as error:
        if len(first) == 1:
            return dict.fromkeys(groups[first[0]], str(error))
        half = len(first) // 2
        halves = [{name: groups[name] for name in part} for part in (first[:half], first[half:])]
        return failures(halves[0]) | failures(halves[1])
    found = {}
    for name in first:
        for alike in groups[name]:
            case = node_case(alike)
            if why := differs(case, run(models[name], case.inputs)):
                found[alike] = why
    return found
