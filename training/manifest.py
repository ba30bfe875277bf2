"""assets/models/manifest.json: what each shipped file is, where it comes from, how good it is."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from motion.files import whole_file

from .data import HELD_OUT, Corpus

DATA_SETS: tuple[dict[str, str], ...] = (
    {
        "folder": "100style",
        "name": "The 100STYLE Dataset",
        "credit": "The 100STYLE Dataset - Ian Mason (Mason, Starke, Komura 2022), "
        "DOI 10.1145/3522618, https://zenodo.org/records/8127870",
        "licence": "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
        "changes": "trimmed, retargeted to 22 joints, resampled to 30 fps",
    },
    {
        "folder": "accad, more/accad_female1",
        "name": "Open Motion Project",
        "credit": "Open Motion Project by ACCAD/The Ohio State University is licensed under a "
        "Creative Commons Attribution 3.0 Unported License, "
        "https://accad.osu.edu/research/motion-lab/mocap-system-and-data",
        "licence": "CC BY 3.0, https://creativecommons.org/licenses/by/3.0/",
        "changes": "numbers rounded to 4 decimals, retargeted to 22 joints; that the clips of a "
        "second performer (Female1) are of this project follows from file and joint names",
    },
    {
        "folder": "cmu31, cmu43, cmu_cc, cmu_exp, more/cmu_asf",
        "name": "CMU Graphics Lab Motion Capture Database",
        "credit": "The data used in this project was obtained from mocap.cs.cmu.edu. "
        "The database was created with funding from NSF EIA-0196217.",
        "licence": "free for all uses; the data itself may not be resold, even converted "
        "(http://mocap.cs.cmu.edu)",
        "changes": "retargeted to 22 joints, resampled to 30 fps",
    },
    {
        "folder": "more/fair_animated_drawings",
        "name": "Animated Drawings",
        "credit": "Meta Platforms, https://github.com/facebookresearch/AnimatedDrawings",
        "licence": "MIT, Copyright (c) Meta Platforms, Inc. and affiliates",
        "changes": "retargeted to 22 joints, resampled to 30 fps",
    },
)
"""Every data set the shipped weights were trained on, with the words it asks for."""

WEIGHTS_LICENCE = "MIT"
_SOURCES = ("training", "motion", "character")


def update_manifest(models: Path, name: str, entry: dict[str, Any]) -> None:
    """Put ``entry`` for the model ``name`` into manifest.json, and credit its data.

    entry: needs "file", a path inside ``models``; its sha256 and size are added,
    as are licence, date and, unless it names its "data", the captures. Other models' entries are
    kept.
    """
    path = models / "manifest.json"
    whole = json.loads(path.read_text()) if path.is_file() else {"models": {}}
    content = (models / entry["file"]).read_bytes()
    whole["models"][name] = {
        "file": entry["file"],
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        **entry,
        "licence": WEIGHTS_LICENCE,
        "data": entry.get("data", list(DATA_SETS)),
        "date": date.today().isoformat(),
        "commit": _commit(),
    }
    whole["models"] = dict(sorted(whole["models"].items()))
    with whole_file(path) as part:
        part.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n")
    _write_credits(models / "CREDITS.md", whole["models"].values())


def made_by(file: Path) -> dict[str, str]:
    """Which very ``file`` this is, and the command that made it, if a manifest beside it tells."""
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    path = file.with_name("manifest.json")
    entries = json.loads(path.read_text())["models"].values() if path.is_file() else ()
    commands = [e["command"] for e in entries if e["sha256"] == digest and "command" in e]
    return {"file": file.name, "sha256": digest, "command": " ".join(commands) or "not told"}


def _write_credits(path: Path, entries: Iterable[dict[str, Any]]) -> None:
    """Whose motions the weights of ``entries`` learned from."""
    sources = {source["name"]: source for entry in entries for source in entry["data"]}
    lines = [
        "# Credits",
        "",
        "The weights in this folder were trained by this repository's own code (`training/`) and",
        "are under the repository's MIT licence. They learned from these motions, none of which",
        "is part of this repository:",
        "",
    ]
    for source in sources.values():
        lines += [
            f"- **{source['name']}**. {source['credit']}",
            f"  Terms: {source['licence']}. Changes: {source['changes']}.",
        ]
    with whole_file(path) as part:
        part.write_text("\n".join(lines) + "\n")


def describe_split(corpus: Corpus) -> dict[str, Any]:
    """Which clips were held out, for the manifest."""
    held_out = sorted(clip.name for clip in corpus.of(HELD_OUT))
    return {
        "by": "clip",
        "training_clips": len(corpus.clips) - len(held_out),
        "held_out_clips": len(held_out),
        "held_out": held_out,
        "sha256": corpus.split_hash(),
    }


def _commit() -> str:
    """The commit the code is at, "-dirty" after it when what trains the models has changed."""
    root = Path(__file__).parent.parent
    command = ["git", "-C", str(root), "describe", "--always", "--abbrev=40"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
        status = ["git", "-C", str(root), "status", "--porcelain", "--", *_SOURCES]
        changed = subprocess.run(status, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return answer.stdout.strip() + ("-dirty" if changed.stdout.strip() else "")
