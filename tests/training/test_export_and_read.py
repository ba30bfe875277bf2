"""Networks as PyTorch writes them, by both of its exporters, read and compared with PyTorch."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
torch.set_num_threads(1)

from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

from inference import load_model  # noqa: E402
from inference.mlp import Mlp  # noqa: E402
from inference.onnx.reader import read_model  # noqa: E402

Forward = Callable[..., Any]
L = nn.Linear


class Net(nn.Module):
    """``forward(self, x)`` over some parts."""

    def __init__(self, forward: Forward, **parts: nn.Module | nn.Parameter) -> None:
        super().__init__()
        self._run = forward
        for name, part in parts.items():
            setattr(self, name, part)

    def forward(self, x: torch.Tensor) -> Any:
        return self._run(self, x)


def noise(*shape: int) -> nn.Parameter:
    return nn.Parameter(0.1 * torch.randn(*shape))


def acting(activation: nn.Module) -> nn.Module:
    return nn.Sequential(L(132, 64), activation, L(64, 2))


def over_time(*layers: nn.Module, channels: int = 60, steps: int = 73) -> nn.Module:
    return nn.Sequential(nn.Unflatten(1, (channels, steps)), *layers)


def experts(s: Net, x: torch.Tensor) -> torch.Tensor:
    share = F.softmax(s.gate(x), dim=1)
    return (share.unsqueeze(-1) * torch.stack([s.a(x), s.b(x), s.c(x)], 1)).sum(1)


def best_experts(s: Net, x: torch.Tensor) -> torch.Tensor:
    score, which = torch.topk(s.gate(x), 2, dim=-1)
    share = torch.zeros_like(s.gate(x)).scatter(-1, which, F.softmax(score, -1))
    return torch.einsum("bn,nio,bi->bo", share, s.weight, x)


def residual(s: Net, x: torch.Tensor) -> torch.Tensor:
    h = F.relu(s.a(x))
    return s.c(h + F.relu(s.b(h)))


def attention(s: Net, x: torch.Tensor) -> torch.Tensor:
    q, k, v = s.a(x.view(-1, 60, 73)).chunk(3, -1)
    return (F.softmax(q @ k.transpose(1, 2) / 32**0.5, -1) @ v).flatten(1)


def standardized(s: Net, x: torch.Tensor) -> torch.Tensor:
    return s.a((x - s.mean) / s.spread) * s.scale + s.shift


def scaled(s: Net, x: torch.Tensor) -> torch.Tensor:
    return torch.tanh(s.a(x)) * s.scale + s.shift


NETS: dict[str, tuple[int, Callable[[], nn.Module]]] = {
    "decoder, Unflatten": (
        256,
        lambda: nn.Sequential(L(256, 99), nn.ReLU(), L(99, 4380), nn.Unflatten(1, (60, 73))),
    ),
    "decoder, view": (
        256,
        lambda: Net(lambda s, x: s.a(x).view(x.shape[0], -1, 73), a=L(256, 4380)),
    ),
    "encoder, chunk": (256, lambda: Net(lambda s, x: tuple(s.a(x).chunk(2, -1)), a=L(256, 512))),
    "encoder, split": (
        256,
        lambda: Net(lambda s, x: torch.split(s.a(x), [100, 412], 1), a=L(256, 512)),
    ),
    "encoder, slices": (
        256,
        lambda: Net(lambda s, x: (s.a(x)[:, :256], s.a(x)[:, 256:]), a=L(256, 512)),
    ),
    "standardized": (
        132,
        lambda: Net(
            standardized,
            a=L(132, 2),
            mean=noise(132),
            scale=noise(2),
            shift=noise(2),
            spread=nn.Parameter(torch.rand(132) + 0.5),
        ),
    ),
    "BatchNorm": (
        132,
        lambda: nn.Sequential(nn.BatchNorm1d(132), L(132, 64), nn.BatchNorm1d(64), L(64, 2)),
    ),
    "weight norm": (
        132,
        lambda: nn.Sequential(
            nn.utils.parametrizations.weight_norm(L(132, 64)), nn.ReLU(), L(64, 2)
        ),
    ),
    "Dropout": (132, lambda: acting(nn.Sequential(nn.Dropout(0.3), nn.Identity(), nn.Tanh()))),
    "LeakyReLU": (132, lambda: acting(nn.LeakyReLU(0.2))),
    "LayerNorm, GELU": (132, lambda: acting(nn.Sequential(nn.LayerNorm(64), nn.GELU()))),
    "GELU": (132, lambda: acting(nn.GELU())),
    "GELU by tanh": (132, lambda: acting(nn.GELU(approximate="tanh"))),
    "Softplus, beta": (132, lambda: acting(nn.Softplus(beta=2.5))),
    "Tanh, BatchNorm": (132, lambda: acting(nn.Sequential(nn.Tanh(), nn.BatchNorm1d(64)))),
    "scaled action": (197, lambda: Net(scaled, a=L(197, 36), scale=noise(36), shift=noise(36))),
    "GroupNorm": (132, lambda: acting(nn.GroupNorm(4, 64))),
    "RMSNorm": (132, lambda: acting(nn.RMSNorm(64))),
    **{
        type(make()).__name__: (132, lambda make=make: acting(make()))
        for make in (
            nn.SiLU,
            nn.ELU,
            nn.SELU,
            nn.CELU,
            nn.Softplus,
            nn.Mish,
            nn.Hardswish,
            nn.PReLU,
            nn.Hardsigmoid,
            nn.Hardtanh,
            nn.Softsign,
            nn.LogSigmoid,
            nn.ReLU6,
            nn.Sigmoid,
        )
    },
    "residual": (197, lambda: Net(residual, a=L(197, 96), b=L(96, 96), c=L(96, 36))),
    "experts": (132, lambda: Net(experts, gate=L(132, 3), a=L(132, 2), b=L(132, 2), c=L(132, 2))),
    "best experts": (132, lambda: Net(best_experts, gate=L(132, 4), weight=noise(4, 132, 2))),
    "attention": (4380, lambda: Net(attention, a=L(73, 96))),
    "clamped action": (197, lambda: Net(lambda s, x: s.a(x).clamp(-1, 1), a=L(197, 36))),
    "unit circle": (132, lambda: Net(lambda s, x: F.normalize(s.a(x), dim=-1), a=L(132, 2))),
    "angle": (132, lambda: Net(lambda s, x: torch.atan2(s.a(x), s.b(x)), a=L(132, 2), b=L(132, 2))),
    "sines": (
        132,
        lambda: Net(lambda s, x: s.a(torch.cat([x, x.sin(), x.cos()], -1)), a=L(396, 2)),
    ),
    "whitened row": (
        132,
        lambda: Net(
            lambda s, x: s.a((x - x.mean(-1, True)) / (x.std(-1, keepdim=True) + 1e-5)), a=L(132, 2)
        ),
    ),
    "repeated": (256, lambda: Net(lambda s, x: s.a(x).unsqueeze(1).repeat(1, 60, 1), a=L(256, 73))),
    "where": (
        132,
        lambda: Net(lambda s, x: torch.where(s.a(x) > 0, s.a(x), x[:, :2]), a=L(132, 2)),
    ),
    "Conv1d": (
        4380,
        lambda: over_time(
            nn.Conv1d(60, 32, 5, padding=2),
            nn.ReLU(),
            nn.AvgPool1d(2),
            nn.Conv1d(32, 16, 3, stride=2, padding=1, padding_mode="replicate"),
            nn.Flatten(),
            L(288, 256),
        ),
    ),
    "MaxPool1d": (
        4380,
        lambda: over_time(
            nn.Conv1d(60, 8, 3), nn.MaxPool1d(2), nn.AdaptiveAvgPool1d(1), nn.Flatten(), L(8, 4)
        ),
    ),
    "Conv2d": (
        4380,
        lambda: nn.Sequential(
            nn.Unflatten(1, (1, 60, 73)),
            nn.Conv2d(1, 4, 3, stride=2),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            L(4, 2),
        ),
    ),
    "ConvTranspose1d": (
        240,
        lambda: over_time(
            nn.ConvTranspose1d(16, 32, 4, 2, 1),
            nn.LeakyReLU(),
            nn.ConvTranspose1d(32, 73, 4, 2, 1),
            Net(lambda s, x: x.permute(0, 2, 1)),
            channels=16,
            steps=15,
        ),
    ),
    "Upsample": (
        240,
        lambda: over_time(
            nn.Upsample(scale_factor=4), nn.Conv1d(16, 73, 3, padding=1), channels=16, steps=15
        ),
    ),
    "Upsample, linear": (
        240,
        lambda: over_time(nn.Upsample(scale_factor=4, mode="linear"), channels=16, steps=15),
    ),
    "InstanceNorm": (
        132,
        lambda: over_time(nn.InstanceNorm1d(12, affine=True), channels=12, steps=11),
    ),
}
SPELLED_OUT = ["GELU", "GELU by tanh", "Softplus", "Softplus, beta"]
"""Activations for which there may be no operator: PyTorch writes several."""
FUSED = [*list(NETS)[:10], "Sigmoid", "ELU", "Tanh, BatchNorm", "scaled action", *SPELLED_OUT]
"""These come out as plain MLPs, which the kernel runs."""
FEW = [
    "decoder, Unflatten",
    "encoder, chunk",
    "weight norm",
    "LayerNorm, GELU",
    "experts",
    "Conv1d",
]


def export(net: nn.Module, width: int, path: Path, dynamo: bool, opset: int, fixed: bool) -> None:
    options: dict[str, Any] = {"input_names": ["x"], "opset_version": opset, "dynamo": dynamo}
    if dynamo:
        options["verbose"] = False
        options["dynamic_shapes"] = None if fixed else ({0: torch.export.Dim("batch")},)
    elif not fixed:
        options["dynamic_axes"] = {"x": {0: "batch"}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(net, (torch.randn(2, width),), path, **options)


def check(name: str, path: Path, dynamo: bool, opset: int, fixed: bool = False) -> None:
    """Write the network, read it, and run it on another batch than it was written with."""
    torch.manual_seed(0)
    width, make = NETS[name]
    net = make().eval()
    try:
        export(net, width, path, dynamo, opset, fixed)
    except torch.onnx.OnnxExporterError as error:
        pytest.skip(f"PyTorch cannot write it: {str(error).splitlines()[0]}")
    x = torch.randn(5, width)
    with torch.no_grad():
        right = net(x)
    expected = right if isinstance(right, tuple) else (right,)
    found = load_model(path, "numpy").run({"x": x.numpy()})
    assert len(found) == len(expected)
    for array, tensor in zip(found.values(), expected, strict=True):
        scale = max(1.0, float(tensor.abs().max()))
        np.testing.assert_allclose(array, tensor.numpy(), atol=1e-5 * scale)
    if name in FUSED:
        assert isinstance(read_model(path), Mlp)


@pytest.mark.parametrize("name", FEW)
def test_a_few(name: str, tmp_path: Path) -> None:
    check(name, tmp_path / "net.onnx", dynamo=False, opset=17)


@pytest.mark.parametrize("opset", [11, 17, 18])
@pytest.mark.parametrize("name", [*SPELLED_OUT, "Tanh, BatchNorm", "scaled action"])
def test_activations_and_scales_are_fused(name: str, opset: int, tmp_path: Path) -> None:
    """Opset 18 by the newer exporter, the others by TorchScript."""
    if opset == 18:
        pytest.importorskip("onnxscript")
    check(name, tmp_path / "net.onnx", dynamo=opset == 18, opset=opset)


@pytest.mark.slow
@pytest.mark.parametrize("opset", [11, 13, 17, 20])
@pytest.mark.parametrize("name", NETS)
def test_torchscript(name: str, opset: int, tmp_path: Path) -> None:
    check(name, tmp_path / "net.onnx", dynamo=False, opset=opset)


@pytest.mark.slow
@pytest.mark.parametrize("opset", [18, 20, 23])
@pytest.mark.parametrize("name", NETS)
def test_dynamo(name: str, opset: int, tmp_path: Path) -> None:
    pytest.importorskip("onnxscript")
    check(name, tmp_path / "net.onnx", dynamo=True, opset=opset)


@pytest.mark.slow
@pytest.mark.parametrize("dynamo", [False, True])
@pytest.mark.parametrize("name", NETS)
def test_a_fixed_batch(name: str, dynamo: bool, tmp_path: Path) -> None:
    if dynamo:
        pytest.importorskip("onnxscript")
    check(name, tmp_path / "net.onnx", dynamo, opset=18, fixed=True)
