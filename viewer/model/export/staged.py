"""A session with something else of it on stage; no Qt."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from motion.npz import read_npz
from motion.restyling.subspace import STYLE_BLOCK, StyleSubspace
from viewer.model.bundle.opening import session_in
from viewer.model.comparison import Comparison
from viewer.model.demo import ASSETS
from viewer.model.document import Source
from viewer.model.notice import Refused, sentence
from viewer.model.session import Session, SessionError
from viewer.model.session_file import read_session
from viewer.model.subject import StyleFiles

from .order import Order, What

_SOURCES: dict[What, Source] = {
    "clip": "clip",
    "restyled": "clip",
    "take": "character",
    "latent": "latent",
}


def opened(file: str, what: What, assets: Path = ASSETS) -> Session:
    """The session in ``file`` with ``what`` of it on stage. Raises Refused."""
    try:
        session, _ = read_session(session_in(Path(file)), assets)
    except SessionError as error:
        raise Refused(sentence(error)) from error
    staged = with_on_stage(session, what)
    document = staged.document
    clip = document.shown_clip
    if what in ("clip", "restyled") and clip is None:
        raise Refused(f"{file}: no clip is open in it.")
    if what == "restyled" and clip is not None and not document.course_of(clip):
        raise Refused(f"{file}: its clip wears no other style: choose one, or export the clip.")
    if what == "take" and staged.take is None:
        raise Refused(f"{file}: no character remembers anything in it.")
    if what == "latent" and document.style.latent is None:
        raise Refused(f"{file}: it holds no latent.")
    return staged


def with_on_stage(session: Session, what: What) -> Session:
    """``session`` as it is, or with ``what`` alone on stage; the clip, as its file has it."""
    if what == "stage":
        return session
    document = session.document
    view = replace(document.view, source=_SOURCES[what])
    style = document.style
    if what == "clip":
        style = replace(style, worn=None, keyed=False)
    alone = replace(document, view=view, style=style, comparison=Comparison())
    return replace(session, document=alone)


def style_files(order: Order) -> StyleFiles:
    """The style networks that ``order`` names, and where they have the style."""
    axes = read_npz(order.aside, ["axes"]).get("axes") if order.aside else None
    subspace = STYLE_BLOCK if axes is None else StyleSubspace(axes.astype(np.float32))
    return StyleFiles({name: Path(file) for name, file in order.models.items()}, subspace)
