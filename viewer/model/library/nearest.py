"""The windows of a library that are most like another: exact, or by an index of USearch.

Alike are latents by their Euclidean distance.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from inference.models import LATENT_SIZE
from motion.features import FPS, WINDOW
from motion.files import whole_file

from .needs import needed
from .opened import OpenedLibrary

EXACT = 100_000
"""Windows up to which all are compared; beyond, an index is asked where there is one."""
MOST = 20_000_000
"""Windows of an index, of 0.7 KB of memory each; of a larger library every second, third …"""
INDEX = "index"
APART_S = WINDOW / FPS
"""Of windows of a clip that begin closer to each other only the nearest is told."""
_ASKED = 4000


@dataclass(frozen=True)
class Hit:
    """A window: the row of its clip, when it begins, how far its latent is."""

    row: int
    start_s: float
    distance: float


def nearest(
    library: OpenedLibrary,
    latent: np.ndarray,
    count: int,
    besides: tuple[Path, float] | None = None,
) -> list[Hit]:
    """The ``count`` windows nearest to ``latent`` (256,), each a moment of its own.

    besides: the file and the start of a window that is not told, nor those that overlap it.
    """
    index = index_file(library)
    asked = min(_ASKED, library.windows)
    if library.windows > EXACT and index.is_file():
        numbers, distances = _by_index(index, latent, asked)
    else:
        numbers, distances = _exact(library, latent, asked)
    rows = np.searchsorted(library.begins, numbers, side="right") - 1
    starts_s = (numbers - library.begins[rows]) / FPS
    told: list[Hit] = []
    for row, start_s, distance in zip(rows.tolist(), starts_s.tolist(), distances, strict=True):
        close = (hit.row == row and abs(hit.start_s - start_s) < APART_S for hit in told)
        if any(close) or _is(library, row, start_s, besides):
            continue
        told.append(Hit(row, start_s, float(distance)))
        if len(told) == count:
            break
    return told


def build_index(
    library: OpenedLibrary, threads: int, tell: Callable[[float], None] = lambda share: None
) -> bool:
    """Makes the index of a library of more than 100,000 windows, if it is not there.

    Whether it did. Raises Refused where USearch is missing, and CannotWrite.
    """
    path = index_file(library)
    if library.windows <= EXACT or path.is_file():
        return False
    module = needed("usearch.index", "The index of a large library")
    index = module.Index(ndim=LATENT_SIZE, metric="l2sq", dtype="f16", expansion_add=64)
    apart = -(-library.windows // MOST)
    for first, latents in library.latents():
        numbers = np.arange(first + -first % apart, first + len(latents), apart)
        index.add(numbers, latents[numbers - first], threads=threads)
        tell((first + len(latents)) / library.windows)
    path.parent.mkdir(exist_ok=True)
    with whole_file(path) as part:
        index.save(str(part))
    for old in path.parent.glob("*.usearch"):
        if old != path:
            old.unlink(missing_ok=True)
    return True


def index_file(library: OpenedLibrary) -> Path:
    """Where the index of just these rows is, or would be."""
    name = sha256("\n".join(library.layout).encode()).hexdigest()[:16]
    return library.folder / INDEX / f"{name}.usearch"


def _exact(library: OpenedLibrary, latent: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Numbers and distances of the nearest, the nearest first; of equals the first."""
    best: list[tuple[float, int]] = []
    for first, latents in library.latents():
        apart = np.linalg.norm(latents - latent.astype(np.float32), axis=1)
        few = np.argsort(apart, kind="stable")[:count]
        found = zip(apart[few].tolist(), (few + first).tolist(), strict=True)
        best = heapq.nsmallest(count, [*best, *found])
    distances, numbers = (np.array(part) for part in zip(*best, strict=True))
    return numbers, distances


def _by_index(path: Path, latent: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    module = needed("usearch.index", "The index of a large library")
    index = module.Index.restore(str(path), view=True)
    found = index.search(latent.astype(np.float32), min(count, 1000))
    return found.keys.astype(np.int64), np.sqrt(found.distances)


def _is(
    library: OpenedLibrary, row: int, start_s: float, besides: tuple[Path, float] | None
) -> bool:
    if besides is None or abs(start_s - besides[1]) >= APART_S:
        return False
    return library.place(row) == besides[0]
