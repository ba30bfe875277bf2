"""The engine on MAX, which is imported when it is prepared."""

from .engine import MaxEngine

__all__ = ["MaxEngine"]
