"""What a person can do to the style that clips wear: edits of the document, as in ``edits``."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace

from motion.restyling.course import Ease

from .document import Document, Latent, OpenClip, Source, StyleKey
from .edits import Edit
from .language import tr

MAX_KEYS = 2000
NEAR_S = 1e-3
"""Keys nearer than this are at one time."""


def wear(
    name: str, style: Latent | None, gesture: Hashable | None = None, seed: int | None = None
) -> Edit:
    """Clips wear ``style``, whatever their keys say, and so does the character; None: each its own.

    Clip or character is on stage and seen in it. seed: it was drawn from.
    """

    def change(document: Document) -> Document:
        kept = document.style
        worn = replace(kept, worn=style, keyed=False, seed=kept.seed if seed is None else seed)
        source: Source = "character" if document.view.source == "character" else "clip"
        looks = replace(document.view.looks, styled=True)
        view = replace(document.view, source=source, looks=looks)
        return replace(document, style=worn, view=view)

    return Edit(name, change, gesture=gesture)


def set_strength(strength: float, gesture: Hashable | None = None) -> Edit:
    """How much of the style is worn: 0 none of it, 1 all, more goes beyond it."""
    return _style(tr("Set style strength"), gesture, strength=strength)


def follow_keys(keyed: bool) -> Edit:
    """Clips with keys wear what those say, or the style that is set by hand."""
    return _style(tr("Follow style keys") if keyed else tr("Set style by hand"), keyed=keyed)


def pin_style(place: int, style: Latent | None) -> Edit:
    """``style`` is at the corner ``place`` of the mix; None: nothing is."""

    def change(document: Document) -> Document:
        pins = list(document.style.pins)
        pins[place] = style
        return replace(document, style=replace(document.style, pins=tuple(pins)))

    corner = "ABCD"[place]
    return Edit(
        tr("Pin {label} at {corner}", label=style.label, corner=corner)
        if style
        else tr("Clear {corner}", corner=corner),
        change,
    )


def lock_slider(name: str, locked: bool) -> Edit:
    """Nothing but itself moves the slider ``name``, or that is over."""

    def change(document: Document) -> Document:
        others = tuple(held for held in document.style.locked if held != name)
        now = (*others, name) if locked else others
        return replace(document, style=replace(document.style, locked=now))

    return Edit(
        tr("Lock {name}", name=tr(name)) if locked else tr("Unlock {name}", name=tr(name)), change
    )


def place_keys(
    name: str, clip: str, keys: Iterable[StyleKey], gesture: Hashable | None = None
) -> Edit:
    """``keys`` of the open clip, in place of those at their times; its keys are worn."""
    placed = tuple(keys)
    return _keys(name, clip, lambda held: [*_without(held, placed), *placed], gesture)


def put_keys(
    name: str,
    clip: str,
    first_s: float,
    last_s: float,
    keys: Iterable[StyleKey],
    gesture: Hashable | None = None,
) -> Edit:
    """``keys`` in place of all keys from ``first_s`` to ``last_s``."""
    put = tuple(keys)
    first_s, last_s = first_s - NEAR_S, last_s + NEAR_S

    def change(held: list[StyleKey]) -> list[StyleKey]:
        return [key for key in held if not first_s <= key.time_s <= last_s] + [*put]

    return _keys(name, clip, change, gesture)


def move_keys(
    clip: str,
    before: Iterable[StyleKey],
    moving: Iterable[StyleKey],
    by_s: float,
    gesture: Hashable | None = None,
) -> Edit:
    """``moving`` of the keys ``before`` are ``by_s`` later, in place of those that were there.

    before: all keys when the drag began, so that a key comes back once it was only passed over.
    """
    held, gone = tuple(before), tuple(moving)
    moved = [replace(key, time_s=key.time_s + by_s) for key in gone]
    name = tr("Move style key") if len(gone) == 1 else tr("Move style keys")
    others = _without([key for key in held if key not in gone], moved)
    return _keys(name, clip, lambda _: [*others, *moved], gesture)


def ease_keys(clip: str, keys: Iterable[StyleKey], ease: Ease) -> Edit:
    """``keys`` go on to the next ones by ``ease``."""
    eased = tuple(keys)
    return _keys(
        tr("Ease style keys: {ease}", ease=ease),
        clip,
        lambda held: [replace(key, ease=ease) if key in eased else key for key in held],
    )


def delete_keys(clip: str, keys: Iterable[StyleKey]) -> Edit:
    """``keys`` are gone."""
    gone = tuple(keys)
    name = tr("Delete style key") if len(gone) == 1 else tr("Delete style keys")
    return _keys(name, clip, lambda held: [key for key in held if key not in gone])


def _without(keys: list[StyleKey], placed: Iterable[StyleKey]) -> list[StyleKey]:
    """Those of ``keys`` at whose times none is placed."""
    times = sorted(key.time_s for key in placed)

    def is_free(key: StyleKey) -> bool:
        at = bisect_left(times, key.time_s - NEAR_S)
        return at == len(times) or times[at] > key.time_s + NEAR_S

    return [key for key in keys if is_free(key)]


def _keys(
    name: str,
    clip: str,
    change: Callable[[list[StyleKey]], list[StyleKey]],
    gesture: Hashable | None = None,
) -> Edit:
    """Other keys of the open clip ``clip``, which are worn from now on."""

    def rekeyed(held: OpenClip) -> OpenClip:
        keys = sorted(change([*held.keys]), key=lambda key: key.time_s)
        return replace(held, keys=tuple(keys[:MAX_KEYS]))

    def changed(document: Document) -> Document:
        clips = tuple(rekeyed(held) if held.key == clip else held for held in document.clips)
        return replace(document, clips=clips, style=replace(document.style, keyed=True))

    return Edit(name, changed, gesture=gesture)


def _style(name: str, gesture: Hashable | None = None, **changes: object) -> Edit:
    def change(document: Document) -> Document:
        return replace(document, style=replace(document.style, **changes))  # type: ignore[arg-type]

    return Edit(name, change, gesture=gesture)
