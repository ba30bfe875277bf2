"""Which series, labels and values expressions of PromQL name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

WORDS = {"and", "or", "unless", "on", "ignoring", "offset", "by", "without", "bool", "group_left"}
_SELECTED = re.compile(r"([a-zA-Z_:][\w:]*)\s*\{([^}]*)\}")
_MATCHER = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"')
_GROUPED = re.compile(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)")
_NAME = re.compile(r"(?<![\w$:.])[a-zA-Z_:][\w:]*")


class Named(NamedTuple):
    """series: by their names. matched: the labels of each, and what they are compared with."""

    series: set[str]
    matched: set[tuple[str, str, str]]
    grouped: set[str]


def named(expression: str) -> Named:
    """What ``expression`` names."""
    matched = {
        (name, label, value)
        for name, inside in _SELECTED.findall(expression)
        for label, value in _MATCHER.findall(inside)
    }
    grouped = {
        label.strip()
        for inside in _GROUPED.findall(expression)
        for label in inside.split(",")
        if label.strip()
    }
    bare = _GROUPED.sub(" ", re.sub(r"\{[^}]*\}|\[[^]]*\]", " ", expression))
    series = {
        match[0]
        for match in _NAME.finditer(bare)
        if match[0] not in WORDS and not bare[match.end() :].lstrip().startswith("(")
    }
    return Named(series, matched, grouped)


def told(page: str) -> dict[str, dict[str, set[str]]]:
    """The series of a page in Prometheus' text format: of each its labels and their values."""
    found: dict[str, dict[str, set[str]]] = {}
    for name, inside in _samples(page):
        labels = found.setdefault(name, {})
        for label, value in _MATCHER.findall(inside):
            labels.setdefault(label, set()).add(value)
    return found


def _samples(page: str) -> Iterator[tuple[str, str]]:
    for line in page.splitlines():
        sample = re.match(r"([a-zA-Z_:][\w:]*)(?:\{(.*)\})? \S+", line)
        if sample and not line.startswith("#"):
            yield sample[1], sample[2] or ""
