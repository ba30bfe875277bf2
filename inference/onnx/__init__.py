"""ONNX files: read without trusting them, folded to an Mlp or kept as a graph, and cached."""
