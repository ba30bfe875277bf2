"""The OpenGL view and what is painted over it."""
