"""`mlp_run` behind tensors."""

import extensibility
from extensibility import InputTensor, OutputTensor

from mlp import HEADER, Ints, Layer, mlp_rows, mlp_run, mlp_width


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
        """Run `program`, as `mlp_run` takes it; the two addresses in it are set here.

        `y` holds the results one after the other, each a block (batch, its
        width); `work` is scratch memory.
        """
        var batch = x.dim_size(0)
        var numbers = Ints(unsafe_from_address=Int(program.unsafe_ptr()))
        var model: List[Int64] = [
            Int64(Int(params.unsafe_ptr())),
            Int64(Int(work.unsafe_ptr())),
        ]
        for i in range(2, program.dim_size(0)):
            model.append(numbers[unsafe_offset=i])
        var call: List[Int64] = [
            Int64(Int(x.unsafe_ptr())),
            Int64(batch),
        ]
        var result = Int(y.unsafe_ptr())
        for i in range(Int(model[3])):
            var layer = Layer(numbers.unsafe_offset(HEADER), i)
            if layer.output >= 0:
                call.append(Int64(result))
                result += 4 * batch * layer.outputs
        mlp_run(Int(model.unsafe_ptr()), Int(call.unsafe_ptr()))
        _ = model^
        _ = call^


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
