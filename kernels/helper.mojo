"""A second core, used only while it is idle, for the layers of a single row.

The caller offers a layer as a row of parts, some panels each. It takes them
from the front, the helper from the back, each by a compare-and-exchange on one
word, the ticket. The caller never waits for a part that the helper has not
taken, and waits for the one that it has taken no longer than two parts' time;
then it computes that one itself. A helper whose core is taken away can so cost
little, and without one the caller does it all.

The helper writes to memory of its own, from where the caller copies what is
finished: a helper that wakes up late disturbs nothing. It reads only what the
model owns (weights, scratch memory): that must stay until `INSIDE` is 0.
Each panel is computed alike on both sides, so the result is the same to the
bit.

The helper spins for `PATIENCE`, then sleeps in the kernel. To wake it costs up
to 10 us, so that is done only where one call follows the other, and may take it
longer than a call: until it is there, no other call waits for it. Offering
parts to one that is awake takes a little time as well, and its core may be
taken: after a second call without help it is left alone for one call, then
three, seven and so on.
"""

from std.time import perf_counter_ns

from dense import Ints, Layer, copy_part, part
from weights import Floats
from words import exchange, pause, read, sleep_on, wake, write

comptime PATIENCE = 200_000  # nanoseconds that the helper spins
comptime LONGEST_WAIT = 20_000  # nanoseconds for a part of the helper's
comptime LONGEST_REST = 31  # calls
comptime LONGEST_PAUSE = 1_000_000  # nanoseconds between calls that follow

# The words of the state, apart by cache lines where both sides write.
comptime TICKET = 0  # the step << 32 | next part << 16 | end of the parts
comptime FINISHED = 8  # the step << 32 | the last part that the helper did
comptime ASLEEP = 16  # SLEEPING, CALLED from when it is woken, or AWAKE
comptime STOP = 17  # 1: the helper returns
comptime INSIDE = 18  # 1 while the helper may read a model's memory
comptime TAKEN = 24  # 1 while a caller has the helper
comptime REST = 25  # calls for which the helper is left alone now
comptime NEXT_REST = 26  # and after the next call without help
comptime HELPED = 27  # parts that it did in this call
comptime ENDED = 28  # when the last call did
comptime PROGRAM = 32  # addresses of the layers, the parameters, x and y
comptime INDEX = 36  # of the layer

comptime AWAKE = 0
comptime SLEEPING = 1
comptime CALLED = 2

comptime FRONT = 1 << 16
comptime STEP = 1 << 32
comptime LAST_STEP = (1 << 31) - 1  # zero follows


@fieldwise_init
struct Ticket(ImplicitlyCopyable, Movable):
    """Parts `front` to `back` of a step are still to be taken."""

    var word: Int64

    def front(self) -> Int:
        return Int(self.word >> 16) & 0xFFFF

    def back(self) -> Int:
        return Int(self.word) & 0xFFFF

    def step(self) -> Int:
        return Int(self.word >> 32) & LAST_STEP

    def some(self) -> Bool:
        return self.front() < self.back()


def enlist(team: Int) -> Bool:
    """Whether layers may be shared in this call; `dismiss` ends it."""
    var words = Ints(unsafe_from_address=team)
    if not exchange(words, TAKEN, 0, 1):
        return False
    var rest = words[unsafe_offset=REST]
    if rest > 0:
        words[unsafe_offset=REST] = rest - 1
    var state = read(words, ASLEEP)
    var pause = Int64(perf_counter_ns()) - words[unsafe_offset=ENDED]
    var lone = state == SLEEPING and pause > LONGEST_PAUSE
    if rest > 0 or state == CALLED or lone:
        write(words, TAKEN, 0)
        return False
    if state == SLEEPING:
        rouse(words)
    words[unsafe_offset=HELPED] = 0
    return True


def dismiss(team: Int, shared: Bool):
    """The end of a call that asked to share; `shared`: what `enlist` said."""
    var words = Ints(unsafe_from_address=team)
    words[unsafe_offset=ENDED] = Int64(perf_counter_ns())
    if not shared:
        return
    if words[unsafe_offset=HELPED] > 0:
        words[unsafe_offset=NEXT_REST] = 0
    elif read(words, ASLEEP) != CALLED:
        var rest = words[unsafe_offset=NEXT_REST]
        words[unsafe_offset=REST] = rest
        words[unsafe_offset=NEXT_REST] = min(2 * rest + 1, LONGEST_REST)
    write(words, TAKEN, 0)


def share(
    team: Int,
    layer: Layer,
    program: Ints,
    index: Int,
    params: Floats,
    x: Floats,
    own: Floats,
    y: Floats,
):
    """One row through a layer; `own`: where the helper puts its results."""
    var words = Ints(unsafe_from_address=team)
    var parts = layer.parts()
    words[unsafe_offset=PROGRAM] = Int64(Int(program))
    words[unsafe_offset=PROGRAM + 1] = Int64(Int(params))
    words[unsafe_offset=PROGRAM + 2] = Int64(Int(x))
    words[unsafe_offset=PROGRAM + 3] = Int64(Int(own))
    words[unsafe_offset=INDEX] = Int64(index)
    var step = (Ticket(read(words, TICKET)).step() + 1) & LAST_STEP
    write(words, TICKET, Int64(step * STEP + parts))
    var started = perf_counter_ns()
    var ticket = Ticket(read(words, TICKET))
    while ticket.some():
        var taken = ticket.front()
        if exchange(words, TICKET, ticket.word, ticket.word + FRONT):
            part(layer, params, x, y, taken)
        ticket = Ticket(read(words, TICKET))
    var first = ticket.back()
    if first == parts:
        return
    words[unsafe_offset=HELPED] += Int64(parts - first)
    var each = (perf_counter_ns() - started) // max(1, first)
    var limit = min(2 * each, LONGEST_WAIT)
    if not finished(words, Int64(step * STEP + first), limit):
        part(layer, params, x, y, first)
        first += 1
    for i in range(first, parts):
        copy_part(layer, own, y, i)


def finished(words: Ints, last: Int64, limit: Int) -> Bool:
    """Whether the helper is done with a part within `limit` nanoseconds."""
    var started = perf_counter_ns()
    while read(words, FINISHED) != last:
        if perf_counter_ns() - started > limit:
            return False
        pause()
    return True


def help(team: Int):
    """The helper's life: spin, help, sleep, until `STOP` is 1."""
    var words = Ints(unsafe_from_address=team)
    var since = perf_counter_ns()
    var turns = 0
    while read(words, STOP) == 0:
        if help_once(words):
            since = perf_counter_ns()
            continue
        pause()
        turns += 1
        if turns % 16 == 0 and perf_counter_ns() - since > PATIENCE:
            sleep(words)
            since = perf_counter_ns()


def help_once(words: Ints) -> Bool:
    """Take the last part that is left, if any."""
    var ticket = Ticket(read(words, TICKET))
    if not ticket.some():
        return False
    write(words, INSIDE, 1)
    var program = Int(words[unsafe_offset=PROGRAM])
    var params = Int(words[unsafe_offset=PROGRAM + 1])
    var x = Int(words[unsafe_offset=PROGRAM + 2])
    var y = Int(words[unsafe_offset=PROGRAM + 3])
    var index = Int(words[unsafe_offset=INDEX])
    if exchange(words, TICKET, ticket.word, ticket.word - 1):
        var taken = ticket.back() - 1
        part(
            Layer(Ints(unsafe_from_address=program), index),
            Floats(unsafe_from_address=params),
            Floats(unsafe_from_address=x),
            Floats(unsafe_from_address=y),
            taken,
        )
        write(words, FINISHED, Int64(ticket.step() * STEP + taken))
    write(words, INSIDE, 0)
    return True


def sleep(words: Ints):
    """Until `rouse`, in the kernel."""
    write(words, ASLEEP, SLEEPING)
    while read(words, ASLEEP) == SLEEPING and read(words, STOP) == 0:
        sleep_on(words, ASLEEP, SLEEPING)
    write(words, ASLEEP, AWAKE)


def rouse(words: Ints):
    write(words, ASLEEP, CALLED)
    wake(words, ASLEEP, 1)
