"""Options about the program itself: which it is, what it speaks, its place in the menu."""

from __future__ import annotations

import argparse
from typing import NoReturn

from .values import language


def add_program_options(parser: argparse.ArgumentParser) -> None:
    """``--language``, ``--version``, ``--install-desktop`` and ``--uninstall-desktop``."""
    words = "what the window speaks: en, de, as the system does where nothing is said"
    parser.add_argument("--language", type=language, metavar="L", help=words)
    parser.add_argument("--version", action=_Version, nargs=0, help="say which this is, and end")
    desktop = parser.add_mutually_exclusive_group()
    words = "put Stridescope in the menu of this desktop, and let it open .bvh and .stride files"
    desktop.add_argument("--install-desktop", action="store_true", help=words)
    words = "take it out of the menu again"
    desktop.add_argument("--uninstall-desktop", action="store_true", help=words)


class _Version(argparse.Action):
    """Looks the version up only where it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from viewer.model.version import version

        print(f"Stridescope {version()}")
        parser.exit()
