"""Published DeepMimic actors as ONNX files."""
