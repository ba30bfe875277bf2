"""What a viewport shows, as a button in its corner: its name, and a menu to choose from."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QPixmap
from PySide6.QtWidgets import QMenu, QToolButton

from viewer.model.comparison import Slot
from viewer.model.language import tr
from viewer.stage.stage import Stage

Offered = list[tuple[str, Slot, bool]]
"""Words, what they choose, and whether there is that now."""
_CHIP = 10
_BESIDE = 44
"""What a button has beside the label."""


class Chooser(QToolButton):
    """Offers what a slot can show when it is opened; ``choose`` gets what was chosen and its words.

    In an overlay it is the line of the legend, with the colour of its figure.
    """

    def __init__(
        self,
        stage: Stage,
        name: str,
        offer: Callable[[], Offered],
        choose: Callable[[Slot, str], None],
    ) -> None:
        super().__init__(stage)
        self._name, self._offer, self._choose = name, offer, choose
        self._told: tuple[object, ...] = ()
        self.setProperty("role", "caption")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(_CHIP, _CHIP))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(tr("What {name} shows", name=name))
        self.setToolTip(tr("Choose what {name} shows", name=name))
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)
        self.hide()

    def tell(self, label: str, note: str, room: int, color: QColor | None) -> bool:
        """Show ``label`` in at most ``room`` points; note: more for the tooltip, color: of its
        figure, if it has one. Whether anything changed."""
        told = label, note, room, color
        if told == self._told:
            return False
        self._told = told
        wide = room - _BESIDE - (_CHIP + 6 if color else 0)
        middle = Qt.TextElideMode.ElideMiddle
        shown = QFontMetrics(self.font()).elidedText(label, middle, max(wide, 20))
        self.setText(f"{self._name}  {shown}")
        about = f"{self._name}: {label}{f' ({note})' if note else ''}"
        self.setToolTip(
            tr("{about}. Click to choose, or drop a clip of the library here", about=about)
        )
        self.setIcon(QIcon() if color is None else _chip(color))
        self.adjustSize()
        return True

    def _fill(self) -> None:
        self._menu.clear()
        for words, slot, there in self._offer():
            action = self._menu.addAction(words)
            action.setEnabled(there)
            action.triggered.connect(lambda _=False, s=slot, w=words: self._choose(s, w))


def _chip(color: QColor) -> QIcon:
    pixels = QPixmap(_CHIP, _CHIP)
    pixels.fill(color)
    return QIcon(pixels)
