"""The kernel against a plain loop: odd sizes, tails, activations, NaN."""

from std.math import nan, inf, isnan, tanh
from std.testing import (
    TestSuite,
    assert_almost_equal,
    assert_equal,
    assert_true,
)

from mlp import (
    FIELDS,
    HEADER,
    LEAKY_RELU,
    LINEAR,
    RELU,
    ROW_BLOCK,
    TANH,
    W,
    mlp_run,
    mlp_rows,
    mlp_width,
)

comptime SLOPE = Float32(0.25)


def value(i: Int) -> Float32:
    """Numbers between -1 and 1 without a pattern that sums could hide."""
    return Float32((i * 7919 + 13) % 2003) / 1001.5 - 1


def apply(v: Float32, activation: Int) -> Float32:
    if activation == RELU:
        return 0 if v < 0 else v
    if activation == LEAKY_RELU:
        return v * SLOPE if v < 0 else v
    if activation == TANH:
        return tanh(v)
    return v


def run_layer(
    x: List[Float32], inputs: Int, outputs: Int, batch: Int, activation: Int
) -> List[Float32]:
    """One layer whose weight (n, k) is value(n * inputs + k), bias value(n)."""
    var padded = (outputs + W - 1) // W * W
    var parameters = List[Float32](length=padded * (inputs + 2), fill=0)
    for n in range(outputs):
        for k in range(inputs):
            var place = (n // W) * inputs * W + k * W + n % W
            parameters[place] = value(n * inputs + k)
        parameters[padded * inputs + n] = value(n)
    parameters[padded * (inputs + 1)] = SLOPE
    var y = List[Float32](length=batch * outputs + 1, fill=77)
    var model: List[Int64] = [Int64(Int(parameters.unsafe_ptr())), 0]
    model += [Int64(inputs), 1, -1, Int64(inputs), Int64(outputs), 0]
    model += [Int64(padded * inputs), Int64(activation), 0, 0, Int64(outputs)]
    var call: List[Int64] = [Int64(Int(x.unsafe_ptr())), Int64(batch)]
    call.append(Int64(Int(y.unsafe_ptr())))
    mlp_run(Int(model.unsafe_ptr()), Int(call.unsafe_ptr()))
    _ = parameters^
    _ = model^
    _ = call^
    return y^


def check(inputs: Int, outputs: Int, batch: Int, activation: Int) raises:
    var x = List[Float32](length=batch * inputs, fill=0)
    for i in range(batch * inputs):
        x[i] = value(i + 5)
    var y = run_layer(x, inputs, outputs, batch, activation)
    for row in range(batch):
        for n in range(outputs):
            var sum = Float64(value(n))
            for k in range(inputs):
                sum += Float64(x[row * inputs + k]) * Float64(
                    value(n * inputs + k)
                )
            assert_almost_equal(
                y[row * outputs + n],
                apply(Float32(sum), activation),
                atol=1e-4,
                rtol=1e-4,
            )
    assert_equal(y[batch * outputs], 77)  # nothing behind the result is touched


def test_the_header_and_the_layer_fit_what_the_tests_write() raises:
    assert_equal(HEADER, 4)
    assert_equal(FIELDS, 9)
    assert_equal(mlp_width(), W)
    assert_equal(mlp_rows(), ROW_BLOCK)


def test_odd_sizes_and_tails() raises:
    for outputs in range(1, 3 * W + 2):
        check(5, outputs, 1, LINEAR)
        check(5, outputs, 3, LINEAR)
    for inputs in range(1, 20):
        check(inputs, W + 1, 1, LINEAR)
        check(inputs, W + 1, 2, LINEAR)


def test_inputs_that_span_several_blocks() raises:
    for inputs in [127, 128, 129, 511, 512, 513, 1100]:
        check(inputs, 2 * W + 3, 1, RELU)
        check(inputs, 2 * W + 3, 8, RELU)
        check(inputs, 2 * W + 3, 9, RELU)


def test_batches_around_the_edges_of_tiles_and_blocks() raises:
    for batch in range(0, 20):
        check(6, W + 2, batch, LEAKY_RELU)
    for batch in [ROW_BLOCK - 1, ROW_BLOCK, ROW_BLOCK + 1, 2 * ROW_BLOCK + 1]:
        check(6, W + 2, batch, LEAKY_RELU)


def test_every_activation() raises:
    for activation in [LINEAR, RELU, LEAKY_RELU, TANH]:
        check(33, 19, 1, activation)
        check(33, 19, 5, activation)


def test_nan_and_infinity_pass_through() raises:
    var bad: List[Float32] = [nan[DType.float32](), inf[DType.float32]()]
    for activation in [LINEAR, RELU, LEAKY_RELU, TANH]:
        var y = run_layer(bad, 1, 1, 2, activation)
        assert_true(isnan(y[0]))
        var limit = apply(inf[DType.float32]() * value(0), activation)
        assert_equal(y[1], limit)


def main() raises:
    TestSuite.discover_tests[__functions_in_module()]().run()
