"""A library of copies of motion capture and of damaged files: clips a second, and how it scales."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kernels.host import cores
from viewer.model.demo import ROOT, demo_clips

from .measurement import Measurement

CLIPS, DAMAGED = 1164, 200
MOCAP = ROOT.parent / "shared" / "mocap"
ROUNDS = 2
EFFICIENCY = 0.85


def measure_library() -> Iterator[Measurement]:
    """Runs by one process and by one a core, in turns; the faster of each counts.

    Efficiency is the time of one process by the time of N processes times N, starts and all.
    Raises RuntimeError where a run fails or another hash comes out.
    """
    many = max(cores(), 2)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_copies(folder / "mocap", CLIPS)
        write_damaged(folder / "mocap", DAMAGED)
        runs: dict[int, list[dict[str, Any]]] = {1: [], many: []}
        for turn in range(ROUNDS):
            for workers in runs:
                library = folder / f"{workers}-{turn}"
                runs[workers].append(_analyzed(folder / "mocap", library, workers))
        windows = sorted((folder / f"{many}-0" / "windows").glob("*.parquet"))
        sizes = [path.stat().st_size / 1e6 for path in windows]
    if len({run["hash"] for found in runs.values() for run in found}) != 1:
        raise RuntimeError("the runs made libraries with different hashes.")
    one, all_of_them = (min(found, key=lambda run: run["seconds"]) for found in runs.values())
    alone, together = one["seconds"], all_of_them["seconds"]
    what = f"{CLIPS:,} clips and {DAMAGED} damaged files"
    yield Measurement(f"library of {what}, 1 process", one["clips_per_second"], "clips/s")
    told = f"{all_of_them['windows'] / together:,.0f} windows/s"
    name = f"library of {what}, {many} processes"
    yield Measurement(name, all_of_them["clips_per_second"], "clips/s", rival=told)
    efficiency = alone / (many * together)
    yield Measurement(f"scaling efficiency, {many} processes", efficiency, "", EFFICIENCY, True)
    for stage, rate in one["clips_per_second_and_worker"].items():
        yield Measurement(f"… {stage}", rate, "clips/s")
    yield Measurement("shards, the smallest", min(sizes), "MB", rival=f"of {len(sizes)}")
    yield Measurement("shards, the largest", max(sizes), "MB", 128.0)


def write_copies(folder: Path, count: int) -> None:
    """``count`` clips in seven sub-folders, of the motion capture beside the repository if it is
    there, else of the demo clips; no two are the same to the byte."""
    sources = sorted(MOCAP.rglob("*.bvh")) or [clip.path for clip in demo_clips()]
    for number in range(count):
        path = folder / f"day{number % 7}" / f"{number:05d}.bvh"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sources[number % len(sources)].read_bytes() + b"\n" * (number + 1))


def write_damaged(folder: Path, count: int) -> None:
    """``count`` files in ``bad``: cut short, random, with wrong counts and words, empty."""
    draw = random.Random(0)
    sources = sorted(folder.rglob("*.bvh"))
    damages = (
        lambda data: data[: draw.randrange(len(data) // 2)],
        lambda data: draw.randbytes(4000),
        lambda data: data.replace(b"CHANNELS 3", b"CHANNELS 4"),
        lambda data: data.replace(b"MOTION", b"MOTLEY"),
        lambda data: data[: len(data) // 3].replace(b"Frames:", b"Frames: 9"),
        lambda data: b"",
    )
    (folder / "bad").mkdir(parents=True, exist_ok=True)
    for number in range(count):
        damage = damages[number % len(damages)]
        data = draw.choice(sources).read_bytes()
        (folder / "bad" / f"{number:05d}.bvh").write_bytes(damage(data))


def _analyzed(tree: Path, library: Path, workers: int) -> dict[str, Any]:
    """What a run in a process of its own says."""
    command = [sys.executable, str(ROOT / "main.py"), "library", "analyze", str(tree)]
    command += ["-o", str(library), "--workers", str(workers), "--json"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().rpartition("\n")[2])
    told: dict[str, Any] = json.loads(done.stdout)
    return told
