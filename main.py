"""The front door: parses the command line and hands over to ``viewer/commands``.

``main.py [FILES]`` opens the window; every sub-command works without a display.
Exit code 0, or 2 with one sentence on stderr when something given cannot be used.
"""

from __future__ import annotations

import importlib
import io
import os
import sys

from viewer.commands.arguments import COMMANDS, command_parser, joined, viewer_parser
from viewer.model.demo import ROOT
from viewer.model.language import choose
from viewer.model.notice import Refused, sentence
from viewer.model.one_core import one_core


def dispatch(argv: list[str]) -> int:
    """Runs what ``argv`` asks for; the exit code."""
    name = argv[0] if argv and argv[0] in COMMANDS else ""
    parser = command_parser(name) if name else viewer_parser()
    args = parser.parse_args(joined(argv[1:] if name else argv))
    if not name:
        choose(args.language or "")  # before modules are loaded that hold texts
    if name in ("", "serve"):  # what must not wait for BLAS, whose module loads NumPy
        os.environ.update(one_core(os.environ))
    module = importlib.import_module(f"viewer.commands.{name or 'window'}")
    return module.run(args) or 0


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0; 1 unusable (doctor); 2 refused; 130 interrupted."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # file names and terminals of any encoding
            stream.reconfigure(errors="backslashreplace")
    try:
        code = dispatch(sys.argv[1:] if argv is None else argv)
        print(end="", flush=True)  # a full disk is told here; a closed stdout is none
        return code
    except Refused as refused:
        print(refused, file=sys.stderr)
    except BrokenPipeError:  # the reader has seen enough: `main.py ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        what = f"{error.filename or 'main.py'}: {error.strerror or error}"
        print(sentence(what), file=sys.stderr)
    except MemoryError:
        print("There is not enough memory for this; ask for less.", file=sys.stderr)
    except ModuleNotFoundError as error:
        if (ROOT / str(error.name).split(".")[0]).exists():
            raise
        print(f"{error.name} is not installed here: start with `make run`.", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 2


if __name__ == "__main__":
    sys.exit(main())
