"""What can go wrong, each told in one sentence."""


class ModelError(ValueError):
    """A model file or an input array that cannot be used; says which, and why."""


class EngineError(RuntimeError):
    """An engine that cannot be built, loaded or run here; other engines may still work."""
