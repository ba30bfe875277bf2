"""Colours of the stage, sRGB in 0..1."""

from __future__ import annotations

from dataclasses import dataclass

Rgb = tuple[float, float, float]


def rgb(code: str) -> Rgb:
    """``"rrggbb"`` to three floats in 0..1."""
    red, green, blue = (int(code[i : i + 2], 16) / 255 for i in (0, 2, 4))
    return red, green, blue


@dataclass(frozen=True)
class Palette:
    """A figure's colours: its trunk, its two sides, and the joints between."""

    body: Rgb
    left: Rgb
    right: Rgb
    joint: Rgb

    def tinted(self, color: Rgb, share: float) -> Palette:
        """The same with ``share`` of ``color``, 0 to 1, in each."""

        def mixed(own: Rgb) -> Rgb:
            red, green, blue = (a + share * (b - a) for a, b in zip(own, color, strict=True))
            return red, green, blue

        return Palette(*map(mixed, (self.body, self.left, self.right, self.joint)))


@dataclass(frozen=True)
class ColorScheme:
    """Everything about the stage that changes between light and dark.

    background_top and background_bottom: the gradient behind the stage.
    floor: colour of the lit floor, which fades into the background.
    grid, grid_strength: colour and opacity of the ground lines.
    key, kicker, sky, bounce: linear intensities of the lights from the lamp, from behind it,
    from above and from below.
    shadow: opacity of the cast shadow.
    accent: contact marks, trails and selection; ghost: translucent figures.
    heat: from nothing to much, for values painted on the figure.
    series: eight colours for things beside each other, told apart by the colour-blind.
    stroke: how much thicker lines and dots are drawn than their points say.
    """

    name: str
    background_top: Rgb
    background_bottom: Rgb
    floor: Rgb
    grid: Rgb
    grid_strength: float
    key: Rgb
    kicker: Rgb
    sky: Rgb
    bounce: Rgb
    shadow: float
    figure: Palette
    accent: Rgb
    ghost: Rgb
    heat: tuple[Rgb, ...]
    series: tuple[Rgb, ...]
    stroke: float = 1.0


DARK = ColorScheme(
    name="dark",
    background_top=rgb("12151b"),
    background_bottom=rgb("1d222b"),
    floor=rgb("2b323d"),
    grid=rgb("8b9bb4"),
    grid_strength=0.30,
    key=(1.90, 1.76, 1.56),
    kicker=(0.42, 0.52, 0.70),
    sky=(0.26, 0.30, 0.38),
    bounce=(0.10, 0.10, 0.11),
    shadow=0.72,
    figure=Palette(
        body=rgb("b9b5ae"), left=rgb("c2a992"), right=rgb("98a9bc"), joint=rgb("3d434f")
    ),
    accent=rgb("ffb454"),
    ghost=rgb("7fb4ff"),
    heat=(rgb("47566e"), rgb("6b4fa0"), rgb("bf3f86"), rgb("f2763f"), rgb("ffe25c")),
    series=(
        *(rgb("18ade2"), rgb("e69f00"), rgb("2fc79a"), rgb("f0e443")),
        *(rgb("cc81b3"), rgb("f1743e"), rgb("7897fb"), rgb("bfc5d0")),
    ),
)

LIGHT = ColorScheme(
    name="light",
    background_top=rgb("e9edf2"),
    background_bottom=rgb("dde2e9"),
    floor=rgb("f4f6f8"),
    grid=rgb("5b6b82"),
    grid_strength=0.26,
    key=(1.80, 1.72, 1.60),
    kicker=(0.34, 0.38, 0.44),
    sky=(0.48, 0.53, 0.62),
    bounce=(0.30, 0.29, 0.28),
    shadow=0.46,
    figure=Palette(
        body=rgb("b5afa6"), left=rgb("bd9f87"), right=rgb("90a1b6"), joint=rgb("4b515d")
    ),
    accent=rgb("e07a10"),
    ghost=rgb("2f6fd0"),
    heat=(rgb("c3cad4"), rgb("9aa6dc"), rgb("a765c4"), rgb("c62f6a"), rgb("8c1414")),
    series=(
        *(rgb("2183be"), rgb("b67f3d"), rgb("00805c"), rgb("a0910b")),
        *(rgb("b55b94"), rgb("b2410a"), rgb("4659c4"), rgb("535c6a")),
    ),
)

PROJECTOR = ColorScheme(
    name="projector",
    background_top=rgb("ffffff"),
    background_bottom=rgb("f4f6f8"),
    floor=rgb("ffffff"),
    grid=rgb("1b2733"),
    grid_strength=0.42,
    key=(1.55, 1.50, 1.44),
    kicker=(0.28, 0.30, 0.34),
    sky=(0.36, 0.40, 0.46),
    bounce=(0.24, 0.23, 0.22),
    shadow=0.66,
    figure=Palette(
        body=rgb("7d7b78"), left=rgb("c4763c"), right=rgb("3d7cb8"), joint=rgb("22272f")
    ),
    accent=rgb("c24f00"),
    ghost=rgb("0b52b8"),
    heat=(rgb("b4bfcc"), rgb("7d8ce0"), rgb("9c43c4"), rgb("c01657"), rgb("6d0000")),
    series=(
        *(rgb("05609e"), rgb("996735"), rgb("005c40"), rgb("837200")),
        *(rgb("913674"), rgb("8f2800"), rgb("2c3ea8"), rgb("363e49")),
    ),
    stroke=1.8,
)
"""For a bright room: black on white, with what a projector washes out drawn stronger."""

COLOR_SCHEMES = {scheme.name: scheme for scheme in (DARK, LIGHT, PROJECTOR)}
