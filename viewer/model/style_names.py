"""From what a person writes to a style or a slider: names, places of the map, files.

A style is written as a name of the map's legend (``Angry``), a place of the map
(``map:0.2,-0.4``), a motion file, whose style it then is, or an NPZ with ``latent`` (256,) or
``style``, the numbers of a style alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

import numpy as np

from inference.models import LATENT_SIZE
from motion.npz import NpzError, read_npz
from motion.restyling.atlas import StyleAtlas
from motion.restyling.subspace import STYLE_BLOCK, StyleSubspace

from .document import Latent
from .notice import Refused

MOST_SIGMA = 5.0
FARTHEST = 100.0
"""Of any number of a style or latent from 0: those of motion stay within 10."""
_PLACE = "map:"
_MAX_BYTES = 1_000_000
_SEPARATORS = re.compile(r"[\s_-]+")


class StyleNames:
    """Finds styles and sliders by what a person writes.

    find_atlas: the map, asked for once it is needed. of_clip: the style of a motion file.
    subspace: where in a latent its style is.
    """

    def __init__(
        self,
        find_atlas: Callable[[], StyleAtlas],
        of_clip: Callable[[Path], np.ndarray],
        subspace: StyleSubspace = STYLE_BLOCK,
    ) -> None:
        self._find_atlas, self._of_clip, self._subspace = find_atlas, of_clip, subspace

    @cached_property
    def atlas(self) -> StyleAtlas:
        """The map of styles. Raises Refused."""
        return self._find_atlas()

    def find(self, text: str) -> Latent:
        """The style that ``text`` names. Raises Refused with one sentence."""
        if text.lower().startswith(_PLACE):
            return Latent(self.atlas.at(_place(text))[0], text)
        path = Path(text)
        if path.suffix.lower() == ".npz":
            return Latent(self._stored(path), path.stem)
        if path.suffix.lower() == ".bvh" or path.is_file():
            return Latent(self._of_clip(path), path.stem)
        name = chosen("style", text, self.atlas.legend, "a BVH, a latent's NPZ or map:X,Y")
        return Latent(self.atlas.style(name), name)

    def slider(self, text: str) -> tuple[int, float]:
        """The number of the slider and its σ in ``NAME=SIGMA``. Raises Refused."""
        name, _, sigma = text.rpartition("=")
        try:
            value = float(sigma)
        except ValueError:
            value = np.inf
        if not name or not abs(value) <= MOST_SIGMA:
            raise Refused(
                f"A slider is written NAME=SIGMA, of at most {MOST_SIGMA:g} either way, "
                f"not '{text}'."
            )
        names = [slider.name for slider in self.atlas.sliders]
        if not names:
            raise Refused(f"These models have no named sliders, so none is called '{name}'.")
        return names.index(chosen("slider", name, names)), value

    def random(self, seed: int) -> Latent:
        """A style drawn from the normal distribution of those on the map, by its seed."""
        return Latent(self.atlas.random(seed), f"seed {seed}")

    def numbers(self, values: np.ndarray) -> np.ndarray:
        """``values`` as a style. Raises ValueError with a clause where they are none."""
        if values.shape != (self._subspace.size,):
            raise ValueError(
                f"a style is {self._subspace.size} numbers, not an array of {list(values.shape)}"
            )
        if values.dtype.kind not in "fiu" or not (np.abs(values) <= FARTHEST).all():
            raise ValueError(f"a style is finite numbers of at most {FARTHEST:g} either way")
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
        if latent.shape != (LATENT_SIZE,) or latent.dtype.kind != "f":
            latent = np.full(1, np.nan)
        if not (np.abs(latent) <= FARTHEST).all():
            raise Refused(
                f"{path}: expected an array 'latent' of {LATENT_SIZE} finite numbers of at most "
                f"{FARTHEST:g} either way, or 'style' of {self._subspace.size}."
            )
        return self._subspace.read(latent.astype(np.float32))


def chosen(kind: str, text: str, names: Sequence[str], besides: str = "") -> str:
    """The one of ``names`` that ``text`` means, whatever its case and separators.

    besides: what else may be given. Raises Refused with near misses and all names.
    """
    plain = {_plain(name): name for name in names}
    if _plain(text) in plain:
        return plain[_plain(text)]
    near = [plain[name] for name in get_close_matches(_plain(text), plain, 3)]
    meant = f"did you mean {' or '.join(near)}? " if near else ""
    rest = f", or give {besides}" if besides else ""
    begin = f"There is no {kind} '{text}'; {meant}"
    verb = "Choose" if near else "choose"
    raise Refused(f"{begin}{verb} from {', '.join(sorted(names, key=str.lower))}{rest}.")


def _plain(name: str) -> str:
    return _SEPARATORS.sub(" ", name.strip().lower())


def _place(text: str) -> np.ndarray:
    """A place (1, 2) of the map."""
    try:
        place = np.array([float(part) for part in text[len(_PLACE) :].split(",")])
    except ValueError:
        place = np.zeros(0)
    if place.shape != (2,) or not (np.abs(place) < 1e3).all():
        raise Refused(f"A place of the map is written map:X,Y, such as map:0.2,-0.4, not '{text}'.")
    return place[None]
