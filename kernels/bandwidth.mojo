"""Streaming reads of memory: how fast one thread can fetch weights at all.

Several independent sums of SIMD width, so that neither the latency of an
addition nor the loop is the limit. Like the kernel, this needs no library.
"""

from std.sys.info import simd_width_of

comptime F32 = DType.float32
comptime W = simd_width_of[F32]()
comptime U = 8  # independent sums
comptime Floats = Pointer[Float32, MutUnsafeAnyOrigin]


@export("read_floats")
def read_floats(address: Int, count: Int, passes: Int) abi("C") -> Float32:
    """The sum of `count` floats, read `passes` times; what does not fill a step
    of U vectors is left out."""
    var floats = Floats(unsafe_from_address=address)
    var sums = Array[SIMD[F32, W], U](fill=SIMD[F32, W](0))
    for _ in range(passes):
        for start in range(0, count - U * W + 1, U * W):
            comptime for u in range(U):
                sums[u] += floats.unsafe_load[width=W](start + u * W)
    comptime for u in range(1, U):
        sums[0] += sums[u]
    return sums[0].reduce_add()
