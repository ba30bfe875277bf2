"""``main.py bundle SESSION -o X.zip``: a session with all that it needs, to send to others."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from platformdirs import user_log_path

from viewer.model.export.bundles import write_order
from viewer.model.export.order import Order

from .console import emit, track

LOG = "stridescope.log"


def run(args: argparse.Namespace) -> None:
    """Writes the bundle, and says what is in it."""
    log = Path(args.log) if args.log else user_log_path("stridescope") / LOG
    facts = write_order(Order(args.file, args.output, log=str(log)), track)
    for missing in facts["missing"]:
        print(f"{args.output}: warning: {missing} is missing in it.", file=sys.stderr)
    count = len(facts["files"])
    files = f"{count} file{'' if count == 1 else 's'}"
    line = f"{args.output}: the session with {files}, {facts['bytes'] / 1e6:.2f} MB"
    emit(facts, line, args.json)
