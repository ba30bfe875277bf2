"""PyTorch as a contestant of the benchmark."""
