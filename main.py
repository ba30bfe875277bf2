"""The front door: parses the command line and hands over to ``viewer/commands``.

``main.py [FILES]`` opens the window; every sub-command works without a display.
Exit code 0, or 2 with one sentence on stderr when something given cannot be used.
"""

from __future__ import annotations

import argparse
import importlib
import io
import os
import re
import sys
from typing import NoReturn

from viewer.commands.console import ROOT, Refused, sentence

COMMANDS = {
    "info": "what a BVH, ONNX or session file holds",
    "render": "a clip, or the one of a session, as PNG, PNG sequence or MP4, without a display",
    "analyze": "phases, latents, contacts and anomalies of a clip, as NPZ or CSV",
    "export": "a clip, a take or latents as BVH, GLB, NPZ or DeepMimic motion",
    "models": "the five models: list, validate, bench, warm up their engines, import an actor",
    "simulate": "the physics character under a policy, without a window",
    "bench": "measure this machine against the targets",
    "gallery": "the pictures of the README",
    "doctor": "versions, driver, devices, caches; what is wrong and how to mend it",
}
VERSION = "0.1.0"


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that refuses in one sentence, without the usage text."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {sentence(message)}\n")


def joined(argv: list[str]) -> list[str]:
    """``--option -1,2`` as ``--option=-1,2``, which argparse would take for two options."""
    found: list[str] = []
    for text in argv:
        if found and found[-1].startswith("--") and re.match(r"-[.\d]", text):
            found[-1] += f"={text}"
        else:
            found.append(text)
    return found


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


def seed(text: str) -> int:
    """A whole number from 0 on."""
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise argparse.ArgumentTypeError(f"expected a whole number from 0 on, found '{text}'")
    return int(text)


def add_source(parser: argparse.ArgumentParser) -> None:
    """The overrides of what is detected when a BVH file is read."""
    parser.add_argument("--units", choices=("auto", "m", "cm", "inch", "acclaim"), default="auto")
    parser.add_argument("--up-axis", choices=("auto", "Y", "Z"), default="auto")


def add_engine(parser: argparse.ArgumentParser) -> None:
    """What runs the networks; None where nothing is said."""
    add = parser.add_argument
    add("--engine", choices=("auto", "mojo", "max", "numpy"), help="what runs the networks")
    add("--device", choices=("cpu", "gpu", "auto"), help="auto: the faster, by measurement")
    add("--precision", choices=("fp32", "fast", "half"), help="weights: 32 bits, 16, bfloat16")


def command_parser(name: str) -> Parser:
    """The parser of one sub-command; ``--json`` is common to all."""
    parser = Parser(prog=f"main.py {name}", description=COMMANDS[name])
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    if name == "info":
        parser.add_argument("files", metavar="FILE", nargs="+")
        add_source(parser)
    elif name == "render":
        parser.add_argument("file", metavar="CLIP")
        parser.add_argument("-o", "--output", required=True, help="OUT.png, OUT.mp4 or a folder")
        parser.add_argument("--time", type=float, help="seconds; the frame nearest to it")
        parser.add_argument("--size", type=size, default=(1280, 720), metavar="WxH")
        parser.add_argument("--fps", type=positive, help="pictures a second (the clip's own)")
        parser.add_argument("--theme", choices=("dark", "light"), default="dark")
        parser.add_argument("--camera", type=camera, metavar="AZ,EL[,DIST]", help="degrees, metres")
        add_source(parser)
    elif name in ("analyze", "export"):
        parser.add_argument("file", metavar="CLIP")
        analyses, clips = "OUT.npz or OUT.csv", "OUT.bvh, OUT.glb, OUT.npz or OUT.txt"
        kinds = analyses if name == "analyze" else clips
        parser.add_argument("-o", "--output", required=True, help=kinds)
        add_source(parser)
        if name == "analyze":
            add_engine(parser)
    elif name == "models":
        actions = ("list", "validate", "bench", "warmup", "import-deepmimic")
        parser.add_argument("action", choices=actions, nargs="?", default="list")
        files = "a model to validate, or the actor to import"
        parser.add_argument("file", metavar="FILE", nargs="?", help=files)
        outputs = "import: OUT.onnx; bench: a folder for models.json and models.png"
        parser.add_argument("-o", "--output", metavar="OUT", help=outputs)
        parser.add_argument("--readme", action="store_true", help="bench: rewrite README's tables")
    elif name == "simulate":
        parser.add_argument("--policy", metavar="P.onnx", help="the shipped actor")
        parser.add_argument("--motion", metavar="M", help="a DeepMimic motion file or a BVH")
        parser.add_argument("--seconds", type=positive, default=20.0)
        parser.add_argument("--seed", type=seed, default=0, help="chooses where the clip starts")
        parser.add_argument("--push", metavar="T,FORCE,DIRECTION,DURATION", action="append",
            default=[], help="s, N, forward|left|back|right or degrees to the left, s")  # fmt: skip
        parser.add_argument("--record", metavar="OUT.npz", help="every step, as arrays")
    elif name == "bench":
        parts = "motion, models, character, window"
        parser.add_argument("parts", metavar="PART", nargs="*", help=parts)
        parser.add_argument("--readme", action="store_true", help="rewrite the README's table")
    elif name == "gallery":
        parser.add_argument("-o", "--output", default="assets/gallery", metavar="DIR")
    return parser


def viewer_parser() -> Parser:
    """The parser of ``main.py [FILES]``, which also describes the sub-commands."""
    width = max(map(len, COMMANDS))
    parser = Parser(
        prog="main.py",
        usage="main.py [CLIP.bvh ... | SESSION.stride] [--engine E] [--device D] [--precision P]  "
        "or  main.py COMMAND ...",
        description="Stridescope: opens the window with the given clips or session, or the demo.",
        epilog="commands (main.py COMMAND --help says more):\n"
        + "\n".join(f"  {name:{width}}  {text}" for name, text in COMMANDS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", metavar="CLIP.bvh", nargs="*")
    add_engine(parser)
    parser.add_argument("--version", action="version", version=f"Stridescope {VERSION}")
    return parser


def dispatch(argv: list[str]) -> int:
    """Runs what ``argv`` asks for; the exit code."""
    name = argv[0] if argv and argv[0] in COMMANDS else ""
    parser = command_parser(name) if name else viewer_parser()
    args = parser.parse_args(joined(argv[1:] if name else argv))
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
