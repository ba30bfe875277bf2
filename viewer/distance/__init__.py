"""The distance map: how far every frame is from every other in the phase plane."""
