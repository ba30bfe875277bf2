"""Where one looks from, in a session: from JSON; no Qt."""

from __future__ import annotations

import numpy as np

from render.camera import MAX_DISTANCE, MAX_ELEVATION, MIN_DISTANCE, OrbitCamera

from .session_fields import Fields

_FAR_M = 1e6


def read_camera(fields: Fields | None) -> OrbitCamera | None:
    """The camera of these members; None where there are none."""
    if fields is None:
        return None
    plain = OrbitCamera()
    x, y, z = fields.numbers("target", 3, _FAR_M) or plain.target
    orthographic = fields.flag("orthographic", False)
    highest = float(np.pi / 2) if orthographic else MAX_ELEVATION
    return OrbitCamera(
        target=(x, y, z),
        azimuth=fields.number("azimuth", -100, 100, plain.azimuth),
        elevation=fields.number("elevation", -highest, highest, plain.elevation),
        distance=fields.number("distance", MIN_DISTANCE, MAX_DISTANCE, plain.distance),
        orthographic=orthographic,
    )
