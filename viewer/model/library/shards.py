"""The files of a library on disk: a shard is a file of clips and one of windows, of one name.

Both appear whole; the file of clips, which comes last, makes the shard. One whose two files do not
belong together was left by a process that was killed between them, and counts as none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from motion.files import whole_file

from .files import ClipFile
from .schema import CLIPS, TABLES, WINDOWS, check_version, footer, footer_of, parquet

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = {CLIPS: 1024, WINDOWS: 16_384}
"""Rows of a row group."""
_PLAIN_FLOATS = {
    CLIPS: ["phase.list.element.list.element", "strip.list.element.list.element"],
    WINDOWS: ["latent.list.element"],
}
_MEMBER = ("root", "path", "content", "windows", "digest", "problem")
_WORDS = {CLIPS: ["root", "engine", "units", "up_axis"], WINDOWS: ["root", "path"]}


@dataclass(frozen=True)
class Member:
    """A clip of a shard: its file, the sha256 of what was analyzed, how many windows it has."""

    file: ClipFile
    content: str
    windows: int
    digest: str
    problem: bool


@dataclass(frozen=True)
class Shard:
    """A shard on disk. models: sha256 of the networks that made it. size: bytes of its windows."""

    name: str
    members: tuple[Member, ...]
    models: str
    size: int


def write_shard(
    folder: Path, name: str, made: Mapping[str, pa.Table], models: Mapping[str, str]
) -> None:
    """Writes both tables of a shard, or takes the place of the one that was. Raises CannotWrite."""
    digests = made[CLIPS].column("digest").to_pylist()
    shard = sha256("\n".join([name, *digests]).encode()).hexdigest()
    for table in (WINDOWS, CLIPS):
        (folder / table).mkdir(parents=True, exist_ok=True)
        told = {**(made[table].schema.metadata or {}), **footer(table, models, shard)}
        with whole_file(file_of(folder, table, name)) as part:
            parquet().write_table(
                made[table].replace_schema_metadata(told),
                part,
                row_group_size=ROWS[table],
                compression="zstd",
                compression_level=1,
                use_dictionary=_WORDS[table],
                use_byte_stream_split=_PLAIN_FLOATS[table],
            )


def read_shard(folder: Path, name: str) -> dict[str, pa.Table]:
    """Both tables of a shard."""
    return {
        table: parquet().read_table(file_of(folder, table, name), partitioning=None)
        for table in TABLES
    }


def file_of(folder: Path, table: str, name: str) -> Path:
    """The file of a table of a shard."""
    return folder / table / f"{name}.parquet"


def shard_names(folder: Path) -> list[str]:
    """The names of what may be shards, in order."""
    return sorted(
        path.stem for path in (folder / CLIPS).glob("*.parquet") if path.name[0] not in "._"
    )


def look_at(folder: Path, name: str) -> Shard | None:
    """A shard by its name; None where its files are damaged or do not belong together.

    Raises Refused for one of a later version.
    """
    clips, windows = (file_of(folder, table, name) for table in TABLES)
    try:
        with parquet().ParquetFile(clips) as file, parquet().ParquetFile(windows) as other:
            told, beside = footer_of(file.schema_arrow), footer_of(other.schema_arrow)
            check_version(clips, told)
            if told != {**beside, "table": CLIPS}:
                return None
            rows = file.read([*_MEMBER]).to_pylist()
        size = windows.stat().st_size
    except (OSError, ValueError, KeyError):  # pyarrow's own errors are ValueErrors
        return None
    return Shard(name, tuple(map(_member, rows)), told["models"], size)


def remove_shard(folder: Path, name: str) -> None:
    """Removes what there is of a shard, that which makes it one first."""
    for table in (CLIPS, WINDOWS):
        file_of(folder, table, name).unlink(missing_ok=True)


def tidy(folder: Path) -> list[Shard]:
    """The shards of ``folder``, less what killed processes left, which is removed."""
    for table in TABLES:
        for path in (folder / table).glob(".*.parquet"):
            with suppress(OSError):
                path.unlink()
    found = {name: look_at(folder, name) for name in shard_names(folder)}
    for path in (folder / WINDOWS).glob("*.parquet"):
        if found.get(path.stem) is None:
            remove_shard(folder, path.stem)
    for name, shard in found.items():
        if shard is None:
            remove_shard(folder, name)
    return [shard for shard in found.values() if shard is not None]


def content_hash(shards: Sequence[Shard]) -> str:
    """What a library holds, as one sha256: the same however it is cut into shards."""
    lines = sorted(f"{m.file.path}\n{m.digest}" for shard in shards for m in shard.members)
    return sha256("\n".join(lines).encode()).hexdigest()


def _member(row: dict[str, Any]) -> Member:
    file = ClipFile(row["root"], row["path"])
    return Member(file, row["content"], row["windows"], row["digest"], bool(row["problem"]))
