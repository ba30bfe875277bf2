"""What can go wrong while drawing."""


class GlError(RuntimeError):
    """OpenGL cannot be used; the message is the sentence for the user."""
