"""All layers of a multilayer perceptron in one call, float32, through a C ABI.

The weights of a layer are packed in *panels* of W outputs, W being the SIMD
width: a panel is one contiguous stream (see `weights`), and one input value
meets W weights in one multiply-add. The last panel is padded with zeros.

A single row may share its large layers with a helper on another core (see
`helper`), a batch its rows or panels with the threads of a pool (see `batch`).

Nothing here allocates, prints, raises or starts a thread: the library then
needs no other library than the C library.
"""

from batch import (
    HEADER,
    ROW_BLOCK,
    Batch,
    floats,
    floats_at,
    ints,
    run_batch,
    serve,
)
from dense import FIELDS, Ints, Layer, load, row, store
from helper import dismiss, enlist, help, rouse, share
from pool import stop
from weights import Floats, W


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
    and the rest of the header of `Batch`. `call`: address of the number of
    rows, the pool's state or 0, how many threads may run a batch, the scratch
    memory of those that come and how many floats it is for each, of where the
    input's address is, and of where that of each result is: a NumPy array tells
    where it has its address faster than the address itself. `team`: address of
    the state shared with a helper, 0 for none.
    """
    var header = ints(model)
    var arguments = ints(call)
    var batch = Batch(
        model,
        Int(header[unsafe_offset=0]),
        Int(header[unsafe_offset=1]),
        Int(floats_at(arguments[unsafe_offset=5])),
        Int(arguments[unsafe_offset=0]),
        Int(arguments.unsafe_offset(6)),
    )
    if batch.rows == 1:
        run_row(batch, team)
        return
    run_batch(
        batch,
        Int(arguments[unsafe_offset=1]),
        Int(arguments[unsafe_offset=2]),
        Int(arguments[unsafe_offset=3]),
        Int(arguments[unsafe_offset=4]),
    )


@export("mlp_help")
def mlp_help(team: Int) abi("C"):
    """Be the helper of `team`, on a thread of its own; returns when stopped."""
    help(team)


@export("mlp_wake")
def mlp_wake(team: Int) abi("C"):
    """Let the helper see that it is stopped."""
    rouse(ints(team))


@export("mlp_serve")
def mlp_serve(pool: Int) abi("C"):
    """Be a thread of `pool`; returns when that is stopped."""
    serve(pool)


@export("mlp_stop")
def mlp_stop(pool: Int) abi("C"):
    """Have all threads of `pool` return."""
    stop(ints(pool))


def run(batch: Batch):
    """On this thread alone."""
    if batch.rows == 1:
        run_row(batch, 0)
    else:
        run_batch(batch, 0, 1, 0, 0)


def run_row(batch: Batch, team: Int):
    """A single row; large layers are shared with the helper of `team`, if any.
    """
    var work = floats(batch.work)
    var params = floats(batch.params)
    var helped = batch.number(6)
    var helpable = helped >= 0 and team != 0
    var shared = helpable and enlist(team)
    var x = batch.input_row(0)
    if batch.scales():
        x = batch.scale(work, 0, 1)
    elif shared:
        x = copy_row(x, batch.copy(work), batch.width())
    for i in range(batch.layers()):
        var layer = batch.layer(i)
        var source = batch.source(layer, x, work, 0).floats()
        var target = batch.result(layer, work, 0).floats()
        if shared and layer.large():
            var own = work.unsafe_offset(helped)
            var program = batch.program()
            share(team, layer, program, i, params, source, own, target)
        else:
            row(layer, params, source, target)
    if helpable:
        dismiss(team, shared)


def copy_row(x: Floats, y: Floats, width: Int) -> Floats:
    """For a helper that may read it when the caller has gone on."""
    for i in range(0, width, W):
        store(
            y.unsafe_offset(i), load(x.unsafe_offset(i), width - i), width - i
        )
    return y
