"""One dense layer, and the products of its weights with one row.

One row is a matrix-vector product, bound by the speed at which weights arrive.
Either STREAMS panels are read at once, far apart, each going on with the panel
that follows it in memory, and the processor's own prefetch follows them; or one
panel after the other, asked for ahead of time.

K is summed in chunks: rounding then grows with the length of a chunk instead
of with K. The bias comes last, for a large one that the sum cancels.
"""

from activations import activate
from weights import (
    BF16,
    FIXED,
    FP32,
    W,
    Floats,
    Vector,
    chunk_inputs,
    chunk_place,
    fetch_ahead,
    panel_size,
    scaled,
    weights_last,
    weights_pair,
)

comptime Ints = Pointer[Int64, MutUnsafeAnyOrigin]

comptime STREAMS = 8  # of weights that a matrix-vector product reads at once
comptime STEP = 8  # inputs of one stream before the next's, summed on their own
comptime C = 2  # panels held in registers

comptime LARGE = 32 * 1024  # floats of a layer that two cores may share, if
comptime PART = 8 * 1024  # its parts have so many: taking one costs 0.1 us

comptime FIELDS = 11  # numbers of a layer, in the order of Layer


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
    var ahead: Bool  # whether a single row reads one panel after the other and
    # asks for weights ahead of time, instead of reading several panels at once

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
        self.ahead = p[unsafe_offset=10] != 0

    def panel_size(self) -> Int:
        """Floats from one panel of weights to the next."""
        if self.kind == FP32:
            return panel_size[FP32](self.inputs)
        if self.kind == FIXED:
            return panel_size[FIXED](self.inputs)
        return panel_size[BF16](self.inputs)

    def panels(self) -> Int:
        return (self.outputs + W - 1) // W

    def large(self) -> Bool:
        """Whether a second core is worth its while."""
        var size = self.panel_size()
        return self.panels() * size >= LARGE and STREAMS * size >= PART

    def strips(self) -> Int:
        """Of C panels, the last with what is left over."""
        return (self.outputs + C * W - 1) // (C * W)

    def parts(self) -> Int:
        """Of a matrix-vector product by streams."""
        return self.panels() // STREAMS + self.panels() % STREAMS


def row(layer: Layer, params: Floats, x: Floats, y: Floats):
    """One layer on a single row."""
    if layer.kind == FP32:
        row_of[FP32](layer, params, x, y)
    elif layer.kind == FIXED:
        row_of[FIXED](layer, params, x, y)
    else:
        row_of[BF16](layer, params, x, y)


def row_of[kind: Int](layer: Layer, params: Floats, x: Floats, y: Floats):
    """A matrix-vector product."""
    if layer.ahead:
        for n in range(0, layer.outputs, W):
            panel_products[kind, 1, True](layer, params, x, y, n, 0)
    else:
        for i in range(layer.parts()):
            part_of[kind](layer, params, x, y, i)


def part(layer: Layer, params: Floats, x: Floats, y: Floats, index: Int):
    """One of the parts of a matrix-vector product by streams."""
    if layer.kind == FP32:
        part_of[FP32](layer, params, x, y, index)
    elif layer.kind == FIXED:
        part_of[FIXED](layer, params, x, y, index)
    else:
        part_of[BF16](layer, params, x, y, index)


def part_of[
    kind: Int
](layer: Layer, params: Floats, x: Floats, y: Floats, index: Int):
    """A panel of each stream, or one of those that are left over."""
    var each = layer.panels() // STREAMS
    if index < each:
        panel_products[kind, STREAMS, False](
            layer, params, x, y, index * W, each * W
        )
    else:
        var n = ((STREAMS - 1) * each + index) * W
        panel_products[kind, 1, False](layer, params, x, y, n, 0)


def copy_part(layer: Layer, source: Floats, target: Floats, index: Int):
    """The outputs that `part` computes."""
    var each = layer.panels() // STREAMS
    if index < each:
        for s in range(STREAMS):
            copy_panel(layer, source, target, (s * each + index) * W)
    else:
        copy_panel(layer, source, target, ((STREAMS - 1) * each + index) * W)


def copy_panel(layer: Layer, source: Floats, target: Floats, n: Int):
    var count = layer.outputs - n
    store(target.unsafe_offset(n), load(source.unsafe_offset(n), count), count)


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
    var slope = params.unsafe_load(layer.bias + layer.panels() * W)
    return activate(sum + bias, layer.activation, slope)


@always_inline
def panel_products[
    kind: Int, streams: Int, ahead: Bool
](layer: Layer, params: Floats, x: Floats, y: Floats, n: Int, apart: Int):
    """The panels at output `n` and so on, `apart` outputs from each other.

    How many are read at once is no matter of the sums."""
    comptime CHUNK_INPUTS = chunk_inputs[kind]()
    var k = layer.inputs
    var size = panel_size[kind](k)
    var panel = params.unsafe_offset(layer.weights + n // W * size)
    var far = apart // W * size
    var totals = Array[Vector, streams](fill=Vector(0))
    for start in range(0, k, CHUNK_INPUTS):
        var chunk = panel.unsafe_offset(chunk_place[kind](start))
        var source = x.unsafe_offset(start)
        var count = min(CHUNK_INPUTS, k - start)
        var whole = count - count % STEP
        var sums = Array[Vector, streams](fill=Vector(0))
        for i in range(0, whole, STEP):
            comptime for s in range(streams):
                var own = chunk.unsafe_offset(s * far)
                var sum = Vector(0)
                comptime for u in range(0, STEP, 2):
                    comptime if ahead:
                        fetch_ahead[kind, near=True](own, i + u)
                    var pair = weights_pair[kind](own, i + u)
                    var even = Vector(source.unsafe_load(i + u))
                    var odd = Vector(source.unsafe_load(i + u + 1))
                    sum = pair[1].fma(odd, pair[0].fma(even, sum))
                sums[s] += sum
        comptime for s in range(streams):
            var own = chunk.unsafe_offset(s * far)
            var sum = sums[s]
            for i in range(whole, count - 1, 2):
                var pair = weights_pair[kind](own, i)
                sum = pair[0].fma(Vector(source.unsafe_load(i)), sum)
                sum = pair[1].fma(Vector(source.unsafe_load(i + 1)), sum)
            if count % 2:
                var last = Vector(source.unsafe_load(count - 1))
                sum = weights_last[kind](own, count - 1).fma(last, sum)
            totals[s] += scaled[kind](own, sum)
    comptime for s in range(streams):
        var place = n + s * apart
        store(
            y.unsafe_offset(place),
            finish(layer, params, totals[s], place),
            layer.outputs - place,
        )
