"""What values the options of the command line take, each refused in a sentence."""

from __future__ import annotations

import argparse
import re

from viewer.model.language import available

ENGINES = ("auto", "mojo", "max", "numpy")


def size(text: str) -> tuple[int, int]:
    """``WxH`` in pixels."""
    match = re.fullmatch(r"(\d{1,4})x(\d{1,4})", text, re.ASCII | re.IGNORECASE)
    width, height = map(int, match.groups()) if match else (0, 0)
    if not (0 < width <= 8192 >= height > 0):
        raise argparse.ArgumentTypeError(f"expected WxH of at most 8192 pixels, found '{text}'")
    return width, height


def camera(text: str) -> tuple[float, ...]:
    """``AZIMUTH,ELEVATION[,DISTANCE]`` in degrees and metres."""
    try:
        numbers = tuple(float(part) for part in text.split(","))
    except ValueError:
        numbers = ()
    if len(numbers) not in (2, 3) or not all(abs(n) < 1e4 for n in numbers):
        raise argparse.ArgumentTypeError(
            f"expected AZIMUTH,ELEVATION[,DISTANCE] in degrees and metres, found '{text}'"
        )
    return numbers


def positive(text: str) -> float:
    """A finite number above zero."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"expected a number above 0, found '{text}'")
    return number


def span(text: str) -> tuple[float, float] | str:
    """``FROM,TO`` in seconds, or ``loop``."""
    if text == "loop":
        return text
    try:
        begin, end = (float(part) for part in text.split(","))
    except ValueError:
        begin, end = 1.0, 0.0
    if not 0 <= begin <= end < float("inf"):
        raise argparse.ArgumentTypeError(f"expected FROM,TO in seconds, or loop, found '{text}'")
    return begin, end


def seed(text: str) -> int:
    """A whole number from 0 on."""
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise argparse.ArgumentTypeError(f"expected a whole number from 0 on, found '{text}'")
    return int(text)


def count(text: str) -> int:
    """A whole number from 1 to a million."""
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= 1_000_000):
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 on, found '{text}'")
    return int(text)


def port(text: str) -> int:
    """A port of TCP."""
    if not (text.isascii() and text.isdigit() and int(text[:9]) <= 65535):
        raise argparse.ArgumentTypeError(f"expected a port from 0 to 65535, found '{text}'")
    return int(text)


def milliseconds(text: str) -> float:
    """0 to 1,000 milliseconds."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1000:
        raise argparse.ArgumentTypeError(f"expected 0 to 1,000 milliseconds, found '{text}'")
    return number


def strength(text: str) -> float:
    """A number from 0 to 3."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 3:
        raise argparse.ArgumentTypeError(f"expected a number from 0 to 3, found '{text}'")
    return number


def engine(text: str) -> str:
    """The name of an engine, or the address of a server."""
    if text not in ENGINES and not re.match(r"https?://", text, re.IGNORECASE):
        names = ", ".join(ENGINES)
        raise argparse.ArgumentTypeError(
            f"expected {names} or a server's http://HOST:PORT, found '{text}'"
        )
    return text


def bvh_units(text: str) -> str:
    """A unit to write BVH in; those that are only read belong to another option."""
    if text not in ("m", "cm"):
        raise argparse.ArgumentTypeError(
            f"expected m or cm, which OUT.bvh is to count in, found '{text}'; "
            "--source-units says in which CLIP counts"
        )
    return text


def language(text: str) -> str:
    """A language that the window speaks."""
    if text not in available():
        known = " or ".join(available())
        raise argparse.ArgumentTypeError(f"there is no language '{text}' here; choose {known}")
    return text
