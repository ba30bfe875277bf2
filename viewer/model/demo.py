"""The demo clips that come with the project."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "assets"


@dataclass(frozen=True)
class DemoClip:
    """A clip that ships: its file, its name, its style's name or "", and its length."""

    path: Path
    title: str
    style: str
    seconds: float


def demo_clips(assets: Path = ASSETS) -> tuple[DemoClip, ...]:
    """The clips that ``clips/clips.json`` lists, in its order; none if it is not there."""
    index = assets / "clips" / "clips.json"
    if not index.is_file():
        return ()
    return tuple(
        DemoClip(
            index.parent / row["file"], row["title"], row.get("style", ""), float(row["seconds"])
        )
        for row in json.loads(index.read_text("utf-8"))
    )
