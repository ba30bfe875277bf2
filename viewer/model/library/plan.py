"""What a run has to do: which shards to write, of which files, and what of them is there already.

The plan follows from the files and the shards on disk alone, not from the number of workers, nor
from what a run before it had got to: after a kill the same shards are planned again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from .files import ClipFile, Surveyed
from .shards import Shard

SMALLEST, LARGEST = 64_000_000, 128_000_000
"""Bytes of the windows of a shard; the only shard of a small library, and a last one, have less."""
_USUAL = 72_000_000
WINDOW_BYTES = 780
"""Of a window in a file, compressed; measured on motion capture."""
PIECE_BYTES = 4_000_000
"""Of the windows that one task makes: some twenty-five clips, a second or two."""
PIECE_CLIPS = 256


@dataclass(frozen=True)
class Piece:
    """Files that one task analyzes, by the name of what it writes."""

    name: str
    files: tuple[Surveyed, ...]


@dataclass(frozen=True)
class NewShard:
    """A shard to write: ``keep`` are the files whose rows stay, of the shard that has this name."""

    name: str
    pieces: tuple[Piece, ...]
    keep: tuple[ClipFile, ...] = ()


@dataclass(frozen=True)
class Plan:
    """shards to write, in order. gone: names of those that hold nothing any more.

    known: how many files need no work. changed, new: how many are analyzed, again or at first.
    dropped: rows of files that are no more.
    """

    shards: tuple[NewShard, ...]
    gone: tuple[str, ...]
    known: int
    changed: int
    new: int
    dropped: int

    @property
    def pieces(self) -> list[Piece]:
        return [piece for shard in self.shards for piece in shard.pieces]


def plan(files: Sequence[Surveyed], shards: Sequence[Shard], models: str) -> Plan:
    """What makes the library of ``shards`` that of ``files``. models: of those that will read."""
    wanted = {each.file: each for each in files}
    keep: dict[str, list[ClipFile]] = {}
    again: dict[str, list[Surveyed]] = defaultdict(list)
    placed: set[ClipFile] = set()
    dropped = 0
    for shard in shards:
        keep[shard.name] = []
        for member in shard.members:
            now = wanted.get(member.file)
            if now is None or member.file in placed:
                dropped += now is None
            elif (now.content, shard.models) == (member.content, models):
                keep[shard.name].append(member.file)
                placed.add(member.file)
    for shard in shards:  # what changed stays where it was
        for member in shard.members:
            if member.file in wanted and member.file not in placed:
                again[shard.name].append(wanted[member.file])
                placed.add(member.file)
    changed, known = sum(map(len, again.values())), sum(map(len, keep.values()))
    fresh, rest = _fresh(files, placed, {shard.name for shard in shards})
    _fill(shards, keep, again, rest)
    more = [NewShard(_name(group), _pieces(group)) for group in groups(rest)]
    rewritten = tuple(
        NewShard(shard.name, _pieces(again[shard.name]), tuple(keep[shard.name]))
        for shard in shards
        if again[shard.name] or 0 < len(keep[shard.name]) < len(shard.members)
    )
    gone = tuple(s.name for s in shards if not again[s.name] and not keep[s.name])
    new = len(files) - changed - known
    return Plan((*rewritten, *fresh, *more), gone, known, changed, new, dropped)


def groups(files: Sequence[Surveyed]) -> list[list[Surveyed]]:
    """``files`` in order, in groups that make shards of 64 to 128 MB, as equal as can be."""
    total = sum(map(_bytes, files))
    count = max(-(-total // LARGEST), total // _USUAL, 1)
    return _cut(files, total / count, LARGEST, len(files))


def alone(piece: Piece) -> tuple[Piece, ...]:
    """A piece for every file of ``piece``."""
    return tuple(Piece(_name([each]), (each,)) for each in piece.files)


def _fresh(
    files: Sequence[Surveyed], placed: set[ClipFile], names: Iterable[str]
) -> tuple[list[NewShard], list[Surveyed]]:
    """The shards of a library made anew of which nothing is there yet; files that are in none."""
    taken, found, rest = set(names), [], []
    for group in groups(files):
        name = _name(group)
        if name not in taken and not any(each.file in placed for each in group):
            found.append(NewShard(name, _pieces(group)))
        else:
            rest += [each for each in group if each.file not in placed]
    return found, rest


def _fill(
    shards: Sequence[Shard],
    keep: Mapping[str, list[ClipFile]],
    again: dict[str, list[Surveyed]],
    rest: list[Surveyed],
) -> None:
    """Moves files of ``rest`` to shards that are too small, as long as they fit."""
    for shard in shards:
        kept = set(keep[shard.name])
        if not kept and not again[shard.name]:
            continue
        size = sum(map(_bytes, again[shard.name]))
        size += sum(WINDOW_BYTES * m.windows for m in shard.members if m.file in kept)
        while rest and size < SMALLEST and size + _bytes(rest[0]) <= LARGEST:
            size += _bytes(rest[0])
            again[shard.name].append(rest.pop(0))


def _pieces(files: Sequence[Surveyed]) -> tuple[Piece, ...]:
    ordered = sorted(files, key=lambda each: each.file)
    cut = _cut(ordered, PIECE_BYTES, 2 * PIECE_BYTES, PIECE_CLIPS)
    return tuple(Piece(_name(part), tuple(part)) for part in cut)


def _cut(files: Sequence[Surveyed], usual: float, most: float, count: int) -> list[list[Surveyed]]:
    """Runs of ``files`` of about ``usual`` bytes each, at most ``most`` and ``count`` files."""
    found: list[list[Surveyed]] = []
    size = begun = 0.0
    for each in files:
        own = _bytes(each)
        ends = len(found) * usual + 1  # a byte, for what rounding takes
        full = found and (size + own / 2 > ends or size + own - begun > most)
        if not found or full or len(found[-1]) >= count:
            found.append([])
            begun = size
        found[-1].append(each)
        size += own
    return found


def _bytes(file: Surveyed) -> int:
    return WINDOW_BYTES * file.windows


def _name(files: Sequence[Surveyed]) -> str:
    """Of what is made of ``files``: the same for the same files with the same content."""
    lines = [f"{each.file.root}\n{each.file.path}\n{each.content}" for each in files]
    return "part-" + sha256("\n".join(lines).encode()).hexdigest()[:16]
