"""Options that are about the program itself: which it is, and its place in the desktop's menu."""

from __future__ import annotations

import argparse
from typing import NoReturn


def add_program_options(parser: argparse.ArgumentParser) -> None:
    """``--version``, ``--install-desktop`` and ``--uninstall-desktop``."""
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
