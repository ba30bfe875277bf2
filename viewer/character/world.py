"""The world of the character: friction and gravity, as the document has them."""

from __future__ import annotations

from character.deeds import SetFriction, SetGravity
from character.live.messages import CharacterFrame
from viewer.model.edits import set_friction, set_gravity
from viewer.studio.store import DocumentStore

from .driver import CharacterDriver
from .state import CharacterState
from .takes import CharacterTakes


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
        self._told: tuple[float, float] | None = None

    def forget(self) -> None:
        """What was told last was refused, or told to another character."""
        self._told = None

    def tell(self) -> None:
        """Send what differs from the world that the character is in, or was told of last."""
        frame = self._state.frame
        if frame is None or self._takes.awaited:
            return
        cast, settings = self._store.document.cast, frame.settings
        friction, gravity = self._told or (settings.friction, settings.gravity)
        if cast.friction != friction:
            self._driver.send(SetFriction(cast.friction))
        if cast.gravity != gravity:
            self._driver.send(SetGravity(cast.gravity))
        if (cast.friction, cast.gravity) != (friction, gravity):
            self._told = cast.friction, cast.gravity

    def heed(self, frame: CharacterFrame) -> None:
        """What was told has come to pass; or the past that is gone on from had another world."""
        here = frame.settings.friction, frame.settings.gravity
        if frame.shown or self._takes.awaited or self._told not in (None, here):
            return
        self._told = None
        cast = self._store.document.cast
        if here != (cast.friction, cast.gravity):
            self._store.correct(lambda d: set_gravity(here[1]).change(d))
            self._store.correct(lambda d: set_friction(here[0]).change(d))
