"""A plot as a picture file, without a window."""

from __future__ import annotations

from pathlib import Path

from viewer.model.notice import Refused
from viewer.model.plot import Plot
from viewer.model.plot_files import KINDS, Written, write_plot


def refuse_others(path: str | None, command: str) -> None:
    """Refused unless ``path`` is of a kind that plots are written as."""
    if path and Path(path).suffix.lower() not in KINDS:
        raise Refused(f"{path}: --picture of {command} writes {' or '.join(KINDS)}.")


def write_picture(plot: Plot, path: Path) -> Written:
    """Writes ``plot`` with its numbers as CSV beside it. Raises Refused and CannotWrite."""
    return write_plot(plot, path, png_of, arrays=False)


def png_of(svg: bytes) -> bytes:
    """An SVG as a PNG. Raises Refused where Qt cannot be loaded."""
    try:
        from viewer.ui.plot_raster import headless_png  # loads Qt, which only pixels need
    except ImportError as error:
        raise Refused(f"A PNG needs Qt, which cannot be loaded ({error}): name an .svg.") from error
    return headless_png(svg)
