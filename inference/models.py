"""The five models: their names, files and tensor shapes (``None`` is the batch axis)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .mlp import Activation

Shape = tuple[int | None, ...]
LATENT_SIZE = 256
"""Numbers in a latent of StyleVAE."""


@dataclass(frozen=True)
class ModelSpec:
    """What a model takes and gives, whichever file its weights come from.

    hidden, activation: the layers between input and outputs in the files that we ship; a user's
    own file may have others.
    """

    name: str
    title: str
    inputs: dict[str, Shape]
    outputs: dict[str, Shape]
    hidden: tuple[int, ...]
    activation: Activation = Activation.RELU

    @property
    def file(self) -> str:
        """The name of its weights' file."""
        return f"{self.name}.onnx"

    def path(self, assets: Path) -> Path:
        """Where the shipped weights lie below the ``assets`` folder."""
        return assets / "models" / self.file

    def available(self, assets: Path) -> bool:
        """Whether its weights ship."""
        return self.path(assets).is_file()

    def status(self, assets: Path) -> str:
        """``ready`` or ``not trained yet``."""
        return "ready" if self.available(assets) else "not trained yet"


_SPECS = (
    ModelSpec(
        "deepphase",
        "DeepPhase",
        {"frame": (None, 132)},
        {"phase": (None, 2)},
        (256, 128, 32),
        Activation.LEAKY_RELU,
    ),
    ModelSpec(
        "stylevae_encoder",
        "StyleVAE encoder",
        {"motion": (None, 4380)},
        {"mu": (None, LATENT_SIZE), "logvar": (None, LATENT_SIZE)},
        (512, 256),
    ),
    ModelSpec(
        "stylevae_decoder",
        "StyleVAE decoder",
        {"latent": (None, LATENT_SIZE)},
        {"motion": (None, 60, 73)},
        (256, 512),
    ),
    ModelSpec(
        "deepmimic_actor",
        "DeepMimic actor",
        {"state": (None, 197)},
        {"action": (None, 36)},
        (1024, 512),
    ),
    ModelSpec(
        "deepmimic_critic",
        "DeepMimic critic",
        {"state": (None, 197)},
        {"value": (None, 1)},
        (1024, 512),
    ),
)
MODELS: dict[str, ModelSpec] = {spec.name: spec for spec in _SPECS}


def spec_of(name: str) -> ModelSpec | None:
    """The model that ``name`` is one of: ``deepmimic_actor_run`` is a ``deepmimic_actor``."""
    return next((s for s in _SPECS if name == s.name or name.startswith(f"{s.name}_")), None)
