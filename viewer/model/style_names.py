"""From what a person writes to a style: a clip's file, a latent's file.

A latent's file is an NPZ with ``latent`` (256,) or ``style``, the numbers of a style alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inference.models import LATENT_SIZE
from motion.npz import NpzError, read_npz
from motion.restyling.subspace import STYLE_BLOCK, StyleSubspace

from .notice import Refused

_MAX_BYTES = 1_000_000


@dataclass(frozen=True, eq=False)
class NamedStyle:
    """A style (K,) and what it is called."""

    label: str
    values: np.ndarray


class StyleNames:
    """Finds styles by what a person writes.

    of_clip: the style of a motion file. subspace: where in a latent its style is.
    """

    def __init__(
        self,
        of_clip: Callable[[Path], np.ndarray],
        subspace: StyleSubspace = STYLE_BLOCK,
    ) -> None:
        self._of_clip, self._subspace = of_clip, subspace

    def find(self, text: str) -> NamedStyle:
        """The style that ``text`` names. Raises Refused with one sentence."""
        path = Path(text)
        if path.suffix.lower() == ".npz":
            return NamedStyle(path.stem, self._stored(path))
        return NamedStyle(path.stem, self._of_clip(path))

    def numbers(self, values: np.ndarray) -> np.ndarray:
        """``values`` as a style. Raises ValueError with a clause where they are none."""
        if values.shape != (self._subspace.size,):
            raise ValueError(
                f"a style is {self._subspace.size} numbers, not {list(values.shape)} of them"
            )
        if values.dtype.kind not in "fiu" or not np.isfinite(values).all():
            raise ValueError("a style is finite numbers")
        return values.astype(np.float32)

    def _stored(self, path: Path) -> np.ndarray:
        try:
            arrays = read_npz(path, ("latent", "style"), max_bytes=_MAX_BYTES)
        except NpzError as error:
            raise Refused(str(error)) from error
        if "style" in arrays:
            try:
                return self.numbers(arrays["style"])
            except ValueError as error:
                raise Refused(f"{path}: 'style' cannot be used: {error}.") from error
        latent = arrays.get("latent", np.zeros(0))
        if latent.shape != (LATENT_SIZE,) or not np.isfinite(latent).all():
            raise Refused(
                f"{path}: expected an array 'latent' of {LATENT_SIZE} finite numbers, or "
                f"'style' of {self._subspace.size}."
            )
        return self._subspace.read(latent.astype(np.float32))
