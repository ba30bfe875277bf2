"""Which Stridescope this is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed


def version() -> str:
    """The version by the tag that it was installed from; "unknown" where it never was."""
    try:
        return installed("stridescope")
    except PackageNotFoundError:
        return "unknown"
