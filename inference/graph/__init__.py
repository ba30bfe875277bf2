"""Networks that are no plain MLP: a graph of ONNX operators, run one array operation at a time."""

from .graph import Graph, GraphModel, GraphOutput, Model, Node

__all__ = ["Graph", "GraphModel", "GraphOutput", "Model", "Node"]
