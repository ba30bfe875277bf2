"""An SVG as pixels, on whatever thread and without a window."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

DOTS_PER_POINT = 3
"""288 dots an inch, as print asks for."""
_PER_METRE = round(DOTS_PER_POINT * 96 / 0.0254)


def raster(svg: bytes, dots: int = DOTS_PER_POINT) -> QImage:
    """``svg`` drawn, ``dots`` pixels for each of its points; an application must be there."""
    renderer = QSvgRenderer(QByteArray(svg))
    image = QImage(renderer.defaultSize() * dots, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter)
    painter.end()
    image.setDotsPerMeterX(_PER_METRE)
    image.setDotsPerMeterY(_PER_METRE)
    return image


def to_png(svg: bytes) -> bytes:
    """``svg`` as a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    raster(svg).save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def headless_png(svg: bytes) -> bytes:
    """The same where no window is: text needs an application, which needs no display."""
    running = QGuiApplication.instance() or QGuiApplication(["plot", "-platform", "offscreen"])
    png = to_png(svg)
    del running
    return png
