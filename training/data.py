"""The training corpus: capture clips on the canonical body, split by clip.

Styles are the manifest's, merged where two labels name one manner of moving
(``_MERGED``). A clip is wholly in training or wholly held out, and clips that
show the same take (two rigs, two dancers of one pair, near repeats) go together.
A style of which there is one long take alone is cut in time: its middle is held out.
"""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

import motion
from motion.bvh import read_bvh
from motion.features import FPS, WINDOW, motion_features, windows
from motion.npz import read_npz, write_npz
from motion.retarget import retarget

from .takes import SAME_TAKE

TRAIN, HELD_OUT = "train", "held_out"
HELD_OUT_SHARE = 0.2
MIN_CLIPS = 4
"""Styles with at least this many clips of a window or longer have held-out clips."""

SPIKE_SPEED = 25.0
"""Joints faster than this (m/s) are a capture error; their frames are not used."""

LATER = "more"
"""Folder of clips that came later, with a manifest of its own; it may be absent."""

_LEFT_OUT = (
    "deepmimic_bvh/",
    f"{LATER}/cmu_asf/01_",
    f"{LATER}/cmu_asf/03_",
    f"{LATER}/fair_animated_drawings/jumping",
)
"""Files that are not used. deepmimic_bvh: its conversion has bent the left limbs (the left
ankle of dance_spin stays above 1.1 m, that of getup_facedown sinks to -0.5 m) and the captures
behind it are not itemised. CMU 01 climbs on props that are not there, CMU 03 walks on ground
that is not level, and the rate of ``jumping`` is not confirmed.
"""

_HELD_OUT_TOO = (f"{LATER}/accad_female1/Female1_B20_WalkWithBox.bvh",)
"""Held out whatever the draw: the only other walk with a box in hand is to train on."""

_LONE_TAKE_S, _LONE_GAP_S = 40.0, 1.0

_MERGED = {
    "slow_walk": "walk",
    "brisk_walk": "walk",
    "jog": "run",
    "leap": "jump",
    "idle_sway": "idle",
    "idle_swing_arms": "idle",
    "idle_look_around": "idle",
    "jackson_hop": "hop",
    "jackson_jump": "jump",
    "wait": "idle",
}
_NEUTRAL = {
    "walk_forward": "walk",
    "run_forward": "run",
    "idle": "idle",
    "transitions_turns": "walk",
}
"""100STYLE's Neutral says how, not what: its clips go by their action."""


@dataclass(frozen=True, eq=False)
class TrainingClip:
    """One capture clip at 30 fps on the canonical body.

    positions: (T, 22, 3) float32, world, metres. features: (T, 73) float32, the
    layout of motion.features. usable: (T,) bool, False beside a capture spike.
    split: ``TRAIN`` or ``HELD_OUT``. file: path inside the mocap folder. first: frame
    of the file, at 30 fps, that the clip begins with.
    """

    file: str
    style: str
    action: str
    split: str
    positions: np.ndarray
    features: np.ndarray
    usable: np.ndarray
    first: int = 0

    @property
    def name(self) -> str:
        """The file, and from when on where it is a part of one."""
        return f"{self.file} from {self.first / FPS:.1f} s" if self.first else self.file

    @property
    def contacts(self) -> np.ndarray:
        """(T, 4) float32 in {0, 1}, order FOOT_JOINTS."""
        return self.features[:, 69:73]

    def windows(self, stride: int = 1) -> np.ndarray:
        """Windows (W, 60, 73) free of capture spikes; W may be 0."""
        return windows(self.features, stride)[self.window_starts(stride) >= 0]

    def window_starts(self, stride: int = 1) -> np.ndarray:
        """First frame of every ``stride``-th window, -1 where it holds a spike."""
        starts = np.arange(0, max(len(self.features) - WINDOW + 1, 0), stride)
        bad = np.concatenate([[0], np.cumsum(~self.usable)])
        return np.where(bad[starts + WINDOW] - bad[starts] == 0, starts, -1)


@dataclass(frozen=True, eq=False)
class Corpus:
    """The clips, in the order of the manifest; ``key`` names their content."""

    clips: tuple[TrainingClip, ...]
    key: str

    def of(self, split: str) -> Iterator[TrainingClip]:
        return (clip for clip in self.clips if clip.split == split)

    @cached_property
    def styles(self) -> tuple[str, ...]:
        """Style names, sorted; a clip's label is its style's place here."""
        return tuple(sorted({clip.style for clip in self.clips}))

    @cached_property
    def probed_styles(self) -> tuple[str, ...]:
        """Styles with held-out clips, sorted."""
        return tuple(sorted({clip.style for clip in self.of(HELD_OUT)}))

    def split_hash(self) -> str:
        """sha256 over the sorted names of the held-out clips."""
        names = "\n".join(sorted(clip.name for clip in self.of(HELD_OUT)))
        return hashlib.sha256(names.encode()).hexdigest()


def load_corpus(mocap: Path, cache: Path) -> Corpus:
    """The clips of ``mocap`` (a folder with MANIFEST.csv), retargeted and split.

    cache: folder that keeps the result as one npz named by the content of the
    clips and of the motion core, so that a change of either is noticed.
    Raises FileNotFoundError when ``mocap`` has no manifest.
    """
    manifest = mocap / "MANIFEST.csv"
    if not manifest.is_file():
        raise FileNotFoundError(
            f"{manifest}: not found; expected the motion capture folder (give it with --mocap)"
        )
    rows = _rows(manifest) + [
        row | {"file": f"{LATER}/{row['file']}"} for row in _rows(mocap / LATER / manifest.name)
    ]
    rows = [row for row in rows if not row["file"].startswith(_LEFT_OUT)]
    key = _content_key(mocap, rows)
    store = cache / f"corpus-{key[:16]}.npz"
    if not store.is_file():
        _build(mocap, rows, store)
    return Corpus(_read_store(rows, store), key)


def merged_style(style: str, action: str) -> str:
    """The style a clip is trained under, from its labels in the manifest."""
    if style == "Neutral":
        return _NEUTRAL[action]
    return _MERGED.get(style, style)


def held_out_files(lengths: dict[str, int], styles: dict[str, str]) -> set[str]:
    """Which clips are held out: a fifth of the takes of every style with enough clips.

    lengths: frames at 30 fps by file. styles: style by file. Clips shorter than
    a window never count. The order is that of the files' hashes, and clips that came
    later are chosen from apart, so that none of the earlier ones changes sides.
    """
    takes: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for file, frames in lengths.items():
        if frames >= WINDOW:
            takes[styles[file]][SAME_TAKE.get(file, file)].append(file)
    chosen: set[str] = set()
    for groups in takes.values():
        order = sorted(groups, key=lambda name: hashlib.sha256(name.encode()).digest())
        early = [name for name in order if not name.startswith(LATER)]
        late = [name for name in order if name.startswith(LATER)]
        first = _share(early, groups)
        second = max(
            _share(order, groups) - first, round(HELD_OUT_SHARE * len(late)) if first else 0
        )
        chosen.update(file for name in early[:first] + late[:second] for file in groups[name])
    return chosen | (set(_HELD_OUT_TOO) & set(lengths))


def _share(names: list[str], groups: dict[str, list[str]]) -> int:
    """How many of the takes ``names`` are held out."""
    if sum(len(groups[name]) for name in names) < MIN_CLIPS or len(names) < 2:
        return 0
    return max(1, round(HELD_OUT_SHARE * len(names)))


def _rows(manifest: Path) -> list[dict[str, str]]:
    """The rows of a manifest; none where there is no such file."""
    if not manifest.is_file():
        return []
    with manifest.open(newline="") as text:
        return list(csv.DictReader(text))


def _content_key(mocap: Path, rows: list[dict[str, str]]) -> str:
    digest = hashlib.sha256()
    code = Path(motion.__file__).parent
    sources = [code / f"{n}.py" for n in ("canonical", "rigs", "pose", "retarget", "contacts")]
    for path in [*sources, code / "features.py", *(mocap / row["file"] for row in rows)]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _build(mocap: Path, rows: list[dict[str, str]], store: Path) -> None:
    arrays: dict[str, Any] = {}
    for number, row in enumerate(track(rows, description="Reading motion capture")):
        positions, usable = _sample(mocap / row["file"])
        arrays[f"positions_{number}"] = positions
        arrays[f"usable_{number}"] = usable
    store.parent.mkdir(parents=True, exist_ok=True)
    write_npz(store, arrays, compressed=False)


def _sample(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Positions (T, 22, 3) at 30 fps of a file, and which frames are usable (T,)."""
    clip = read_bvh(path)
    native = retarget(clip)
    speed = np.linalg.norm(np.diff(native, axis=0), axis=-1).max(axis=1) / clip.frame_time
    spikes = (np.flatnonzero(speed > SPIKE_SPEED) + 0.5) * clip.frame_time * FPS
    positions = retarget(clip.resampled(1 / FPS))
    frames = np.arange(len(positions))
    usable = np.abs(frames[:, None] - spikes[None]).min(axis=1, initial=np.inf) > 1
    return positions, usable


def _read_store(rows: list[dict[str, str]], store: Path) -> tuple[TrainingClip, ...]:
    arrays = read_npz(store)
    positions = [arrays[f"positions_{number}"] for number in range(len(rows))]
    usable = [arrays[f"usable_{number}"] for number in range(len(rows))]
    styles = {row["file"]: merged_style(row["style"], row["action"]) for row in rows}
    lengths = {row["file"]: len(p) for row, p in zip(rows, positions, strict=True)}
    held_out = held_out_files(lengths, styles)
    clips: list[TrainingClip] = []
    for row, p, u in zip(rows, positions, usable, strict=True):
        file, style = row["file"], styles[row["file"]]
        parts = [(HELD_OUT if file in held_out else TRAIN, 0, len(p))]
        if list(styles.values()).count(style) == 1 and len(p) >= _LONE_TAKE_S * FPS:
            first, last = (round((0.5 + side * HELD_OUT_SHARE / 2) * len(p)) for side in (-1, 1))
            gap = round(_LONE_GAP_S * FPS)
            parts = [
                (TRAIN, 0, first - gap),
                (HELD_OUT, first, last),
                (TRAIN, last + gap, len(p)),
            ]
        features = motion_features(p)
        clips += [
            TrainingClip(file, style, row["action"], split, p[a:b], features[a:b], u[a:b], a)
            for split, a, b in parts
        ]
    return tuple(clips)
