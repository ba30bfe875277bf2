"""What is on display of the character, for the parts of its control."""

from __future__ import annotations

from typing import Any

from character.live.messages import CharacterFrame
from viewer.model.live_figure import CharacterFigure
from viewer.studio.studio import Studio

from .words import PAST


class CharacterState:
    """The figure, which ``CharacterControl`` alone exchanges; None: there is no character."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self.figure: CharacterFigure | None = None

    @property
    def frame(self) -> CharacterFrame | None:
        """What is on display of the character."""
        return self.figure.frame if self.figure is not None else None

    @property
    def on_stage(self) -> bool:
        """Whether it is what the stage shows."""
        return self.figure is not None and self._studio.source == "character"

    @property
    def past(self) -> int | None:
        """The remembered frame on display; None for the newest."""
        frame = self.frame
        past = frame is not None and frame.shown and frame.frame < frame.memory.last
        return frame.frame if frame is not None and past else None

    def at_present(self) -> bool:
        """Whether the newest frame is on display; else says how to go on from this one."""
        if self.past is not None:
            self._studio.notify("info", PAST)
        return self.past is None

    def pull(self, pull: Any) -> None:
        """Draw a push that is being dragged, as CharacterFigure has it."""
        if self.figure is not None:
            self.figure.pull = pull
            self.refresh()

    def refresh(self) -> None:
        """Draw it again, where it is on stage."""
        if self.on_stage:
            self._studio.refresh()
