"""A whole clip in another style: what is wanted, what comes of it, how it measures; no Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from inference.runner import Runner
from motion import resample
from motion.canonical import CANONICAL
from motion.clip import Clip
from motion.contacts import joint_speed
from motion.features import FPS, motion_features
from motion.phase.loops import Loop, find_loop
from motion.phase.stride import ground_speed
from motion.restyling.atlas import StyleAtlas, atlas_for, principal_atlas
from motion.restyling.course import StyleAt, course
from motion.restyling.joining import cut, window_starts
from motion.restyling.judge import Judge, load_judge
from motion.restyling.looping import looped_clip
from motion.restyling.quality import Phase
from motion.restyling.restyle import Content, read_content
from motion.restyling.subspace import STYLE_BLOCK, StyleSubspace
from motion.retarget import retarget
from motion.rigs import match_rig

from . import shipped
from .clip import OpenMotion, from_clip, load_motion
from .demo import demo_clips
from .document import Latent
from .notice import Refused, sentence
from .quality import ATLAS, JUDGE, decoding, encoding
from .restyled_clip import RestyledClip, restyled_clip
from .sources import open_source
from .style_space import STYLE_VAE

_READ_STRIDE = 5
_STILL = 1e-3


@dataclass(frozen=True, eq=False)
class Wish:
    """What a person wants of a clip.

    style: for all of it; None: its own. keys: the style over time, in place of ``style``.
    sliders: numbers of the map's sliders and where they stand, σ. strength: 0 is the content,
    1 the style; of keys it multiplies each one's.
    """

    style: Latent | None = None
    keys: tuple[StyleAt, ...] = ()
    sliders: tuple[tuple[int, float], ...] = ()
    strength: float = 1.0

    @property
    def lasts_s(self) -> float:
        """The time of the last key, seconds; 0 without keys."""
        return max((key.time_s for key in self.keys), default=0.0)


@dataclass(frozen=True)
class Measured:
    """Numbers of a restyled clip.

    speed_ratio: its mean joint speed by the content's; None where that stands still.
    reads: the styles that the judge reads in its windows, each with its share of them, the
    most first. style_speed_ratio: its mean joint speed by the median of real motion in the first.
    foot_speed_in_contact: over the ground, 90th percentile, m/s; None without contact.
    """

    speed_ratio: float | None
    reads: dict[str, float]
    style_speed_ratio: float
    foot_speed_in_contact: float | None


class StyleNetworks:
    """An encoder and a decoder that put styles on clips; a map of styles to choose from.

    subspace: where in a latent its style is. files: of the two, by which a map is known to be
    theirs.
    """

    def __init__(
        self,
        encoder: Runner,
        decoder: Runner,
        files: tuple[Path, Path],
        subspace: StyleSubspace = STYLE_BLOCK,
    ) -> None:
        self.engine = decoder.engine
        self.subspace = subspace
        self._files = files
        self._encode, self._decode = encoding(encoder), decoding(decoder)

    def atlas(self) -> StyleAtlas:
        """The map that ships, where it is made for these networks; else one of the demo clips."""
        try:
            found = atlas_for(shipped.ASSETS / "models" / ATLAS, *self._files)
        except ValueError as error:
            raise Refused(sentence(error)) from error
        if found is not None:
            return found
        styles, labels, clips, starts_s = [], [], [], []
        for demo in demo_clips():
            content = self._content(canonical_motion(load_motion(demo.path)))
            styles.append(self.subspace.read(content.latents))
            labels += [demo.style or demo.title] * len(content.starts)
            clips += [demo.title] * len(content.starts)
            starts_s.append(content.starts / FPS)
        return principal_atlas(np.concatenate(styles), labels, clips, np.concatenate(starts_s))

    def style(self, positions: np.ndarray) -> np.ndarray:
        """The style (K,) of canonical ``positions`` (T, 22, 3) at 30 fps."""
        return self._content(positions).style

    def restyled(self, clip: Clip, wish: Wish, atlas: StyleAtlas | None = None) -> RestyledClip:
        """``clip``, of a human rig, as it is wanted. atlas: of the sliders of ``wish``.

        Raises rigs.NotHuman.
        """
        content = self._content(resample.linear(retarget(clip), clip.frame_time, 1 / FPS))
        styles, strengths = styles_of(wish, content, atlas)
        return restyled_clip(clip, content, styles, strengths, self._decode)

    def _content(self, positions: np.ndarray) -> Content:
        return read_content(positions, self._encode, self._decode, self.subspace)


def shipped_networks(
    engine: str = "auto", device: str = "cpu", precision: str = "fp32"
) -> StyleNetworks:
    """Those that ship; options as for ``inference.load_model``. Raises Refused."""
    from inference.engines import variant_of
    from inference.models import MODELS

    decoder, encoder = STYLE_VAE
    runner = shipped.load_shipped(decoder, engine, device, precision)
    other = shipped.load_shipped(encoder, *variant_of(runner.engine))
    paths = MODELS[encoder].path(shipped.ASSETS), MODELS[decoder].path(shipped.ASSETS)
    return StyleNetworks(other, runner, paths)


def shipped_phase(engine: str = "auto", device: str = "cpu", precision: str = "fp32") -> Phase:
    """Phase frames (T, 132) to phases (T, 2), by the DeepPhase that ships. Raises Refused."""
    deepphase = shipped.load_shipped("deepphase", engine, device, precision)
    return lambda frames: shipped.run_chunked(deepphase, frames, "phase")


def shipped_judge() -> Judge:
    """The judge of styles that ships. Raises Refused."""
    try:
        return load_judge(shipped.ASSETS / "models" / JUDGE)
    except ValueError as error:
        raise Refused(sentence(error)) from error


def opened_content(file: Path, units: str = "auto", up_axis: str = "auto") -> OpenMotion:
    """What is to be restyled: a BVH, or an NPZ as for ``open_source``. Raises Refused."""
    if file.suffix.lower() != ".npz":
        return load_motion(file, units, up_axis)
    clip = open_source(file, units, up_axis).clip
    return from_clip(clip, file, str(file), "", file.stem)


def canonical_motion(motion: OpenMotion) -> np.ndarray:
    """The clip on the canonical body at 30 fps (T, 22, 3). Raises Refused where it is not human."""
    if motion.positions is None:
        raise not_human(motion)
    return resample.linear(motion.positions, motion.frame_time, 1 / FPS)


def restyled_motion(
    motion: OpenMotion,
    wish: Wish,
    networks: StyleNetworks,
    find_phase: Callable[[], Phase],
    atlas: StyleAtlas | None = None,
    seconds: float | None = None,
) -> RestyledClip:
    """``motion`` as it is wanted: as long as it is, or until the last key, or for ``seconds``.

    find_phase: DeepPhase, asked for where the clip has to go on beyond its end. atlas: of the
    sliders of ``wish``. Raises Refused.
    """
    clip = motion.clip
    if motion.positions is None:
        raise not_human(motion)
    wanted = seconds or max(wish.lasts_s, clip.duration)
    if abs(wanted - clip.duration) > clip.frame_time / 2:
        clip = lasting(motion, wanted, find_phase())
    return networks.restyled(clip, wish, atlas)


def lasting(motion: OpenMotion, seconds: float, phase: Phase) -> Clip:
    """The clip of ``motion`` made so long: cut, or going on from a frame like its last.

    phase: phase frames (T, 132) to phases (T, 2). Raises Refused where it is no human or too
    short for that.
    """
    clip, positions, phase_frames = motion.clip, motion.positions, motion.phase_frames
    if positions is None or phase_frames is None:
        raise not_human(motion)
    frames = round(seconds / clip.frame_time) + 1
    if frames <= clip.frame_count:
        return looped_clip(clip, Loop(0, clip.frame_count - 1, 0.0), frames)
    try:
        loop = find_loop(positions, clip.frame_time, phase(phase_frames))
    except ValueError as error:
        raise Refused(sentence(f"{motion.path}: {error}")) from error
    return looped_clip(clip, loop, frames)


def not_human(motion: OpenMotion) -> Refused:
    """Why the rig of ``motion`` cannot be restyled."""
    return Refused(sentence(f"{motion.path}: {motion.not_human.split('. ')[0]}"))


def styles_of(
    wish: Wish, content: Content, atlas: StyleAtlas | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """The styles (W, K) and strengths (W,) that ``wish`` gives the windows of ``content``.

    Sliders move the wanted style, or that of every key; the windows' own styles they move as
    far as their mean.
    """
    own = content.subspace.read(content.latents)
    if wish.keys:
        keys = [replace(key, style=_slid(key.style, wish, atlas)) for key in wish.keys]
        styles, strengths = course(keys, content.middles_s)
        return styles, wish.strength * strengths
    strengths = np.full(len(own), wish.strength)
    if wish.style is not None:
        return np.broadcast_to(_slid(wish.style.values, wish, atlas), own.shape), strengths
    mean = own.mean(axis=0)
    return own + (_slid(mean, wish, atlas) - mean), strengths


def _slid(style: np.ndarray, wish: Wish, atlas: StyleAtlas | None) -> np.ndarray:
    if atlas is not None:
        for index, sigma in wish.sliders:
            style = atlas.moved(style, index, sigma)
    return style


def measured(made: RestyledClip, judge: Judge, written: Clip | None = None) -> Measured:
    """How alive and how planted ``made`` is, and what style it has.

    written: the clip that was made of it, where that is on another rig: it is read as it will
    be opened again, and its feet are those of the rig.
    """
    positions = feet = made.positions
    if written is not None and written.skeleton is not CANONICAL:
        located = match_rig(written.skeleton).locate(written)
        feet, positions = (
            resample.linear(part, written.frame_time, 1 / FPS)[: len(made.positions)]
            for part in (located, retarget(written))
        )
    starts = window_starts(len(positions), _READ_STRIDE)
    read = judge.read(cut(motion_features(positions), starts))
    counts = np.bincount(read, minlength=len(judge.styles))
    order = [style for style in np.argsort(-counts, kind="stable").tolist() if counts[style]]
    speed = float(joint_speed(positions, 1 / FPS).mean())
    before = float(joint_speed(made.content.positions, 1 / FPS).mean())
    held = ground_speed(feet, 1 / FPS)[made.contacts[: len(feet)] > 0.5]
    return Measured(
        speed_ratio=speed / before if before > _STILL else None,
        reads={judge.styles[style]: float(counts[style] / len(read)) for style in order},
        style_speed_ratio=float(speed / judge.speeds[order[0]]),
        foot_speed_in_contact=float(np.percentile(held, 90)) if len(held) else None,
    )
