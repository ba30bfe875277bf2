"""A batch through all layers of a model, by one thread or by several.

A block of rows goes through all layers before the next, so that the scratch
memory stays small. Threads share a batch by its rows, each with scratch memory
of its own and all layers to itself; where there are too few rows, by the panels
of one layer after the other. Parts begin large and end small, so that all are
done at about the same time.

Each number is computed alike whoever does it: the results are the same to the
bit for any number of threads.
"""

from block import block
from dense import C, Ints, Layer, load, store
from pool import (
    JOB,
    come_in,
    give_back,
    leave,
    next_part,
    open_gate,
    part_done,
    place_inside,
    shut_gate,
    take,
    wait_for_parts,
)
from weights import Floats, W

comptime ROW_BLOCK = 64
comptime FEW = 8  # rows of the smallest part of a batch
comptime MANY = 64  # rows for each thread, from which on it is shared by rows
comptime HEADER = 7  # numbers before the layers of a model

comptime LEAST = 1 << 18  # multiply-adds that a thread is worth: some 4 us
comptime MUCH = 1 << 22  # that threads are woken for


@fieldwise_init
struct Batch(ImplicitlyCopyable, Movable):
    """A model and what one call asks of it; all but `rows` are addresses.

    header: two numbers that are not read here, the floats in an input row, the
    number of layers, the offset in the parameters of the factors that inputs
    are multiplied by (-1: none), the offset in the scratch memory of the inputs
    so scaled or copied, the offset there of the helper's results (-1: this
    model runs alone), and the layers. work: scratch memory. results: where the
    address of each result is.
    """

    var header: Int
    var params: Int
    var work: Int
    var input: Int
    var rows: Int
    var results: Int

    def number(self, index: Int) -> Int:
        """Of the header."""
        return Int(ints(self.header)[unsafe_offset=index])

    def width(self) -> Int:
        return self.number(2)

    def layers(self) -> Int:
        return self.number(3)

    def scales(self) -> Bool:
        """Whether the inputs are multiplied by factors."""
        return self.number(4) >= 0

    def copy(self, work: Floats) -> Floats:
        """Where inputs are scaled or copied to."""
        return work.unsafe_offset(self.number(5))

    def program(self) -> Ints:
        return ints(self.header).unsafe_offset(HEADER)

    def layer(self, index: Int) -> Layer:
        return Layer(self.program(), index)

    def products(self) -> Int:
        """Multiply-adds of all rows."""
        var sum = 0
        for i in range(self.layers()):
            var layer = self.layer(i)
            sum += layer.inputs * layer.outputs
        return sum * self.rows

    def input_row(self, first: Int) -> Floats:
        return floats(self.input).unsafe_offset(first * self.width())

    def scale(self, work: Floats, first: Int, rows: Int) -> Floats:
        """Copy rows from `first` on, each number times its factor."""
        var factors = floats(self.params).unsafe_offset(self.number(4))
        var width = self.width()
        for row in range(rows):
            var source = self.input_row(first + row)
            var target = self.copy(work).unsafe_offset(row * width)
            for i in range(0, width, W):
                var count = width - i
                var factor = load(factors.unsafe_offset(i), count)
                var v = load(source.unsafe_offset(i), count) * factor
                store(target.unsafe_offset(i), v, count)
        return self.copy(work)

    def source(self, layer: Layer, x: Floats, work: Floats, first: Int) -> Rows:
        """What a layer takes, of rows from `first` on; `x`: their inputs."""
        if layer.source < 0:
            return Rows(Int(x), self.width())
        return self.result(self.layer(layer.source), work, first)

    def result(self, layer: Layer, work: Floats, first: Int) -> Rows:
        """Where a layer's result for rows from `first` on is."""
        if layer.output < 0:
            var place = work.unsafe_offset(layer.scratch)
            return Rows(Int(place), layer.stride)
        var places = ints(self.results)
        var whole = floats_at(places[unsafe_offset=layer.output])
        var place = whole.unsafe_offset(first * layer.stride)
        return Rows(Int(place), layer.stride)


@fieldwise_init
struct Rows(ImplicitlyCopyable, Movable):
    """Rows in memory, `stride` floats from one to the next."""

    var address: Int
    var stride: Int

    def floats(self) -> Floats:
        return floats(self.address)


@fieldwise_init
struct Job(ImplicitlyCopyable, Movable):
    """A batch that `threads` threads share.

    spare: address of the scratch memory of those that come to help,
    `spare_floats` for each.
    """

    var batch: Batch
    var spare: Int
    var spare_floats: Int
    var threads: Int

    def __init__(out self, words: Ints):
        """As `show` wrote it."""
        self.batch = Batch(
            Int(words[unsafe_offset=0]),
            Int(words[unsafe_offset=1]),
            Int(words[unsafe_offset=2]),
            Int(words[unsafe_offset=3]),
            Int(words[unsafe_offset=4]),
            Int(words[unsafe_offset=5]),
        )
        self.spare = Int(words[unsafe_offset=6])
        self.spare_floats = Int(words[unsafe_offset=7])
        self.threads = Int(words[unsafe_offset=8])

    def show(self, words: Ints):
        words[unsafe_offset=0] = Int64(self.batch.header)
        words[unsafe_offset=1] = Int64(self.batch.params)
        words[unsafe_offset=2] = Int64(self.batch.work)
        words[unsafe_offset=3] = Int64(self.batch.input)
        words[unsafe_offset=4] = Int64(self.batch.rows)
        words[unsafe_offset=5] = Int64(self.batch.results)
        words[unsafe_offset=6] = Int64(self.spare)
        words[unsafe_offset=7] = Int64(self.spare_floats)
        words[unsafe_offset=8] = Int64(self.threads)

    def share(self, words: Ints, own: Floats):
        """Take parts until none is left. `own`: scratch memory."""
        if self.batch.rows >= self.threads * MANY:
            self.share_rows(words, own)
        else:
            self.share_panels(words)

    def share_rows(self, words: Ints, own: Floats):
        var batch = self.batch
        var groups = (batch.rows + FEW - 1) // FEW
        var part = next_part(words)
        var index = 0
        var group = 0
        while group < groups:
            var most = ROW_BLOCK // FEW
            var count = guided(groups - group, self.threads, most)
            if index == part:
                var first = group * FEW
                var rows = min(count * FEW, batch.rows - first)
                run_rows(batch, own, first, rows)
                part = next_part(words)
            group += count
            index += 1

    def share_panels(self, words: Ints):
        """A layer's panels, once all of the layer before are done."""
        var batch = self.batch
        var work = floats(batch.work)
        var part = next_part(words)
        var index = 0
        for first in range(0, batch.rows, ROW_BLOCK):
            var rows = min(ROW_BLOCK, batch.rows - first)
            var x = batch.input_row(first)
            if batch.scales():
                x = batch.copy(work)
                if index == part:
                    wait_for_parts(words, index)
                    _ = batch.scale(work, first, rows)
                    part_done(words)
                    part = next_part(words)
                index += 1
            for i in range(batch.layers()):
                var layer = batch.layer(i)
                var before = index
                var strips = layer.strips()
                var strip = 0
                while strip < strips:
                    var count = guided(strips - strip, self.threads, strips)
                    var end = strip + count
                    if index == part:
                        wait_for_parts(words, before)
                        run_strips(
                            batch, layer, x, work, first, rows, strip, end
                        )
                        part_done(words)
                        part = next_part(words)
                    strip = end
                    index += 1


def ints(address: Int) -> Ints:
    return Ints(unsafe_from_address=address)


def floats(address: Int) -> Floats:
    return Floats(unsafe_from_address=address)


def floats_at(place: Int64) -> Floats:
    """The floats whose address is at the address `place`."""
    return floats(Int(ints(Int(place))[unsafe_offset=0]))


def run_batch(
    batch: Batch, pool: Int, threads: Int, spare: Int, spare_floats: Int
):
    """Run it on `threads` threads at most.

    `pool`: address of the pool's state, 0 for none. `spare`, `spare_floats`: as
    `Job` has them.
    """
    var wanted = 1
    var products = 0
    if pool != 0 and threads > 1:
        products = batch.products()
        wanted = min(threads, products // LEAST)
    var words = ints(pool)
    if wanted < 2 or not take(words):
        run_rows(batch, floats(batch.work), 0, batch.rows)
        return
    var job = Job(batch, spare, spare_floats, wanted)
    job.show(words.unsafe_offset(JOB))
    open_gate(words, wanted - 1, products >= MUCH)
    job.share(words, floats(batch.work))
    shut_gate(words)
    give_back(words)


def serve(pool: Int):
    """A thread's life: take part in what is shown, until the pool is stopped.
    """
    var words = ints(pool)
    var turn = come_in(words, -1)
    while turn >= 0:
        var place = place_inside(words)
        var job = Job(words.unsafe_offset(JOB))
        if place < job.threads - 1:
            var spare = floats(job.spare)
            job.share(words, spare.unsafe_offset(place * job.spare_floats))
        leave(words)
        turn = come_in(words, turn)


def guided(left: Int, threads: Int, most: Int) -> Int:
    """How many of the `left` ones the next part has."""
    return max(1, min(left // threads, most))


def run_rows(batch: Batch, work: Floats, first: Int, count: Int):
    """Rows from `first` on through all layers, a block after the other."""
    for start in range(first, first + count, ROW_BLOCK):
        var rows = min(ROW_BLOCK, first + count - start)
        var x = batch.input_row(start)
        if batch.scales():
            x = batch.scale(work, start, rows)
        for i in range(batch.layers()):
            var layer = batch.layer(i)
            run_strips(batch, layer, x, work, start, rows, 0, layer.strips())


@always_inline
def run_strips(
    batch: Batch,
    layer: Layer,
    x: Floats,
    work: Floats,
    first: Int,
    rows: Int,
    begin: Int,
    end: Int,
):
    """Strips of a layer for a block of rows; `x`: the inputs of the rows."""
    var source = batch.source(layer, x, work, first)
    var target = batch.result(layer, work, first)
    block(
        layer,
        floats(batch.params),
        source.floats(),
        source.stride,
        target.floats(),
        rows,
        begin,
        end,
    )
