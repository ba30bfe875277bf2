"""What each sub-command takes on the command line. Loads without NumPy, so help is quick."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from typing import NoReturn

from motion.conventions import UNIT_CHOICES, UP_AXIS_CHOICES
from viewer.model.notice import sentence

from .program_options import add_program_options
from .values import (
    ENGINES,
    bvh_units,
    camera,
    count,
    engine,
    milliseconds,
    port,
    positive,
    seed,
    size,
    span,
    strength,
)

COMMANDS = {
    "info": "what a BVH, ONNX or session file holds",
    "render": "a clip, or what a session shows, as PNG, PNG sequence, MP4 or turntable",
    "analyze": "phases, latents, contacts and anomalies of a clip, as NPZ or CSV",
    "inspect": "joints of a clip over time, their distance, and where feet slide, as CSV",
    "library": "all clips of folders as a Parquet data set: phases, latents, lint, measures",
    "compare": "the phases or joints of two clips, or one clip by two models: what differs",
    "export": "a clip, a take, latents or a session's as BVH, GLB, NPZ or DeepMimic motion",
    "bundle": "a session with all that it needs as one file, without private paths",
    "restyle": "a clip in another style, as BVH, GLB or NPZ",
    "models": "the five models: list, validate, quality, bench, warm up, import an actor",
    "simulate": "the physics character under a policy, without a window",
    "serve": "the models over HTTP, by the Open Inference Protocol v2",
    "bench": "measure this machine against the targets",
    "latency": "the five models at the pace of a display, on every engine here: a card to show",
    "gallery": "the pictures of README and docs/, or of every panel",
    "doctor": "versions, driver, devices, caches; what is wrong and how to mend it",
}
Add = Callable[..., object]


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


def _source(add: Add) -> None:
    """The overrides of what is detected when a BVH file is read."""
    add("--units", choices=UNIT_CHOICES, default="auto")
    add("--up-axis", choices=UP_AXIS_CHOICES, default="auto")


def _engine(add: Add) -> None:
    """What runs the networks; None where nothing is said."""
    kinds = f"what runs the networks: {', '.join(ENGINES)}, or the address of main.py serve"
    add("--engine", type=engine, metavar="E|http://HOST:PORT", help=kinds)
    add("--device", choices=("cpu", "gpu", "auto"), help="auto: the faster, by measurement")
    add("--precision", choices=("fp32", "fast", "half"), help="weights: 32 bits, 16, bfloat16")


def _info(add: Add) -> None:
    add("files", metavar="FILE", nargs="+")
    _source(add)


def _render(add: Add) -> None:
    add("file", metavar="CLIP|SESSION")
    add("-o", "--output", required=True, help="OUT.png, OUT.mp4 or a folder")
    add("--time", type=float, help="seconds; the frame nearest to it")
    add("--size", type=size, default=(1280, 720), metavar="WxH")
    add("--fps", type=positive, help="pictures a second (the clip's own)")
    add(
        "--theme",
        choices=("dark", "light", "projector"),
        help="of the stage (dark, or the session's)",
    )
    add("--camera", type=camera, metavar="AZ,EL[,DIST]", help="degrees, metres")
    add("--transparent", action="store_true", help="without background and ground; not for MP4")
    once = "once around the pose at --time or the playhead, in so many seconds (4)"
    add("--turntable", type=positive, nargs="?", const=4.0, default=0.0, metavar="S", help=once)
    _part(add)
    _source(add)


def _part(add: Add) -> None:
    """What of a session, and from when to when."""
    held = "of a session: what it has on stage (the default), its clip as it is, its clip in its "
    whats = ("stage", "clip", "restyled", "take", "latent")
    add("--what", choices=whats, default="stage", help=f"{held}style, the take, or the latent")
    part = "only this part: seconds, both included, or the loop range of a session"
    add("--range", type=span, metavar="FROM,TO|loop", help=part)


def _analyze(add: Add) -> None:
    add("files", metavar="CLIP", nargs="+")
    outputs = "OUT.npz or OUT.csv; of several clips a table, a row a clip, also OUT.parquet"
    add("-o", "--output", help=f"{outputs}; may be left out with --lint")
    window = "the turns per second too, read from so many seconds of angle (0.5)"
    add("--frequency", type=positive, nargs="?", const=0.5, metavar="SECONDS", help=window)
    faults = "jumps, reversals, dead amplitude, odd frequency, strikes off their phase, by the "
    thresholds = "thresholds of a file or the usual ones (docs/explanation/phase.md)"
    add("--phase", metavar="F.onnx", help="a DeepPhase of your own in place of the one that ships")
    add("--lint", nargs="?", const="", metavar="THRESHOLDS.json", help=faults + thresholds)
    picture = "the phase over time as a picture, its numbers as CSV beside it"
    add("--picture", metavar="OUT.png|OUT.svg", help=picture)
    _source(add)
    _engine(add)
    _inside(add)


def _inspect(add: Add) -> None:
    add("file", metavar="CLIP|SESSION")
    joint = "position, speed, height and contact of it; of several also how far from the first"
    add("--joint", metavar="NAME", action="append", default=[], help=f"{joint}; repeatable")
    add("-o", "--output", metavar="OUT.csv", help="a row a frame, with the markers of a session")
    worst = "how many of the worst slides of feet are told (10)"
    add("--most", type=count, default=10, metavar="N", help=worst)
    _source(add)


def _library(add: Add) -> None:
    add("action", choices=("analyze",))
    places = "a folder with BVH files in and below it, a file, or an address as fsspec takes it"
    add("files", metavar="PATH", nargs="+", help=places)
    made = "the folder of the data set; what is in it already is not done again"
    add("-o", "--output", metavar="LIBRARY", required=True, help=made)
    add("--workers", type=count, metavar="N", help="processes on this machine (one a core)")
    cluster = "the workers of this scheduler of Dask distributed instead"
    add("--scheduler", metavar="tcp://HOST:8786", help=cluster)
    _engine(add)


def _compare(add: Add) -> None:
    series = "a BVH, or an NPZ or CSV with columns x, y or angle, amplitude, time"
    add("files", metavar="A", nargs="+", help=f"one or two: {series}")
    add("-o", "--output", metavar="OUT.npz", help="difference and distance matrix")
    picture = "the distance matrix as a picture, its numbers as CSV beside it"
    add("--picture", metavar="OUT.png|OUT.svg", help=picture)
    ways = "what makes a moment of B that of a frame of A: time (the default), phase, first strike"
    add("--align", choices=("time", "phase", "strike"), default="time", help=ways)
    joints = "how far the joints of two clips are apart, over time, in place of their phases"
    add("--joints", action="store_true", help=joints)
    for side in ("a", "b"):
        own = f"the DeepPhase that reads {side.upper()} (the one that ships)"
        add(f"--model-{side}", metavar="F.onnx", help=own)
    _source(add)
    _engine(add)


def _inside(add: Add) -> None:
    """What happens inside the network of the phase; goes into an NPZ."""
    add("--layers", action="store_true", help="its hidden layers, and how many units are dead")
    scalars = ("angle", "amplitude", "x", "y")
    add("--saliency", choices=scalars, help="on which joints this depends, per cm and per m/s")


def _written(add: Add) -> None:
    """The unit of a BVH that is written, and how one is read."""
    written = "of OUT.bvh: cm, which Blender and others expect (the default for people), or m; "
    add("--units", type=bvh_units, metavar="m|cm", help=written + "all else is in metres")
    read = "in which CLIP counts; auto judges by the figure's size"
    add("--source-units", choices=UNIT_CHOICES, default="auto", help=read)
    add("--up-axis", choices=UP_AXIS_CHOICES, default="auto")


def _export(add: Add) -> None:
    add("file", metavar="CLIP|SESSION")
    add("-o", "--output", required=True, help="OUT.bvh, OUT.glb, OUT.npz or OUT.txt")
    _part(add)
    rigs = "of a session's restyled clip: canonical (22 joints, 30 fps), or source: its own"
    add("--rig", choices=("canonical", "source"), default="canonical", help=rigs)
    _written(add)


def _bundle(add: Add) -> None:
    add("file", metavar="SESSION")
    add("-o", "--output", required=True, help="OUT.zip")
    add("--log", metavar="FILE", help="the log that goes along (that of the window)")


def _restyle(add: Add) -> None:
    add("file", metavar="CLIP")
    add("-o", "--output", required=True, help="OUT.bvh, OUT.glb or OUT.npz")
    styles = "NAME|CLIP|LATENT.npz|map:X,Y"
    add("--style", metavar=styles, help="a style, a BVH, an NPZ, or a place of the map")
    add(
        "--strength",
        type=strength,
        default=1.0,
        help="0: the clip, 1 (the default): the style, up to 3",
    )
    moved = "moves a named slider of the style, such as energy=1.5; repeatable"
    add("--slider", metavar="NAME=SIGMA", action="append", default=[], help=moved)
    form = '[{"time": s, "style": NAME|CLIP|LATENT.npz|map:X,Y|[numbers], "strength": 1, '
    ease = '"ease": "smooth|linear|hold"}, ...]; the clip goes on until the last of them'
    add("--keys", metavar="KEYS.json", help=f"the style over time: {form}{ease}")
    add("--seed", type=seed, help="a style drawn at random, the same for one seed")
    add("--seconds", type=positive, help="how long: cut, or looped at a like pose and phase")
    rigs = "canonical (22 joints, 30 fps), or source: the clip's own rig and frame rate"
    add("--rig", choices=("canonical", "source"), default="canonical", help=rigs)
    _written(add)
    _engine(add)


def _models(add: Add) -> None:
    actions = ("list", "validate", "quality", "bench", "warmup", "import-deepmimic")
    add("action", choices=actions, nargs="?", default="list")
    add("file", metavar="FILE", nargs="?", help="a model to validate, or the actor to import")
    outputs = "import: OUT.onnx; bench: a folder for models.json and models.png"
    add("-o", "--output", metavar="OUT", help=outputs)
    add("--docs", action="store_true", help="bench, quality: rewrite their tables in docs/")
    for option, title in (("encoder", "StyleVAE"), ("decoder", "StyleVAE"), ("phase", "DeepPhase")):
        add(f"--{option}", metavar="F.onnx", help=f"quality: a {title} of your own to measure")
    server = "validate: the server at this address instead of the engines here"
    add("--engine", type=engine, metavar="http://HOST:PORT", help=server)
    block = "quality: the first 64 numbers of the latents are the style, as in those that ship"
    add("--style-block", action="store_true", help=block)


def _simulate(add: Add) -> None:
    add("--policy", metavar="P.onnx", help="the shipped actor")
    add("--motion", metavar="M", help="a DeepMimic motion file or a BVH")
    add("--script", metavar="DRIVE.json", help="deeds and times (docs/reference/file-formats.md)")
    add("--policies", metavar="SET.json", help="with --script: skills in place of those that ship")
    last = "20; with --script until 5 s after its last event"
    add("--seconds", type=positive, help=last)
    add("--seed", type=seed, default=0, help="chooses where the clip starts")
    push = "s, N, forward|left|back|right or degrees to the left, s"
    add("--push", metavar="T,FORCE,DIRECTION,DURATION", action="append", default=[], help=push)
    add("--record", metavar="OUT.npz", help="every step, as arrays")
    _engine(add)


def _serve(add: Add) -> None:
    own = "models of your own, served by the names of their files beside the five"
    add("files", metavar="MODEL.onnx", nargs="*", help=own)
    beyond = "beyond this machine only with a token in STRIDESCOPE_TOKEN, or --insecure"
    add("--host", default="127.0.0.1", help=beyond)
    add("--port", type=port, default=8080, help="0: any that is free")
    add("--insecure", action="store_true", help="other machines need no token")
    add("--tls-cert", metavar="CERT.pem", help="serve HTTPS, with --tls-key")
    add("--tls-key", metavar="KEY.pem")
    window = "how long a request waits for others to be computed with it (0: it does not)"
    add("--batch-window", type=milliseconds, default=0.0, metavar="MS", help=window)
    add("--max-body", type=positive, default=32.0, metavar="MIB", help="of one request (32)")
    rows = "of one request to a network (1024)"
    add("--max-rows", type=count, default=1024, metavar="N", help=rows)
    flying = "that are answered at the same time (64); more are told to come again"
    add("--max-requests", type=count, default=64, metavar="N", help=flying)
    limit = "for a request to come, to be answered and to be fetched (30)"
    add("--time-limit", type=positive, default=30.0, metavar="S", help=limit)
    _engine(add)


def _bench(add: Add) -> None:
    parts = "motion, models, character, window, scale, serve, library"
    add("parts", metavar="PART", nargs="*", help=parts)
    add("--docs", action="store_true", help="rewrite the tables in docs/")
    minutes = "how long the server bears its load (1)"
    add("--minutes", type=positive, default=1.0, metavar="M", help=minutes)


def _latency(add: Add) -> None:
    add("--seconds", type=positive, default=20.0, metavar="S", help="how long it measures (20)")
    add("-o", "--output", metavar="OUT.png|OUT.json", help="the card, its numbers beside it")
    add("--engine", action="append", metavar="E", help="only this, such as mojo-fast; repeatable")


def _gallery(add: Add) -> None:
    add("-o", "--output", default="assets/gallery", metavar="DIR")
    every = "every panel in DIR/panels, and whole windows in both themes at three sizes in "
    add("--panels", action="store_true", help=f"{every}build/gallery, instead")


_OWN: dict[str, Callable[[Add], None]] = {
    "info": _info,
    "render": _render,
    "analyze": _analyze,
    "inspect": _inspect,
    "library": _library,
    "compare": _compare,
    "export": _export,
    "bundle": _bundle,
    "restyle": _restyle,
    "models": _models,
    "simulate": _simulate,
    "serve": _serve,
    "bench": _bench,
    "latency": _latency,
    "gallery": _gallery,
}


def command_parser(name: str) -> Parser:
    """The parser of one sub-command; ``--json`` is common to all."""
    parser = Parser(prog=f"main.py {name}", description=COMMANDS[name])
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    if name in _OWN:
        _OWN[name](parser.add_argument)
    return parser


def viewer_parser() -> Parser:
    """The parser of ``main.py [FILES]``, which also describes the sub-commands."""
    width = max(map(len, COMMANDS))
    parser = Parser(
        prog="main.py",
        usage="main.py [CLIP.bvh ... | SESSION.stride] [--policies SET.json] [--demo] [--engine E] "
        "[--language L] [--device D] [--precision P]  or  main.py COMMAND ...",
        description="Stridescope: opens the window with the given clips or session, or the demo.",
        epilog="commands (main.py COMMAND --help says more):\n"
        + "\n".join(f"  {name:{width}}  {text}" for name, text in COMMANDS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", metavar="CLIP.bvh", nargs="*")
    parser.add_argument("--policies", metavar="SET.json", help="skills of your own to drive by")
    parser.add_argument("--demo", action="store_true", help="begin with scenes for an audience")
    _engine(parser.add_argument)
    add_program_options(parser)
    return parser
