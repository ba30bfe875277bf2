"""What a person can do to the document: each edit is a pure function with a name to read."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace

from motion.phase.align import By
from motion.phase.thresholds import Thresholds
from render.camera import OrbitCamera

from .document import MOST_FURTHER, Beside, Document, Latent, OpenClip, Range, Source
from .language import tr
from .policies import NOBODY, Policy
from .repertoire import SkillOf

MAX_OPEN = 24
"""Clips that are open at once; opening another closes the oldest that is not on stage."""


@dataclass(frozen=True)
class Edit:
    """``change`` makes one document of another; ``name`` is what undo calls it.

    made: an undo step; else an edit of the view, which is kept but not undone. gesture: edits in
    a row with the same one are one step, as those of a drag.
    """

    name: str
    change: Callable[[Document], Document]
    made: bool = True
    gesture: Hashable | None = None


def open_clip(clip: OpenClip, show: bool = True) -> Edit:
    """A clip is open, in place of another reading of its file; ``show``: and on stage."""

    def change(document: Document) -> Document:
        others = tuple(held for held in document.clips if held.path != clip.path)
        view = document.view
        shown = document.clip(view.clip)
        if show:
            view = replace(view, clip=clip.key, source="clip")
        elif shown is not None and shown.path == clip.path:
            view = replace(view, clip=clip.key)
        needed = document.comparison.clips
        spare = [c for c in others if c.key != view.clip and c.path not in needed]
        closed = spare[: max(len(others) + 1 - MAX_OPEN, 0)]
        kept = tuple(held for held in others if held not in closed)
        return replace(document, clips=(*kept, clip), view=view)

    return Edit(tr("Open {name}", name=clip.name), change)


def read_clip(clip: OpenClip) -> Edit:
    """The file of ``clip`` is read in another way, in the place that it had."""

    def change(document: Document) -> Document:
        old = next((held for held in document.clips if held.path == clip.path), None)
        if old is None:
            return document
        read = replace(clip, range=old.range, keys=old.keys, markers=old.markers)
        clips = tuple(read if held is old else held for held in document.clips)
        shown = read.key if document.view.clip == old.key else document.view.clip
        return replace(document, clips=clips, view=replace(document.view, clip=shown))

    way = (
        tr("{units} units, {up_axis} up", units=clip.units, up_axis=clip.up_axis)
        if clip.units != "auto"
        else tr("{up_axis} up", up_axis=clip.up_axis)
    )
    return Edit(tr("Read {name}: {way}", name=clip.name, way=way), change)


def close_clip(key: str, name: str = "clip") -> Edit:
    """A clip is closed; the newest of the others takes its place on stage."""

    def change(document: Document) -> Document:
        clips = tuple(clip for clip in document.clips if clip.key != key)
        view = document.view
        if view.clip == key:
            view = replace(view, clip=clips[-1].key if clips else "")
        return replace(document, clips=clips, view=view)

    return Edit(tr("Close {name}", name=name), change)


def show_clip(key: str) -> Edit:
    """The clip source shows the open clip ``key``."""
    return _view(tr("Show clip"), clip=key)


def put_on_stage(source: Source) -> Edit:
    """Clip, latent or character is on stage."""
    return _view(tr("Show {source}", source=tr(source)), source=source)


def set_range(
    source: Source, key: str, ends: Range | None, gesture: Hashable | None = None
) -> Edit:
    """Frames ``ends`` of the clip ``key``, or of the latent, loop; None: all of them do."""

    def change(document: Document) -> Document:
        if source == "latent":
            return replace(document, style=replace(document.style, range=ends))
        clips = tuple(
            replace(clip, range=ends) if clip.key == key else clip for clip in document.clips
        )
        return replace(document, clips=clips)

    return Edit(tr("Set loop range") if ends else tr("Clear loop range"), change, gesture=gesture)


def move_style(
    name: str, latent: Latent | None, gesture: Hashable | None = None, seed: int | None = None
) -> Edit:
    """Another latent is current, and on stage; None: the mean. seed: it was drawn from."""

    def change(document: Document) -> Document:
        style = replace(document.style, latent=latent)
        if seed is not None:
            style = replace(style, seed=seed)
        return replace(document, style=style, view=replace(document.view, source="latent"))

    return Edit(name, change, gesture=gesture)


def let_drive(policy: Policy) -> Edit:
    """``policy`` decides for the character, which is on stage."""

    def change(document: Document) -> Document:
        cast = replace(knowing(document, policy).cast, drives=policy.model)
        return replace(document, cast=cast, view=replace(document.view, source="character"))

    return Edit(tr("Let {title} drive", title=policy.title), change)


def take_skills(
    name: str, policies: Sequence[Policy], skills: tuple[SkillOf, ...], drives: str
) -> Edit:
    """The character, which is on stage, has the ``skills`` of a set; ``drives`` begins."""

    def change(document: Document) -> Document:
        for policy in policies:
            document = knowing(document, policy)
        document = _cast(document, skills=skills, drives=drives)
        return replace(document, view=replace(document.view, source="character"))

    return Edit(tr("Take the skills of {name}", name=name), change)


def put_beside(model: str, title: str = "") -> Edit:
    """A second character that ``model`` drives stands beside the first; NOBODY: none does."""
    name = tr("Nobody beside") if model == NOBODY else tr("Put {title} beside", title=title)
    return Edit(name, lambda document: _cast(document, beside=model))


def set_friction(friction: float, gesture: Hashable | None = None) -> Edit:
    """The friction of the ground."""
    return Edit(tr("Set friction"), lambda d: _cast(d, friction=friction), gesture=gesture)


def set_gravity(gravity: float, gesture: Hashable | None = None) -> Edit:
    """Gravity in m/s²."""
    return Edit(tr("Set gravity"), lambda d: _cast(d, gravity=gravity), gesture=gesture)


def let_get_up(itself: bool) -> Edit:
    """Whether the character gets up by itself when it has fallen."""
    name = tr("Get up by itself") if itself else tr("Stay on the ground")
    return Edit(name, lambda document: _cast(document, gets_up=itself))


def set_thresholds(
    thresholds: Thresholds, name: str = tr("Set thresholds"), gesture: Hashable | None = None
) -> Edit:
    """What counts as a fault of a phase."""

    def change(document: Document) -> Document:
        return replace(document, phase=replace(document.phase, thresholds=thresholds))

    return Edit(name, change, gesture=gesture)


def compare_with(beside: Beside | None) -> Edit:
    """The phase on stage is compared with something else; None: with nothing."""
    name = (
        tr("Compare with {name}", name=beside.path.name) if beside else tr("Compare with nothing")
    )

    def change(document: Document) -> Document:
        further = tuple(each for each in document.phase.further if beside and each != beside)
        return replace(document, phase=replace(document.phase, beside=beside, further=further))

    return Edit(name, change)


def lay_over(further: Beside) -> Edit:
    """Another phase is laid over those that are compared, in place of the last where there is no
    room for more."""

    def change(document: Document) -> Document:
        phase = document.phase
        if phase.beside is None or further in (phase.beside, *phase.further):
            return document
        kept = phase.further[: MOST_FURTHER - 1]
        return replace(document, phase=replace(phase, further=(*kept, further)))

    return Edit(tr("Lay {name} over", name=further.path.name), change)


def lay_over_no_more(further: Beside) -> Edit:
    """A phase that was laid over those that are compared is so no more."""

    def change(document: Document) -> Document:
        kept = tuple(each for each in document.phase.further if each != further)
        return replace(document, phase=replace(document.phase, further=kept))

    return Edit(tr("Take {name} away", name=further.path.name), change)


def align_phases(by: By) -> Edit:
    """By what the two phases are laid over each other."""
    name = tr("Align by {by}", by=tr(by))
    return Edit(name, lambda d: replace(d, phase=replace(d.phase, align=by)))


def open_document(name: str, document: Document) -> Edit:
    """All that a session holds takes the place of all that is there."""
    return Edit(tr("Open {name}", name=name), lambda _: document)


def set_camera(camera: OrbitCamera | None) -> Edit:
    """Where one looks from."""
    return _view(tr("Move camera"), camera=camera)


def set_speed(speed: float) -> Edit:
    """The speed of clip and latent."""
    return _view(tr("Set speed"), speed=speed)


def set_character_speed(speed: float) -> Edit:
    """How fast the character's time passes."""
    return _view(tr("Set the character's speed"), character_speed=speed)


def set_loop(loop: bool) -> Edit:
    """Whether playback starts over at the end."""
    return _view(tr("Loop") if loop else tr("Play once"), loop=loop)


def set_scheme(scheme: str) -> Edit:
    """The color scheme of the stage, by name."""
    return _view(tr("Color scheme {scheme}", scheme=tr(scheme)), scheme=scheme)


def set_looks(**changes: bool) -> Edit:
    """Fields of ``Looks`` that are shown or hidden."""

    def change(document: Document) -> Document:
        looks = replace(document.view.looks, **changes)
        return replace(document, view=replace(document.view, looks=looks))

    return Edit(tr("Change the look"), change, made=False)


def knowing(document: Document, policy: Policy) -> Document:
    """``policy`` is among those of the cast, in place of one by its name."""
    policies = document.cast.policies
    if document.cast.policy(policy.model) is None:
        policies = (*policies, policy)
    else:
        policies = tuple(policy if p.model == policy.model else p for p in policies)
    return replace(document, cast=replace(document.cast, policies=policies))


def _cast(document: Document, **changes: object) -> Document:
    return replace(document, cast=replace(document.cast, **changes))  # type: ignore[arg-type]


def _view(name: str, **changes: object) -> Edit:
    def change(document: Document) -> Document:
        return replace(document, view=replace(document.view, **changes))  # type: ignore[arg-type]

    return Edit(name, change, made=False)
