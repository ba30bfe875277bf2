"""All layers of a multilayer perceptron in one call, float32, through a C ABI.

The weights of a layer are packed in *panels* of W outputs, W being the SIMD
width: a panel is one contiguous stream (see `weights`), and one input value
meets W weights in one multiply-add. The last panel is padded with zeros.

A block of rows goes through all layers before the next, so that the scratch
memory stays small. A single row may share its large layers with a helper on
another core (see `helper`).

Nothing here allocates, prints, raises or starts a thread: the library then
needs no other library than the C library.
"""

from dense import FIELDS, Ints, Layer, dense, load, store
from helper import dismiss, enlist, help, share, wake
from weights import Floats, W

comptime ROW_BLOCK = 64
comptime HEADER = 7  # numbers before the layers of a model


@export("mlp_width")
def mlp_width() abi("C") -> Int:
    """The SIMD width W that weights must be packed for."""
    return W


@export("mlp_rows")
def mlp_rows() abi("C") -> Int:
    """The most rows that are in the scratch memory at once."""
    return ROW_BLOCK


@export("mlp_run")
def mlp_run(model: Int, call: Int, team: Int) abi("C"):
    """Run a model on a batch.

    `model`: address of the parameters' address, the scratch memory's address
    and the rest of the header of `run`. `call`: address of the number of rows,
    of where the input's address is, and of where that of each result is: a
    NumPy array tells where it has its address faster than the address itself.
    `team`: as `run` takes it.
    """
    var header = Ints(unsafe_from_address=model)
    var arguments = Ints(unsafe_from_address=call)
    run(
        header,
        Floats(unsafe_from_address=Int(header[unsafe_offset=0])),
        Floats(unsafe_from_address=Int(header[unsafe_offset=1])),
        floats_at(arguments[unsafe_offset=1]),
        Int(arguments[unsafe_offset=0]),
        arguments.unsafe_offset(2),
        team,
    )


@export("mlp_help")
def mlp_help(team: Int) abi("C"):
    """Be the helper of `team`, on a thread of its own; returns when stopped."""
    help(team)


@export("mlp_wake")
def mlp_wake(team: Int) abi("C"):
    """Let the helper see that it is stopped."""
    wake(Ints(unsafe_from_address=team))


def run(
    header: Ints,
    params: Floats,
    work: Floats,
    input: Floats,
    batch: Int,
    results: Ints,
    team: Int = 0,
):
    """Run a model on a batch.

    `header`: two numbers that are not read here, the floats in an input row,
    the number of layers, the offset in the parameters of the factors that
    inputs are multiplied by (-1: none), the offset in the scratch memory of
    the inputs so scaled or copied, the offset there of the helper's results
    (-1: this model runs alone), and the layers. `results`: where the address
    of each result is. `team`: address of the state shared with a helper, 0 for
    none.
    """
    var width = Int(header[unsafe_offset=2])
    var layers = Int(header[unsafe_offset=3])
    var factors = Int(header[unsafe_offset=4])
    var copy = work.unsafe_offset(Int(header[unsafe_offset=5]))
    var helped = Int(header[unsafe_offset=6])
    var program = header.unsafe_offset(HEADER)
    var helpable = batch == 1 and helped >= 0 and team != 0
    var shared = helpable and enlist(team)
    for first in range(0, batch, ROW_BLOCK):
        var rows = min(ROW_BLOCK, batch - first)
        var x = input.unsafe_offset(first * width)
        if factors >= 0:
            scale_rows(params.unsafe_offset(factors), x, copy, width, rows)
            x = copy
        elif shared:
            copy_row(x, copy, width)
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
            if shared and layer.large():
                var own = work.unsafe_offset(helped)
                share(team, layer, program, i, params, source, own, target)
            else:
                dense(layer, params, source, stride, target, rows)
    if helpable:
        dismiss(team, shared)


def place(layer: Layer, results: Ints, work: Floats, first: Int) -> Floats:
    """Where a layer's result for the row block that begins at `first` is."""
    if layer.output < 0:
        return work.unsafe_offset(layer.scratch)
    var result = floats_at(results[unsafe_offset=layer.output])
    return result.unsafe_offset(first * layer.stride)


def floats_at(place: Int64) -> Floats:
    """The floats whose address is at the address `place`."""
    var words = Ints(unsafe_from_address=Int(place))
    return Floats(unsafe_from_address=Int(words[unsafe_offset=0]))


def scale_rows(factors: Floats, x: Floats, y: Floats, width: Int, rows: Int):
    for row in range(rows):
        var source = x.unsafe_offset(row * width)
        var target = y.unsafe_offset(row * width)
        for i in range(0, width, W):
            var count = width - i
            var factor = load(factors.unsafe_offset(i), count)
            var v = load(source.unsafe_offset(i), count) * factor
            store(target.unsafe_offset(i), v, count)


def copy_row(x: Floats, y: Floats, width: Int):
    """For a helper that may read it when the caller has gone on."""
    for i in range(0, width, W):
        store(
            y.unsafe_offset(i), load(x.unsafe_offset(i), width - i), width - i
        )
