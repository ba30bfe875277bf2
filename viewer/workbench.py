"""What every control is given to work with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSettings

from viewer.model.document import OpenClip
from viewer.studio.bridge import Bridge
from viewer.studio.store import DocumentStore
from viewer.studio.studio import Studio
from viewer.studio.transport import Transport
from viewer.timeline.timeline import Timeline
from viewer.ui.actions import Actions
from viewer.ui.icons import Icons
from viewer.ui.theme import ThemeSwitch


@dataclass(frozen=True)
class Workbench:
    """The parts of the window that panels may use; all live on the UI thread.

    assets: the folder with models/ and clips/.
    """

    store: DocumentStore
    studio: Studio
    bridge: Bridge
    transport: Transport
    actions: Actions
    themes: ThemeSwitch
    timeline: Timeline
    assets: Path
    settings: QSettings
    icons: Icons

    @property
    def clip(self) -> OpenClip | None:
        """The open clip that is on stage, if the clip source is."""
        motion = self.studio.motion
        shown = motion is not None and self.studio.source == "clip"
        return self.store.document.clip(motion.key) if motion and shown else None
