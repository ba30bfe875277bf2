"""What a session compares on its stage, for a picture without a window; no Qt."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from character.live.take import Take, TakeError
from motion.phase.series import PhaseError, PhaseSeries

from .compared import Chosen, Comparing, named_moments, remembered_figure, slot_words
from .comparison import Slot
from .document import Document
from .figure import Figure
from .moments import Moments, by_marker, by_phase
from .notice import Refused, sentence
from .session import KeptTake, Session
from .shipped import load_shipped, run_chunked
from .subject import (
    SHIPPED_STYLE,
    StyleFiles,
    Subject,
    clip_of,
    latent_figure,
    session_subject,
    worn_figure,
)


def compared_subject(
    path: Path, session: Session, assets: Path, own: StyleFiles = SHIPPED_STYLE
) -> Subject:
    """What the session in ``path`` has on stage, with all that it is compared with. Raises
    Refused."""
    subject = session_subject(path, session, assets, own)
    document = session.document
    wanted = document.comparison
    if not wanted.comparing:
        return subject
    clip = document.shown_clip if document.view.source == "clip" else None
    named = named_moments(clip) if clip is not None else ()
    loops = document.view.source == "latent"
    first = Chosen(subject.title, subject.figure(subject.frame), loops=loops, markers=named)
    others = tuple(_chosen(path, session, slot, first, assets, own) for slot in wanted.seen[1:])
    moments = _moments(document, first, others)
    return replace(subject, comparing=Comparing(document, first, others, moments))


def _chosen(
    path: Path, session: Session, slot: Slot, first: Chosen, assets: Path, own: StyleFiles
) -> Chosen:
    document = session.document
    words = slot_words(document, slot)
    if slot.kind == "stage":
        return first
    if slot.kind == "latent" and document.style.latent is not None:
        return Chosen(words, latent_figure(document.style.latent, assets), loops=True)
    if slot.kind == "character" and session.take is not None:
        return Chosen(words, _remembered(path, session.take))
    clip = next((held for held in document.clips if held.path == slot.clip), None)
    if clip is None:
        return Chosen(words)
    motion = clip_of(path, clip)
    plain = slot.kind == "clip"
    figure = motion.figure if plain else worn_figure(document, clip, motion, assets, 0.0, own)
    return Chosen(words, figure, markers=named_moments(clip))


def _remembered(path: Path, kept: KeptTake) -> Figure:
    """What the character of a session lived through last."""
    try:
        take = Take.from_bytes(kept.npz, f"{path}, the character's take")
    except TakeError as error:
        raise Refused(sentence(error)) from error
    starts = np.flatnonzero(take.strips()["cut"])
    return remembered_figure(np.split(take.positions(), starts[starts > 0]))


def _moments(document: Document, first: Chosen, others: tuple[Chosen, ...]) -> tuple[Moments, ...]:
    wanted = document.comparison
    if wanted.align == "time":
        return tuple(Moments(slot.offset_s) for slot in wanted.seen[1:])
    if wanted.align == "marker":
        return tuple(by_marker(first.markers, other.markers) for other in others)
    own = _series(first)
    beside = (_series(other) for other in others)
    return tuple(by_phase(own, each) if own and each else Moments() for each in beside)


def _series(chosen: Chosen) -> PhaseSeries | None:
    figure = chosen.figure
    if not isinstance(figure, Figure) or figure.phases is None:
        return None
    runner = load_shipped("deepphase", "auto", "cpu", "fp32")
    try:
        return PhaseSeries(run_chunked(runner, figure.phases, "phase"), figure.frame_time)
    except PhaseError as error:
        raise Refused(f"{chosen.label}: {error}") from error
