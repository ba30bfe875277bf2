"""What StyleVAE is asked for, as losses on torch tensors."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from motion.canonical import FOOT_JOINTS, OFFSETS, PARENTS
from motion.features import CONTACTS, FEATURES, FPS, JOINT_VALUES, ROOT, WINDOW

from .basis import Basis

_FEET = list(FOOT_JOINTS)
_BONES = torch.from_numpy(OFFSETS[1:]).norm(dim=-1)
_PARENTS = torch.from_numpy(PARENTS[1:]).long()


class Frames(NamedTuple):
    """joints (B, F, 22, 3) in the root frame, m; root (B, F, 3) m/s, m/s, rad/s;
    contacts (B, F, 4).
    """

    joints: Tensor
    root: Tensor
    contacts: Tensor


class Synthesis:
    """Coefficients to frames of motion: any run of frames of the window."""

    def __init__(self, basis: Basis) -> None:
        self.mean = torch.from_numpy(basis.mean).float()
        self.matrix = torch.from_numpy(basis.synthesis).float()

    def frames(self, coefficients: Tensor, start: int, count: int) -> Frames:
        """Frames ``start`` to ``start + count`` of coefficients (B, K)."""
        part = slice(start * FEATURES, (start + count) * FEATURES)
        flat = torch.addmm(self.mean[part], coefficients, self.matrix[:, part])
        motion = flat.view(len(flat), count, FEATURES)
        joints = motion[..., :JOINT_VALUES].reshape(len(flat), count, -1, 3)
        return Frames(joints, motion[..., ROOT], motion[..., CONTACTS])


def random_run(count: int) -> int:
    """Where in a window a run of ``count`` frames begins."""
    return int(torch.randint(0, WINDOW - count + 1, ()))


def world_velocity(frames: Frames) -> Tensor:
    """Joint velocities (B, F - 1, 22, 3) in m/s, seen from each frame's root frame."""
    angle = (frames.root[:, :-1, 2] / FPS)[..., None]
    c, s = torch.cos(angle), torch.sin(angle)
    x, y, z = frames.joints[:, 1:].unbind(-1)
    moved = torch.stack([c * x + s * z, y, c * z - s * x], dim=-1)
    velocity = (moved - frames.joints[:, :-1]) * FPS
    drift = torch.stack(
        [frames.root[:, :-1, 0], torch.zeros_like(angle[..., 0]), frames.root[:, :-1, 1]], dim=-1
    )
    return velocity + drift[:, :, None]


def reconstruction(predicted: Tensor, target: Tensor) -> Tensor:
    """Squared error of coefficients (B, K) per joint and frame, m²."""
    return (predicted - target).square().sum(dim=-1).mean() / (WINDOW * len(PARENTS))


def joint_error(predicted: Frames, target: Frames) -> Tensor:
    """Mean distance of joints, metres."""
    return (predicted.joints - target.joints).norm(dim=-1).mean()


def bone_error(frames: Frames) -> Tensor:
    """Mean relative error of bone lengths."""
    bones = frames.joints[:, :, 1:] - frames.joints[:, :, _PARENTS]
    return (bones.norm(dim=-1) / _BONES - 1).abs().mean()


def skate(predicted: Frames, target: Frames, contacts: Tensor) -> Tensor:
    """Error of foot velocity in world space while the target stands, m/s.

    contacts: (B, F, 4), of the target.
    """
    difference = world_velocity(predicted) - world_velocity(target)
    error = difference[:, :, _FEET].norm(dim=-1)
    weight = contacts[:, :-1]
    return (error * weight).sum() / weight.sum().clamp(min=1)


def own_skate(frames: Frames) -> Tensor:
    """Speed of feet that the motion itself says are in contact, m/s."""
    speed = world_velocity(frames)[:, :, _FEET].norm(dim=-1)
    weight = ((frames.contacts[:, :-1] - 0.5) * 2).clamp(0, 1).detach()
    return (speed * weight).sum() / weight.sum().clamp(min=1)


def mean_speed(frames: Frames) -> Tensor:
    """Mean joint speed (B,) of each of a batch, m/s."""
    return world_velocity(frames).norm(dim=-1).mean(dim=(1, 2))


def vigour_error(predicted: Frames, target: Frames) -> Tensor:
    """Mean squared logarithm of how the mean joint speeds compare."""
    ratio = (mean_speed(predicted) + 0.05) / (mean_speed(target) + 0.05)
    return ratio.log().square().mean()


def overspeed(frames: Frames, limit: float) -> Tensor:
    """Mean excess of joint speeds over ``limit``, m/s."""
    return F.relu(world_velocity(frames).norm(dim=-1) - limit).mean()


def kl_divergence(mu: Tensor, logvar: Tensor) -> Tensor:
    """KL from the unit normal, nats per window."""
    return 0.5 * (mu.square() + logvar.exp() - 1 - logvar).sum(dim=-1).mean()


def off_normal(mu: Tensor, logvar: Tensor) -> Tensor:
    """How far each latent of a batch is from mean 0 and variance 1 together."""
    mean = mu.mean(dim=0)
    variance = mu.var(dim=0) + logvar.exp().mean(dim=0)
    return mean.square().mean() + (variance - 1).square().mean()
