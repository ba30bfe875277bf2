"""Friction, gravity and whether the character gets up by itself, as the document has them."""

from __future__ import annotations

from character.deeds import GetUp, SetFriction, SetGravity
from character.live.messages import CharacterFrame
from viewer.model.document import Cast
from viewer.model.edits import let_get_up, set_friction, set_gravity
from viewer.studio.store import DocumentStore

from .driver import CharacterDriver
from .state import CharacterState
from .takes import CharacterTakes

World = tuple[float, float, bool]
"""Friction, gravity in m/s², and whether it gets up by itself."""


class CharacterWorld:
    """Tells the character of its world, and the document of a past that had another."""

    def __init__(
        self,
        store: DocumentStore,
        state: CharacterState,
        driver: CharacterDriver,
        takes: CharacterTakes,
    ) -> None:
        self._store, self._state, self._driver, self._takes = store, state, driver, takes
        self._told: World | None = None

    def forget(self) -> None:
        """What was told last was refused, or told to another character."""
        self._told = None

    def tell(self) -> None:
        """Send what differs from the world that the character is in, or was told of last."""
        frame = self._state.frame
        if frame is None or self._takes.awaited:
            return
        cast = self._store.document.cast
        wanted, there = _wanted(cast), self._told or _here(frame, cast)
        friction, gravity, gets_up = wanted
        if friction != there[0]:
            self._driver.send(SetFriction(friction))
        if gravity != there[1]:
            self._driver.send(SetGravity(gravity))
        if gets_up != there[2] and frame.drive is not None:
            self._driver.send(GetUp(gets_up))
        if wanted != there:
            self._told = wanted

    def heed(self, frame: CharacterFrame) -> None:
        """What was told has come to pass; or the past that is gone on from had another world."""
        cast = self._store.document.cast
        here = _here(frame, cast)
        if frame.shown or self._takes.awaited or self._told not in (None, here):
            return
        self._told = None
        for value, wanted, edit in (
            (here[0], cast.friction, set_friction(here[0])),
            (here[1], cast.gravity, set_gravity(here[1])),
            (here[2], cast.gets_up, let_get_up(here[2])),
        ):
            if value != wanted:
                self._store.correct(edit.change)


def _wanted(cast: Cast) -> World:
    return cast.friction, cast.gravity, cast.gets_up


def _here(frame: CharacterFrame, cast: Cast) -> World:
    """As it is; whoever cannot get up by itself is as it is wanted."""
    gets_up = frame.drive.gets_up if frame.drive is not None else cast.gets_up
    return frame.settings.friction, frame.settings.gravity, gets_up
