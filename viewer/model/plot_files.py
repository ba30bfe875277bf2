"""A plot as files: its picture, its numbers beside it, and a program that draws it again."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from motion.files import whole_file
from motion.npz import NpzError, read_npz

from .language import tr
from .notice import Refused
from .plot import SCHEMA, Curve, HeatMap, Panel, Plot
from .plot_svg import TONES, heat_stops, scale_of, to_svg

KINDS = (".png", ".svg")
Rasterise = Callable[[bytes], bytes]
"""The PNG of an SVG."""
_INCH = 96


@dataclass(frozen=True)
class Written:
    """picture: the file that was named. data: those beside it."""

    picture: Path
    data: tuple[Path, ...]

    def __str__(self) -> str:
        return tr(
            "{picture} and, with its numbers, {names}",
            picture=self.picture,
            names=", ".join(p.name for p in self.data),
        )


@dataclass(frozen=True, eq=False)
class _Table:
    """Rows of a CSV. own: how its first line begins, by which such a table is known again."""

    path: Path
    header: list[str]
    rows: Callable[[], Iterable[list[str]]]
    own: str


def write_plot(plot: Plot, picture: Path, png: Rasterise, arrays: bool = True) -> Written:
    """Write ``picture``, SVG or PNG, its numbers as CSV beside it and, with ``arrays``, as NPZ.

    A plot with a map and curves has a CSV of each. Each file is whole or not at all, and what
    else is called so is left alone. Raises Refused and CannotWrite.
    """
    kind = picture.suffix.lower()
    if kind not in KINDS:
        raise Refused(f"{picture}: a plot is written as .png or .svg.")
    tables, npz = _tables(plot, picture), picture.with_suffix(".npz")
    for table in tables:
        _leave_others(table.path, picture, _begins(table.path, table.own))
    if arrays:
        _leave_others(npz, picture, _is_plot(npz))
    for table in tables:
        _write_table(table)
    if arrays:
        plot.save_arrays(npz)
    svg = to_svg(plot).encode()
    content = svg if kind == ".svg" else png(svg)
    with whole_file(picture) as part:
        part.write_bytes(content)
    return Written(picture, (*(table.path for table in tables), *([npz] if arrays else [])))


def write_numbers(plot: Plot, path: Path) -> str:
    """Write the numbers of ``plot`` alone as CSV, a map in one of its own; the files' names.

    Raises CannotWrite.
    """
    tables = _tables(plot, path)
    for table in tables:
        _write_table(table)
    return ", ".join(str(table.path) for table in tables)


def _leave_others(path: Path, picture: Path, ours: bool) -> None:
    if path.exists() and not ours:
        raise Refused(
            f"{path} is there already and is no plot's: give {picture.name} another name."
        )


def _begins(path: Path, own: str) -> bool:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read(len(own)) == own
    except (OSError, UnicodeDecodeError):
        return False


def _is_plot(path: Path) -> bool:
    try:
        return str(read_npz(path, ["schema"]).get("schema", "")) == SCHEMA
    except (NpzError, OSError):
        return False


def _tables(plot: Plot, picture: Path) -> list[_Table]:
    """The curves in one table, each map in one of its own."""
    columns: dict[str, np.ndarray] = {}
    for panel in plot.panels:
        for curve in panel.curves:
            columns |= {curve.at_key: curve.at, curve.key: curve.values}
        columns |= {mark.key: mark.at for mark in panel.marks}
    maps = [panel.heat for panel in plot.panels if panel.heat]
    path = picture.with_suffix(".csv")
    found = [_curve_table(path, columns)] if columns else []
    alone = len(maps) == 1 and not columns
    for heat in maps:
        place = path if alone else path.with_name(f"{path.stem} {heat.key}.csv")
        found.append(_map_table(place, heat))
    return found


def _curve_table(path: Path, columns: dict[str, np.ndarray]) -> _Table:
    longest = max(map(len, columns.values()))

    def rows() -> Iterable[list[str]]:
        cells = [[*map(_number, values), *[""] * (longest - len(values))]
                 for values in columns.values()]  # fmt: skip
        return map(list, zip(*cells, strict=True))

    return _Table(path, [*columns], rows, ",".join(columns))


def _map_table(path: Path, heat: HeatMap) -> _Table:
    corner = f"{heat.row_key} / {heat.column_key}"

    def rows() -> Iterable[list[str]]:
        for number, values in enumerate(heat.values):
            name = heat.names[number] if heat.names else _number(heat.rows[number])
            yield [name, *map(_number, values)]

    return _Table(path, [corner, *map(_number, heat.columns)], rows, corner)


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.7g}"


def _write_table(table: _Table) -> None:
    with whole_file(table.path) as part, part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(table.header)
        writer.writerows(table.rows())


def numpy_program(plot: Plot, npz: Path) -> str:
    """Python that loads the arrays of ``plot`` from ``npz`` and draws it by Matplotlib."""
    count = len(plot.panels)
    height = 2.0 + 1.5 * count if count > 1 else 4.4
    wide = 5.2 if plot.panels[0].equal else 7.0
    lines = [
        "import matplotlib.pyplot as plt",
        "import numpy as np",
        *_heat_import(plot),
        "",
        f"data = np.load({str(npz)!r})",
        f"figure, axes = plt.subplots({count}, 1, figsize=({wide}, {height}), sharex=True,",
        "                            squeeze=False, layout=\"constrained\")",
        f"figure.suptitle({plot.title!r})",
    ]  # fmt: skip
    for number, panel in enumerate(plot.panels):
        lines += ["", f"ax = axes[{number}, 0]", *_panel_lines(panel, number == count - 1)]
    return "\n".join([*lines, "", "plt.show()", ""])


def _heat_import(plot: Plot) -> list[str]:
    if not any(panel.heat for panel in plot.panels):
        return []
    return ["from matplotlib.colors import LinearSegmentedColormap"]


def _panel_lines(panel: Panel, last: bool) -> list[str]:
    lines = _heat_lines(panel.heat) if panel.heat else []
    for curve in panel.curves:
        lines += _curve_lines(curve)
    for mark in panel.marks:
        how = f'color="{_tone(mark.tone)}", ls="--", lw=0.8'
        lines += [f"for at in data[{mark.key!r}]:", f"    ax.axvline(at, {how})"]
        lines += [f"ax.plot([], [], {how}, label={mark.words!r})"] if mark.words else []
    lines.append(f"ax.set_ylabel({panel.up.title!r})")
    if last:
        lines.append(f"ax.set_xlabel({panel.across.title!r})")
    if panel.equal:
        lines.append('ax.set_aspect("equal", adjustable="datalim")')
    for name, axis in (("xlim", panel.across), ("ylim", panel.up)):
        if axis.shown and not panel.heat:
            lines.append(f"ax.set_{name}({axis.shown[0]:.6g}, {axis.shown[1]:.6g})")
    if not panel.heat:
        lines.append("ax.grid(alpha=0.3)")
    if panel.named:
        lines.append('ax.legend(loc="upper right", fontsize="small")')
    return lines


def _curve_lines(curve: Curve) -> list[str]:
    how = ('"o", ms=3' if curve.dots else '"-", lw=1.2') + f', color="{_tone(curve.tone)}"'
    how += f", label={curve.words!r}" if curve.words else ""
    if not curve.wraps:
        return [f"ax.plot(data[{curve.at_key!r}], data[{curve.key!r}], {how})"]
    return [
        f"at, turns = data[{curve.at_key!r}], data[{curve.key!r}]",
        "again = np.flatnonzero(np.abs(np.diff(turns)) >= 0.5) + 1",
        f"ax.plot(np.insert(at, again, np.nan), np.insert(turns, again, np.nan), {how})",
    ]


def _heat_lines(heat: HeatMap) -> list[str]:
    low, high = scale_of(heat.scale, heat.values)
    rows, columns = f"data[{heat.row_key!r}]", f"data[{heat.column_key!r}]"
    colors = ", ".join(f'"{stop}"' for stop in heat_stops(9))
    lines = [
        f'colors = LinearSegmentedColormap.from_list("heat", [{colors}])',
        f"mesh = ax.pcolormesh({columns}, {rows}, data[{heat.key!r}], shading=\"nearest\",",
        f"                     cmap=colors, vmin={low:.6g}, vmax={high:.6g})",
        "ax.invert_yaxis()",
        f"figure.colorbar(mesh, ax=ax, label={heat.scale.title!r})",
    ]  # fmt: skip
    if heat.names:
        name = f"data[{heat.key + '_names'!r}]"
        lines += [
            f"names = {name}",
            "first = [n for n in range(len(names)) if n == 0 or names[n] != names[n - 1]]",
            f'ax.set_yticks({rows}[first], names[first], fontsize="x-small")',
        ]
    return lines


def _tone(tone: int) -> str:
    return TONES[tone % len(TONES)]
