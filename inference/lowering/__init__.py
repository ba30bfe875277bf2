"""General graphs as MAX graphs: every operator of ``inference.graph`` in MAX's own operators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inference.errors import ModelError

if TYPE_CHECKING:
    from max.graph import DeviceRef, Graph, Module

    from inference.graph.graph import GraphModel


class NotLowered(ModelError):
    """A graph that MAX cannot take, told with file, operator and node; NumPy still runs it."""


def lower(
    model: GraphModel,
    device: DeviceRef,
    module: Module | None = None,
    name: str = "graph",
) -> Graph:
    """``model`` as a MAX graph called ``name`` on ``device``, in ``module`` if one is given.

    It takes the input (rows, \\*input_shape) and gives every output of the model in its order,
    (rows, \\*shape), all float32; rows is ``model.batch``, or the dimension "batch" of any size.
    Weights are constants of the graph, and whatever depends on them and on shapes alone is
    computed here. Raises NotLowered.
    """
    from .trace import lower_model

    return lower_model(model, device, module, name)
