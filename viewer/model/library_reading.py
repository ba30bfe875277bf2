"""Reads the clips of a person's folders and encodes their windows, in a process of its own.

``python -m viewer.model.library_reading`` takes one line of JSON (``Request``) and answers each
file with a line of JSON and its latents as bytes. It ends when its standard input does: with the
window that started it.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import IO

import numpy as np

from inference import load_model
from inference.models import LATENT_SIZE, MODELS
from motion import resample
from motion.bvh import BvhError, read_bvh
from motion.clip import Clip
from motion.features import FPS, WINDOW, motion_features, windows
from motion.restyling.restyle import Encode
from motion.retarget import retarget
from motion.rigs import NotHuman

from .notice import sentence
from .quality import encoding
from .style_cache import StyleCache

MAX_CLIP_WINDOWS = 50
MAX_WINDOWS = 50_000
"""Of all clips together; the files that come after it are not read."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Request:
    """Which files to read, the encoder's file, the cache's, and how many windows there may be."""

    files: tuple[str, ...]
    encoder: str
    cache: str
    most: int = MAX_WINDOWS


@dataclass(frozen=True, eq=False)
class FileStyles:
    """Latents (W, 256) float16 of one file's windows, which begin every ``stride_s`` seconds.

    problem: why W is 0, in one sentence, where the file is broken or no human rig.
    """

    path: Path
    latents: np.ndarray
    stride_s: float
    problem: str = ""

    @property
    def starts_s(self) -> np.ndarray:
        """When each window begins, (W,) seconds."""
        return np.arange(len(self.latents)) * self.stride_s


def features_of(path: Path) -> np.ndarray:
    """Motion features (T, 73) at 30 fps of a BVH file. Raises BvhError, NotHuman, OSError."""
    clip = _thinned(read_bvh(path))
    return motion_features(resample.linear(retarget(clip), clip.frame_time, 1 / FPS))


def encoded(path: Path, encode: Encode) -> FileStyles:
    """The windows of ``path``, one each second and at most 50, by ``encode``."""
    none = np.zeros((0, LATENT_SIZE), np.float16)
    try:
        features = features_of(path)
    except NotHuman as error:
        return FileStyles(path, none, 1.0, f"{path}: {error}")
    except BvhError as error:
        return FileStyles(path, none, 1.0, sentence(error))
    except OSError as error:
        return FileStyles(path, none, 1.0, f"{path}: {error.strerror or error}.")
    except MemoryError:
        return FileStyles(path, none, 1.0, f"{path}: there is not enough memory to read it.")
    stride = max(FPS, -(-(len(features) - WINDOW + 1) // MAX_CLIP_WINDOWS))
    cut = windows(features, stride)
    latents = encode(cut).astype(np.float16) if len(cut) else none
    if not np.isfinite(latents).all():
        return FileStyles(path, none, 1.0, f"{path}: its windows cannot be encoded.")
    return FileStyles(path, latents, stride / FPS)


def read_all(request: Request) -> Iterator[FileStyles]:
    """Each file of ``request`` in order, from the cache where that knows it, else read.

    Ends early at the most windows. Raises ModelError for an encoder that cannot be used, OSError.
    """
    encoder = Path(request.encoder)
    encode = encoding(load_model(encoder, "numpy", spec=MODELS["stylevae_encoder"]))
    cache = StyleCache(Path(request.cache), sha256(encoder.read_bytes()).hexdigest())
    left, used = request.most, []
    for path in map(Path, request.files):
        if left <= 0:
            break
        found = _found(cache, path, encode)
        used.append(path)
        latents = found.latents[:left]
        left -= len(latents)
        yield replace(found, latents=latents)
    cache.close(used)


def write_styles(stream: IO[bytes], found: FileStyles) -> None:
    """What ``read_styles`` reads."""
    head = {
        "path": str(found.path), "windows": len(found.latents), "stride_s": found.stride_s,
        "problem": found.problem,
    }  # fmt: skip
    stream.write(json.dumps(head).encode() + b"\n" + found.latents.tobytes())
    stream.flush()


def read_styles(stream: IO[bytes]) -> FileStyles | None:
    """The next file from ``stream``; None at its end, also where that is in a file's midst."""
    line = stream.readline()
    if not line.endswith(b"\n"):
        return None
    head = json.loads(line)
    size = head["windows"] * LATENT_SIZE * 2
    data = stream.read(size)
    if len(data) < size:
        return None
    latents = np.frombuffer(data, np.float16).reshape(-1, LATENT_SIZE)
    return FileStyles(Path(head["path"]), latents, head["stride_s"], head["problem"])


def request_line(request: Request) -> bytes:
    """``request`` as the process takes it."""
    return json.dumps(asdict(request)).encode() + b"\n"


def serve(source: IO[bytes], target: IO[bytes]) -> None:
    """Answer the request that ``source`` begins with, and end the process; also with ``source``."""
    request = Request(**json.loads(source.readline()))

    def end_with_source() -> None:
        source.read()
        os._exit(0)

    threading.Thread(target=end_with_source, daemon=True).start()
    for found in read_all(request):
        write_styles(target, found)
    os._exit(0)  # the thread that waits for the end of ``source`` would hold it up


def _found(cache: StyleCache, path: Path, encode: Encode) -> FileStyles:
    """From the cache, or read and kept there."""
    try:
        status = path.stat()
    except OSError:
        return encoded(path, encode)
    kept = cache.get(path, status)
    if kept is not None:
        return FileStyles(path, *kept)
    found = encoded(path, encode)
    cache.put(path, status, found.latents, found.stride_s, found.problem)
    return found


def _thinned(clip: Clip) -> Clip:
    """``clip`` without the frames that 30 a second do not need."""
    step = int(1 / FPS / clip.frame_time + 1e-3)
    if step < 2:
        return clip
    return replace(
        clip,
        rotations=clip.rotations[::step],
        translations=clip.translations[::step],
        frame_time=clip.frame_time * step,
    )


if __name__ == "__main__":
    with suppress(BrokenPipeError):  # the window is gone
        serve(sys.stdin.buffer, sys.stdout.buffer)
