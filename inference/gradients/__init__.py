"""Inside a network: its layers, exact gradients of what it says, and what changed between inputs.

All on NumPy, by reverse-mode differentiation; docs/explanation/network.md has the mathematics.
"""

from .activation import derivative
from .dense import Differentiated, LayerValues
from .differentiate import (
    activations,
    differentiate,
    gradient,
    hidden_layers,
    unit_gradient,
)
from .on_engine import EngineGradient
from .path import Attribution, attribute
from .scalars import SCALARS, Scalar

__all__ = [
    "SCALARS",
    "Attribution",
    "Differentiated",
    "EngineGradient",
    "LayerValues",
    "Scalar",
    "activations",
    "attribute",
    "derivative",
    "differentiate",
    "gradient",
    "hidden_layers",
    "unit_gradient",
]
