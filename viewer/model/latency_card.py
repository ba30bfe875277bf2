"""The latency report as a card to show: SVG, which becomes a PNG, with its numbers as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from html import escape
from pathlib import Path

from inference.models import MODELS
from motion.files import whole_file

from .language import tr
from .latency_report import EDGES_MS, LIMITS_MS, RATE_HZ, EngineLatency, LatencyReport
from .notice import Refused

KINDS = (".png", ".json")
WIDTH = 1120
_MARGIN, _TOP, _ROW, _FOOT = 40, 148, 112, 72
_NUMBERS, _COLUMN = 196, 92
_PLOT, _PLOT_WIDE = 492, 588
_ABREAST = 3
"""Medians in a line: more would run into the histogram."""
_INK, _MUTED, _GRID, _PAPER = "#1b1f24", "#4b5563", "#e3e6ea", "#ffffff"
_BAR, _GOOD, _WARN, _BAD = "#0b8f7f", "#23824f", "#b26a00", "#c23636"
_TICKS = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
_FONT = "Helvetica, Arial, DejaVu Sans, sans-serif"


def to_card(report: LatencyReport) -> str:
    """The card of ``report``: a row for each engine, its percentiles and its histogram."""
    height = _TOP + _ROW * len(report.engines) + _FOOT
    foot = _TOP + _ROW * len(report.engines)
    parts = [
        _text(_MARGIN, 46, tr("Five models, every frame of a display"), 26, _INK, bold=True),
        _text(_MARGIN, 72, _sentence(report), 14, _MUTED),
        _text(_MARGIN, 94, f"{report.machine}, {report.date}", 13, _MUTED),
        *(
            _text(_NUMBERS + _COLUMN * place + 80, _TOP - 12, f"{name}, ms", 13, _MUTED, "end")
            for place, name in enumerate(("p50", "p95", "p99"))
        ),
        *_axis(foot),
    ]
    for number, engine in enumerate(report.engines):
        parts += _row(engine, _TOP + _ROW * number)
    if report.left_out:
        left = "; ".join(f"{name}: {why}" for name, why in report.left_out.items())
        parts.append(_text(_MARGIN, foot + 56, tr("Left out: {left}", left=left)[:170], 11, _MUTED))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
            f'viewBox="0 0 {WIDTH} {height}" font-family="{_FONT}">',
            f'<rect width="{WIDTH}" height="{height}" fill="{_PAPER}"/>',
            *parts,
            "</svg>\n",
        ]
    )


def write_report(
    report: LatencyReport, path: Path, png: Callable[[bytes], bytes]
) -> tuple[Path, ...]:
    """Write ``path``: a .png with its numbers as .json beside it, or a .json alone.

    Each file is whole or not at all. Raises Refused and CannotWrite. png: makes one of an SVG.
    """
    check_kind(path)
    numbers = path.with_suffix(".json")
    if path.suffix.lower() == ".png":
        picture = png(to_card(report).encode())
        with whole_file(path) as part:
            part.write_bytes(picture)
    with whole_file(numbers) as part:
        part.write_text(json.dumps(report.as_dict(), indent=1, ensure_ascii=False) + "\n", "utf-8")
    return (numbers,) if path == numbers else (path, numbers)


def check_kind(path: Path) -> None:
    """Refused unless ``path`` is of a kind that reports are written as."""
    if path.suffix.lower() not in KINDS:
        raise Refused(f"{path}: a latency report is written as .png or .json.")


def _sentence(report: LatencyReport) -> str:
    best = report.best
    return tr(
        "{seconds:.0f} s at {rate_hz:.0f} Hz {where}, from the beat of the "
        "display to the answers of all five. {engine}: 99 of 100 frames "
        "within {ms} ms.",
        seconds=report.seconds,
        rate_hz=RATE_HZ,
        where=report.where,
        engine=best.engine,
        ms=_ms(best.whole.p99),
    )


def _row(engine: EngineLatency, top: float) -> list[str]:
    middle = top + 34
    parts = [
        _line(_MARGIN, top, WIDTH - _MARGIN, top, _GRID),
        _text(_MARGIN, middle, engine.engine, 20, _INK, bold=True),
    ]
    whole = engine.whole
    for place, value in enumerate((whole.p50, whole.p95, whole.p99)):
        x = _NUMBERS + _COLUMN * place + 80
        parts.append(_text(x, middle, _ms(value), 22, _tone(value), "end", bold=place == 2))
    shares = ", ".join(
        tr("{share:.4g} % within {limit:g} ms", share=100 * share, limit=limit)
        for limit, share in zip(LIMITS_MS, engine.within, strict=True)
    )
    parts.append(
        _text(
            _MARGIN,
            top + 58,
            tr("{shares}; {frames} frames", shares=shares, frames=engine.frames),
            12,
            _MUTED,
        )
    )
    medians = [
        f"{MODELS[model].title.replace('StyleVAE ', '').replace('DeepMimic ', '')} {_ms(found.p50)}"
        for model, found in engine.models.items()
    ]
    for place in range(0, len(medians), _ABREAST):
        told = " · ".join(medians[place : place + _ABREAST])
        y = top + 77 + 17 * (place // _ABREAST)
        parts.append(_text(_MARGIN, y, f"p50, ms: {told}" if not place else told, 12, _MUTED))
    return parts + _histogram(engine, top)


def _histogram(engine: EngineLatency, top: float) -> list[str]:
    bottom, high = top + _ROW - 10, _ROW - 22
    most = max(engine.counts)
    parts = [_line(_PLOT, bottom, _PLOT + _PLOT_WIDE, bottom, _GRID)]
    for count, low, edge in zip(engine.counts, EDGES_MS[:-1], EDGES_MS[1:], strict=True):
        if count:
            left, right = _x(low), _x(edge)
            tall = max(high * count / most, 1.5)
            parts.append(
                f'<rect x="{left:.1f}" y="{bottom - tall:.1f}" width="{right - left - 1:.1f}" '
                f'height="{tall:.1f}" fill="{_BAR}"/>'
            )
    return parts


def _axis(foot: float) -> list[str]:
    parts = []
    for tick in _TICKS:
        parts.append(_text(_x(tick), foot + 18, f"{tick:g}", 12, _MUTED, "middle"))
        parts.append(_line(_x(tick), foot, _x(tick), foot + 5, _MUTED))
    parts.append(_text(_PLOT + _PLOT_WIDE, foot + 36, tr("ms, logarithmic"), 12, _MUTED, "end"))
    for limit, anchor in zip(LIMITS_MS, ("end", "start"), strict=True):
        x = _x(limit)
        parts.append(_line(x, _TOP - 8, x, foot, _BAD, ' stroke-dasharray="4 3"'))
        label = f"{limit:g} ms"
        parts.append(
            _text(x + (6 if anchor == "start" else -4), _TOP - 12, label, 13, _BAD, anchor)
        )
    return parts


def _x(ms: float) -> float:
    """Pixels from the left of a time, logarithmic."""
    share = math.log(ms / EDGES_MS[0]) / math.log(EDGES_MS[-1] / EDGES_MS[0])
    return _PLOT + _PLOT_WIDE * min(max(share, 0.0), 1.0)


def _tone(ms: float) -> str:
    if ms <= LIMITS_MS[0]:
        return _GOOD
    return _WARN if ms <= LIMITS_MS[1] else _BAD


def _ms(value: float) -> str:
    """Three digits that count: 0.287, 1.31, 24.6, 117."""
    return f"{value:.0f}" if value >= 100 else f"{value:#.3g}"


def _text(
    x: float, y: float, words: str, size: int, color: str, anchor: str = "start", bold: bool = False
) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" '
        f'fill="{color}"{weight}>{escape(words)}</text>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, color: str, more: str = "") -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
        f'stroke="{color}" stroke-width="1"{more}/>'
    )
