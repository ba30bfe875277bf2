"""All layers of a multilayer perceptron in one call, float32, through a C ABI.

The weights of a layer are packed in *panels* of W outputs, W being the SIMD
width: a panel is one contiguous stream (see `weights`), and one input value
meets W weights in one multiply-add. The last panel is padded with zeros.

One row is a matrix-vector product, bound by the speed at which weights arrive:
a panel at a time, with U independent accumulators over K. More rows are
blocked: R rows by C panels stay in registers, K is cut where C panels would
outgrow the near caches, and a block of rows goes through all layers before
the next, so that the scratch memory stays small.

K is summed in chunks: rounding then grows with the length of a chunk instead
of with K. The bias comes last, for a large one that the sum cancels.

Nothing here allocates, prints, raises or starts a thread: the library then
needs no other library.
"""

from activations import activate
from weights import (
    BF16,
    FIXED,
    FP32,
    K_CHUNK,
    W,
    Floats,
    Vector,
    chunk_place,
    fetch_ahead,
    panel_size,
    scaled,
    weights_last,
    weights_pair,
)

comptime Ints = Pointer[Int64, MutUnsafeAnyOrigin]

comptime U = 8  # accumulators of the matrix-vector product
comptime R = 8 if W == 16 else 6  # rows held in registers: 32 or 16 of them
comptime C = 2  # panels held in registers
comptime K_BLOCK = 512  # of a panel, to stay in the cache between rows
comptime ROW_BLOCK = 64

comptime HEADER = 6  # numbers before the layers of a model
comptime FIELDS = 10  # numbers of a layer, in the order of Layer


struct Layer(ImplicitlyCopyable, Movable):
    """One dense layer: y = activation(x @ weights + bias)."""

    var source: Int  # index of the layer that gives x, -1: the input
    var inputs: Int
    var outputs: Int
    var weights: Int  # offsets into the parameters
    var bias: Int  # padded with zeros to whole panels, then the slope
    var activation: Int
    var output: Int  # index of the result it is written to, -1: scratch
    var scratch: Int  # offset into the scratch memory
    var stride: Int  # floats from one row of its result to the next
    var kind: Int  # of its weights

    def __init__(out self, program: Ints, index: Int):
        var p = program.unsafe_offset(index * FIELDS)
        self.source = Int(p[unsafe_offset=0])
        self.inputs = Int(p[unsafe_offset=1])
        self.outputs = Int(p[unsafe_offset=2])
        self.weights = Int(p[unsafe_offset=3])
        self.bias = Int(p[unsafe_offset=4])
        self.activation = Int(p[unsafe_offset=5])
        self.output = Int(p[unsafe_offset=6])
        self.scratch = Int(p[unsafe_offset=7])
        self.stride = Int(p[unsafe_offset=8])
        self.kind = Int(p[unsafe_offset=9])


@export("mlp_width")
def mlp_width() abi("C") -> Int:
    """The SIMD width W that weights must be packed for."""
    return W


@export("mlp_rows")
def mlp_rows() abi("C") -> Int:
    """The most rows that are in the scratch memory at once."""
    return ROW_BLOCK


@export("mlp_run")
def mlp_run(model: Int, call: Int) abi("C"):
    """Run a model on a batch.

    `model`: address of the parameters' address, the scratch memory's address
    and the rest of the header of `run`. `call`: address of the input's
    address, the number of rows, and the address of each result.
    """
    var header = Ints(unsafe_from_address=model)
    var arguments = Ints(unsafe_from_address=call)
    run(
        header,
        Floats(unsafe_from_address=Int(header[unsafe_offset=0])),
        Floats(unsafe_from_address=Int(header[unsafe_offset=1])),
        Floats(unsafe_from_address=Int(arguments[unsafe_offset=0])),
        Int(arguments[unsafe_offset=1]),
        arguments.unsafe_offset(2),
    )


def run(
    header: Ints,
    params: Floats,
    work: Floats,
    input: Floats,
    batch: Int,
    results: Ints,
):
    """Run a model on a batch.

    `header`: two numbers that are not read here, the floats in an input row,
    the number of layers, the offset in the parameters of the factors that
    inputs are multiplied by (-1: none), the offset in the scratch memory of
    the inputs so scaled, and the layers. `results`: address of each result.
    """
    var width = Int(header[unsafe_offset=2])
    var layers = Int(header[unsafe_offset=3])
    var factors = Int(header[unsafe_offset=4])
    var program = header.unsafe_offset(HEADER)
    for first in range(0, batch, ROW_BLOCK):
        var rows = min(ROW_BLOCK, batch - first)
        var x = input.unsafe_offset(first * width)
        if factors >= 0:
            var copy = work.unsafe_offset(Int(header[unsafe_offset=5]))
            scale_rows(params.unsafe_offset(factors), x, copy, width, rows)
            x = copy
        for i in range(layers):
            var layer = Layer(program, i)
            var source = x
            var stride = width
            if layer.source >= 0:
                var before = Layer(program, layer.source)
                source = place(before, results, work, first)
                stride = before.stride
            var target = place(layer, results, work, first)
            if layer.kind == FP32:
                dense[FP32](layer, params, source, stride, target, rows)
            elif layer.kind == FIXED:
                dense[FIXED](layer, params, source, stride, target, rows)
            else:
                dense[BF16](layer, params, source, stride, target, rows)


def place(layer: Layer, results: Ints, work: Floats, first: Int) -> Floats:
    """Where a layer's result for the row block that begins at `first` is."""
    if layer.output < 0:
        return work.unsafe_offset(layer.scratch)
    var address = Int(results[unsafe_offset=layer.output])
    return Floats(unsafe_from_address=address).unsafe_offset(
        first * layer.stride
    )


def scale_rows(factors: Floats, x: Floats, y: Floats, width: Int, rows: Int):
    for row in range(rows):
        var source = x.unsafe_offset(row * width)
        var target = y.unsafe_offset(row * width)
        for i in range(0, width, W):
            var count = width - i
            var factor = load(factors.unsafe_offset(i), count)
            var v = load(source.unsafe_offset(i), count) * factor
            store(target.unsafe_offset(i), v, count)


def store(target: Floats, v: Vector, count: Int):
    """The first `count` lanes."""
    if count >= W:
        target.unsafe_store(0, v)
    else:
        for i in range(count):
            target.unsafe_store(i, v[i])


def load(source: Floats, count: Int) -> Vector:
    """The first `count` lanes, the others zero."""
    if count >= W:
        return source.unsafe_load[width=W](0)
    var v = Vector(0)
    for i in range(count):
        v[i] = source.unsafe_load(i)
    return v


@always_inline
def finish(layer: Layer, params: Floats, sum: Vector, n: Int) -> Vector:
    """The results of the panel at output `n` from its sums."""
    var bias = params.unsafe_load[width=W](layer.bias + n)
    var panels = (layer.outputs + W - 1) // W
    var slope = params.unsafe_load(layer.bias + panels * W)
    return activate(sum + bias, layer.activation, slope)


def dense[
    kind: Int
](
    layer: Layer,
    params: Floats,
    x: Floats,
    stride: Int,
    y: Floats,
    rows: Int,
):
    """One layer on a block of rows."""
    if rows == 1:
        for n in range(0, layer.outputs, W):
            one_row[kind](layer, params, x, y, n)
    else:
        block[kind](layer, params, x, stride, y, rows)


def one_row[
    kind: Int
](layer: Layer, params: Floats, x: Floats, y: Floats, n: Int):
    """The panel at output `n` of a matrix-vector product."""
    var k = layer.inputs
    var size = panel_size[kind](k)
    var panel = params.unsafe_offset(layer.weights + n // W * size)
    var total = Vector(0)
    for start in range(0, k, K_CHUNK):
        var chunk = panel.unsafe_offset(chunk_place[kind](start))
        var source = x.unsafe_offset(start)
        var count = min(K_CHUNK, k - start)
        var whole = count - count % U
        var sums = Array[Vector, U](fill=Vector(0))
        for i in range(0, whole, U):
            comptime for u in range(0, U, 2):
                fetch_ahead[kind](chunk, i + u)
                var pair = weights_pair[kind](chunk, i + u)
                var even = Vector(source.unsafe_load(i + u))
                var odd = Vector(source.unsafe_load(i + u + 1))
                sums[u] = pair[0].fma(even, sums[u])
                sums[u + 1] = pair[1].fma(odd, sums[u + 1])
        for i in range(whole, count - 1, 2):
            var pair = weights_pair[kind](chunk, i)
            sums[0] = pair[0].fma(Vector(source.unsafe_load(i)), sums[0])
            sums[1] = pair[1].fma(Vector(source.unsafe_load(i + 1)), sums[1])
        if count % 2:
            var last = Vector(source.unsafe_load(count - 1))
            sums[0] = weights_last[kind](chunk, count - 1).fma(last, sums[0])
        comptime for u in range(1, U):
            sums[0] += sums[u]
        total += scaled[kind](chunk, sums[0])
    store(
        y.unsafe_offset(n),
        finish(layer, params, total, n),
        layer.outputs - n,
    )


def block[
    kind: Int
](
    layer: Layer,
    params: Floats,
    x: Floats,
    stride: Int,
    y: Floats,
    rows: Int,
):
    """A matrix product of `rows` rows, by tiles of R rows and C panels."""
    var pairs = layer.outputs - layer.outputs % (C * W)
    var step = K_BLOCK if rows > R else layer.inputs
    for k in range(0, layer.inputs, step):
        for n in range(0, pairs, C * W):
            strip[kind, C](layer, params, x, stride, y, rows, k, step, n)
        for n in range(pairs, layer.outputs, W):
            strip[kind, 1](layer, params, x, stride, y, rows, k, step, n)


def strip[
    kind: Int, panels: Int
](
    layer: Layer,
    params: Floats,
    x: Floats,
    stride: Int,
    y: Floats,
    rows: Int,
    k: Int,
    step: Int,
    n: Int,
):
    """All rows of one K block and of the `panels` panels from output `n` on."""
    var whole = rows - rows % R
    for row in range(0, whole, R):
        tile[kind, R, panels](layer, params, x, stride, y, row, k, step, n)
    comptime for rest in range(1, R):
        if rows - whole == rest:
            tile[kind, rest, panels](
                layer, params, x, stride, y, whole, k, step, n
            )


@always_inline
def tile[
    kind: Int, rows: Int, panels: Int
](
    layer: Layer,
    params: Floats,
    x: Floats,
    stride: Int,
    y: Floats,
    row: Int,
    k: Int,
    step: Int,
    n: Int,
):
    """Add one K block to a tile; after the last, the bias and the activation.
    """
    var size = panel_size[kind](layer.inputs)
    var w = params.unsafe_offset(layer.weights + n // W * size)
    var target = y.unsafe_offset(row * layer.stride + n)
    for start in range(k, min(k + step, layer.inputs), K_CHUNK):
        var count = min(K_CHUNK, layer.inputs - start)
        var chunk = w.unsafe_offset(chunk_place[kind](start))
        var source = x.unsafe_offset(row * stride + start)
        var sums = Array[Vector, rows * panels](fill=Vector(0))
        for i in range(0, count - 1, 2):
            var even = Array[Vector, panels](fill=Vector(0))
            var odd = Array[Vector, panels](fill=Vector(0))
            comptime for c in range(panels):
                var pair = weights_pair[kind](chunk.unsafe_offset(c * size), i)
                even[c] = pair[0]
                odd[c] = pair[1]
            comptime for r in range(rows):
                var first = Vector(source.unsafe_load(r * stride + i))
                var second = Vector(source.unsafe_load(r * stride + i + 1))
                comptime for c in range(panels):
                    var sum = even[c].fma(first, sums[r * panels + c])
                    sums[r * panels + c] = odd[c].fma(second, sum)
        if count % 2:
            comptime for c in range(panels):
                var last = weights_last[kind](
                    chunk.unsafe_offset(c * size), count - 1
                )
                comptime for r in range(rows):
                    var value = source.unsafe_load(r * stride + count - 1)
                    sums[r * panels + c] = last.fma(
                        Vector(value), sums[r * panels + c]
                    )
        comptime for c in range(panels):
            var lanes = layer.outputs - n - c * W
            comptime for r in range(rows):
                var v = scaled[kind](
                    chunk.unsafe_offset(c * size), sums[r * panels + c]
                )
                var place = target.unsafe_offset(r * layer.stride + c * W)
                if start > 0:
                    v += load(place, lanes)
                if start + count == layer.inputs:
                    v = finish(layer, params, v, n + c * W)
                store(place, v, lanes)
