"""Skills with their networks, and the cases of a measurement, which processes share."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from character.body import Body
from character.convert import read_motion
from character.drive.files import SkillFile
from character.drive.ride import Ride
from character.drive.skills import Run, Skill, skill
from character.drive.state import Kind
from inference import Runner, load_model


@dataclass(frozen=True, eq=False)
class Troupe:
    """Skills and ``run``, which answers for their networks."""

    skills: tuple[Skill, ...]
    run: Run

    def ride(self, first: int, start: float = 0.0) -> Ride:
        """A ride that begins with the skill of that number at ``start`` s of its clip."""
        return Ride(self.skills, self.run, first, start)

    def number(self, kind: Kind) -> int:
        """The first skill of a kind. Raises ValueError."""
        for number in self.numbers(kind):
            return number
        raise ValueError(f"The set has no skill of the kind '{kind}'; give one that has.")

    def free(self) -> list[int]:
        """The skills that can be wanted: all but those that get up."""
        return self.numbers(*(kind for kind in Kind if kind is not Kind.GET_UP))

    def numbers(self, *kinds: Kind) -> list[int]:
        """The skills of these kinds."""
        return [number for number, each in enumerate(self.skills) if each.kind in kinds]


Case = tuple[Any, ...]
Play = Callable[[Troupe, Case, np.random.Generator], Any]
"""Plays a case; what it does by chance is told by the generator."""


Cases = Callable[[Troupe, int], list[Case]]
Told = Callable[[Troupe, Sequence[Case], Sequence[Any]], dict[str, Any]]


@dataclass(frozen=True)
class Measure:
    """``means`` in words; by default ``count`` of ``counted``; the cases of so many; a case played;
    what is told of those that were."""

    means: str
    counted: str
    count: int
    cases: Cases
    play: Play
    told: Told


def troupe(files: Sequence[SkillFile], engine: str = "auto") -> Troupe:
    """The skills of ``files`` with their networks on an engine, on one thread."""
    networks: dict[str, Runner] = {}

    def run(model: str, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        if model not in networks:
            networks[model] = load_model(Path(model), engine=engine, threads=1)
        return networks[model].run(dict(inputs))

    body = Body()
    skills = [
        skill(
            body, read_motion(file.motion), file.name, file.title, file.kind,
            str(file.actor), None if file.critic is None else str(file.critic), run,
        )
        for file in files
    ]  # fmt: skip
    return Troupe(tuple(skills), run)


@dataclass(frozen=True, eq=False)
class Cast:
    """Who plays the cases of a measurement: ``files`` by ``jobs`` processes, chance by ``seed``."""

    files: tuple[SkillFile, ...]
    seed: int
    jobs: int = 1
    engine: str = "auto"

    def played(self, play: Play, cases: Sequence[Case], what: str) -> tuple[list[Case], list[Any]]:
        """The cases that were played and what came of them, in order; all, unless interrupted.

        Each has a generator of its own, so the number of processes changes nothing.
        """
        came: dict[int, Any] = {}
        try:
            each: Iterable[tuple[int, Any]] = self._each(play, cases)
            if len(cases) > 1:
                each = track(each, what, len(cases))
            for number, result in each:
                came[number] = result
        except KeyboardInterrupt:
            if not came:
                raise
        return [cases[number] for number in sorted(came)], [came[n] for n in sorted(came)]

    def _each(self, play: Play, cases: Sequence[Case]) -> Iterator[tuple[int, Any]]:
        if self.jobs == 1 or len(cases) == 1:
            here = troupe(self.files, self.engine)
            for number, case in enumerate(cases):
                yield number, play(here, case, self._chance(number))
            return
        pool = ProcessPoolExecutor(
            self.jobs, get_context("spawn"), _begin, (self.files, self.engine)
        )
        try:
            numbers = {
                pool.submit(_play, play, case, self._chance(number)): number
                for number, case in enumerate(cases)
            }
            for done in as_completed(numbers):
                yield numbers[done], done.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _chance(self, number: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, number])


_HERE: list[Troupe] = []
"""Of a process that plays cases."""


def _begin(files: tuple[SkillFile, ...], engine: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _HERE.append(troupe(files, engine))


def _play(play: Play, case: Case, chance: np.random.Generator) -> Any:
    return play(_HERE[0], case, chance)


def mean(values: Iterable[float]) -> float:
    """Of numbers or truths, as it is told."""
    return rounded(np.mean(list(values)))


def rounded(value: float | np.floating) -> float:
    """``value`` to four decimals."""
    return round(float(value), 4)
