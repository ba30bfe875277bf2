"""The kernel as a custom op of MAX; needs `kernels/` as an import path."""

from .op import FusedMLP, Layout
