"""What this program is, in the versions at hand."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from viewer.model.language import tr
from viewer.model.version import version as own_version

PACKAGES = ("PySide6-Essentials", "numpy", "PyOpenGL", "pyqtgraph", "onnx", "max")


def about_text(gl_name: str) -> str:
    """Rich text for the About box."""
    lines = [f"Python {platform.python_version()}", *map(_line, PACKAGES)]
    if gl_name:
        lines.append(tr("OpenGL on {gl_name}", gl_name=gl_name))
    what = tr(
        "Watch motion models think: clips, phase curves and style latents in one window, live."
    )
    name, licence = f"Stridescope {own_version()}", tr("MIT licence.")
    return f"<h3>{name}</h3><p>{what}</p><p>{'<br>'.join(lines)}</p><p>{licence}</p>"


def _line(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return tr("{package}: not installed", package=package)
