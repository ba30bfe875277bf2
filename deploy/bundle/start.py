"""What the program of the bundle runs: the front door, or a module of ours beside it."""

from __future__ import annotations

import multiprocessing
import os
import runpy
import sys
from pathlib import Path

from main import main

FONTS = Path("/etc/fonts/fonts.conf")

if __name__ == "__main__":
    multiprocessing.freeze_support()
    if not FONTS.exists():  # a system without fonts: those of the bundle
        os.environ.setdefault("FONTCONFIG_FILE", str(Path(__file__).with_name("fonts.conf")))
    if sys.argv[1:2] == ["-m"]:
        module = sys.argv[2]
        del sys.argv[1:3]
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    else:
        sys.exit(main())
