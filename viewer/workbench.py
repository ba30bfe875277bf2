"""What every control is given to work with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSettings

from .actions import Actions
from .bridge import Bridge
from .icons import Icons
from .studio import Studio
from .theme import ThemeSwitch
from .timeline import Timeline
from .transport import Transport


@dataclass(frozen=True)
class Workbench:
    """The parts of the window that panels may use; all live on the UI thread.

    assets: the folder with models/ and clips/.
    """

    studio: Studio
    bridge: Bridge
    transport: Transport
    actions: Actions
    themes: ThemeSwitch
    timeline: Timeline
    assets: Path
    settings: QSettings
    icons: Icons
