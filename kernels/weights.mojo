"""How the weights of a panel lie in memory, and how they become float32.

A panel holds W outputs. For each of the K inputs in turn it has, side by side,
its W weights: `FP32` as they are; `BF16` as words of two inputs, each half the
upper half of a float32, the even one below: the odd one is rounded with the
even one in place, so that it is read without masking, at no loss; `FIXED` as
16-bit integers, K cut into chunks of `FIXED_CHUNK` that begin with the W
scales which their sums are multiplied by. Odd K ends with a padded pair.
"""

from std.memory import bitcast
from std.sys.info import simd_width_of
from std.sys.intrinsics import PrefetchOptions, prefetch

comptime F32 = DType.float32
comptime W = simd_width_of[F32]()
comptime Vector = SIMD[F32, W]
comptime Word = SIMD[DType.uint32, W]
comptime Floats = Pointer[Float32, MutUnsafeAnyOrigin]
comptime Numbers = Pointer[Int16, MutUnsafeAnyOrigin]

comptime FP32 = 0
comptime FIXED = 1
comptime BF16 = 2

comptime FIXED_CHUNK = 64  # inputs that share their scales
comptime K_CHUNK = 512  # inputs that are summed by themselves, at most
comptime AHEAD = 4096 // 4  # floats that are asked for before they are needed


@always_inline
def chunk_place[kind: Int](start: Int) -> Int:
    """Floats from a panel's beginning to the chunk of input `start`."""
    comptime if kind == FP32:
        return start * W
    elif kind == BF16:
        return start // 2 * W
    return (start // 2 + start // FIXED_CHUNK) * W


@always_inline
def panel_size[kind: Int](inputs: Int) -> Int:
    """Floats from one panel to the next."""
    comptime if kind == FP32:
        return inputs * W
    elif kind == BF16:
        return (inputs + 1) // 2 * W
    return ((inputs + 1) // 2 + (inputs + FIXED_CHUNK - 1) // FIXED_CHUNK) * W


@always_inline
def scaled[kind: Int](chunk: Floats, sum: Vector) -> Vector:
    """A chunk's sums in the units of the result."""
    comptime if kind == FIXED:
        return sum * chunk.unsafe_load[width=W](0)
    return sum


@always_inline
def weights_pair[kind: Int](chunk: Floats, i: Int) -> Tuple[Vector, Vector]:
    """The weights of inputs `i` (even) and `i` + 1 of a chunk."""
    comptime if kind == FP32:
        return (
            chunk.unsafe_load[width=W](i * W),
            chunk.unsafe_load[width=W]((i + 1) * W),
        )
    comptime if kind == FIXED:
        var place = chunk.unsafe_offset(W + i // 2 * W)
        var numbers = Numbers(unsafe_from_address=Int(place))
        return (
            numbers.unsafe_load[width=W](0).cast[F32](),
            numbers.unsafe_load[width=W](W).cast[F32](),
        )
    var word = bitcast[DType.uint32](chunk.unsafe_load[width=W](i // 2 * W))
    return (bitcast[F32](word << 16), bitcast[F32](word))


@always_inline
def chunk_inputs[kind: Int]() -> Int:
    """Inputs that are summed by themselves."""
    return FIXED_CHUNK if kind == FIXED else K_CHUNK


@always_inline
def fetch_ahead[kind: Int, near: Bool](chunk: Floats, i: Int):
    """Ask for what follows inputs `i` (even) and `i` + 1 in a page's distance.

    The hardware's own prefetch stops where a page ends. `near`: into the first
    cache, for what is read once; else into the second.
    """
    comptime READ = PrefetchOptions().for_read().to_data_cache()
    comptime CACHE = READ.high_locality() if near else READ.low_locality()
    comptime if kind == FP32:
        prefetch[CACHE](chunk.unsafe_offset(i * W + AHEAD))
        prefetch[CACHE](chunk.unsafe_offset((i + 1) * W + AHEAD))
    else:
        prefetch[CACHE](chunk.unsafe_offset(i // 2 * W + AHEAD))


@always_inline
def pair_size[kind: Int]() -> Int:
    """Floats of the weights of two inputs in a panel."""
    return 2 * W if kind == FP32 else W


@always_inline
def fetch_part[kind: Int](part: Floats, i: Int, every: Int):
    """Ask for a piece of `part` into the second cache; every two inputs ask for
    `every` floats of it."""
    comptime READ = PrefetchOptions().for_read().to_data_cache()
    prefetch[READ.low_locality()](part.unsafe_offset(i // 2 * every))


@always_inline
def fetch_to_write(place: Floats):
    """Ask for memory that a large result is soon written to: a core that waits
    for it in the end waits for one cache line after the other."""
    comptime WRITE = PrefetchOptions().for_write().to_data_cache()
    prefetch[WRITE.high_locality()](place)


@always_inline
def weights_last[kind: Int](chunk: Floats, i: Int) -> Vector:
    """The weights of the last input `i` (even) of a chunk."""
    comptime if kind == FP32:
        return chunk.unsafe_load[width=W](i * W)
    return weights_pair[kind](chunk, i)[0]
