"""All layers of a multilayer perceptron in one call, float32, through a C ABI.

The weights of a layer are packed in *panels* of W outputs, W being the SIMD
width: a panel holds, for each of the K inputs in turn, its W weights side by
side, so that a panel is one contiguous stream and one input value meets W
weights in one multiply-add. The last panel is padded with zeros.

One row is a matrix-vector product, bound by the speed at which weights arrive:
a panel at a time, with U independent accumulators over K. More rows are
blocked: R rows by C panels stay in registers, K is cut where C panels would
outgrow the near caches, and a block of rows goes through all layers before
the next, so that the scratch memory stays small.

Nothing here allocates, prints, raises or starts a thread: the library then
needs no other library.
"""

from std.math import tanh
from std.sys.info import simd_width_of

comptime F32 = DType.float32
comptime W = simd_width_of[F32]()
comptime Vector = SIMD[F32, W]
comptime Floats = Pointer[Float32, MutUnsafeAnyOrigin]
comptime Ints = Pointer[Int64, MutUnsafeAnyOrigin]

comptime U = 8  # accumulators of the matrix-vector product
comptime R = 8 if W == 16 else 6  # rows held in registers: 32 or 16 of them
comptime C = 2  # panels held in registers
comptime K_BLOCK = 512  # of a panel, to stay in the cache between rows
comptime K_CHUNK = 128  # summed by itself, which keeps rounding small
comptime ROW_BLOCK = 64

comptime LINEAR = 0
comptime RELU = 1
comptime LEAKY_RELU = 2
comptime TANH = 3

comptime HEADER = 4  # numbers before the layers of a model
comptime FIELDS = 9  # numbers of a layer, in the order of Layer


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

    `model`: address of the parameters' address, the scratch memory's address,
    the floats in an input row, the number of layers, and the layers.
    `call`: address of the input's address, the number of rows, and the address
    of each result.
    """
    var header = Ints(unsafe_from_address=model)
    var params = Floats(unsafe_from_address=Int(header[unsafe_offset=0]))
    var work = Floats(unsafe_from_address=Int(header[unsafe_offset=1]))
    var width = Int(header[unsafe_offset=2])
    var layers = Int(header[unsafe_offset=3])
    var program = header.unsafe_offset(HEADER)
    var arguments = Ints(unsafe_from_address=call)
    var x = Floats(unsafe_from_address=Int(arguments[unsafe_offset=0]))
    var batch = Int(arguments[unsafe_offset=1])
    var results = arguments.unsafe_offset(2)
    for first in range(0, batch, ROW_BLOCK):
        var rows = min(ROW_BLOCK, batch - first)
        for i in range(layers):
            var layer = Layer(program, i)
            var source = x.unsafe_offset(first * width)
            var stride = width
            if layer.source >= 0:
                var before = Layer(program, layer.source)
                source = place(before, results, work, first)
                stride = before.stride
            var target = place(layer, results, work, first)
            if rows == 1:
                one_row(layer, params, source, target)
            else:
                block(layer, params, source, stride, target, rows)


def place(layer: Layer, results: Ints, work: Floats, first: Int) -> Floats:
    """Where a layer's result for the row block that begins at `first` is."""
    if layer.output < 0:
        return work.unsafe_offset(layer.scratch)
    var address = Int(results[unsafe_offset=layer.output])
    return Floats(unsafe_from_address=address).unsafe_offset(
        first * layer.stride
    )


def activate(v: Vector, layer: Layer, params: Floats) -> Vector:
    """NaN stays NaN under every activation."""
    if layer.activation == RELU:
        return v.lt(0).select(Vector(0), v)
    if layer.activation == LEAKY_RELU:
        var panels = (layer.outputs + W - 1) // W
        var slope = params.unsafe_load(layer.bias + panels * W)
        return v.lt(0).select(v * slope, v)
    if layer.activation == TANH:
        return v.eq(v).select(tanh(v), v)
    return v


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


def one_row(layer: Layer, params: Floats, x: Floats, y: Floats):
    """A matrix-vector product, a panel at a time."""
    var k = layer.inputs
    var whole = k - k % U
    for n in range(0, layer.outputs, W):
        var w = params.unsafe_offset(layer.weights + n * k)
        var sums = Array[Vector, U](fill=Vector(0))
        for i in range(0, whole, U):
            comptime for u in range(U):
                var factor = Vector(x.unsafe_load(i + u))
                sums[u] = w.unsafe_load[width=W]((i + u) * W).fma(
                    factor, sums[u]
                )
        for i in range(whole, k):
            var factor = Vector(x.unsafe_load(i))
            sums[0] = w.unsafe_load[width=W](i * W).fma(factor, sums[0])
        comptime for u in range(1, U):
            sums[0] += sums[u]
        sums[0] += params.unsafe_load[width=W](layer.bias + n)
        store(
            y.unsafe_offset(n),
            activate(sums[0], layer, params),
            layer.outputs - n,
        )


def block(
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
            strip[C](layer, params, x, stride, y, rows, k, step, n)
        for n in range(pairs, layer.outputs, W):
            strip[1](layer, params, x, stride, y, rows, k, step, n)


def strip[
    panels: Int
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
        tile[R, panels](layer, params, x, stride, y, row, k, step, n)
    comptime for rest in range(1, R):
        if rows - whole == rest:
            tile[rest, panels](layer, params, x, stride, y, whole, k, step, n)


@always_inline
def tile[
    rows: Int, panels: Int
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

    A block is summed in chunks and the bias comes last: rounding then grows
    with the length of a chunk instead of with K, and is not that of a large
    bias which the sum cancels.
    """
    var w = params.unsafe_offset(layer.weights + n * layer.inputs)
    var source = x.unsafe_offset(row * stride)
    var target = y.unsafe_offset(row * layer.stride + n)
    for start in range(k, min(k + step, layer.inputs), K_CHUNK):
        var stop = min(start + K_CHUNK, layer.inputs)
        var sums = Array[Vector, rows * panels](fill=Vector(0))
        for i in range(start, stop):
            var weights = Array[Vector, panels](fill=Vector(0))
            comptime for c in range(panels):
                weights[c] = w.unsafe_load[width=W]((c * layer.inputs + i) * W)
            comptime for r in range(rows):
                var factor = Vector(source.unsafe_load(r * stride + i))
                comptime for c in range(panels):
                    sums[r * panels + c] = weights[c].fma(
                        factor, sums[r * panels + c]
                    )
        comptime for c in range(panels):
            var count = layer.outputs - n - c * W
            var bias = params.unsafe_load[width=W](layer.bias + n + c * W)
            comptime for r in range(rows):
                var v = sums[r * panels + c]
                var place = target.unsafe_offset(r * layer.stride + c * W)
                if start > 0:
                    v += load(place, count)
                if stop == layer.inputs:
                    v = activate(v + bias, layer, params)
                store(place, v, count)
