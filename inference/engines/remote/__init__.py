"""The engine on another machine, which ``main.py serve`` or another server of the protocol runs."""

from .engine import RemoteEngine

__all__ = ["RemoteEngine"]
