"""DeepPhase: from footfalls to the shipped network."""
