"""A graph as dense layers, where it comes down to them."""

from .folding import NotFused, fold

__all__ = ["NotFused", "fold"]
