"""The engine on our fused kernel."""

from .cores import Cores, all_cores
from .engine import Library, MojoEngine, MojoRunner

__all__ = ["Cores", "Library", "MojoEngine", "MojoRunner", "all_cores"]
