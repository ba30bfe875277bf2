"""A plot on paper: light, labelled axes with units, nothing of the window; as SVG."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from html import escape

import numpy as np

from render.color_schemes import LIGHT
from render.heat import heat
from render.png import encode_png

from .curves import nice_ticks, thinned
from .plot import Axis, Curve, HeatMap, Mark, Panel, Plot

TONES = (
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#6f7782", "#1b1f24",
)  # fmt: skip
"""Colours that the colour-blind tell apart: Okabe and Ito, *Color universal design*, 2008."""
WIDTH = 680
"""Points of a plot two columns wide, at 96 an inch."""
_SINGLE, _ROW, _SQUARE = 340, 104, 420
_LEFT, _RIGHT, _TOP, _BELOW, _BETWEEN = 68, 18, 40, 46, 20
_BAR, _BAR_GAP, _BAR_TEXT = 12, 14, 52
_INK, _MUTED, _GRID = "#1b1f24", "#4b5563", "#e3e6ea"
_SIZE = 11
_LETTER = 0.56 * _SIZE
_ROOM = 0.05
_LEAST_PIXELS = 600
_EVEN = 1e-3
_DASHES = ' stroke-dasharray="3 3"'


@dataclass
class _Box:
    """Where a pair of axes is drawn, and what it shows.

    beside: room for the colours of a map at its right. parts: the elements so far.
    """

    left: float
    top: float
    width: float
    height: float
    across: tuple[float, float] = (0.0, 1.0)
    up: tuple[float, float] = (0.0, 1.0)
    beside: float = 0.0
    parts: list[str] = field(default_factory=list)

    @property
    def right(self) -> float:
        """Where all that belongs to it ends."""
        return self.left + self.width + self.beside

    def x(self, value: np.ndarray) -> np.ndarray:
        low, high = self.across
        return self.left + (value - low) / (high - low) * self.width

    def y(self, value: np.ndarray) -> np.ndarray:
        low, high = self.up
        return self.top + self.height - (value - low) / (high - low) * self.height

    def line(self, x1: float, y1: float, x2: float, y2: float, color: str, more: str = "") -> None:
        self.parts.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
            f'stroke="{color}" stroke-width="1"{more}/>'
        )

    def text(self, x: float, y: float, words: str, anchor: str, color: str = _MUTED) -> None:
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{color}">'
            f"{escape(words)}</text>"
        )

    def upright(self, x: float, y: float, words: str) -> None:
        self.parts.append(
            f'<text transform="translate({x:.1f} {y:.1f}) rotate(-90)" text-anchor="middle" '
            f'fill="{_MUTED}">{escape(words)}</text>'
        )


def to_svg(plot: Plot) -> str:
    """The picture of ``plot``: text is text, curves are lines, a map is a picture in it."""
    parts: list[str] = []
    top, right, sides = float(_TOP), 0.0, _sides(plot)
    for number, panel in enumerate(plot.panels):
        last = number == len(plot.panels) - 1
        box = _box(panel, top, len(plot.panels), *sides)
        _draw(box, panel, last)
        parts += box.parts
        top, right = box.top + box.height + _BETWEEN, max(right, box.right)
    width, height = round(right + _RIGHT), round(top - _BETWEEN + _BELOW)
    title = f'<text x="{_LEFT}" y="18" font-weight="bold" fill="{_INK}">{escape(plot.title)}</text>'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
            f'font-family="Helvetica, Arial, DejaVu Sans, sans-serif" font-size="{_SIZE}">',
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            title,
            *parts,
            "</svg>\n",
        ]
    )


def _sides(plot: Plot) -> tuple[int, int]:
    """What all panels leave free at the left and at the right, so that they stand under another."""
    maps = [panel.heat for panel in plot.panels if panel.heat]
    longest = (28 + round(_LETTER * len(name)) for heat in maps for name in heat.names)
    return max([_LEFT, *longest]), _BAR_GAP + _BAR + _BAR_TEXT if maps else 0


def _box(panel: Panel, top: float, panels: int, left: int, bar: int) -> _Box:
    width, height = WIDTH - left - _RIGHT - bar, _SINGLE if panels == 1 else _ROW
    if panel.equal:
        width = height = _SQUARE
    elif panel.heat and panels == 1:
        height = _SQUARE
    box = _Box(left, top, width, height, beside=bar)
    if panel.heat:
        box.across, (low, high) = _edges(panel.heat.columns), _edges(panel.heat.rows)
        box.up = (high, low)
        return box
    shown = [curve for curve in panel.curves if len(curve.values)]
    box.across = panel.across.shown or _reach([curve.at for curve in shown], 0.0)
    inside = [_within(curve, box.across) for curve in shown]
    box.up = panel.up.shown or _reach(inside, _ROOM)
    if panel.equal:
        box.across = panel.across.shown or _reach([curve.at for curve in shown], _ROOM)
        _make_equal(box)
    return box


def _within(curve: Curve, across: tuple[float, float]) -> np.ndarray:
    values = curve.values[(curve.at >= across[0]) & (curve.at <= across[1])]
    return values if len(values) else curve.values


def _reach(values: list[np.ndarray], room: float) -> tuple[float, float]:
    """From the least to the greatest, with some room; never nothing."""
    known = np.concatenate([each[np.isfinite(each)] for each in values] or [np.zeros(1)])
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    room = max(room * (high - low), 0.0 if high > low else 0.5)
    return low - room, high + room


def _make_equal(box: _Box) -> None:
    half = max(high - low for low, high in (box.across, box.up)) / 2
    for name in ("across", "up"):
        middle = sum(getattr(box, name)) / 2
        setattr(box, name, (middle - half, middle + half))


def _edges(at: np.ndarray) -> tuple[float, float]:
    """The outer edges of cells whose middles are ``at``."""
    first, last = float(at[0]), float(at[-1])
    half = (last - first) / max(len(at) - 1, 1) / 2 or 0.5
    return first - half, last + half


def _draw(box: _Box, panel: Panel, last: bool) -> None:
    if panel.heat:
        _draw_heat(box, panel.heat)
    _draw_axes(box, panel, last)
    for mark in panel.marks:
        tone = TONES[mark.tone % len(TONES)]
        for at in mark.at[(mark.at >= box.across[0]) & (mark.at <= box.across[1])]:
            x = float(box.x(at))
            box.line(x, box.top, x, box.top + box.height, tone, _DASHES)
    for curve in panel.curves:
        _draw_curve(box, curve)
    _draw_legend(box, panel)


def _draw_axes(box: _Box, panel: Panel, last: bool) -> None:
    bottom, right = box.top + box.height, box.left + box.width
    for tick in nice_ticks(*box.across, max(int(box.width / 70), 2)):
        x = float(box.x(tick))
        if not panel.heat:
            box.line(x, box.top, x, bottom, _GRID)
        box.line(x, bottom, x, bottom + 4, _INK)
        if last:
            box.text(x, bottom + 16, f"{tick:g}", "middle")
    if panel.heat and panel.heat.names:
        _draw_names(box, panel.heat)
    else:
        for tick in nice_ticks(min(box.up), max(box.up), max(int(box.height / 34), 2)):
            y = float(box.y(tick))
            if not panel.heat:
                box.line(box.left, y, right, y, _GRID)
            box.line(box.left - 4, y, box.left, y, _INK)
            box.text(box.left - 7, y + 4, f"{tick:g}", "end")
    box.parts.append(
        f'<rect x="{box.left:.1f}" y="{box.top:.1f}" width="{box.width:.1f}" '
        f'height="{box.height:.1f}" fill="none" stroke="{_INK}" stroke-width="1"/>'
    )
    if last:
        box.text(box.left + box.width / 2, bottom + 34, panel.across.title, "middle")
    box.upright(14, box.top + box.height / 2, panel.up.title)


def _draw_names(box: _Box, heat_map: HeatMap) -> None:
    """The name of each group of rows beside its middle, as far as there is room for it."""
    names, free = heat_map.names, box.top - _SIZE
    starts = [n for n, name in enumerate(names) if n == 0 or name != names[n - 1]]
    for first, after in zip(starts, [*starts[1:], len(names)], strict=True):
        y = float(box.y(np.asarray(heat_map.rows[first:after], float).mean()))
        if y >= free + _SIZE:
            box.text(box.left - 7, y + 4, names[first], "end")
            free = y


def _draw_curve(box: _Box, curve: Curve) -> None:
    tone = TONES[curve.tone % len(TONES)]
    if curve.dots:
        inside = (curve.at >= box.across[0]) & (curve.at <= box.across[1])
        for x, y in zip(box.x(curve.at[inside]), box.y(curve.values[inside]), strict=True):
            box.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.4" fill="{tone}"/>')
        return
    for x, y in _strokes(box, curve):
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x.tolist(), y.tolist(), strict=True))
        box.parts.append(
            f'<polyline points="{points}" fill="none" stroke="{tone}" stroke-width="1.3" '
            'stroke-linejoin="round"/>'
        )


def _strokes(box: _Box, curve: Curve) -> list[tuple[np.ndarray, np.ndarray]]:
    """The lines of a curve in pixels, within the box, as many points as can be seen."""
    at, values = curve.at, np.asarray(curve.values, float)
    steps = np.diff(at)
    even = len(at) > 1 and steps[0] > 0 and bool(np.ptp(steps) <= _EVEN * steps[0])
    peaks = False
    if even:
        zero = float(box.x(at[0]))
        step = float(box.x(at[-1]) - zero) / (len(at) - 1)
        found, values, peaks = thinned(values, step, box.left - zero, box.left + box.width - zero)
        x = found + zero
    else:
        x = box.x(np.asarray(at, float))
    if not peaks:
        x, values = Curve("", values, "", x, wraps=curve.wraps).broken()
    y = box.y(values)
    if even:
        x, y = _clipped(x, y, box.left, box.left + box.width)
    y = np.clip(y, box.top, box.top + box.height)
    known = np.isfinite(x) & np.isfinite(y)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], known.astype(np.int8), [0]])))
    return [(x[a:b], y[a:b]) for a, b in edges.reshape(-1, 2)]


def _clipped(
    x: np.ndarray, y: np.ndarray, left: float, right: float
) -> tuple[np.ndarray, np.ndarray]:
    """A line whose ends beyond ``left`` and ``right`` are cut off there; x rises."""
    x, y = x.copy(), y.copy()
    for edge, end, inner in ((left, 0, 1), (right, -1, -2)):
        beyond = len(x) > 1 and (x[end] < edge if end == 0 else x[end] > edge)
        if beyond and np.isfinite([x[inner], y[inner]]).all():
            share = (edge - x[end]) / (x[inner] - x[end]) if x[inner] != x[end] else 0.0
            y[end] += (y[inner] - y[end]) * min(max(share, 0.0), 1.0)
            x[end] = edge
    return np.clip(x, left, right), y


def _draw_heat(box: _Box, found: HeatMap) -> None:
    low, high = scale_of(found.scale, found.values)
    shares = (np.asarray(found.values, np.float32) - low) / (high - low)
    picture = _colors()[np.round(255 * np.clip(np.nan_to_num(shares), 0, 1)).astype(np.uint8)]
    zoom = [max(1, -(-_LEAST_PIXELS // side)) for side in found.values.shape]
    _picture(box, picture.repeat(zoom[0], 0).repeat(zoom[1], 1), box.left, box.width)
    left, bottom = box.left + box.width + _BAR_GAP, box.top + box.height
    _picture(box, _colors()[::-1, None], left, _BAR)
    for tick in nice_ticks(low, high, 6):
        y = bottom - (float(tick) - low) / (high - low) * box.height
        box.line(left + _BAR, y, left + _BAR + 3, y, _INK)
        box.text(left + _BAR + 6, y + 4, f"{tick:g}", "start")
    box.upright(box.right + 4, box.top + box.height / 2, found.scale.title)


def scale_of(scale: Axis, values: np.ndarray) -> tuple[float, float]:
    """From which value to which the colours of a map go."""
    return scale.shown or _reach([np.asarray(values).reshape(-1)], 0.0)


def heat_stops(count: int) -> list[str]:
    """The colours of maps from low to high, as "#rrggbb"."""
    return ["#" + bytes(color).hex() for color in _colors()[np.linspace(0, 255, count).astype(int)]]


def _colors() -> np.ndarray:
    return np.round(255 * heat(np.linspace(0, 1, 256), LIGHT.heat)).astype(np.uint8)


def _picture(box: _Box, pixels: np.ndarray, left: float, width: float) -> None:
    data = b64encode(encode_png(np.ascontiguousarray(pixels))).decode()
    box.parts.append(
        f'<image x="{left:.1f}" y="{box.top:.1f}" width="{width:.1f}" height="{box.height:.1f}" '
        f'preserveAspectRatio="none" xlink:href="data:image/png;base64,{data}"/>'
    )


def _draw_legend(box: _Box, panel: Panel) -> None:
    """Words and colours of what has words, over the upper right corner."""
    x = box.left + box.width - 2
    for each in reversed(panel.named):
        dashes = _DASHES if isinstance(each, Mark) else ""
        box.text(x, box.top - 5, each.words, "end")
        x -= _LETTER * len(each.words) + 6
        box.line(x - 14, box.top - 9, x, box.top - 9, TONES[each.tone % len(TONES)], dashes)
        x -= 26
