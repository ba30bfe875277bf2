"""Which part of the map is in sight, in seconds and in pixels."""

from __future__ import annotations

from dataclasses import dataclass, replace

MOST_PER_FRAME = 32.0
"""Pixels of a frame where nothing larger is to be seen."""


@dataclass(frozen=True)
class MapView:
    """length_s: of the map, downwards and to the right. size: of the widget's area, pixels, so too.

    start_s: where the area begins. scale: pixels a second, the same both ways; fitted: all is in
    sight, also when the size changes. frame_s: the shorter of both frame times.
    """

    length_s: tuple[float, float] = (1.0, 1.0)
    size: tuple[float, float] = (1.0, 1.0)
    frame_s: float = 1 / 30
    start_s: tuple[float, float] = (0.0, 0.0)
    scale: float = 1.0
    fitted: bool = True

    def fit(self) -> MapView:
        """All of it, from the corner on."""
        return replace(self, scale=self._least, fitted=True)._within()

    def resized(self, size: tuple[float, float]) -> MapView:
        """The same part in another area, which is not empty."""
        view = replace(self, size=(max(size[0], 1.0), max(size[1], 1.0)))
        if self.fitted:
            return view.fit()
        return replace(view, scale=view._bounded(self.scale))._within()

    def zoom(self, factor: float, at: tuple[float, float]) -> MapView:
        """Enlarged about a point of the area, pixels."""
        scale = self._bounded(self.scale * factor)
        held = (self.time(0, at[0]), self.time(1, at[1]))
        start = (held[0] - at[0] / scale, held[1] - at[1] / scale)
        fitted = scale <= self._least * (1 + 1e-9)
        return replace(self, scale=scale, start_s=start, fitted=fitted)._within()

    def pan(self, moved: tuple[float, float]) -> MapView:
        """The map moved along with the pointer, pixels."""
        start = tuple(at - by / self.scale for at, by in zip(self.start_s, moved, strict=True))
        return replace(self, start_s=(start[0], start[1]))._within()

    def time(self, axis: int, pixel: float) -> float:
        """Seconds at a pixel of the area; axis 0 downwards, 1 to the right."""
        return self.start_s[axis] + pixel / self.scale

    def pixel(self, axis: int, time_s: float) -> float:
        """The pixel of the area at a time."""
        return (time_s - self.start_s[axis]) * self.scale

    @property
    def _least(self) -> float:
        return min(pixels / long for pixels, long in zip(self.size, self.length_s, strict=True))

    def _bounded(self, scale: float) -> float:
        most = max(MOST_PER_FRAME / self.frame_s, self._least)
        return min(max(scale, self._least), most)

    def _within(self) -> MapView:
        """Nothing beyond the map, but for what is smaller than the area: that is in its corner."""
        start = [0.0, 0.0]
        for axis in (0, 1):
            spare = self.length_s[axis] - self.size[axis] / self.scale
            start[axis] = min(max(self.start_s[axis], 0.0), max(spare, 0.0))
        return replace(self, start_s=(start[0], start[1]))
