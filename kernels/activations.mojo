"""What is applied to each result of a dense layer, on float32 vectors.

Every function passes NaN through and takes its exact limit at both infinities.
"""

from std.math import exp, log, tanh

comptime F32 = DType.float32

comptime LINEAR = 0
comptime RELU = 1
comptime LEAKY_RELU = 2
comptime TANH = 3
comptime SIGMOID = 4
comptime ELU = 5
comptime SOFTPLUS = 6
comptime GELU = 7
comptime GELU_TANH = 8

comptime UNDERFLOW = -87.33654  # the logarithm of the smallest normal number


@always_inline
def activate[
    N: SIMDLength
](v: SIMD[F32, N], activation: Int, slope: Float32) -> SIMD[F32, N]:
    """`slope`: of LEAKY_RELU below zero, alpha of ELU."""
    if activation == LINEAR:
        return v
    if activation == RELU:
        return v.lt(0).select(SIMD[F32, N](0), v)
    if activation == LEAKY_RELU:
        return v.lt(0).select(v * slope, v)
    return v.eq(v).select(smooth(v, activation, slope), v)


@no_inline
def smooth[
    N: SIMDLength
](v: SIMD[F32, N], activation: Int, slope: Float32) -> SIMD[F32, N]:
    """The activations that need an exponential; anything for NaN."""
    if activation == TANH:
        return tanh(v)
    if activation == SIGMOID:
        return sigmoid(v)
    if activation == ELU:
        return v.lt(0).select(slope * less_one(v), v)
    if activation == SOFTPLUS:
        return softplus(v)
    if activation == GELU:
        return gelu(v)
    return gelu_tanh(v)


def decay[N: SIMDLength](v: SIMD[F32, N]) -> SIMD[F32, N]:
    """The exponential of a number that is not positive, 0 where it underflows.
    """
    return v.lt(UNDERFLOW).select(SIMD[F32, N](0), exp(v))


def sigmoid[N: SIMDLength](v: SIMD[F32, N]) -> SIMD[F32, N]:
    var d = decay(-abs(v))
    return v.lt(0).select(d, 1) / (1 + d)


def less_one[N: SIMDLength](v: SIMD[F32, N]) -> SIMD[F32, N]:
    """The exponential less one of a number below zero, exact near zero."""
    var series = SIMD[F32, N](1 / 40320.0)
    comptime for n in range(7, 0, -1):
        comptime factorial = factorials(n)
        series = series.fma(v, 1 / factorial)
    return v.gt(-0.5).select(series * v, exp(v) - 1)


def factorials(n: Int) -> Float32:
    var product = 1
    for i in range(2, n + 1):
        product *= i
    return Float32(product)


def softplus[N: SIMDLength](v: SIMD[F32, N]) -> SIMD[F32, N]:
    """max(v, 0) + log(1 + d), the logarithm freed of the rounding of 1 + d."""
    var d = decay(-abs(v))
    var sum = 1 + d
    var rounded = sum - 1
    var correction = d / rounded.eq(0).select(SIMD[F32, N](1), rounded)
    return max(v, 0) + rounded.eq(0).select(d, log(sum) * correction)


def gelu[N: SIMDLength](v: SIMD[F32, N]) -> SIMD[F32, N]:
    """The number times the normal distribution's integral up to it.

    The integral beyond z is exp(-z²/2) times a smooth function, here a
    polynomial in t = 1 / (1 + 0.3 z) fitted on 0 to 14, relative error 4e-7.
    """
    var z = abs(v)
    var t = 1 / (1 + 0.3 * z)
    var tail = SIMD[F32, N](0.03622337058186531)
    tail = tail.fma(t, -0.1593545526266098)
    tail = tail.fma(t, 0.20981964468955994)
    tail = tail.fma(t, -0.05664501339197159)
    tail = tail.fma(t, 0.13000500202178955)
    tail = tail.fma(t, 0.09951350837945938)
    tail = tail.fma(t, 0.12081217765808105)
    tail = tail.fma(t, 0.11962586641311646)
    tail *= t * decay(-0.5 * z * z)
    return tail.eq(0).select(max(v, 0), v * v.lt(0).select(tail, 1 - tail))


def gelu_tanh[N: SIMDLength](v: SIMD[F32, N]) -> SIMD[F32, N]:
    """0.5 v (1 + tanh(u)) with u = sqrt(2 / pi) (v + 0.044715 v³), as a sigmoid.
    """
    comptime TWICE = 1.5957691216057308
    var weight = sigmoid(v * TWICE * (0.044715 * v * v + 1))
    return weight.eq(0).select(SIMD[F32, N](0), v * weight)
