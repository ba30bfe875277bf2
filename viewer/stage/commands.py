"""What can be shown on the stage, and where it can be looked at from: name, words, tip, keys."""

from __future__ import annotations

from viewer.model.language import mark, tr

TOGGLES = (
    ("contacts", tr("Contacts"), tr("Mark the ground under feet that carry the body"), "Shift+C"),
    ("trails", tr("Trails"), tr("Draw where hands, feet and head have been"), "Shift+T"),
    ("ghosts", tr("Ghosts"), tr("Show poses before and after this one"), "Shift+O"),
    (
        "company",
        tr("Company"),
        tr("Let the other open clips stand around it, up to 16 figures"),
        "Shift+N",
    ),
    ("grid", tr("Grid"), tr("Draw the grid on the ground"), "Shift+G"),
    ("shadow", tr("Shadow"), tr("Let the figure cast a shadow"), "Shift+S"),
)
TOGGLE_NAMES = tuple(name for name, *_ in TOGGLES)
VIEWS = (
    (mark("front"), tr("Front view"), "1"),
    (mark("side"), tr("Side view"), "3"),
    (mark("top"), tr("Top view"), "7"),
)
