"""A run over files: look at them, analyze what is new or changed, write whole shards.

Only this process plans; whatever ends it, what is on disk is a library, and the next run goes on
from there.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from kernels.host import cores
from motion.files import whole_file
from viewer.model.folder_lock import lock_folder
from viewer.model.notice import Refused, sentence

from .clip_rows import Engine, model_hashes, networks
from .files import ClipFile, Surveyed, found_below, survey
from .jobs import Setting, analyze_piece, join_shard, refuse_piece
from .nearest import EXACT, build_index
from .opened import OpenedLibrary
from .plan import Piece, Plan, alone, plan
from .schema import MARK, SCHEMA, VERSION, parquet
from .shards import Shard, content_hash, look_at, remove_shard, shard_names, tidy
from .tasks import Ended, Tasks
from .workers import Workers

LOCK = ".lock"
LOOKED_AT = 256
"""Files that one task looks at."""
Tell = Callable[["Progress"], None]


@dataclass(frozen=True)
class Progress:
    """How far a run is. done and all: clips. work: of the work of all of them, 0..1."""

    stage: str
    done: int
    all: int
    work: float


@dataclass(eq=False)
class Outcome:
    """What a run did. seconds: of all workers together, by stage. hash: of the whole library."""

    plan: Plan
    clips: int = 0
    windows: int = 0
    problems: int = 0
    shards: int = 0
    hash: str = ""
    analyzed: int = 0
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))


def analyze_library(
    places: Sequence[str],
    library: Path,
    workers: Workers,
    engine: Engine,
    tell: Tell = lambda progress: None,
) -> Outcome:
    """Makes ``library`` that of the BVH files of ``places``, by the tasks of ``workers``.

    Raises Refused, CannotWrite, and KeyboardInterrupt where a person stops it: what is written
    by then stays.
    """
    parquet()
    files = found_below(places, lambda count: tell(Progress("listing", count, count, 0.0)))
    if not files:
        raise Refused(f"There is no BVH file in {', '.join(places)}.")
    with held(library):
        setting = Setting(os.path.abspath(library), model_hashes(), engine)
        networks(engine)  # what has to be built is built once, and refused before all else
        shards = tidy(library)
        tidy(setting.pieces)
        known = _surveyed(files, workers, tell)
        todo = plan(known, shards, json.dumps(dict(setting.models), sort_keys=True))
        outcome = Outcome(todo)
        for name in todo.gone:
            remove_shard(library, name)
        _Writing(setting, todo, workers, outcome).run(tell)
        shutil.rmtree(setting.pieces, ignore_errors=True)
        _sum_up(library, outcome)
        if outcome.windows > EXACT:
            _index(library, outcome, tell)
        return outcome


@contextmanager
def held(library: Path) -> Iterator[None]:
    """The folder ``library``, made if need be, for this process alone. Raises Refused."""
    mark = library / MARK
    if library.exists() and not mark.is_file():
        if not library.is_dir():
            raise Refused(f"{library}: there is a file of this name; give a folder.")
        if any(library.iterdir()):
            raise Refused(f"{library}: holds other things than a library; give another folder.")
    library.mkdir(parents=True, exist_ok=True)
    try:
        lock = lock_folder(library, LOCK)
    except OSError as error:
        raise Refused(sentence(f"{library}: another run is at work on it ({error})")) from error
    with lock:
        if not mark.is_file():
            with whole_file(mark) as part:
                part.write_text(json.dumps({"schema": SCHEMA, "version": VERSION}) + "\n")
        yield


def library_of(folder: Path) -> list[Shard]:
    """The shards of a library, to be read. Raises Refused: it is none, or of a later version."""
    if not (folder / MARK).is_file():
        raise Refused(f"{folder}: is no library; `main.py library analyze` makes one.")
    found = (look_at(folder, name) for name in shard_names(folder))
    return [shard for shard in found if shard is not None]


def _surveyed(files: Sequence[ClipFile], workers: Workers, tell: Tell) -> list[Surveyed]:
    """Every file as it is now, in order."""
    tasks, found, done = Tasks(workers), {}, 0
    starts = range(0, len(files), LOOKED_AT)
    for start in starts:
        tasks.add(str(start), survey, files[start : start + LOOKED_AT])
    for name, result in tasks.results():
        if isinstance(result, Ended):
            raise Refused(
                "A process ended each time that it looked at files: it needs more memory."
            )
        found[name] = result
        done += len(result)
        tell(Progress("looking at files", done, len(files), done / len(files)))
    return [each for start in starts for each in found[str(start)]]


class _Writing:
    """Analyzes the pieces of every shard, and joins them as soon as the last is there."""

    def __init__(self, setting: Setting, todo: Plan, workers: Workers, outcome: Outcome) -> None:
        self._setting, self._outcome = setting, outcome
        self._tasks = Tasks(workers)
        self._shards = {shard.name: shard for shard in todo.shards}
        self._owner = {piece.name: shard.name for shard in todo.shards for piece in shard.pieces}
        self._pieces = {piece.name: piece for piece in todo.pieces}
        self._missing = {shard.name: len(shard.pieces) for shard in todo.shards}
        self._work = max(sum(map(_cost, todo.pieces)), 1)
        self._clips = sum(len(piece.files) for piece in todo.pieces)

    def run(self, tell: Tell) -> None:
        """All of it; ``tell`` after every piece."""
        for shard in self._shards.values():
            if not shard.pieces:
                self._join(shard.name)
        for piece in self._pieces.values():
            self._tasks.add(piece.name, analyze_piece, self._setting, piece)
        work = done = 0
        tell(Progress("analyzing", 0, self._clips, 0.0))
        for name, result in self._tasks.results():
            if isinstance(result, Ended):
                self._give_up(name)
                continue
            for stage, spent in result.seconds.items():
                self._outcome.seconds[stage] += spent
            if name not in self._pieces:  # a shard is joined
                continue
            piece = self._pieces[name]
            self._outcome.analyzed += result.clips if result.made else 0
            work, done = work + _cost(piece), done + result.clips
            tell(Progress("analyzing", done, self._clips, work / self._work))
            self._missing[self._owner[name]] -= 1
            if not self._missing[self._owner[name]]:
                self._join(self._owner[name])

    def _join(self, name: str) -> None:
        self._tasks.add_next(f"join {name}", join_shard, self._setting, self._shards[name])

    def _give_up(self, name: str) -> None:
        """Analyze the files of a piece one by one; of one that ends a process too, say so."""
        if (piece := self._pieces.get(name)) is None:
            raise Refused("A process ended each time that it wrote a shard: it needs more memory.")
        if len(piece.files) == 1:
            self._tasks.add_next(name, refuse_piece, self._setting, piece)
            return
        parts = alone(piece)
        shard = self._shards[self._owner.pop(name)]
        del self._pieces[name]
        pieces = (*(each for each in shard.pieces if each != piece), *parts)
        self._shards[shard.name] = replace(shard, pieces=pieces)
        self._missing[shard.name] += len(parts) - 1
        for part in parts:
            self._owner[part.name], self._pieces[part.name] = shard.name, part
            self._tasks.add(part.name, analyze_piece, self._setting, part)


def _cost(piece: Piece) -> int:
    """What a piece counts for in the work that is left: bytes to read, and a little a file."""
    return sum(each.size + 1000 for each in piece.files)


def _index(library: Path, outcome: Outcome, tell: Tell) -> None:
    """The index by which *more like this* finds its way in a large library."""
    clips, begun = outcome.clips, time.perf_counter()
    opened = OpenedLibrary(library, library)
    share = partial(Progress, "indexing", clips, clips)
    build_index(opened, cores(), lambda done: tell(share(done)))
    outcome.seconds["index"] = time.perf_counter() - begun


def _sum_up(library: Path, outcome: Outcome) -> None:
    """Counts what is there now."""
    shards = library_of(library)
    members = [member for shard in shards for member in shard.members]
    outcome.shards, outcome.clips = len(shards), len(members)
    outcome.windows = sum(member.windows for member in members)
    outcome.problems = sum(member.problem for member in members)
    outcome.hash = content_hash(shards)
