"""The plot of a kept report: ``python -m viewer.bench.models_plot models.json models.png``.

A small diagram for each model and way of running: from ONNX Runtime on one thread, which is 1, a
bar to the left is faster and to the right slower, on a logarithmic axis; the thin line ends at
p99, and the number is p50. Qt needs no display for it under ``QT_QPA_PLATFORM=offscreen``.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QImage, QPainter, QPen

from .models_tables import micro

PARTS = (("back to back", 1), ("paced at 60 Hz", 1))
UNIT = "ort-1"
SCALE = 2  # pixels of the picture for one of the layout
WIDTH, MARGIN, LABELS, GAP = 1240, 28, 190, 26
ROW, HEAD, FOOT, TOP, BOTTOM = 21, 46, 24, 64, 44
LOWEST, HIGHEST = 0.25, 8.0
TICKS = (0.25, 0.5, 1, 2, 4, 8)
PAPER, INK, FAINT, GRID = "#f7f7f5", "#22262b", "#6d747c", "#dcdedf"
COLORS = {
    "mojo": "#0b8f7f", "max": "#7a4fc0", "numpy": "#8a9097", "ort": "#2f6fc2", "torch": "#d1662a",
}  # fmt: skip

Rows = dict[tuple[str, str, int, str], dict[str, Any]]


def draw(report: dict[str, Any]) -> QImage:
    """The picture of a report as ``models bench`` keeps it."""
    rows: Rows = {
        (row["model"], row["part"], row["batch"], row["contestant"]): row for row in report["rows"]
    }
    shown = [name for name in report["titles"] if any(key[3] == name for key in rows)]
    parts = [part for part in PARTS if any((key[1], key[2]) == part for key in rows)]
    height = TOP + len(parts) * (HEAD + ROW * len(shown) + FOOT) + BOTTOM
    image = QImage(WIDTH * SCALE, height * SCALE, QImage.Format.Format_RGB32)
    image.fill(QColor(PAPER))
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    painter.scale(SCALE, SCALE)
    _write(painter, MARGIN, 18, WIDTH, "One inference, NumPy to NumPy, p50 in µs", 17, INK, True)
    below = f"against {report['titles'].get(UNIT, UNIT)} = 1; the thin line ends at p99"
    _write(painter, MARGIN, 42, WIDTH, below, 11, FAINT)
    y = float(TOP)
    for part in parts:
        _panel(painter, report, rows, shown, part, y)
        y += HEAD + ROW * len(shown) + FOOT
    foot = f"{report['date']}, {report['machine']}; {report['noise']}"
    _write(painter, MARGIN, y + 14, WIDTH - 2 * MARGIN, foot, 9, FAINT)
    painter.end()
    return image


def _panel(
    painter: QPainter,
    report: dict[str, Any],
    rows: Rows,
    shown: list[str],
    part: tuple[str, int],
    top: float,
) -> None:
    """One way of running: a row for each contestant, a diagram for each model."""
    _write(painter, MARGIN, top + 24, LABELS, part[0], 12, INK, True)
    for place, name in enumerate(shown):
        y = top + HEAD + place * ROW
        color = INK if name.startswith("mojo") else FAINT
        _write(painter, MARGIN, y, LABELS, report["titles"][name], 10.5, color)
    subjects = report["subjects"]
    width = (WIDTH - 2 * MARGIN - LABELS) / len(subjects) - GAP
    for column, subject in enumerate(subjects):
        left = MARGIN + LABELS + column * (width + GAP) + GAP / 2
        title = subject["title"] + ("" if subject["trained"] else " (untrained)")
        _write(painter, left, top + 24, width + GAP, title, 10.5, INK, True)
        _grid(painter, left, top + HEAD, width, ROW * len(shown))
        unit = rows.get((subject["name"], *part, UNIT))
        for place, name in enumerate(shown):
            row = rows.get((subject["name"], *part, name))
            if row and unit:
                _bar(painter, left, top + HEAD + place * ROW, width, row, unit["p50"])


def _grid(painter: QPainter, left: float, top: float, width: float, height: float) -> None:
    for tick in TICKS:
        x = left + _place(tick) * width
        painter.setPen(QPen(QColor(FAINT if tick == 1 else GRID), 1))
        painter.drawLine(QLineF(x, top - 4, x, top + height))
        label = f"{tick:g}" if tick >= 1 else f"1/{1 / tick:g}"
        _write(painter, x - 20, top + height, 40, label, 8.5, FAINT, center=True)


def _bar(
    painter: QPainter, left: float, y: float, width: float, row: dict[str, Any], unit: float
) -> None:
    color = QColor(COLORS[row["contestant"].partition("-")[0]])
    one, middle = left + _place(1) * width, left + _place(row["p50"] / unit) * width
    end = left + _place(row["p99"] / unit) * width
    center = y + ROW / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRect(QRectF(QPointF(min(one, middle), y + 5), QPointF(max(one, middle), y + 16)))
    painter.setPen(QPen(color, 1.2))
    painter.drawLine(QLineF(middle, center, end, center))
    painter.drawLine(QLineF(middle, y + 3.5, middle, y + 17.5))
    painter.drawLine(QLineF(end, center - 3, end, center + 3))
    text = micro(row["p50"])
    x = max(one, middle, end) + 4
    if x + 6 * len(text) > left + width + GAP - 4:
        x = min(one, middle) - 5 - 6 * len(text)
    painter.fillRect(QRectF(x - 1, y + 4, 6 * len(text) + 2, 13), QColor(PAPER))
    _write(painter, x, y, 60, text, 9.5, INK)


def _place(ratio: float) -> float:
    """Share of the axis, logarithmic, its ends included."""
    inside = min(max(ratio, LOWEST), HIGHEST)
    return math.log(inside / LOWEST) / math.log(HIGHEST / LOWEST)


def _write(
    painter: QPainter,
    x: float,
    y: float,
    width: float,
    text: str,
    size: float,
    color: str,
    bold: bool = False,
    center: bool = False,
) -> None:
    """``text`` in a line of ROW from ``y`` on, cut at ``width``."""
    font = QFont("DejaVu Sans")
    font.setPixelSize(round(size))
    font.setBold(bold)
    painter.setFont(font)
    painter.setPen(QColor(color))
    side = Qt.AlignmentFlag.AlignHCenter if center else Qt.AlignmentFlag.AlignLeft
    cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(width))
    painter.drawText(QRectF(x, y, width, ROW), side | Qt.AlignmentFlag.AlignVCenter, cut)


def main() -> int:
    """``models_plot.py REPORT.json OUT.png``: the exit code."""
    source, target = map(Path, sys.argv[1:3])
    application = QGuiApplication(sys.argv[:1])
    saved = draw(json.loads(source.read_text(encoding="utf-8"))).save(str(target))
    application.quit()
    return 0 if saved else 1


if __name__ == "__main__":
    sys.exit(main())
