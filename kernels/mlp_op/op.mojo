"""The kernel behind tensors."""

import extensibility
from extensibility import InputTensor, OutputTensor

from mlp import HEADER, Batch, Ints, Layer, mlp_rows, mlp_width, run


@extensibility.register("stridescope_mlp")
struct FusedMLP:
    """A multilayer perceptron on a batch, all layers in one call."""

    @staticmethod
    def execute[
        target: StaticString
    ](
        y: OutputTensor[dtype=DType.float32, rank=2, ...],
        work: OutputTensor[dtype=DType.float32, rank=1, ...],
        x: InputTensor[dtype=DType.float32, rank=2, ...],
        params: InputTensor[dtype=DType.float32, rank=1, ...],
        program: InputTensor[dtype=DType.int64, rank=1, ...],
    ) raises:
        """Run `program`, the header and the layers as `Batch` has them.

        `y` holds the results one after the other, each a block (batch, its
        width); `work` is scratch memory.
        """
        var batch = x.dim_size(0)
        var header = Ints(unsafe_from_address=Int(program.unsafe_ptr()))
        var addresses: List[Int64] = []
        var place = Int(y.unsafe_ptr())
        for i in range(Int(header[unsafe_offset=3])):
            var layer = Layer(header.unsafe_offset(HEADER), i)
            if layer.output >= 0:
                addresses.append(Int64(place))
                place += 4 * batch * layer.outputs
        var results: List[Int64] = []
        for i in range(len(addresses)):
            results.append(Int64(Int(addresses.unsafe_ptr().unsafe_offset(i))))
        run(
            Batch(
                Int(header),
                Int(params.unsafe_ptr()),
                Int(work.unsafe_ptr()),
                Int(x.unsafe_ptr()),
                batch,
                Int(results.unsafe_ptr()),
            )
        )
        _ = addresses^
        _ = results^


@extensibility.register("stridescope_mlp_layout")
struct Layout:
    """What parameters and scratch memory are laid out for."""

    @staticmethod
    def execute[
        target: StaticString
    ](y: OutputTensor[dtype=DType.int64, rank=1, ...]) raises:
        """Write `mlp_width` and `mlp_rows`."""
        var numbers = Ints(unsafe_from_address=Int(y.unsafe_ptr()))
        numbers[unsafe_offset=0] = Int64(mlp_width())
        numbers[unsafe_offset=1] = Int64(mlp_rows())
