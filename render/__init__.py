"""OpenGL rendering: a frozen scene in, pixels out, on screen or headless."""
