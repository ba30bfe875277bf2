"""The schema of a library, version 1, as docs/reference/library.md documents it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from inference.models import LATENT_SIZE
from motion.features import FPS
from viewer.model.notice import Refused

from .clip_rows import Analyzed
from .needs import needed

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA, VERSION = "stridescope.library", 1
CLIPS, WINDOWS = TABLES = "clips", "windows"
MARK = "library.json"
"""The file by which a folder is known to be a library."""
PURPOSE = "A library"
_PREFIX = "stridescope."


def arrow() -> Any:
    """pyarrow. Raises Refused."""
    return needed("pyarrow", PURPOSE)


def parquet() -> Any:
    """pyarrow.parquet. Raises Refused."""
    return needed("pyarrow.parquet", PURPOSE)


def clips_schema() -> pa.Schema:
    """A row a clip."""
    pa = arrow()
    text, real = pa.string(), pa.float32()
    faults = pa.struct(
        [
            ("kind", text), ("first", pa.int32()), ("last", pa.int32()), ("time_s", pa.float64()),
            ("size", real), ("severity", real),
        ]
    )  # fmt: skip
    counts = ("jump", "reversal", "dead_amplitude", "odd_frequency", "strike_off_phase")
    return pa.schema(
        [
            *((name, text) for name in ("root", "path", "title", "content")),
            ("size", pa.int64()),
            *((name, text) for name in ("problem", "digest", "engine")),
            *((name, pa.int32()) for name in ("frames", "windows")),
            *((name, pa.float64()) for name in ("frame_time", "length_s")),
            *((name, text) for name in ("units", "up_axis")),
            ("warnings", pa.list_(text)),
            *((name, real) for name in ("speed", "joint_speed", "skate", "quality")),
            ("verdict", text),
            *((name, real) for name in ("forward", "turns_per_cycle", "strike_phase")),
            *((name, real) for name in ("strike_spread", "frequency")),
            *((name, pa.int32()) for name in ("cycles", "anomalies", *counts)),
            ("worst_severity", real),
            ("faults", pa.list_(faults)),
            ("phase", pa.list_(pa.list_(real, 2))),
            ("contacts", pa.list_(pa.list_(pa.bool_(), 4))),
            ("strip", pa.list_(pa.list_(real, 2))),
            ("strip_parents", pa.list_(pa.int16())),
        ]
    )


def windows_schema() -> pa.Schema:
    """A row a window of two seconds."""
    pa = arrow()
    return pa.schema(
        [
            ("root", pa.string()), ("path", pa.string()), ("start_s", pa.float64()),
            ("latent", pa.list_(pa.float32(), LATENT_SIZE)),
        ]
    )  # fmt: skip


def tables(clips: Sequence[Analyzed]) -> dict[str, pa.Table]:
    """The rows of ``clips`` as both tables, in their order."""
    pa = arrow()
    schema = clips_schema()
    columns = [_column([clip.row.get(part.name) for clip in clips], part.type) for part in schema]
    counts = [len(clip.latents) for clip in clips]
    flat = [np.zeros((0, LATENT_SIZE), np.float32), *(clip.latents for clip in clips)]
    starts = [np.zeros(0), *(np.arange(count) / FPS for count in counts)]
    names = {n: np.array([clip.row[n] for clip in clips], object) for n in ("root", "path")}
    windows = [
        *(pa.array(np.repeat(names[name], counts), pa.string()) for name in ("root", "path")),
        pa.array(np.concatenate(starts)),
        pa.FixedSizeListArray.from_arrays(pa.array(np.concatenate(flat).ravel()), LATENT_SIZE),
    ]
    return {
        CLIPS: pa.Table.from_arrays(columns, schema=schema),
        WINDOWS: pa.Table.from_arrays(windows, schema=windows_schema()),
    }


def footer(table: str, models: Mapping[str, str], shard: str) -> dict[str, str]:
    """What the footer of a file says. shard: what its two files have in common, and no others."""
    told = {
        "schema": SCHEMA,
        "version": str(VERSION),
        "table": table,
        "models": json.dumps(models, sort_keys=True),
        "shard": shard,
    }
    return {_PREFIX + name: text for name, text in told.items()}


def footer_of(schema: pa.Schema) -> dict[str, str]:
    """What ``footer`` made, read back; empty for the file of somebody else."""
    told = {k.decode(): v.decode("utf-8", "replace") for k, v in (schema.metadata or {}).items()}
    return {k.removeprefix(_PREFIX): v for k, v in told.items() if k.startswith(_PREFIX)}


def check_version(path: Path, told: Mapping[str, str]) -> None:
    """Raises Refused for the file of a version that is not known, KeyError for another's file."""
    if told["schema"] != SCHEMA:
        raise KeyError(told["schema"])
    if int(told["version"]) > VERSION:
        raise Refused(
            f"{path}: is of version {told['version']} of the schema, this program knows "
            f"{VERSION}; use a newer one."
        )


def _column(values: list[Any], kind: pa.DataType) -> pa.Array:
    """Values of a column; arrays (N, size) become lists of N lists of ``size``."""
    pa = arrow()
    if not pa.types.is_list(kind) or not pa.types.is_fixed_size_list(kind.value_type):
        return pa.array([_listed(value) for value in values], kind)
    size = kind.value_type.list_size
    shaped = [None if v is None else np.asarray(v).reshape(-1, size) for v in values]
    counts = [0 if part is None else len(part) for part in shaped]
    parts = [part.ravel() for part in shaped if part is not None]
    flat = pa.array(np.concatenate(parts) if parts else [], kind.value_type.value_type)
    inner = pa.FixedSizeListArray.from_arrays(flat, size)
    missing = pa.array([part is None for part in shaped], pa.bool_())
    offsets = pa.array(np.concatenate([[0], np.cumsum(counts)]).astype(np.int32))
    made = pa.ListArray.from_arrays(offsets, inner, mask=missing)
    return made.cast(kind)


def _listed(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value
