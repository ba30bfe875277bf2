"""The tasks of a run: one function analyzes the files of a piece, one joins pieces to a shard.

Each reads files, writes whole files and returns what it wrote, on whatever machine it runs: all
that they share is a file system. A piece that is there already is not made again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from viewer.model.notice import Refused

from .clip_rows import Clock, Engine, analyzed, model_hashes, networks, unreadable
from .needs import needed
from .plan import NewShard, Piece
from .schema import CLIPS, PURPOSE, TABLES, WINDOWS, arrow, tables
from .shards import file_of, look_at, read_shard, write_shard

if TYPE_CHECKING:
    import pyarrow as pa

ENDED = "{}: each process that read it was ended by the system, for want of memory or otherwise."
PIECES = ".pieces"
"""The folder of what is analyzed and not yet part of a shard; nothing that reads a library sees
it."""


@dataclass(frozen=True)
class Setting:
    """What all tasks of a run have in common. models: sha256 of the networks, by name."""

    library: str
    models: Mapping[str, str]
    engine: Engine

    @property
    def folder(self) -> Path:
        return Path(self.library)

    @property
    def pieces(self) -> Path:
        return self.folder / PIECES


@dataclass(frozen=True)
class Written:
    """What a task wrote: its path, how many clips and windows, clips that are a sentence only.

    seconds: by stage. made: False where it was there already.
    """

    path: str
    clips: int
    windows: int
    problems: int
    seconds: dict[str, float] = field(default_factory=dict)
    made: bool = True


def analyze_piece(setting: Setting, piece: Piece) -> Written:
    """Reads the files of ``piece`` and writes their rows. Raises Refused and CannotWrite."""
    path = str(file_of(setting.pieces, CLIPS, piece.name))
    if known := look_at(setting.pieces, piece.name):
        windows = sum(member.windows for member in known.members)
        problems = sum(member.problem for member in known.members)
        return Written(path, len(known.members), windows, problems, made=False)
    if model_hashes() != dict(setting.models):
        raise Refused(
            "A worker has other models than this machine: give both the same Stridescope."
        )
    limits = needed("threadpoolctl", PURPOSE).threadpool_limits
    clock, rows = Clock(), []
    with limits(1):  # whoever started this process: other numbers of threads round otherwise
        by = networks(setting.engine)
        clock.end("load")
        for each in piece.files:
            rows.append(analyzed(each.file, by, clock))
            clock.end("digest")
    write_shard(setting.pieces, piece.name, tables(rows), setting.models)
    clock.end("write")
    problems = sum(bool(row.row["problem"]) for row in rows)
    return Written(path, len(rows), sum(len(row.latents) for row in rows), problems, clock.seconds)


def refuse_piece(setting: Setting, piece: Piece) -> Written:
    """A row with a sentence for the only file of ``piece``, which nothing can read and live."""
    (each,) = piece.files
    row = unreadable(each.file, each.content, each.size, ENDED.format(each.file.path))
    write_shard(setting.pieces, piece.name, tables([row]), setting.models)
    return Written(str(file_of(setting.pieces, CLIPS, piece.name)), 1, 0, 1)


def join_shard(setting: Setting, shard: NewShard) -> Written:
    """Writes ``shard`` of its pieces and of the rows that stay; then the pieces are no more.

    Raises CannotWrite, and OSError where a piece is gone.
    """
    clock = Clock()
    parts = [read_shard(setting.pieces, piece.name) for piece in shard.pieces]
    if shard.keep:
        keep = frozenset((file.root, file.path) for file in shard.keep)
        parts.append(_kept(read_shard(setting.folder, shard.name), keep))
    joined = {table: _in_order([part[table] for part in parts]) for table in TABLES}
    write_shard(setting.folder, shard.name, joined, setting.models)
    for piece in shard.pieces:
        for table in (CLIPS, WINDOWS):
            file_of(setting.pieces, table, piece.name).unlink(missing_ok=True)
    clock.end("join")
    clips = joined[CLIPS]
    problems = sum(map(bool, clips.column("problem").to_pylist()))
    path = str(file_of(setting.folder, CLIPS, shard.name))
    return Written(path, clips.num_rows, joined[WINDOWS].num_rows, problems, clock.seconds)


def _kept(whole: Mapping[str, pa.Table], keep: frozenset[tuple[str, str]]) -> dict[str, pa.Table]:
    """The rows of ``keep``."""
    found = {}
    for table, rows in whole.items():
        found[table] = rows.filter(arrow().array([file in keep for file in _files(rows)]))
    return found


def _in_order(parts: list[pa.Table]) -> pa.Table:
    """All rows by file, those of one clip by time."""
    pa = arrow()
    whole = pa.concat_tables([part.replace_schema_metadata(None) for part in parts])
    order = [("root", "ascending"), ("path", "ascending")]
    if "start_s" in whole.column_names:
        order.append(("start_s", "ascending"))
    files = _files(whole)
    if all(a <= b for a, b in zip(files, files[1:], strict=False)):
        return whole.combine_chunks()
    return whole.sort_by(order)


def _files(rows: pa.Table) -> list[tuple[str, str]]:
    """Root and path of every row."""
    names = (rows.column(name).to_pylist() for name in ("root", "path"))
    return list(zip(*names, strict=True))
