"""The joints that are looked at, a row each: colour, name, height and speed, pin, let go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from viewer.model.document import COLOURS, ShownJoint
from viewer.model.joints import JointReading
from viewer.model.language import tr
from viewer.ui.icons import Icons
from viewer.ui.readout import NOTHING, value_readout
from viewer.ui.theme import Theme

_WIDEST = "y 88.88 m  88.88 m/s"
_SWATCH = 10


class JointList(QWidget):
    """``pin_asked``: a name, and whether; ``let_go_asked``, ``measure_asked``: a name."""

    pin_asked = Signal(str, bool)
    let_go_asked = Signal(str)
    measure_asked = Signal(str)

    def __init__(self, icons: Icons, theme: Theme) -> None:
        super().__init__()
        self._icons, self._theme = icons, theme
        self._joints: tuple[ShownJoint, ...] = ()
        self._rows: dict[str, JointRow] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(1)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of ``theme``."""
        self._theme = theme
        self._fill()

    def show_joints(self, joints: Sequence[ShownJoint]) -> None:
        """A row for each of ``joints``."""
        if tuple(joints) != self._joints:
            self._joints = tuple(joints)
            self._fill()

    def show_readings(self, readings: Mapping[str, JointReading]) -> None:
        """What they do now, by name."""
        for name, row in self._rows.items():
            row.show_reading(readings.get(name))

    def row(self, name: str) -> JointRow:
        """The row of a joint."""
        return self._rows[name]

    def _fill(self) -> None:
        for row in self._rows.values():
            self._column.removeWidget(row)
            row.deleteLater()
        self._rows = {}
        for place, joint in enumerate(self._joints):
            row = JointRow(joint, place == 0, self._icons, self._theme)
            name = joint.name
            row.pin.clicked.connect(lambda on, name=name: self.pin_asked.emit(name, on))
            row.close_button.clicked.connect(lambda _, name=name: self.let_go_asked.emit(name))
            row.name.clicked.connect(lambda _, name=name: self.measure_asked.emit(name))
            self._rows[name] = row
            self._column.addWidget(row)
        self.setVisible(bool(self._joints))


class JointRow(QWidget):
    """One joint: the first is the one that distances are measured from."""

    def __init__(self, joint: ShownJoint, first: bool, icons: Icons, theme: Theme) -> None:
        super().__init__()
        swatch = QLabel()
        swatch.setFixedSize(_SWATCH, _SWATCH)
        color = theme.series[COLOURS.index(joint.colour)]
        swatch.setStyleSheet(f"background: {color}; border-radius: 3px;")
        self.name = _button(joint.name, tr("{name}: measure distances from it", name=joint.name))
        self.name.setToolTip(
            tr("Distances are measured from this joint")
            if first
            else tr("Measure distances from it")
        )
        self.pin = _button("", tr("Pin {name}", name=joint.name))
        self.pin.setToolTip(tr("Pinned, it stays when another joint is clicked"))
        self.pin.setCheckable(True)
        self.pin.setChecked(joint.pinned)
        icons.bind(self.pin, "pin")
        self.close_button = _button("", tr("Let go of {name}", name=joint.name))
        self.close_button.setToolTip(tr("Look at it no more"))
        icons.bind(self.close_button, "close")
        self.told = value_readout(
            theme,
            _WIDEST,
            tr("Height and speed of {name}", name=joint.name),
            Qt.AlignmentFlag.AlignRight,
        )
        line = QHBoxLayout(self)
        line.setContentsMargins(2, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(swatch)
        line.addWidget(self.name)
        line.addWidget(self.told, 1)
        line.addWidget(self.pin)
        line.addWidget(self.close_button)

    def show_reading(self, reading: JointReading | None) -> None:
        """Its height and speed."""
        if reading is None:
            self.told.set_text(NOTHING)
        else:
            self.told.set_text(f"y {reading.position[1]:5.2f} m {reading.speed:5.2f} m/s")


def _button(text: str, name: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setAccessibleName(name)
    button.setProperty("role", "small")
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
