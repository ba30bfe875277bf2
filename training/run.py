"""What every training run shares: whole checkpoints on disk and one look of progress."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor


def progress_bar() -> Progress:
    """What is done, how far it is, how long it will take."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    )


def save_checkpoint(state: dict[str, Any], path: Path) -> None:
    """Writes ``state`` atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    partial.replace(path)


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
