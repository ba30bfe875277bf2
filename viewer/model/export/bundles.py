"""A session as a bundle; no Qt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from viewer.model.bundle.opening import is_session
from viewer.model.bundle.writing import write_bundle
from viewer.model.notice import Refused
from viewer.model.shipped import Track, untracked

from .order import BUNDLE, Order
from .staged import opened


def write_order(order: Order, track: Track = untracked) -> dict[str, Any]:
    """Writes the bundle that ``order`` asks for; what is in it. Raises Refused and CannotWrite."""
    if not is_session(order.file):
        raise Refused(f"{order.file}: a bundle is made of a session, a .stride file.")
    if order.kind != BUNDLE:
        raise Refused(f"{order.output}: a bundle is a .zip file.")
    session, log = opened(order.file, "stage"), Path(order.log) if order.log else None
    return write_bundle(session, Path(order.output), dict(order.observed), log, track)
