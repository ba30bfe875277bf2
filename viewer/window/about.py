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
    return (
        f"<h3>Stridescope {own_version()}</h3><p>Watch motion models think: clips, phase curves "
        f"and style latents in one window, live.</p><p>{'<br>'.join(lines)}</p><p>MIT licence.</p>"
    )


def _line(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"{package}: not installed"
