"""A clip in another style: what is wanted, what comes of it, and how that measures; no Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inference.runner import Runner
from motion import resample
from motion.canonical import FOOT_JOINTS
from motion.contacts import joint_speed
from motion.features import FPS, motion_features
from motion.restyling.course import StyleAt, course
from motion.restyling.joining import cut, window_starts
from motion.restyling.judge import Judge, load_judge
from motion.restyling.restyle import Content, read_content, restyled
from motion.restyling.subspace import STYLE_BLOCK, StyleSubspace

from .clip import OpenMotion
from .demo import ASSETS
from .notice import Refused, sentence
from .quality import JUDGE, decoding, encoding
from .shipped import load_shipped
from .style_names import NamedStyle

_READ_STRIDE = 5
_STILL = 1e-3


@dataclass(frozen=True, eq=False)
class Wish:
    """What a person wants of a clip.

    style: for all of it; None: its own. keys: the style over time, in place of ``style``.
    strength: 0 is the content, 1 the style; of keys it multiplies each one's.
    """

    style: NamedStyle | None = None
    keys: tuple[StyleAt, ...] = ()
    strength: float = 1.0


@dataclass(frozen=True)
class Measured:
    """Numbers of a restyled clip.

    speed_ratio: its mean joint speed by the content's; None where that stands still.
    read_as, read_share: the style that the judge reads in most of its windows, in which share
    of them. style_speed_ratio: its mean joint speed by the median of real motion in that style.
    foot_speed_in_contact: over the ground, 90th percentile, m/s; None without contact.
    """

    speed_ratio: float | None
    read_as: str
    read_share: float
    style_speed_ratio: float
    foot_speed_in_contact: float | None


@dataclass(frozen=True, eq=False)
class RestyledClip:
    """positions: (T, 22, 3) canonical, metres, 30 fps. contacts: (T, 4). content: what it was.

    strengths: (T,), how much of the style each frame has.
    """

    content: Content
    positions: np.ndarray
    contacts: np.ndarray
    strengths: np.ndarray


class Restyler:
    """Puts styles on clips with an encoder and a decoder.

    subspace: where in a latent its style is.
    """

    def __init__(
        self, encoder: Runner, decoder: Runner, subspace: StyleSubspace = STYLE_BLOCK
    ) -> None:
        self.engine = decoder.engine
        self.subspace = subspace
        self._encode, self._decode = encoding(encoder), decoding(decoder)

    def content(self, positions: np.ndarray) -> Content:
        """Canonical ``positions`` (T, 22, 3) at 30 fps, ready to be restyled."""
        return read_content(positions, self._encode, self._decode, self.subspace)

    def restyled(self, content: Content, wish: Wish) -> RestyledClip:
        """``content`` as it is wanted."""
        styles, strengths = styles_of(wish, content)
        positions, contacts = restyled(content, styles, strengths, self._decode)
        times_s = np.arange(len(positions)) / FPS
        by_frame = np.interp(times_s, content.middles_s, strengths)
        return RestyledClip(content, positions, contacts, by_frame)


def shipped_restyler(
    engine: str = "auto", device: str = "cpu", precision: str = "fp32"
) -> Restyler:
    """With the models that ship; options as for ``inference.load_model``. Raises Refused."""
    from inference.engines import VARIANTS

    decoder = load_shipped("stylevae_decoder", engine, device, precision)
    return Restyler(load_shipped("stylevae_encoder", *VARIANTS[decoder.engine]), decoder)


def shipped_judge() -> Judge:
    """The judge of styles that ships. Raises Refused."""
    try:
        return load_judge(ASSETS / "models" / JUDGE)
    except ValueError as error:
        raise Refused(sentence(error)) from error


def canonical_motion(motion: OpenMotion) -> np.ndarray:
    """The clip on the canonical body at 30 fps (T, 22, 3). Raises Refused where it is not human."""
    if motion.positions is None:
        raise Refused(sentence(f"{motion.path}: {motion.not_human.split('. ')[0]}"))
    return resample.linear(motion.positions, motion.frame_time, 1 / FPS)


def styles_of(wish: Wish, content: Content) -> tuple[np.ndarray, np.ndarray]:
    """The styles (W, K) and strengths (W,) that ``wish`` gives the windows of ``content``."""
    if wish.keys:
        styles, strengths = course(wish.keys, content.middles_s)
        return styles, wish.strength * strengths
    own = content.subspace.read(content.latents)
    styles = own if wish.style is None else np.broadcast_to(wish.style.values, own.shape)
    return styles, np.full(len(own), wish.strength)


def measured(made: RestyledClip, judge: Judge) -> Measured:
    """How alive and how planted ``made`` is, and what style it has."""
    positions = made.positions
    starts = window_starts(len(positions), _READ_STRIDE)
    read = judge.read(cut(motion_features(positions), starts))
    counts = np.bincount(read, minlength=len(judge.styles))
    style = int(counts.argmax())
    speed = float(joint_speed(positions, 1 / FPS).mean())
    before = float(joint_speed(made.content.positions, 1 / FPS).mean())
    flat = positions[:, FOOT_JOINTS] * np.array([1, 0, 1], np.float32)
    held = joint_speed(flat, 1 / FPS)[made.contacts > 0.5]
    return Measured(
        speed_ratio=speed / before if before > _STILL else None,
        read_as=judge.styles[style],
        read_share=float(counts[style] / len(read)),
        style_speed_ratio=float(speed / judge.speeds[style]),
        foot_speed_in_contact=float(np.percentile(held, 90)) if len(held) else None,
    )
