"""A display for each process of the suite: focus, pointer and clipboard are one for a display."""

from __future__ import annotations

import os
import shutil
import subprocess

_SERVER = """
exec 3>&1
Xvfb -displayfd 3 -screen 0 1600x1000x24 -noreset >/dev/null 2>&1 &
read -r _
kill $!
"""


class OwnDisplay:
    """Xvfb for this process, where that has a display; it ends with the process."""

    def __init__(self) -> None:
        if "DISPLAY" not in os.environ or not shutil.which("Xvfb"):
            return
        self._server = subprocess.Popen(
            ["sh", "-c", _SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._server.stdout
        os.environ["DISPLAY"] = f":{self._server.stdout.readline().strip()}"
