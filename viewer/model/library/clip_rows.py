"""What is written about one clip: its row, and the latents of its windows.

``digest`` of a row is the sha256 of everything that both tables hold about the clip but its root
and the engine's name: two libraries hold the same where their digests are the same.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from inference.models import LATENT_SIZE, MODELS
from inference.runner import Runner
from motion.bvh import BvhError, parse_bvh
from motion.canonical import PARENTS
from motion.clip import Clip
from motion.contacts import joint_speed, velocity
from motion.features import FEATURES, WINDOW, windows
from motion.phase.slides import SLIDING
from motion.phase.thresholds import Thresholds
from viewer.model.clip import OpenMotion, from_clip
from viewer.model.demo import ASSETS
from viewer.model.notice import Refused, sentence
from viewer.model.phase_measures import PhaseMeasures, measured
from viewer.model.phase_table import row_of
from viewer.model.shipped import load_shipped, run_chunked
from viewer.model.strip import strip_of

from .files import ClipFile, read_file

STAGES = ("read", "parse", "derive", "phase", "measure", "encode")
"""What a clip goes through, in order; ``derive``: retargeting, contacts and features."""
READERS = ("deepphase", "stylevae_encoder")
LONGEST_S = 3600.0
"""Clips that last longer are a row with a sentence: their windows alone would fill a shard."""
_CHUNK = 256
_here = threading.local()


@dataclass(frozen=True)
class Engine:
    """What runs the networks, as for ``inference.load_model``."""

    engine: str = "auto"
    device: str = "cpu"
    precision: str = "fp32"


@dataclass(frozen=True, eq=False)
class Networks:
    """DeepPhase and the encoder, of the thread that loaded them."""

    deepphase: Runner
    encoder: Runner


@dataclass(frozen=True, eq=False)
class Analyzed:
    """The row of a clip by the names of the schema, and latents (W, 256) of its windows."""

    row: dict[str, Any]
    latents: np.ndarray


@dataclass(eq=False)
class Clock:
    """Seconds by stage."""

    seconds: dict[str, float] = field(default_factory=dict)
    _since: float = field(default_factory=time.perf_counter)

    def end(self, stage: str) -> None:
        """What passed since the stage before was for ``stage``."""
        now = time.perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._since
        self._since = now


def model_hashes() -> dict[str, str]:
    """The sha256 of the networks that ship and read clips, by name. Raises Refused."""
    found = {}
    for name in READERS:
        try:
            found[name] = sha256(MODELS[name].path(ASSETS).read_bytes()).hexdigest()
        except OSError as error:
            raise Refused(f"{MODELS[name].title} is not here: {error}.") from error
    return found


def networks(engine: Engine) -> Networks:
    """The networks that ship, loaded once in each thread. Raises Refused."""
    loaded: dict[Engine, Networks] = _here.__dict__.setdefault("loaded", {})
    if engine not in loaded:
        from inference.engines import variant_of

        deepphase = load_shipped("deepphase", engine.engine, engine.device, engine.precision)
        encoder = load_shipped("stylevae_encoder", *variant_of(deepphase.engine))
        loaded[engine] = Networks(deepphase, encoder)
    return loaded[engine]


def analyzed(file: ClipFile, by: Networks, clock: Clock) -> Analyzed:
    """The rows of ``file``; of one that cannot be used a row with its sentence, ``problem``."""
    row = _begun(file)
    row["engine"] = by.encoder.engine
    latents = np.zeros((0, LATENT_SIZE), np.float32)
    try:
        data = read_file(file)
        row |= {"content": sha256(data).hexdigest(), "size": len(data)}
        clock.end("read")
        clip = parse_bvh(data, file.path)
        clock.end("parse")
        latents = _describe(row, clip, by, clock)
    except (BvhError, Refused) as error:
        row["problem"] = sentence(error)
    except MemoryError:
        row["problem"] = f"{file.path}: there is not enough memory to read it."
    except Exception as error:  # one file must not end the analysis of all others
        row["problem"] = sentence(f"{file.path}: cannot be analyzed: {error}")
    row["windows"] = len(latents)
    row["digest"] = _digest(row, latents)
    return Analyzed(row, latents)


def unreadable(file: ClipFile, content: str, size: int, problem: str) -> Analyzed:
    """The row of a file of which nothing is known but why."""
    row = _begun(file) | {"content": content, "size": size, "problem": problem}
    latents = np.zeros((0, LATENT_SIZE), np.float32)
    return Analyzed(row | {"digest": _digest(row, latents)}, latents)


def _begun(file: ClipFile) -> dict[str, Any]:
    """A row that says what its file is called."""
    return {
        "root": file.root,
        "path": file.path,
        "title": PurePosixPath(file.path).stem,
        "content": "",
        "size": 0,
        "engine": "",
        "problem": "",
        "windows": 0,
    }


def _describe(row: dict[str, Any], clip: Clip, by: Networks, clock: Clock) -> np.ndarray:
    """Fills ``row`` with what there is to say of ``clip``; the latents of its windows."""
    row |= {
        "frames": clip.frame_count,
        "frame_time": clip.frame_time,
        "length_s": clip.duration,
        "units": clip.units,
        "up_axis": clip.up_axis,
        "warnings": list(clip.warnings),
    }
    path = row["path"]
    if clip.duration > LONGEST_S:
        raise Refused(
            f"{path}: lasts {clip.duration:,.0f} s; clips of at most {LONGEST_S:,.0f} s are "
            "analyzed, cut it first."
        )
    motion = from_clip(clip, Path(path), path, "", row["title"])
    clock.end("derive")
    if motion.positions is None or motion.features is None or motion.phase_frames is None:
        strip = strip_of(clip.positions, clip.skeleton.parents)
        row |= {"strip": strip.points, "strip_parents": strip.parents}
        raise Refused(f"{path}: {motion.not_human.split('. ')[0]}")
    row |= {"strip": strip_of(motion.positions, PARENTS).points, "strip_parents": PARENTS}
    phase = run_chunked(by.deepphase, motion.phase_frames, "phase")
    clock.end("phase")
    _measure(row, motion, phase)
    clock.end("measure")
    latents = _latents(motion.features, by.encoder)
    clock.end("encode")
    if not np.isfinite(latents).all():
        raise Refused(f"{path}: its windows cannot be encoded.")
    return latents


def _measure(row: dict[str, Any], motion: OpenMotion, phase: np.ndarray) -> None:
    """Phase, contacts, lint and measures; of one frame there is no lint."""
    assert motion.positions is not None and motion.contacts is not None
    positions, seconds = motion.positions, motion.frame_time
    row |= {
        "phase": phase.astype(np.float32),
        "contacts": motion.contacts > 0.5,
        "speed": _mean(np.linalg.norm(velocity(positions[:, 0], seconds)[:, [0, 2]], axis=-1)),
        "joint_speed": _mean(joint_speed(positions, seconds)),
    }
    if len(phase) < 2:
        return
    found = measured(motion, phase, Thresholds())
    told = asdict(row_of(row["path"], motion, found.check))
    row |= {name: value for name, value in told.items() if name not in ("clip", "path", "fps")}
    row["faults"] = [asdict(anomaly) for anomaly in found.anomalies]
    held = found.skate[np.isfinite(found.skate)]
    row["skate"] = float(np.percentile(held, 90)) if len(held) else None
    row["quality"] = _quality(found)


def _quality(found: PhaseMeasures) -> float:
    """The share of frames that no anomaly covers and in which no foot in contact slides."""
    good = ~(np.nan_to_num(found.skate) > SLIDING).any(axis=1)
    for anomaly in found.anomalies:
        good[anomaly.first : anomaly.last + 1] = False
    return float(good.mean())


def _latents(features: np.ndarray, encoder: Runner) -> np.ndarray:
    """Latents (W, 256) of the windows at every frame of ``features`` (T, 73), as ``analyze``."""
    count = max(len(features) - WINDOW + 1, 0)
    parts = [np.zeros((0, LATENT_SIZE), np.float32)]
    for start in range(0, count, _CHUNK):  # all at once they would take 17 KB each
        cut = windows(features[start : min(start + _CHUNK, count) + WINDOW - 1])
        flat = cut.reshape(len(cut), WINDOW * FEATURES)
        parts.append(run_chunked(encoder, flat, "mu"))
    return np.concatenate(parts)


def _mean(values: np.ndarray) -> float:
    return float(values.mean(dtype=np.float64))


def _digest(row: dict[str, Any], latents: np.ndarray) -> str:
    """Of all that is written about a clip but its root and the engine's name."""
    plain = {name: value for name, value in row.items() if name not in ("root", "engine")}
    arrays = {name: plain.pop(name) for name in (*plain,) if isinstance(plain[name], np.ndarray)}
    digest = sha256(json.dumps(plain, sort_keys=True, default=_plain).encode())
    for name in sorted(arrays):
        digest.update(f"{name} {arrays[name].dtype} {arrays[name].shape}".encode())
        digest.update(np.ascontiguousarray(arrays[name]).tobytes())
    digest.update(np.ascontiguousarray(latents, np.float32).tobytes())
    return digest.hexdigest()


def _plain(value: Any) -> Any:
    """NumPy's numbers as Python's."""
    return value.item()
