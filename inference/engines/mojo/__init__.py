"""The engine on our fused kernel."""

from .engine import Library, MojoEngine, MojoRunner

__all__ = ["Library", "MojoEngine", "MojoRunner"]
