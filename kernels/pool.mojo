"""Threads that share what one call has to do, and sleep between calls.

One caller at a time has the pool. It opens the gate; threads that see it come
in, once each, take parts by a common counter until none is left, and leave. The
caller takes parts as well, then shuts the gate and waits until all are out:
what it has shown them need live no longer.

A thread that is out spins for `PATIENCE`, so that calls which follow each other
find it awake, then sleeps in the kernel. Waking costs the caller a few us, and
50 may pass until the thread is there: little work wakes nobody, unless the call
before it ended just now.
"""

from std.time import perf_counter_ns

from dense import Ints
from words import add, exchange, give_way, pause, read, sleep_on, wake, write

comptime PATIENCE = 100_000  # nanoseconds that a thread spins
comptime LONGEST_PAUSE = 1_000_000  # nanoseconds between calls that follow
comptime SPINS = 1000  # until a thread that waits for another gives way

# The words of the state, apart by cache lines where many threads write.
comptime GATE = 0  # the turn, whether it is open, and how many are inside
comptime NEXT = 8  # the part that is taken next
comptime DONE = 16  # parts that are done
comptime CAME = 24  # threads that came in at this turn
comptime SLEEPERS = 25  # threads that sleep, or are about to
comptime TAKEN = 32  # 1 while a caller has the pool
comptime ENDED = 33  # when the last call did
comptime STOP = 34  # 1: the threads return
comptime JOB = 40  # what the caller shows

comptime OPEN = 1 << 11
comptime TURN = 1 << 12
comptime TURNS = (1 << 31) - TURN  # its bits


def turn_of(gate: Int64) -> Int64:
    return gate & TURNS


def take(words: Ints) -> Bool:
    """Whether the caller has the pool now; `give_back` ends it."""
    return exchange(words, TAKEN, 0, 1)


def give_back(words: Ints):
    words[unsafe_offset=ENDED] = Int64(perf_counter_ns())
    write(words, TAKEN, 0)


def open_gate(words: Ints, threads: Int, much: Bool):
    """Let threads in, and wake so many; little work wakes them only if calls
    follow each other."""
    write(words, NEXT, 0)
    write(words, DONE, 0)
    write(words, CAME, 0)
    write(words, GATE, (turn_of(read(words, GATE)) + TURN) & TURNS | OPEN)
    if read(words, SLEEPERS) > 0:
        var pause = Int64(perf_counter_ns()) - words[unsafe_offset=ENDED]
        if much or pause < LONGEST_PAUSE:
            wake(words, GATE, threads)


def shut_gate(words: Ints):
    """Let no one in any more, and wait until all are out."""
    var gate = add(words, GATE, -OPEN) - OPEN
    var turns = 0
    while read(words, GATE) != turn_of(gate):
        spin(turns)


def wait_for_parts(words: Ints, count: Int):
    """Until so many are done, of all that were taken."""
    var turns = 0
    while read(words, DONE) < Int64(count):
        spin(turns)


@always_inline
def spin(mut turns: Int):
    pause()
    turns += 1
    if turns > SPINS:
        give_way()


def next_part(words: Ints) -> Int:
    return Int(add(words, NEXT, 1))


def part_done(words: Ints):
    _ = add(words, DONE, 1)


def come_in(words: Ints, last: Int64) -> Int64:
    """The turn at which a thread is inside now, another than the `last` that
    it saw; -1 when it is to return. `leave` ends it."""
    var since = perf_counter_ns()
    var turns = 0
    while True:
        var gate = read(words, GATE)
        if read(words, STOP) != 0:
            return -1
        if gate & OPEN != 0 and turn_of(gate) != last:
            if exchange(words, GATE, gate, gate + 1):
                return turn_of(gate)
            continue
        pause()
        turns += 1
        if turns % 16 == 0 and perf_counter_ns() - since > PATIENCE:
            _ = add(words, SLEEPERS, 1)
            sleep_on(words, GATE, gate)
            _ = add(words, SLEEPERS, -1)
            since = perf_counter_ns()


def place_inside(words: Ints) -> Int:
    """How many came in before the thread that asks, once."""
    return Int(add(words, CAME, 1))


def leave(words: Ints):
    _ = add(words, GATE, -1)


def stop(words: Ints):
    """Have all threads return."""
    write(words, STOP, 1)
    _ = add(words, GATE, TURN)  # no one falls asleep on what was there before
    wake(words, GATE, 1 << 16)
