"""What the dots of a map are called, and the dots as the map widget takes them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import overload

from motion.restyling.atlas import StyleAtlas
from viewer.model.language import tr

from .map_dots import MapDots


class DotLabels(Sequence[str]):
    """Clip, style and time of each dot, put into words when they are asked for."""

    def __init__(self, atlas: StyleAtlas) -> None:
        self._atlas = atlas

    def __len__(self) -> int:
        return len(self._atlas)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        atlas = self._atlas
        if isinstance(index, slice):
            return [self[row] for row in range(*index.indices(len(atlas)))]
        return f"{atlas.labels[index]}: {window_name(atlas, index)}"


def dots_of(atlas: StyleAtlas, before: MapDots | None = None) -> MapDots:
    """The dots of ``atlas``, grouped by style already: to be made away from the UI thread.

    before: its first dots, if it goes on from another.
    """
    known = 0 if before is None else len(before.points)
    dots = MapDots.of(atlas.points, atlas.labels[known:].tolist(), DotLabels(atlas), before)
    dots.groups, dots.extent  # noqa: B018 - made here
    return dots


def window_name(atlas: StyleAtlas, row: int) -> str:
    """The clip of a dot and where its window begins."""
    return tr(
        "{stem} at {starts_s:.1f} s",
        stem=Path(str(atlas.clips[row])).stem,
        starts_s=atlas.starts_s[row],
    )
