"""What every training run shares: the loop, whole checkpoints on disk, going on from one.

A run is a ``ResumableRun``: it names what it holds in ``parts``, and says in ``advance`` what one
advance is. ``finish`` trains it to its end, from its checkpoint where there is one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar, Protocol

import numpy as np
import torch
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor

from motion.files import whole_file

from .curves import write_curve


class Stateful(Protocol):
    """Anything that tells its state and takes it back: modules, optimizers, schedules."""

    def state_dict(self) -> dict[str, Any]: ...

    def load_state_dict(self, state_dict: Any) -> Any: ...


class ResumableRun(ABC):
    """A training run that can stop after any advance and go on as if it had not.

    done: how far it is, in its own unit (steps, rounds, samples), moved by ``advance``.
    parts: what is kept in a checkpoint, by name. curve: what was told, every
    ``row_every`` advances, as means over them. chance: the run's own source of chance;
    that of torch is kept too.
    """

    checkpoint_every: ClassVar[int] = 500
    row_every: ClassVar[int] = 1

    def __init__(self, name: str, settings: Any, **task: Any) -> None:
        """settings: a frozen dataclass with a ``seed``. task: what else tells it from others."""
        torch.manual_seed(settings.seed)
        self.chance = torch.Generator().manual_seed(settings.seed)
        self.name = name
        self.done = 0
        self.parts: dict[str, Stateful] = {}
        self.curve: list[dict[str, float]] = []
        self._task = {"settings": asdict(settings), **task}
        self._told: list[Mapping[str, float]] = []

    @abstractmethod
    def advance(self) -> Mapping[str, float]:
        """Learns once, moves ``done``, and tells how it went."""

    def train(self, checkpoint: Path, until: int) -> None:
        """Advances until ``done`` is ``until``, saving to ``checkpoint``."""
        with progress_bar() as progress:
            task = progress.add_task(self.name, total=until, completed=self.done)
            while self.done < until:
                self._note(self.advance())
                last = self.done >= until
                if not self._told:
                    sentence = f"{self.name}, {_sentence(self.curve[-1])}"
                    progress.update(task, description=sentence)
                progress.update(task, completed=self.done)
                advances = len(self.curve) * self.row_every + len(self._told)
                if last or advances % self.checkpoint_every == 0:
                    self.save(checkpoint)

    def save(self, path: Path) -> None:
        """Writes the checkpoint, and the learning curve beside it."""
        state = {
            "task": self._task,
            "done": self.done,
            "curve": self.curve,
            "told": self._told,
            "parts": {name: part.state_dict() for name, part in self.parts.items()},
            "chance": self.chance.get_state(),
            "random": torch.get_rng_state(),
        }
        save_checkpoint(state, path)
        if self.curve:
            write_curve(path.with_suffix(".csv"), self.curve)

    def restore(self, path: Path) -> None:
        """Goes on from a checkpoint; ValueError when it is of another run."""
        state = torch.load(path, weights_only=True)
        others = [name for name, own in self._task.items() if state["task"].get(name) != own]
        if others:
            raise ValueError(
                f"{path}: made with other {' and other '.join(others)}; train without --resume "
                "or with the same"
            )
        for name, part in self.parts.items():
            part.load_state_dict(state["parts"][name])
        self.done, self.curve, self._told = state["done"], state["curve"], state["told"]
        self.chance.set_state(state["chance"])
        torch.set_rng_state(state["random"])

    def _note(self, told: Mapping[str, float]) -> None:
        self._told.append(told)
        if len(self._told) == self.row_every:
            row = {name: float(np.mean([t[name] for t in self._told])) for name in told}
            self.curve.append(row)
            self._told = []


def finish(run: ResumableRun, checkpoint: Path, until: int, resume: bool) -> None:
    """Trains ``run`` to its end, with ``resume`` from ``checkpoint`` where there is one."""
    if resume and checkpoint.is_file():
        run.restore(checkpoint)
    run.train(checkpoint, until)


def progress_bar() -> Progress:
    """What is done, how far it is, how long it will take."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    )


def save_checkpoint(state: dict[str, Any], path: Path) -> None:
    """Writes ``state``, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as part, part.open("wb") as file:
        torch.save(state, file)


def as_tensors(state: dict[str, Any]) -> dict[str, Any]:
    """``state`` with its arrays as tensors, which a checkpoint may hold."""
    return {
        name: torch.from_numpy(value) if isinstance(value, np.ndarray) else value
        for name, value in state.items()
    }


def as_arrays(state: dict[str, Any]) -> dict[str, Any]:
    """The inverse of ``as_tensors``."""
    return {
        name: value.numpy() if isinstance(value, Tensor) else value for name, value in state.items()
    }


def _sentence(row: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:.3g}" for name, value in row.items())
