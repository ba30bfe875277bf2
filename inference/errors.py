"""What can go wrong, each told in one sentence, and what stands in such a sentence."""

from collections.abc import Sequence


class ModelError(ValueError):
    """A model file or an input array that cannot be used; says which, and why."""


class EngineError(RuntimeError):
    """An engine that cannot be built, loaded or run here; other engines may still work."""


class ServerError(EngineError):
    """A server that cannot be used now. retry_s: when to ask again (s), where it said so."""

    def __init__(self, sentence: str, retry_s: float = 1.0) -> None:
        super().__init__(sentence)
        self.retry_s = retry_s


class NotServed(EngineError):
    """An engine that does not have this model; it may run others."""


def quote(name: object) -> str:
    """A name from a file as it may stand in a sentence: quoted, on one line, not too long."""
    text = str(name)
    return repr(text if len(text) <= 80 else text[:77] + "...")


def show(shape: Sequence[int | None]) -> str:
    """``[batch, 60, 73]``: a shape, of which ``None`` is the batch."""
    return f"[{', '.join('batch' if n is None else str(n) for n in shape)}]"
