"""Words of memory that threads share: read, written, counted, and waited for.

Waiting is done by spinning, or in Linux's kernel by its futex(2).
"""

from std.atomic import Atomic, Ordering
from std.ffi import external_call
from std.sys.info import CompilationTarget
from std.sys.intrinsics import llvm_intrinsic

from dense import Ints

comptime FUTEX = 202 if CompilationTarget.is_x86() else 98
comptime FUTEX_WAIT_PRIVATE = 128
comptime FUTEX_WAKE_PRIVATE = 129


@always_inline
def read(words: Ints, index: Int) -> Int64:
    return Atomic.load[ordering=Ordering.ACQUIRE](words.unsafe_offset(index))


@always_inline
def write(words: Ints, index: Int, value: Int64):
    Atomic.store[ordering=Ordering.SEQUENTIAL](
        words.unsafe_offset(index), value
    )


@always_inline
def add(words: Ints, index: Int, value: Int64) -> Int64:
    """What was there before."""
    return Atomic.fetch_add(words.unsafe_offset(index), value)


def exchange(words: Ints, index: Int, old: Int64, new: Int64) -> Bool:
    var expected = old
    return Atomic.compare_exchange[
        failure_ordering=Ordering.RELAXED,
        success_ordering=Ordering.SEQUENTIAL,
    ](words.unsafe_offset(index), expected, new)


def sleep_on(words: Ints, index: Int, value: Int64):
    """Until `wake`, unless the word's lower half is another already."""
    futex(words, index, FUTEX_WAIT_PRIVATE, Int(value) & 0xFFFFFFFF)


def wake(words: Ints, index: Int, threads: Int):
    """Those that sleep on the word, `threads` of them at most."""
    futex(words, index, FUTEX_WAKE_PRIVATE, threads)


def futex(words: Ints, index: Int, operation: Int, value: Int):
    _ = external_call["syscall", Int](
        FUTEX, Int(words.unsafe_offset(index)), operation, value, 0, 0, 0
    )


@always_inline
def pause():
    comptime if CompilationTarget.is_x86():
        llvm_intrinsic["llvm.x86.sse2.pause", NoneType]()


def give_way():
    """Let another thread have this core, if one waits for it."""
    _ = external_call["sched_yield", Int32]()
