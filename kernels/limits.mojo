"""What one thread can do at most: read memory, multiply and add.

Several independent sums of SIMD width, so that neither the latency of an
instruction nor the loop is the limit. Like the kernel, this needs no library.
"""

from std.sys.info import simd_width_of

comptime F32 = DType.float32
comptime W = simd_width_of[F32]()
comptime U = 8  # independent sums that memory is read into
comptime CHAINS = 16 if W == 16 else 12  # sums of products, all in registers
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


@export("step_products")
def step_products() abi("C") -> Int:
    """Multiply-adds in a step of `multiply_add`."""
    return CHAINS * W


@export("multiply_add")
def multiply_add(steps: Int, factor: Float32) abi("C") -> Float32:
    """The sum of all lanes, each from 1 on `steps` times multiplied by `factor`
    and increased by it; no memory is read."""
    var sums = Array[SIMD[F32, W], CHAINS](fill=SIMD[F32, W](1))
    var v = SIMD[F32, W](factor)
    for _ in range(steps):
        comptime for c in range(CHAINS):
            sums[c] = sums[c].fma(v, v)
    comptime for c in range(1, CHAINS):
        sums[0] += sums[c]
    return sums[0].reduce_add()
