"""One coordinate of the style space: a slider in sigma with a typed value."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QToolButton,
    QWidget,
)

from viewer.model.language import tr, within
from viewer.ui.theme import Theme

LIMIT_SIGMA = 3.0
STEPS_PER_SIGMA = 100
REACH = int(LIMIT_SIGMA * STEPS_PER_SIGMA)
KNOB = 6.0


class CentredSlider(QSlider):
    """A slider whose bar grows from zero in the middle.

    A press jumps to the pointer and drags on from there; a double click, Home
    aside, returns to zero. Keys and wheel move by a tenth, pages by one.
    """

    reset_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self.setRange(-REACH, REACH)
        self.setSingleStep(STEPS_PER_SIGMA // 10)
        self.setPageStep(STEPS_PER_SIGMA)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(140, 22)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 22)

    def position_of(self, value: int) -> float:
        """The x of ``value`` on the bar, logical pixels."""
        share = (value - self.minimum()) / (self.maximum() - self.minimum())
        return KNOB + 1 + share * (self.width() - 2 * KNOB - 2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._drag_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._drag_to(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset_requested.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() or event.angleDelta().x()
        if turned:
            self.setValue(self.value() + (1 if turned > 0 else -1) * self.singleStep())
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, left, right = self.height() / 2, *map(self.position_of, (-REACH, REACH))
        zero, at = self.position_of(0), self.position_of(self.value())
        theme, enabled = self._theme, self.isEnabled()
        line, accent = QColor(theme.line), QColor(theme.accent if enabled else theme.faint)
        painter.setPen(QPen(line, 1))
        for value in range(-REACH, REACH + 1, STEPS_PER_SIGMA):
            x, tick = self.position_of(value), 3.5 if value else 6
            painter.drawLine(QPointF(x, middle - tick), QPointF(x, middle + tick))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(line)
        painter.drawRoundedRect(QRectF(left, middle - 1, right - left, 2), 1, 1)
        painter.setBrush(accent)
        painter.drawRoundedRect(QRectF(min(zero, at), middle - 1.5, abs(at - zero), 3), 1.5, 1.5)
        if enabled and (self.hasFocus() or self.underMouse()):
            painter.setPen(QPen(QColor(theme.text), 1.5))
        painter.drawEllipse(QPointF(at, middle), KNOB, KNOB)

    def _drag_to(self, x: float) -> None:
        share = (x - KNOB - 1) / max(self.width() - 2 * KNOB - 2, 1)
        self.setValue(round(self.minimum() + share * (self.maximum() - self.minimum())))


class SigmaEditor(QWidget):
    """One value in sigma by slider, typed number and reset; who inherits lays them out.

    name: what tooltips and accessible names say. label: what stands beside the slider.
    """

    edited = Signal(float)

    def __init__(self, name: str, label: str, theme: Theme, parent: QWidget | None = None):
        super().__init__(parent)
        self.label = QLabel(label)
        self.slider = CentredSlider(theme)
        self.slider.setAccessibleName(name)
        self.slider.setToolTip(
            tr(
                "{name}, in standard deviations. Drag, wheel or arrow keys; double-click resets.",
                name=name,
            )
        )
        self.spin = QDoubleSpinBox()
        self.spin.setRange(-LIMIT_SIGMA, LIMIT_SIGMA)
        self.spin.setDecimals(2)
        self.spin.setSingleStep(0.1)
        self.spin.setSuffix(" σ")
        self.spin.setKeyboardTracking(False)
        self.spin.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        self.spin.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.spin.setAccessibleName(tr("{name} value", name=name))
        self.spin.setToolTip(tr("{name}: type a value from -3 to 3 and press Enter", name=name))
        self.reset = QToolButton()
        self.reset.setIconSize(QSize(12, 12))
        self.reset.setAccessibleName(tr("Reset {name}", name=within(name)))
        self.reset.setToolTip(tr("Reset {name} to 0 σ", name=within(name)))
        self.slider.valueChanged.connect(lambda v: self._edit(v / STEPS_PER_SIGMA))
        self.spin.valueChanged.connect(self._edit)
        self.slider.reset_requested.connect(lambda: self._edit(0.0))
        self.reset.clicked.connect(lambda: self._edit(0.0))
        self._value = 0.0
        self.reset.setEnabled(False)

    def value(self) -> float:
        """The value in sigma; may lie outside the slider's reach."""
        return self._value

    def set_value(self, sigma: float) -> None:
        """Show ``sigma`` without a signal; the slider stops at its ends."""
        before, self._value = self._value, sigma
        if sigma != before and round(sigma, 2) != round(before, 2):
            self._show()

    def _edit(self, sigma: float) -> None:
        if sigma != self._value:
            self.set_value(sigma)
            self.edited.emit(sigma)

    def _show(self) -> None:
        for control, shown in (
            (self.slider, round(self._value * STEPS_PER_SIGMA)),
            (self.spin, round(self._value, 2) + 0.0),
        ):
            if control.value() != shown:
                blocked = control.blockSignals(True)
                control.setValue(shown)  # type: ignore[arg-type]
                control.blockSignals(blocked)
        self.reset.setEnabled(round(self._value, 2) != 0)


class SigmaSlider(SigmaEditor):
    """Number, slider, typed value and reset of one axis, -3 to +3 sigma, in one row."""

    def __init__(self, number: int, theme: Theme, parent: QWidget | None = None):
        super().__init__(tr("Style axis {number}", number=number), str(number), theme, parent)
        self.setObjectName(f"styleAxis{number}")
        self.label.setFixedWidth(self.label.fontMetrics().horizontalAdvance("00") + 4)
        self.label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.spin.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for widget in (self.label, self.slider, self.spin, self.reset):
            row.addWidget(widget)
