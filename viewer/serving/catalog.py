"""What is served: the five models, a person's own, and what is made of them."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from inference import EngineError, ModelError, load_model
from inference.models import MODELS, spec_of
from viewer.model.demo import ASSETS
from viewer.model.notice import NO_MUJOCO, Refused, sentence

from .motion_models import phase, restyle
from .rollouts import simulate
from .served import Network, Served, network


def model_files(own: Sequence[str]) -> dict[str, Path]:
    """The files of the five models and of a person's ``own``, by the names they are served as.

    A file of the name of one of the five takes its place. Raises Refused.
    """
    named: dict[str, Path] = {}
    for path in map(Path, own):
        if path.stem in named:
            raise Refused(f"{path} and {named[path.stem]} would both be served as {path.stem}.")
        named[path.stem] = path
    return {name: spec.path(ASSETS) for name, spec in MODELS.items()} | named


def load_catalog(
    files: Mapping[str, Path], engine: str, device: str, precision: str, most_rows: int
) -> dict[str, Served]:
    """Every model loaded, and run once so that its kernel is there. Raises Refused."""
    networks: dict[str, Network] = {}
    for name, path in files.items():
        try:
            runner = load_model(path, engine, device, precision, spec_of(name))
            networks[name] = network(name, path, runner, most_rows)
            runner.run({tensor: _zeros(shape) for tensor, shape in runner.inputs.items()})
        except (ModelError, EngineError) as error:
            raise Refused(sentence(error)) from error
    made: list[Served] = [*networks.values(), phase(networks), restyle(networks)]
    try:
        made.append(simulate(networks))
    except ModuleNotFoundError:  # MuJoCo is not there for every Python
        logging.getLogger(__name__).warning(NO_MUJOCO)
    return {model.name: model for model in made}


def _zeros(shape: Sequence[int | None]) -> np.ndarray:
    return np.zeros([1 if n is None else n for n in shape], np.float32)
