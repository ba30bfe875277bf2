"""The kernel against a plain loop: odd sizes, tails, weights' kinds, NaN."""

from std.math import exp, inf, isnan, nan, tanh
from std.memory import bitcast
from std.testing import (
    TestSuite,
    assert_almost_equal,
    assert_equal,
    assert_true,
)

from activations import (
    ELU,
    GELU,
    GELU_TANH,
    LEAKY_RELU,
    LINEAR,
    RELU,
    SIGMOID,
    SOFTPLUS,
    TANH,
    activate,
)
from batch import guided
from mlp import FIELDS, HEADER, ROW_BLOCK, mlp_rows, mlp_run, mlp_width
from weights import BF16, FIXED, FIXED_CHUNK, FP32, W

comptime SLOPE = Float32(0.25)
comptime UNIT = Float32(1.0 / 1024)  # of fixed-point numbers


def value(i: Int) -> Float32:
    """Numbers between -1 and 1 without a pattern that sums could hide."""
    return Float32((i * 7919 + 13) % 2003) / 1001.5 - 1


def pair_word(even: Float32, odd: Float32) -> UInt32:
    """Two weights, cut to 16 bits, as one word."""
    return (bitcast[DType.uint32](odd) & 0xFFFF0000) | (
        bitcast[DType.uint32](even) >> 16
    )


def put_number(mut panel: List[Float32], place: Int, index: Int, number: Int):
    """16 bits, the `index`-th from float `place` on."""
    var word = bitcast[DType.uint32](panel[place + index // 2])
    var bits = UInt32(number & 0xFFFF) << UInt32(16 * (index % 2))
    panel[place + index // 2] = bitcast[DType.float32](word | bits)


def stored(kind: Int, weights: List[Float32], i: Int) -> Float32:
    """What weight `i` of a row is once it is stored."""
    if kind == FP32:
        return weights[i]
    var odd = weights[i + 1 - i % 2] if i + 1 - i % 2 < len(weights) else 0
    if kind == FIXED:
        return Float32(Int(weights[i] * 1024)) * UNIT
    var word = pair_word(weights[i - i % 2], odd)
    if i % 2 == 0:
        word = word << 16
    return bitcast[DType.float32](word)


def panel_floats(kind: Int, inputs: Int) -> Int:
    if kind == FP32:
        return inputs * W
    var words = (inputs + 1) // 2
    if kind == FIXED:
        words += (inputs + FIXED_CHUNK - 1) // FIXED_CHUNK
    return words * W


def pack_row(
    kind: Int, weights: List[Float32], lane: Int, mut panel: List[Float32]
):
    """Lane `lane` of a panel."""
    for i in range(len(weights)):
        var place = i // 2 * W
        if kind == FP32:
            panel[i * W + lane] = weights[i]
        elif kind == FIXED:
            place += i // FIXED_CHUNK * W
            panel[place - i % FIXED_CHUNK // 2 * W + lane] = UNIT
            var number = Int(weights[i] * 1024)
            put_number(panel, place + W, i % 2 * W + lane, number)
        elif i % 2 == 0:
            var odd = weights[i + 1] if i + 1 < len(weights) else 0
            var word = pair_word(weights[i], odd)
            panel[place + lane] = bitcast[DType.float32](word)


def row_of(n: Int, inputs: Int) -> List[Float32]:
    var weights = List[Float32](length=inputs, fill=0)
    for k in range(inputs):
        weights[k] = value(n * inputs + k)
    return weights^


def run_layer(
    x: List[Float32],
    inputs: Int,
    outputs: Int,
    batch: Int,
    activation: Int,
    kind: Int = FP32,
    factors: Bool = False,
    team: Bool = False,
    ahead: Bool = False,
) -> List[Float32]:
    """One layer whose weight (n, k) is value(n * inputs + k), bias value(n).

    `team`: offer it to a helper, which is awake but never comes. `ahead`: ask
    for the weights before they are needed, and read one panel at a time.
    """
    var panels = (outputs + W - 1) // W
    var size = panel_floats(kind, inputs)
    var parameters = List[Float32](capacity=panels * (size + W) + W + inputs)
    for p in range(panels):
        var panel = List[Float32](length=size, fill=0)
        for lane in range(min(W, outputs - p * W)):
            pack_row(kind, row_of(p * W + lane, inputs), lane, panel)
        parameters.extend(panel^)
    for n in range(panels * W):
        parameters.append(value(n) if n < outputs else 0)
    parameters.append(SLOPE)
    for k in range(inputs):
        parameters.append(0.5 + Float32(k % 3))
    var y = List[Float32](length=batch * outputs + 1, fill=77)
    var own = ROW_BLOCK * inputs
    var work = List[Float32](length=own + panels * W, fill=77)
    var state = List[Int64](length=64, fill=0)
    var scaling = panels * (size + W) + 1 if factors else -1
    var model: List[Int64] = [Int64(Int(parameters.unsafe_ptr()))]
    model += [Int64(Int(work.unsafe_ptr())), Int64(inputs), 1]
    model += [Int64(scaling), 0, Int64(own) if team else -1]
    model += [-1, Int64(inputs), Int64(outputs), 0]
    model += [Int64(panels * size), Int64(activation), 0, 0, Int64(outputs)]
    model += [Int64(kind), Int64(ahead)]
    var addresses: List[Int64] = [Int64(Int(x.unsafe_ptr()))]
    addresses.append(Int64(Int(y.unsafe_ptr())))
    var call: List[Int64] = [Int64(batch), 0, 1, 0, 0]  # no pool
    call.append(Int64(Int(addresses.unsafe_ptr())))
    call.append(call[5] + 8)
    var address = Int(state.unsafe_ptr()) if team else 0
    mlp_run(Int(model.unsafe_ptr()), Int(call.unsafe_ptr()), address)
    _ = state^
    _ = parameters^
    _ = work^
    _ = model^
    _ = call^
    _ = addresses^
    return y^


def check(
    inputs: Int,
    outputs: Int,
    batch: Int,
    activation: Int,
    kind: Int = FP32,
    factors: Bool = False,
) raises:
    var x = List[Float32](length=batch * inputs, fill=0)
    for i in range(batch * inputs):
        x[i] = value(i + 5)
    var y = run_layer(x, inputs, outputs, batch, activation, kind, factors)
    for n in range(outputs):
        var weights = row_of(n, inputs)
        for row in range(batch):
            var sum = Float64(value(n))
            for k in range(inputs):
                var factor = 0.5 + Float64(k % 3) if factors else 1
                var weight = Float64(stored(kind, weights, k))
                sum += Float64(x[row * inputs + k]) * factor * weight
            assert_almost_equal(
                y[row * outputs + n],
                activate(Float32(sum), activation, SLOPE),
                atol=1e-4,
                rtol=1e-4,
            )
    assert_equal(y[batch * outputs], 77)  # nothing behind the result is touched


def test_the_header_and_the_layer_fit_what_the_tests_write() raises:
    assert_equal(HEADER, 7)
    assert_equal(FIELDS, 11)
    assert_equal(mlp_width(), W)
    assert_equal(mlp_rows(), ROW_BLOCK)


def test_odd_sizes_and_tails() raises:
    for kind in [FP32, FIXED, BF16]:
        for outputs in range(1, 3 * W + 2):
            check(5, outputs, 1, LINEAR, kind)
            check(5, outputs, 3, LINEAR, kind)
        for inputs in range(1, 20):
            check(inputs, W + 1, 1, LINEAR, kind)
            check(inputs, W + 1, 2, LINEAR, kind)


def test_inputs_that_span_several_chunks_and_blocks() raises:
    for kind in [FP32, FIXED, BF16]:
        for inputs in [127, 128, 511, 512, 513, 1535, 1536, 1537]:
            check(inputs, 2 * W + 3, 1, RELU, kind)
            check(inputs, 2 * W + 3, 8, RELU, kind)
            check(inputs, 2 * W + 3, 9, RELU, kind)


def test_batches_around_the_edges_of_tiles_and_blocks() raises:
    for kind in [FP32, FIXED, BF16]:
        for batch in range(0, 20):
            check(6, W + 2, batch, LEAKY_RELU, kind)
        for batch in [ROW_BLOCK - 1, ROW_BLOCK, ROW_BLOCK + 1]:
            check(6, W + 2, batch, LEAKY_RELU, kind)
    check(6, W + 2, 2 * ROW_BLOCK + 1, LEAKY_RELU)


def test_factors_of_the_inputs() raises:
    for inputs in [1, W - 1, W, W + 1, 3 * W + 5]:
        for batch in [1, 2, ROW_BLOCK + 1]:
            check(inputs, 3, batch, LINEAR, FIXED, factors=True)


def test_a_row_of_a_batch_is_the_same_in_a_batch_of_any_size() raises:
    comptime inputs = 600
    comptime outputs = 3 * W + 1
    for kind in [FP32, FIXED, BF16]:
        var x = row_of(5, (ROW_BLOCK + 1) * inputs)
        var whole = run_layer(x, inputs, outputs, ROW_BLOCK + 1, RELU, kind)
        for batch in [2, 3, 9, ROW_BLOCK]:
            var part = run_layer(x, inputs, outputs, batch, RELU, kind)
            for n in range(batch * outputs):
                assert_equal(part[n], whole[n])


def test_parts_that_grow_smaller_cover_all() raises:
    for threads in [2, 3, 8]:
        for count in range(1, 200):
            var left = count
            var before = count
            while left > 0:
                var part = guided(left, threads, 8)
                assert_true(1 <= part <= min(left, 8) and part <= before)
                before = part
                left -= part


def test_a_helper_that_never_comes() raises:
    for kind in [FP32, FIXED, BF16]:
        for outputs in [8 * W, 8 * W + 3, 21 * W - 1]:
            var x = row_of(5, 1100)
            var alone = run_layer(x, 1100, outputs, 1, RELU, kind)
            var offered = run_layer(x, 1100, outputs, 1, RELU, kind, team=True)
            for n in range(outputs + 1):
                assert_equal(alone[n], offered[n])


def test_asking_for_weights_ahead_changes_no_bit() raises:
    for kind in [FP32, FIXED, BF16]:
        for inputs in [1, 7, 8, 513, 1100]:
            for outputs in [W + 1, 8 * W, 8 * W + 3, 21 * W - 1]:
                var x = row_of(5, inputs)
                var plain = run_layer(x, inputs, outputs, 1, RELU, kind)
                var asked = run_layer(
                    x, inputs, outputs, 1, RELU, kind, ahead=True
                )
                for n in range(outputs + 1):
                    assert_equal(plain[n], asked[n])


def test_results_and_inputs_at_any_alignment() raises:
    for outputs in [W + 1, 2 * W + 1]:  # odd strides: most rows are unaligned
        check(W + 3, outputs, 7, SIGMOID)


def test_every_activation_in_a_layer() raises:
    for activation in range(LINEAR, GELU_TANH + 1):
        for kind in [FP32, FIXED, BF16]:
            check(33, 19, 1, activation, kind)
            check(33, 19, 5, activation, kind)


def one(v: Float32, activation: Int) -> Float32:
    return activate(SIMD[DType.float32, W](v), activation, SLOPE)[W - 1]


def assert_values(activation: Int, points: List[Float64]) raises:
    """Pairs of a number and what the activation makes of it."""
    for i in range(0, len(points), 2):
        var found = Float64(one(Float32(points[i]), activation))
        var right = points[i + 1]
        assert_true(abs(found - right) <= 2e-6 * abs(right) + 1e-38)


def test_values_known_to_many_digits() raises:
    assert_values(TANH, [0.5, 0.46211715726000975, -3, -0.9950547536867305])
    assert_values(SIGMOID, [0.5, 0.6224593312018546, -20, 2.061153618190204e-9])
    assert_values(SIGMOID, [-80, 1.8048513878454153e-35, 3, 0.9525741268224334])
    assert_values(ELU, [-1e-6, -2.49999875e-7, -0.4, -0.0824199884910902])
    assert_values(ELU, [-0.75, -0.13190836181474632, -9, -0.2499691475489783])
    assert_values(SOFTPLUS, [-30, 9.357622968839736e-14, 0, 0.6931471805599453])
    assert_values(SOFTPLUS, [-5, 0.006715348489118068, 2, 2.1269280110429727])
    assert_values(GELU, [-5, -1.4332578590106443e-6, -1, -0.15865525393145707])
    assert_values(GELU, [-0.01, -0.004960106436853684, 2, 1.9544997361036416])
    assert_values(GELU_TANH, [-1, -0.15880800939172324, 2, 1.954597694087775])
    assert_values(
        GELU_TANH, [-0.01, -0.00496010644014443, 0.5, 0.34571400982514]
    )


def test_exact_limits() raises:
    var most = inf[DType.float32]()
    for large in [Float32(200), 1e30, 3e38, most]:
        for activation in [LINEAR, RELU, LEAKY_RELU, ELU, SOFTPLUS]:
            assert_equal(one(large, activation), large)
        assert_equal(one(large, GELU), large)
        assert_equal(one(large, GELU_TANH), large)
        assert_equal(one(large, SIGMOID), 1)
        assert_equal(one(large, TANH), 1)
        for activation in [RELU, SIGMOID, SOFTPLUS, GELU, GELU_TANH]:
            assert_equal(one(-large, activation), 0)
        assert_equal(one(-large, TANH), -1)
        assert_equal(one(-large, ELU), -SLOPE)
        assert_equal(one(-large, LEAKY_RELU), -large * SLOPE)
    for activation in [RELU, LEAKY_RELU, TANH, ELU, GELU, GELU_TANH]:
        assert_equal(one(0, activation), 0)


def test_nan_and_infinity_pass_through_a_layer() raises:
    var bad: List[Float32] = [nan[DType.float32](), inf[DType.float32]()]
    for activation in range(LINEAR, GELU_TANH + 1):
        assert_true(isnan(one(nan[DType.float32](), activation)))
        for kind in [FP32, FIXED, BF16]:
            var y = run_layer(bad, 1, 1, 2, activation, kind)
            assert_true(isnan(y[0]))
            var limit = inf[DType.float32]() * value(0)
            assert_equal(y[1], activate(limit, activation, SLOPE))


def main() raises:
    TestSuite.discover_tests[__functions_in_module()]().run()
