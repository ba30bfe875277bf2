"""A clip in another style: content keeps the motion alive, style colours it.

The clip is cut into overlapping windows; the encoder gives each a latent whose content
block is kept and whose style block is moved to the wanted one; the decoded windows are
joined, the path integrated and the feet planted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from motion.features import CONTACTS, FPS, WINDOW, heading, motion_features, motion_from_features
from motion.planting import plant_feet, settled, stilled_path

from .joining import cut, joined, window_starts
from .subspace import STYLE_BLOCK, StyleSubspace

PLANTED_FROM = 0.25
"""From this strength on feet in contact are held firmly; below it less and less so."""

Encode = Callable[[np.ndarray], np.ndarray]
"""Windows (W, 60, 73) to latents (W, 256)."""
Decode = Callable[[np.ndarray], np.ndarray]
"""Latents (W, 256) to windows (W, 60, 73)."""


@dataclass(frozen=True, eq=False)
class Content:
    """A clip of T frames as the encoder reads it, in W windows.

    positions: (T, 22, 3) canonical, 30 fps. starts: (W,) first frames. latents: (W, 256).
    missed: (W, 60, 73), what decoding the latents leaves out of the windows. subspace: where
    in a latent its style is.
    """

    positions: np.ndarray
    starts: np.ndarray
    latents: np.ndarray
    missed: np.ndarray
    subspace: StyleSubspace = STYLE_BLOCK

    @property
    def style(self) -> np.ndarray:
        """The clip's own style (K,), the mean over its windows."""
        style: np.ndarray = self.subspace.read(self.latents).mean(axis=0)
        return style

    @property
    def middles_s(self) -> np.ndarray:
        """Times (W,) of the middles of the windows, seconds."""
        middles: np.ndarray = (self.starts + WINDOW / 2) / FPS
        return middles


def read_content(
    positions: np.ndarray,
    encode: Encode,
    decode: Decode,
    subspace: StyleSubspace = STYLE_BLOCK,
) -> Content:
    """``positions`` (T, 22, 3), canonical, metres, 30 fps, ready to be restyled."""
    features = motion_features(positions)
    starts = window_starts(len(features))
    windows = cut(features, starts)
    latents = encode(windows)
    return Content(positions, starts, latents, windows - decode(latents), subspace)


def restyled_windows(
    content: Content, style: np.ndarray, strength: float | np.ndarray, decode: Decode
) -> np.ndarray:
    """Windows (W, 60, 73) of ``content`` under ``style``.

    style: a style (K,), or one for each window (W, K). strength: one, or one for each window
    (W,); 0 gives the windows of the content itself, with what the decoder left out of them;
    1 the style; more than 1 goes beyond it.
    """
    own, share = content.subspace.read(content.latents), np.reshape(strength, (-1, 1))
    latents = content.subspace.write(content.latents, own + share * (style - own))
    missing = np.maximum(0.0, 1.0 - share)[..., None].astype(np.float32)
    return decode(latents) + missing * content.missed


def restyled(
    content: Content, style: np.ndarray, strength: float | np.ndarray, decode: Decode
) -> tuple[np.ndarray, np.ndarray]:
    """Positions (T, 22, 3) and contacts (T, 4) of the whole clip under ``style``.

    As in ``restyled_windows``; starts where the content starts and faces as it does. From
    no strength to a quarter the planting comes in, so that strength 0 is the content.
    """
    frames = len(content.positions)
    windows = restyled_windows(content, style, strength, decode)
    features = joined(windows, content.starts, frames)
    strengths = np.broadcast_to(strength, content.starts.shape)
    times_s = np.arange(frames) / FPS
    share = np.clip(np.interp(times_s, content.middles_s, strengths) / PLANTED_FROM, 0.0, 1.0)
    contacts = settled(features[:, CONTACTS] > 0.5, 1 / FPS)
    origin = content.positions[0, 0]
    facing = float(heading(content.positions, 1 / FPS)[0])
    moving = motion_from_features(
        stilled_path(features, contacts, share), (float(origin[0]), float(origin[2]), facing)
    )
    down = contacts.astype(np.float32)
    planted = plant_feet(moving, down, 1 / FPS)
    return moving + share[:, None, None].astype(np.float32) * (planted - moving), down
