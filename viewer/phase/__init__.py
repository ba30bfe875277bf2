"""The phase panel: what DeepPhase says, frame by frame."""
