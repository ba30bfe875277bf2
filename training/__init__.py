"""Training of StyleVAE and DeepPhase on motion capture, of DeepMimic policies in simulation.

The only package that uses torch.
"""
