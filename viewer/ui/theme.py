"""Colours, fonts and the style sheet of the window: dark, light and for projectors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from string import Template
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

GAP = 8
MARGIN = 12
RADIUS = 6

Mode = Literal["system", "dark", "light", "projector"]


@dataclass(frozen=True)
class Theme:
    """Colours as "#rrggbb".

    window is behind everything, panel under text, raised under buttons, field
    under typed values, line between things. contacts: LeftFoot, LeftToeBase,
    RightFoot, RightToeBase. series: eight colours told apart by the colour-blind
    (after Okabe and Ito, 2008, moved for the ground and until they are 15 apart in CIELAB for the
    red-blind and the green-blind too). text_scale, stroke: how much larger letters and how much
    thicker curves are than usual.
    """

    name: Literal["dark", "light", "projector"]
    window: str
    panel: str
    raised: str
    field: str
    line: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_soft: str
    on_accent: str
    good: str
    warn: str
    bad: str
    contacts: tuple[str, str, str, str]
    series: tuple[str, str, str, str, str, str, str, str]
    text_scale: float = 1.0
    stroke: float = 1.0


DARK = Theme(
    name="dark",
    window="#111418",
    panel="#181c22",
    raised="#242a33",
    field="#0e1115",
    line="#2b323c",
    text="#e4e8ee",
    muted="#98a2b1",
    faint="#5d6775",
    accent="#4fc3b5",
    accent_soft="#20413f",
    on_accent="#06201d",
    good="#5cc98a",
    warn="#e9b44c",
    bad="#e55f5a",
    contacts=("#f0a04b", "#f5c78d", "#56a8f0", "#9ccbf7"),
    series=(
        "#18ade2",
        "#e69f00",
        "#2fc79a",
        "#f0e443",
        "#cc81b3",
        "#f1743e",
        "#7897fb",
        "#bfc5d0",
    ),
)
LIGHT = Theme(
    name="light",
    window="#e9ecf0",
    panel="#f8f9fb",
    raised="#ffffff",
    field="#ffffff",
    line="#d0d6de",
    text="#1b2129",
    muted="#586373",
    faint="#919baa",
    accent="#0f8577",
    accent_soft="#cdeae5",
    on_accent="#ffffff",
    good="#1e8251",
    warn="#98670b",
    bad="#a21627",
    contacts=("#c96f12", "#e3a157", "#1f74c2", "#6aa9df"),
    series=(
        "#2183be",
        "#b67f3d",
        "#00805c",
        "#a0910b",
        "#b55b94",
        "#b2410a",
        "#4659c4",
        "#535c6a",
    ),
)
PROJECTOR = replace(
    LIGHT,
    name="projector",
    window="#ffffff",
    panel="#ffffff",
    field="#ffffff",
    line="#8a939f",
    text="#000000",
    muted="#2b333d",
    faint="#5d6775",
    accent="#00594f",
    accent_soft="#bfe6df",
    good="#115c30",
    warn="#805207",
    bad="#cb3c57",
    contacts=("#a84f00", "#c97a2a", "#00519e", "#3d86cc"),
    series=(
        "#05609e",
        "#996735",
        "#005c40",
        "#837200",
        "#913674",
        "#8f2800",
        "#2c3ea8",
        "#363e49",
    ),
    text_scale=1.25,
    stroke=1.8,
)
"""Black on white, larger and thicker: for a bright room."""
THEMES = {theme.name: theme for theme in (DARK, LIGHT, PROJECTOR)}


class ThemeSwitch(QObject):
    """The theme in force; follows the system unless told otherwise."""

    changed = Signal(object)

    def __init__(self, app: QApplication, mode: Mode = "system") -> None:
        super().__init__(app)
        self._app = app
        self.mode: Mode = mode
        self.current = self._wanted()
        app.styleHints().colorSchemeChanged.connect(self._refresh)

    def apply(self) -> None:
        """Dress the application in the current theme."""
        self._app.setStyle("Fusion")
        if (font := app_font(self.current)) != self._app.font():
            self._app.setFont(font)
        self._app.setPalette(palette(self.current))
        self._app.setStyleSheet(style_sheet(self.current))

    def set_mode(self, mode: Mode) -> None:
        """One of the themes, or as the system has it, from now on."""
        self.mode = mode
        self._refresh()

    def toggle(self) -> None:
        """The other theme, from now on regardless of the system."""
        self.set_mode("light" if self.current is DARK else "dark")

    def _refresh(self) -> None:
        wanted = self._wanted()
        if wanted is not self.current:
            self.current = wanted
            self.apply()
            self.changed.emit(wanted)

    def _wanted(self) -> Theme:
        if self.mode in THEMES:
            return THEMES[self.mode]
        light = self._app.styleHints().colorScheme() == Qt.ColorScheme.Light
        return LIGHT if light else DARK


def palette(theme: Theme) -> QPalette:
    """The Qt palette, for what the style sheet does not reach."""
    roles = QPalette.ColorRole
    made = QPalette()
    for role, color in {
        roles.Window: theme.panel,
        roles.WindowText: theme.text,
        roles.Base: theme.field,
        roles.AlternateBase: theme.panel,
        roles.Text: theme.text,
        roles.PlaceholderText: theme.faint,
        roles.Button: theme.raised,
        roles.ButtonText: theme.text,
        roles.ToolTipBase: theme.raised,
        roles.ToolTipText: theme.text,
        roles.Highlight: theme.accent,
        roles.HighlightedText: theme.on_accent,
        roles.Link: theme.accent,
        roles.Mid: theme.line,
        roles.Dark: theme.line,
    }.items():
        made.setColor(role, QColor(color))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.faint))
    return made


def style_sheet(theme: Theme) -> str:
    """The application's style sheet in the colours of ``theme``."""
    template = Template((Path(__file__).parent / "style.qss").read_text("utf-8"))
    colors = {k: v for k, v in vars(theme).items() if isinstance(v, str)}
    return template.substitute(colors, radius=RADIUS)


def app_font(theme: Theme) -> QFont:
    """The system's font, as large as ``theme`` has it."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    if font.pointSizeF() > 0:
        font.setPointSizeF(font.pointSizeF() * theme.text_scale)
    return font


def mono_font(size_delta: int = 0) -> QFont:
    """The system's fixed-width font, for numbers that must not dance."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    size = QGuiApplication.font().pointSizeF()
    font.setPointSizeF(max(size + size_delta, 6.0))
    return font
