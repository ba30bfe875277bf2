"""The networks of policies: small teachers, and what ships, with its normalisers folded in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from character.action import BALL_ACTION, HINGE_ACTION
from character.anatomy import ACTION_SIZE, STATE_SIZE
from inference.models import MODELS
from inference.onnx.reader import read_mlp
from training.export import Graph

from .imitation_env import RESIDUAL_SIZE

TEACHER_HIDDEN = (256, 256)
SHIPPED_HIDDEN = (1024, 512)
_SMALLEST_DEVIATION = 0.02
_FARTHEST = 10.0
_UNIT_AXIS = 0.01
_BALLS, _HINGES = torch.from_numpy(BALL_ACTION), torch.from_numpy(HINGE_ACTION)


class Normalizer(nn.Module):
    """Running mean and deviation of vectors (B, size), the deviation not below 0.02."""

    count: Tensor
    mean: Tensor
    square: Tensor

    def __init__(self, size: int) -> None:
        super().__init__()
        for name, value in (("count", torch.zeros(())), ("mean", torch.zeros(size))):
            self.register_buffer(name, value.double())
        self.register_buffer("square", torch.zeros(size).double())

    def update(self, batch: Tensor) -> None:
        """Takes vectors (B, size) into account."""
        self.count += len(batch)
        share = len(batch) / self.count
        self.mean += share * (batch.double().mean(dim=0) - self.mean)
        self.square += share * (batch.double().square().mean(dim=0) - self.square)

    @property
    def deviation(self) -> Tensor:
        spread = (self.square - self.mean.square()).clamp(min=0).sqrt()
        return spread.clamp(min=_SMALLEST_DEVIATION)

    def forward(self, x: Tensor) -> Tensor:
        normal: Tensor = (x - self.mean.float()) / self.deviation.float()
        return normal


def perceptron(sizes: Sequence[int], last: float | None = None) -> nn.Sequential:
    """Linear layers with ReLU between them; last: bound of the last layer's first weights."""
    layers: list[nn.Module] = []
    for inputs, outputs in zip(sizes[:-1], sizes[1:], strict=True):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    if last is not None:
        nn.init.uniform_(layers[-2].weight, -last, last)
        nn.init.zeros_(layers[-2].bias)
    return nn.Sequential(*layers[:-1])


class Teacher(nn.Module):
    """States (B, 197) to residuals (B, 28), radians, and to values (B,)."""

    def __init__(self) -> None:
        super().__init__()
        self.normalizer = Normalizer(STATE_SIZE)
        self.actor = perceptron((STATE_SIZE, *TEACHER_HIDDEN, RESIDUAL_SIZE), last=0.01)
        self.critic = perceptron((STATE_SIZE, *TEACHER_HIDDEN, 1), last=0.01)

    def normal(self, states: Tensor) -> Tensor:
        """States as the networks take them."""
        normal: Tensor = self.normalizer(states).clamp(-_FARTHEST, _FARTHEST)
        return normal

    def residuals(self, normal: Tensor) -> Tensor:
        residuals: Tensor = self.actor(normal)
        return residuals

    def values(self, normal: Tensor) -> Tensor:
        values: Tensor = self.critic(normal)[:, 0]
        return values


class Shipped(nn.Module):
    """States (B, 197) to outputs (B, size) through 1024 and 512 units.

    shift (size,), scale (size,): what the network's own output is scaled by and added to.
    """

    shift: Tensor
    scale: Tensor

    def __init__(self, size: int) -> None:
        super().__init__()
        self.inputs = Normalizer(STATE_SIZE)
        self.network = perceptron((STATE_SIZE, *SHIPPED_HIDDEN, size), last=0.01)
        self.register_buffer("shift", torch.zeros(size).double())
        self.register_buffer("scale", torch.ones(size).double())

    def forward(self, states: Tensor) -> Tensor:
        raw: Tensor = self.network(self.inputs(states))
        return raw * self.scale.float() + self.shift.float()


def action_error(actions: Tensor, targets: Tensor) -> Tensor:
    """How far actions (B, 36) are from target poses without root (B, 36), radians squared.

    Compared as rotations, as angle and axis stand for one in many ways; axes are held near length
    one.
    """
    ball, target = actions[:, _BALLS], targets[:, _BALLS]
    half, axis = ball[..., 0] / 2, ball[..., 1:]
    length = axis.norm(dim=-1).clamp(min=1e-6)
    along = (axis * target[..., 1:]).sum(dim=-1) / length
    cosine = half.cos() * target[..., 0] + half.sin() * along
    bends = actions[:, _HINGES] - targets[:, _HINGES]
    turns = 4 * (1 - cosine.square())
    error = turns.sum(dim=1) + bends.square().sum(dim=1)
    return (error + _UNIT_AXIS * (length - 1).square().sum(dim=1)).mean()


@torch.no_grad()
def fold(shipped: Shipped) -> list[nn.Linear]:
    """The three layers that give what ``shipped`` gives, from states to outputs."""
    layers = [layer for layer in shipped.network if isinstance(layer, nn.Linear)]
    folded = []
    for number, layer in enumerate(layers):
        weight, bias = layer.weight.double(), layer.bias.double()
        if number == 0:
            weight = (weight / shipped.inputs.deviation).float().double()  # as the file has it
            bias = bias - weight @ shipped.inputs.mean
        if number == len(layers) - 1:
            weight = shipped.scale[:, None] * weight
            bias = shipped.scale * bias + shipped.shift
        one = nn.Linear(layer.in_features, layer.out_features)
        one.weight.copy_(weight)
        one.bias.copy_(bias)
        folded.append(one)
    return folded


def export(shipped: Shipped, path: Path, name: str, output: str) -> None:
    """Writes ``shipped`` as the ONNX model ``name``: ``state`` (batch, 197) to ``output``."""
    graph, source, layers = Graph(), "state", fold(shipped)
    for number, layer in enumerate(layers, 1):
        target = output if number == len(layers) else f"linear{number}"
        graph.linear(f"layer{number}", layer, source, target)
        if number != len(layers):
            source = f"hidden{number}"
            graph.node("Relu", [target], source)
    size = layers[-1].out_features
    graph.save(path, name, {"state": (None, STATE_SIZE)}, {output: (None, size)})


def new_actor() -> Shipped:
    """An actor whose outputs are actions (B, 36)."""
    return Shipped(ACTION_SIZE)


def new_critic() -> Shipped:
    """A critic whose output is the discounted return (B, 1)."""
    return Shipped(1)


@torch.no_grad()
def unfold(path: Path, states: Tensor) -> Shipped:
    """The actor in an ONNX file, with 1024 and 512 units, normalising by ``states`` (B, 197)."""
    actor, given = new_actor(), read_mlp(path, MODELS["deepmimic_actor"])
    actor.inputs.update(states)
    linears = [layer for layer in actor.network if isinstance(layer, nn.Linear)]
    for linear, dense in zip(linears, given.layers, strict=True):
        linear.weight.copy_(torch.tensor(dense.weight))
        linear.bias.copy_(torch.tensor(dense.bias))
    first, weight = linears[0], linears[0].weight.double()
    first.bias.copy_(first.bias.double() + weight @ actor.inputs.mean)
    first.weight.copy_(weight * actor.inputs.deviation)
    return actor
