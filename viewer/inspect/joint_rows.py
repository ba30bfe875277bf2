"""The curves of joints as rows of plots; no Qt."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from viewer.model.document import COLOURS, ShownJoint
from viewer.model.joints import JointCurves
from viewer.model.language import tr
from viewer.ui.row_plots import Drawn
from viewer.ui.rows import Color, Line, Row

Shown = Sequence[tuple[ShownJoint, JointCurves]]
_ROOM, _LEAST = 0.06, 0.02


def joint_rows(shown: Shown, frame_time: float) -> Drawn:
    """Height, speed, the place on the ground and, of several, how far from the first they are."""
    if not shown:
        return Drawn()
    values = {
        "height": (tr("height m"), "m", [each.positions[:, 1] for _, each in shown]),
        "speed": (tr("speed m/s"), "m/s", [each.speeds for _, each in shown]),
        "x": ("x m", "m", [each.positions[:, 0] for _, each in shown]),
        "z": ("z m", "m", [each.positions[:, 2] for _, each in shown]),
    }
    colors = [_color(joint) for joint, _ in shown]
    rows = [_row(name, *about, colors) for name, about in values.items()]
    (first, from_), *others = shown
    if others:
        apart = [from_.apart(each) for _, each in others]
        rows.append(_row("distance", tr("from {name} m", name=first.name), "m", apart, colors[1:]))
    return Drawn(tuple(rows), len(shown[0][1].speeds), frame_time)


def _row(
    name: str, title: str, unit: str, lines: Sequence[np.ndarray], colors: Sequence[Color]
) -> Row:
    low = float(min(np.nanmin(line) for line in lines))
    high = float(max(np.nanmax(line) for line in lines))
    room = max(_ROOM * (high - low), _LEAST)
    drawn = tuple(Line(line, color) for line, color in zip(lines, colors, strict=True))
    return Row(name, title, unit, low - room, high + room, drawn)


def _color(joint: ShownJoint) -> Color:
    return "series", COLOURS.index(joint.colour)
