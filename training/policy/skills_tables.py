"""What was measured of the skills that ship: kept as JSON, tables of docs/explanation/drive.md."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from motion.files import whole_file

from .pushes_report import ALONE, DRIVEN, WAYS
from .skills_report import MEASURES

BEGIN, END = "<!-- skills:begin -->", "<!-- skills:end -->"
PUBLISHED_WALK = {"forward": 1.0, "left": 0.38, "back": 0.16, "right": 0.72}
"""The published walk, same body and push, measured in this simulation."""
DEEPMIMIC = {"walk": (240, 300), "run": (720, 300), "spinkick": (690, 600)}
"""Newtons for 0.2 s, forward and to the side: the table of DeepMimic (Peng et al. 2018)."""


def kept(assets: Path) -> dict[str, Any]:
    """What is kept in the folder ``assets``, by what was measured. Raises ValueError."""
    path = assets / "bench" / "skills.json"
    if not path.is_file():
        return {}
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:
        raise ValueError(f"{path} is no JSON object ({error}); remove it.") from error


def keep(assets: Path, told: dict[str, Any]) -> None:
    """Puts ``told`` in place of what was kept of the same measure."""
    rest = {name: value for name, value in told.items() if name != "what"}
    text = json.dumps(kept(assets) | {told["what"]: rest}, indent=1)
    path = assets / "bench" / "skills.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as file:
        file.write_text(text + "\n", encoding="utf-8")


def rewrite(assets: Path, page: Path) -> None:
    """Puts the tables of what is kept between the marks of ``page``. Raises ValueError."""
    before, first, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, last, after = rest.partition(END)
    if not (first and last):
        raise ValueError(f"{page} has no block between {BEGIN} and {END}.")
    with whole_file(page) as file:
        file.write_text(f"{before}{block(kept(assets))}{after}", encoding="utf-8")


def block(kept: dict[str, Any]) -> str:
    """The marks and what stands between them, as Markdown."""
    parts = [BEGIN]
    for what, measure in MEASURES.items():
        if what in kept:
            told = kept[what]
            parts += [f"**{_TITLES[what]}**: {measure.means}. Seed {told['seed']}."]
            parts += ["\n".join(_SHOWN[what](told))]
    return "\n\n".join([*parts, END])


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [header, ["---"] * len(header), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def _steering(told: dict[str, Any]) -> list[str]:
    rows = [
        (name, asked, f"{row['heading']:.1f}°", f"{row['speed']:.0f} %", f"{row['fallen']:.0%}")
        for name, table in _skills(told)
        for asked, row in table.items()
    ]
    return _table(("gait", "asked", "heading", "speed", "falls"), rows)


def _goto(told: dict[str, Any]) -> list[str]:
    row = (
        str(told["targets"]), f"{told['reached']:.0%}", f"{told['left_m']['median']:.2f} m",
        f"{told['left_m']['most']:.2f} m", _seconds(told["seconds"]["median"]),
    )  # fmt: skip
    header = ("points", "reached", "left, median", "left, most", "took, median")
    return _table(header, [row])


def _changes(told: dict[str, Any]) -> list[str]:
    waited = told["waited_s"]
    names = sorted({name for pair in told["pairs"] for name in pair.split(" > ")})
    rows = [
        [f"from {first}", *(told["pairs"].get(f"{first} > {second}", "") for second in names)]
        for first in names
    ]
    whole = (
        f"{told['survived']:.1%} of {told['changes']}, after {waited['mean']:.1f} s in the mean "
        f"and {waited['most']:.1f} s at most:"
    )
    return [whole, "", *_table(["", *(f"to {name}" for name in names)], rows)]


def _getup(told: dict[str, Any]) -> list[str]:
    row = (
        str(told["falls"]), f"{told['stands_within_6_s']:.0%}",
        f"{told['stands_within_12_s']:.0%}", _seconds(told["median_s"]),
    )  # fmt: skip
    return _table(("falls", "stands within 6 s", "within 12 s", "median"), [row])


def _script(told: dict[str, Any]) -> list[str]:
    row = (
        f"{told['seconds'] / 60:.1f}", str(told["falls"]), str(told["recoveries"]),
        _seconds(told["recovery_s"]), _seconds(told["longest_wait_s"]),
        f"{told['real_time_factor_of_cpu_time']:.1f} x",
    )  # fmt: skip
    header = ("minutes", "falls", "got up", "in the mean after", "longest wait", "real time")
    return _table(header, [row])


def _pushes(told: dict[str, Any]) -> list[str]:
    ways = list(PUBLISHED_WALK)
    rows = [
        [f"{name}, {who}", *(f"{shares[who][way]:.2f}" for way in [*ways, "mean"])]
        for name, shares in _skills(told)
        for who in (ALONE, DRIVEN)
    ]
    mean = sum(PUBLISHED_WALK.values()) / len(ways)
    published = [f"{share:.2f}" for share in [*PUBLISHED_WALK.values(), mean]]
    return _table(["", *ways, "mean"], [*rows, ["the published walk, alone", *published]])


def _largest(told: dict[str, Any]) -> list[str]:
    rows = []
    for name, found in _skills(told):
        theirs = DEEPMIMIC.get(name, ("", ""))
        cells = [f"{found[way][at]:.0f}" for way in WAYS for at in ("one_phase", "all_phases")]
        cells[2:2], cells[5:] = [str(theirs[0])], [str(theirs[1])]
        rows.append([name, *cells])
    header = [
        column
        for way in WAYS
        for column in (f"{way}, best phase", f"{way}, all phases", f"{way}, DeepMimic")
    ]
    return _table(["", *header], rows)


def _skills(told: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(name, value) for name, value in told.items() if isinstance(value, dict)]


def _seconds(value: float | None) -> str:
    return "none" if value is None else f"{value:.1f} s"


_TITLES = {
    "steering": "Steering",
    "goto": "Points to go to",
    "changes": "Changes",
    "getup": "Getting up",
    "script": "A script of random wishes",
    "pushes": "Pushes",
    "largest": "The largest pushes, newtons",
}
_SHOWN: dict[str, Callable[[dict[str, Any]], list[str]]] = {
    "steering": _steering,
    "goto": _goto,
    "changes": _changes,
    "getup": _getup,
    "script": _script,
    "pushes": _pushes,
    "largest": _largest,
}
