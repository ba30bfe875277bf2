"""Training of StyleVAE and DeepPhase on real motion capture. The only package that uses torch."""
