"""The products of a dense layer's weights with many rows.

R rows by C panels stay in registers, and K is cut where C panels would outgrow
the near caches.
"""

from dense import C, Layer, finish, load, store
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
    fetch_part,
    fetch_to_write,
    pair_size,
    panel_size,
    scaled,
    weights_last,
    weights_pair,
)

comptime R = 12 if W == 16 else 6  # rows held in registers: 32 or 16 of them
comptime UNROLL = 2 if W == 16 else 8  # inputs that a tile takes at once: with
# 16 registers, addresses and prefetches cost a shorter loop a third of its time
comptime K_BLOCK = 512  # of a panel, to stay in the cache between rows


def block(
    layer: Layer,
    params: Floats,
    x: Floats,
    stride: Int,
    y: Floats,
    rows: Int,
    begin: Int,
    end: Int,
):
    """The strips `begin` to `end` of one layer on a block of rows."""
    if layer.kind == FP32:
        block_of[FP32](layer, params, x, stride, y, rows, begin, end)
    elif layer.kind == FIXED:
        block_of[FIXED](layer, params, x, stride, y, rows, begin, end)
    else:
        block_of[BF16](layer, params, x, stride, y, rows, begin, end)


def block_of[
    kind: Int
](
    layer: Layer,
    params: Floats,
    x: Floats,
    stride: Int,
    y: Floats,
    rows: Int,
    begin: Int,
    end: Int,
):
    """A matrix product of `rows` rows, by tiles of R rows and C panels."""
    var first = begin * C * W
    var last = min(end * C * W, layer.outputs)
    var whole = last - last % (C * W)
    var step = K_BLOCK if rows > R else layer.inputs
    for k in range(0, layer.inputs, step):
        for n in range(first, whole, C * W):
            strip[kind, C](layer, params, x, stride, y, rows, k, step, n)
        for n in range(max(first, whole), last, W):
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
    """All rows of one K block and of the `panels` panels from output `n` on.

    The tiles are as equal as can be.
    """
    var tiles = (rows + R - 1) // R
    var row = 0
    for left in range(tiles, 0, -1):
        var count = (rows - row + left - 1) // left
        comptime for size in range(1, R + 1):
            if count == size:
                tile[kind, size, panels](
                    layer, params, x, stride, y, row, k, step, n, left, tiles
                )
        row += count


@always_inline
def pair_products[
    kind: Int, rows: Int, panels: Int
](
    chunk: Floats,
    size: Int,
    source: Floats,
    stride: Int,
    i: Int,
    mut sums: Array[Vector, rows * panels],
):
    """Add to the sums of a tile what inputs `i` (even) and `i` + 1 give."""
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
    left: Int,
    tiles: Int,
):
    """Add one K block to a tile; after the last, the bias and the activation.

    Each of the `tiles` of a strip, of which so many are `left` with this one,
    asks for its share of the weights of the next strip, so that they arrive
    evenly while there is work to do.
    """
    var size = panel_size[kind](layer.inputs)
    var w = params.unsafe_offset(layer.weights + n // W * size)
    var target = y.unsafe_offset(row * layer.stride + n)
    comptime CHUNK_INPUTS = chunk_inputs[kind]()
    var every = (pair_size[kind]() + tiles - 1) // tiles
    if layer.output >= 0 and k == 0:
        comptime for r in range(rows):
            comptime for c in range(1, panels + 1):
                fetch_to_write(target.unsafe_offset(r * layer.stride + c * W))
    for start in range(k, min(k + step, layer.inputs), CHUNK_INPUTS):
        var count = min(CHUNK_INPUTS, layer.inputs - start)
        var chunk = w.unsafe_offset(chunk_place[kind](start))
        var source = x.unsafe_offset(row * stride + start)
        var sums = Array[Vector, rows * panels](fill=Vector(0))
        var share = panel_size[kind](count) // tiles * (tiles - left)
        var whole = count - count % UNROLL
        for i in range(0, whole, UNROLL):
            comptime for c in range(panels):
                if tiles == 1:
                    comptime for u in range(0, UNROLL, 2):
                        fetch_ahead[kind, near=False](
                            chunk.unsafe_offset(c * size), i + u
                        )
                else:
                    fetch_part[kind](
                        chunk.unsafe_offset((panels + c) * size + share),
                        i,
                        every,
                    )
            comptime for u in range(0, UNROLL, 2):
                pair_products[kind, rows, panels](
                    chunk, size, source, stride, i + u, sums
                )
        for i in range(whole, count - 1, 2):
            pair_products[kind, rows, panels](
                chunk, size, source, stride, i, sums
            )
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
