"""The style panel: map, strength, named sliders, mix, history, keys; a latent alone under More."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from html import escape

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from motion.restyling.sliders import StyleSlider
from viewer.model.language import tr
from viewer.model.session_style import MOST_STRENGTH
from viewer.ui.gesture import Gesture
from viewer.ui.icons import Icons
from viewer.ui.links import Link, Links
from viewer.ui.scroll_page import ScrollPage
from viewer.ui.theme import GAP, MARGIN, Theme

from .heard import HeardRow
from .history_strip import HistoryStrip
from .key_row import KeyRow
from .latent import MAX_SEED
from .latent_panel import LatentPanel
from .legend import StyleLegend
from .map import StyleMap
from .map_dots import MapDots
from .mix import MixPad
from .named_slider import NamedSlider
from .strength import StrengthRow


class StylePanel(ScrollPage):
    """Shows the style that is worn and says what the person changed.

    Buttons carry actions that the control gives them. ``gesture``: what is one drag.
    """

    slider_moved = Signal(int, float)
    lock_toggled = Signal(str, bool)
    strength_edited = Signal(float)
    seed_edited = Signal(int)
    map_dragged = Signal(float, float)
    dot_picked = Signal(int)
    dot_hovered = Signal(int)

    def __init__(
        self, theme: Theme, icons: Icons, latent: LatentPanel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._icons = theme, icons
        self._dots, self._emphasis = MapDots(), ""
        self._near: Mapping[str, int] = {}
        self.gesture = Gesture()
        self.latent = latent
        self.problem = _label("hint", tr("Why the style panel is idle"))
        self.worn = _label("heading", tr("What the clip wears"))
        self.nearest = Links(
            tr("Nearest clips"),
            tr("Click one to take its style and hear about it, as on the map"),
            before=tr("Nearest: "),
        )
        self.nearest.setProperty("role", "muted")
        self.heard = HeardRow()
        self.latency = _label("number", tr("Latency of the last change"))
        self.latency.setToolTip(tr("From the change to the restyled clip on stage"))
        self.latency.setMinimumWidth(self.latency.fontMetrics().horizontalAdvance("888.8 ms"))
        self.latency.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.reset_button, self.from_clip_button, self.random_button, self.export_button = (
            QToolButton() for _ in range(4)
        )
        for button in self._buttons():
            button.setProperty("role", "chip")
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setIconSize(QSize(14, 14))
        self.export_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.map = StyleMap(theme)
        self._legend = StyleLegend()
        self.legend = self._legend.links
        self.strength = StrengthRow(MOST_STRENGTH)
        self.sliders: list[NamedSlider] = []
        self.mix, self.history, self.keys = MixPad(theme), HistoryStrip(theme), KeyRow()
        self.seed = QSpinBox()
        self.seed.setRange(0, MAX_SEED)
        self.seed.setKeyboardTracking(False)
        self.seed.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.seed.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.seed.setAccessibleName(tr("Seed of the random style"))
        self.seed.setToolTip(tr("Seed of the random style: the same number gives the same style"))
        self.more = _more_button()
        self.body = QWidget()
        self._lay_out()
        self.setWidget(self.body)
        self._connect()
        self.set_problem("")
        self.set_dots(MapDots())

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for part in (self.map, self.mix, self.history):
            part.set_theme(theme)
        for row in self.sliders:
            row.set_theme(theme)
        self._write_legend()
        self.set_nearest(self._near)

    def set_problem(self, sentence: str) -> None:
        """Say why nothing can be restyled and disable the rest; "" enables it."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        for part in (*self._parts, *self.sliders):
            part.setEnabled(not sentence)

    def set_worn(self, text: str) -> None:
        """What the clip on stage wears, in words."""
        if text != self.worn.text():
            self.worn.setText(text)

    def set_nearest(self, dots: Mapping[str, int]) -> None:
        """The dots whose style is most like it, by name: a click on one is a click on the dot."""
        self._near = dots
        color = self._theme.muted
        whole = "\N{NO-BREAK SPACE}".join  # a unit stays with its number
        self.nearest.show_links(
            [Link(str(n), whole(escape(name).rsplit(" ", 1)), color) for name, n in dots.items()]
        )

    def set_sliders(self, sliders: tuple[StyleSlider, ...]) -> None:
        """One row for each named slider of the map; none hides the section."""
        if [row.name for row in self.sliders] == [slider.name for slider in sliders]:
            return
        for row in self.sliders:
            self._rows.removeWidget(row)
            row.deleteLater()
        self.sliders = [NamedSlider(slider.name, self._theme) for slider in sliders]
        for index, (row, slider) in enumerate(zip(self.sliders, sliders, strict=True)):
            row.set_poses(slider.low, slider.high)
            row.set_effect(_effect(slider))
            row.bind_icons(self._icons)
            row.edited.connect(partial(self.slider_moved.emit, index))
            row.lock_toggled.connect(partial(self.lock_toggled.emit, slider.name))
            row.pressed.connect(self.gesture.press)
            row.released.connect(self.gesture.release)
            row.setEnabled(not self.problem.text())
            self._rows.addWidget(row)

    def set_coordinates(self, sigmas: np.ndarray) -> None:
        """Where the named sliders stand (S,), in sigma, without a signal."""
        for row, sigma in zip(self.sliders, sigmas.tolist(), strict=True):
            row.set_value(sigma)

    def set_locked(self, names: tuple[str, ...]) -> None:
        """Which sliders only they themselves move."""
        for row in self.sliders:
            row.set_locked(row.name in names)

    def set_strength(self, strength: float, by_hand: bool = True) -> None:
        """Show ``strength`` without a signal; of keys each has its own, and none is set here."""
        self.strength.set_value(strength)
        self.strength.setEnabled(by_hand and not self.problem.text())

    def set_dots(self, dots: MapDots) -> None:
        self._dots = dots
        self.map.set_dots(dots)
        self._write_legend()

    def set_seed(self, seed: int) -> None:
        """Show ``seed`` without a signal."""
        if seed != self.seed.value():
            blocked = self.seed.blockSignals(True)
            self.seed.setValue(seed)
            self.seed.blockSignals(blocked)

    def show_character(self, at: tuple[float, float] | None) -> None:
        """Where the character is on the map; None: it is not there."""
        self.map.set_character(at)

    def set_export(self, action: QAction, menu: QMenu) -> None:
        """The export button looks like ``action`` and opens ``menu``."""
        self.export_button.setDefaultAction(action)
        self.export_button.setMenu(menu)
        self.export_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def set_latency(self, took_ms: float) -> None:
        """How long the last change took, milliseconds."""
        self.latency.setText(f"{took_ms:.1f} ms" if took_ms < 1000 else f"{took_ms / 1000:.1f} s")

    def _lay_out(self) -> None:
        top, bottom = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.worn, 1)
        top.addWidget(self.latency)
        seed = QLabel(tr("Seed"))
        seed.setBuddy(self.seed)
        bottom.addWidget(self.reset_button)
        bottom.addWidget(self.from_clip_button)
        bottom.addStretch()
        bottom.addWidget(self.export_button)
        draw = QHBoxLayout()
        for widget in (self.random_button, seed, self.seed):
            draw.addWidget(widget)
        draw.addStretch()
        self._rows = QVBoxLayout()
        self._rows.setSpacing(2)
        page = QVBoxLayout(self.body)
        page.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        page.setSpacing(GAP)
        page.addWidget(self.problem)
        page.addLayout(top)
        page.addWidget(self.map, 1)
        page.addWidget(self._legend)
        page.addWidget(self.nearest)
        page.addWidget(self.heard)
        page.addWidget(self.strength)
        page.addLayout(bottom)
        page.addLayout(self._rows)
        page.addLayout(draw)
        page.addWidget(self.mix)
        page.addWidget(self.history)
        page.addWidget(self.keys)
        page.addWidget(self.more)
        page.addWidget(self.latent)
        page.addStretch()
        self.latent.setVisible(False)
        self._parts: list[QWidget] = [
            *self._buttons(), self.map, self.legend, self.strength, self.seed, self.mix,
            self.history, self.keys,
        ]  # fmt: skip

    def _buttons(self) -> tuple[QToolButton, ...]:
        chips = self.reset_button, self.from_clip_button, self.random_button, self.export_button
        return chips

    def _connect(self) -> None:
        self.strength.edited.connect(self.strength_edited)
        for part in (self.map, self.strength):
            part.pressed.connect(self.gesture.press)
            part.released.connect(self.gesture.release)
        self.seed.valueChanged.connect(self.seed_edited)
        self.map.dragged.connect(self.map_dragged)
        self.map.picked.connect(self.dot_picked)
        self.nearest.linkActivated.connect(lambda row: self.dot_picked.emit(int(row)))
        self.map.hovered.connect(self.dot_hovered)
        self.legend.linkActivated.connect(self._emphasize)
        self.more.toggled.connect(self._show_more)

    def _show_more(self, shown: bool) -> None:
        self.latent.setVisible(shown)
        self.more.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)

    def _emphasize(self, style: str) -> None:
        self._emphasis = "" if style == self._emphasis else style
        self.map.emphasize(self._emphasis)
        self._write_legend()

    def _write_legend(self) -> None:
        self._legend.show_styles(self._dots.names, self._emphasis, self._theme)


def _effect(slider: StyleSlider) -> str:
    """What the slider does at both ends, for its tooltip: its own effect first."""
    others = [name for name in slider.effects if name != slider.name]
    lines = []
    for sigma, side in (("+2 σ", 1), ("−2 σ", -1)):
        told = [slider.own.text(slider.name, side)]
        told += [slider.effects[name].text(name, side) for name in others]
        lines.append(f"{sigma}: {told[0]}   ({', '.join(told[1:])})")
    return "\n".join(lines)


def _more_button() -> QToolButton:
    more = QToolButton()
    more.setText(tr("More"))
    more.setCheckable(True)
    more.setArrowType(Qt.ArrowType.RightArrow)
    more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    more.setToolTip(tr("Principal axes, and a latent alone"))
    return more


def _label(role: str, name: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setAccessibleName(name)
    label.setWordWrap(role in ("hint", "muted", "heading"))
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    return label
