"""Networks that are no plain MLP: a graph of ONNX operators, run one array operation at a time."""
