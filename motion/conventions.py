"""What motion files may count in and call up; loads without NumPy, for menus and the command line.

Inside the program there are metres and Y up only.
"""

from __future__ import annotations

UNITS = {"m": 1.0, "dm": 0.1, "cm": 0.01, "inch": 0.0254, "acclaim": 2.54 / 45}
"""Metres per unit; Acclaim files of the CMU library count in 1/0.45 inch, MakeHuman in dm."""

UNIT_NAMES = {
    "m": "metres",
    "dm": "decimetres",
    "cm": "centimetres",
    "inch": "inches",
    "acclaim": "Acclaim units",
}
UNIT_CHOICES = ("auto", *UNITS)
"""How a file may be asked to be read; "auto" judges by the figure's size."""

UP_AXIS_CHOICES = ("auto", "Y", "Z")
