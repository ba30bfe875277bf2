"""Command line of training: ``python -m training stylevae | deepphase | judge | atlas | clips |
policy | critic | steering | skills``."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parent.parent


def main() -> int:
    """Runs the sub-command; 2 with one sentence where a file or a value cannot be used."""
    arguments = parsers()[""].parse_args()
    try:
        arguments.run(arguments)
    except (FileNotFoundError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def parsers() -> dict[str, argparse.ArgumentParser]:
    """The parser of each sub-command by its name, and of the whole by ""."""
    parser = argparse.ArgumentParser(
        prog="python -m training", description="Train the shipped models and make the demo clips."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--mocap", type=Path, default=_ROOT.parent / "shared" / "mocap", help="capture folder"
    )
    shared.add_argument("--assets", type=Path, default=_ROOT / "assets", help="where results go")
    shared.add_argument("--runs", type=Path, default=_ROOT / "runs", help="checkpoints and caches")
    shared.add_argument("--seed", type=int, default=0)
    for name, purpose, run in (
        ("stylevae", "train StyleVAE, measure it on held-out clips and export it", _stylevae),
        ("deepphase", "train DeepPhase, measure it on held-out clips and export it", _deepphase),
    ):
        command = commands.add_parser(name, parents=[shared], help=purpose, description=purpose)
        command.add_argument("--resume", action="store_true", help="go on from the checkpoint")
        command.add_argument("--threads", type=int, default=1, help="CPU threads of torch")
        command.set_defaults(run=run)
        if name == "stylevae":
            command.add_argument("--steps", type=int, help="batches to learn from, all told")
            command.add_argument(
                "--from",
                dest="first",
                type=Path,
                metavar="FOLDER",
                help="begin with the StyleVAE files in it; assets/models: with those that ship",
            )
    purpose = "train the judge of styles on motion capture alone"
    judge = commands.add_parser("judge", parents=[shared], help=purpose, description=purpose)
    judge.set_defaults(run=_judge)
    purpose = "lay out the map of styles and find the named sliders of the shipped StyleVAE"
    atlas = commands.add_parser("atlas", parents=[shared], help=purpose, description=purpose)
    atlas.set_defaults(run=_atlas)
    purpose = "make the demo clips with the shipped encoder and decoder"
    clips = commands.add_parser("clips", parents=[shared], help=purpose, description=purpose)
    clips.set_defaults(run=_clips)
    _add_policies(commands)
    _add_skills(commands)
    return {"": parser, **commands.choices}


def _add_policies(commands: Any) -> None:
    """The sub-commands about policies, which need no capture folder."""
    purpose = "train a policy and its critic on a reference motion, measure and export them"
    policy = commands.add_parser("policy", help=purpose, description=purpose)
    policy.add_argument("--motion", type=Path, required=True, help="a DeepMimic motion or a BVH")
    policy.add_argument("--loop", action="store_true", help="the motion goes on from its start")
    policy.add_argument("--name", help="of what ships: walk, run, ...; default: the clip's")
    policy.add_argument("--assets", type=Path, default=_ROOT / "assets", help="where results go")
    policy.add_argument("--runs", type=Path, default=_ROOT / "runs", help="checkpoints and curves")
    policy.add_argument("--seed", type=int, default=0)
    policy.add_argument("--samples", type=int, default=2_000_000, help="seen without pushes")
    policy.add_argument(
        "--from", dest="first", type=Path, metavar="ACTOR",
        help="go on from what this ONNX actor does on the motion, in place of those samples",
    )  # fmt: skip
    policy.add_argument("--captured", type=Path, help="a motion to measure on beside what ships")
    policy.add_argument(
        "--push", action="append", default=[], metavar="NEWTONS,SAMPLES[,NOISE[,GAMMA]]",
        help="then, with pushes of up to so many newtons; may be repeated, each stage harder",
    )  # fmt: skip
    policy.add_argument(
        "--weak", type=float, metavar="DEGREES",
        help="from the heading, to the left: half of the pushes go near there; 180 is back",
    )  # fmt: skip
    policy.add_argument(
        "--steer", type=float, default=0.0, metavar="DEGREES",
        help="a second, by up to which the reference turns in those stages; its speed varies too",
    )  # fmt: skip
    policy.add_argument(
        "--enter", action="append", default=[], metavar="ACTOR,MOTION",
        help="a skill to take over from: half of the episodes begin at its moments; repeatable",
    )  # fmt: skip
    policy.add_argument("--rounds", type=int, default=100, help="of distillation")
    policy.add_argument("--resume", action="store_true", help="go on from the checkpoints")
    policy.add_argument("--threads", type=int, default=1, help="CPU threads")
    policy.add_argument(
        "--scheduler", default="", metavar="tcp://HOST:8786",
        help="have the workers of this scheduler of Dask distributed gather PPO's rollouts",
    )  # fmt: skip
    policy.set_defaults(run=_policy)
    _add_measures(commands)


def _add_measures(commands: Any) -> None:
    """The sub-commands about actors that are there."""
    purpose = "train a critic for an actor that is there: of its own, or published without"
    critic = commands.add_parser("critic", help=purpose, description=purpose)
    critic.add_argument("actor", type=Path, help="an ONNX actor")
    critic.add_argument("--motion", type=Path, required=True, help="what it imitates")
    critic.add_argument("-o", "--output", type=Path, required=True, help="the critic's ONNX file")
    critic.add_argument("--runs", type=Path, default=_ROOT / "runs", help="recorded moments")
    critic.add_argument("--seed", type=int, default=0)
    critic.add_argument(
        "--steer",
        type=float,
        default=0.0,
        metavar="DEGREES",
        help="a second, by up to which it is steered meanwhile",
    )
    critic.add_argument(
        "--enter", action="append", default=[], metavar="ACTOR,MOTION",
        help="a skill to take over from; repeatable",
    )  # fmt: skip
    critic.add_argument("--threads", type=int, default=1, help="CPU threads")
    critic.set_defaults(run=_critic)
    purpose = "measure how well an actor is steered, in the viewer's simulation"
    steering = commands.add_parser("steering", help=purpose, description=purpose)
    steering.add_argument("actor", type=Path, help="an ONNX actor")
    steering.add_argument("--motion", type=Path, required=True, help="what it imitates")
    steering.add_argument(
        "--fastest", type=float, default=60.0, help="turn asked, degrees a second"
    )
    steering.add_argument("--json", action="store_true", help="as one JSON object")
    steering.set_defaults(run=_steering)


def _add_skills(commands: Any) -> None:
    purpose = "measure how a set of skills does under the composite controller"
    skills = commands.add_parser("skills", help=purpose, description=purpose)
    skills.add_argument("--set", type=Path, metavar="SET.json", help="default: what ships")
    what = ("steering", "goto", "changes", "getup", "script", "pushes", "largest")
    skills.add_argument("--what", choices=what, default="changes")
    skills.add_argument(
        "--count", type=_positive, metavar="N",
        help="how many: changes, falls, points, phases of pushes, minutes of the script",
    )  # fmt: skip
    skills.add_argument("--seed", type=_natural, default=0, metavar="N", help="of all chance")
    skills.add_argument("--jobs", type=_positive, default=1, help="processes; changes no result")
    skills.add_argument("--assets", type=Path, default=_ROOT / "assets", help="where those are")
    skills.add_argument("--json", action="store_true", help="as one JSON object")
    skills.add_argument(
        "--keep", action="store_true",
        help="put it into assets/bench/skills.json and the tables of docs/explanation/drive.md",
    )  # fmt: skip
    skills.add_argument(
        "--docs", action="store_true",
        help="measure nothing: make those tables from that file again",
    )  # fmt: skip
    skills.set_defaults(run=_skills)


def _positive(text: str) -> int:
    number = _natural(text)
    if number == 0:
        raise argparse.ArgumentTypeError("must be 1 or more, found 0")
    return number


def _natural(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"must be a whole number, found '{text}'")
    return int(text)


def _stylevae(arguments: argparse.Namespace) -> None:
    import torch

    from training.stylevae import ship as ship_stylevae

    torch.set_num_threads(arguments.threads)
    ship_stylevae.run(
        arguments.mocap,
        arguments.runs,
        arguments.assets,
        arguments.seed,
        arguments.resume,
        arguments.steps,
        arguments.first,
    )


def _deepphase(arguments: argparse.Namespace) -> None:
    import torch

    from training.deepphase import train as deepphase

    torch.set_num_threads(arguments.threads)
    deepphase.run(
        arguments.mocap, arguments.runs, arguments.assets, arguments.seed, arguments.resume
    )


def _judge(arguments: argparse.Namespace) -> None:
    from training.stylevae import judge

    judge.run(arguments.mocap, arguments.runs, arguments.assets, arguments.seed)


def _atlas(arguments: argparse.Namespace) -> None:
    from training.stylevae import atlas

    atlas.run(arguments.mocap, arguments.runs, arguments.assets, arguments.seed)


def _clips(arguments: argparse.Namespace) -> None:
    from training.stylevae import demo_clips

    demo_clips.run(arguments.mocap, arguments.runs, arguments.assets, arguments.seed)


def _policy(arguments: argparse.Namespace) -> None:
    import torch

    from training.policy import ship as ship_policy
    from training.policy.entering import Other

    torch.set_num_threads(arguments.threads)
    plan = ship_policy.Plan(
        name=arguments.name or arguments.motion.stem.removeprefix("humanoid3d_"),
        motion=arguments.motion,
        loop=arguments.loop,
        runs=arguments.runs,
        assets=arguments.assets,
        seed=arguments.seed,
        samples=arguments.samples,
        pushes=tuple(map(ship_policy.Pushes.parse, arguments.push)),
        rounds=arguments.rounds,
        first=arguments.first,
        captured=arguments.captured,
        weak=arguments.weak,
        steer=arguments.steer,
        others=tuple(map(Other.parse, arguments.enter)),
        resume=arguments.resume,
        threads=arguments.threads,
        scheduler=arguments.scheduler,
    )
    ship_policy.run(plan)


def _critic(arguments: argparse.Namespace) -> None:
    import torch

    from training.policy import valuing
    from training.policy.entering import Other

    torch.set_num_threads(arguments.threads)
    plan = valuing.Plan(
        actor=arguments.actor,
        motion=arguments.motion,
        output=arguments.output,
        runs=arguments.runs,
        others=tuple(map(Other.parse, arguments.enter)),
        seed=arguments.seed,
        steer=arguments.steer,
        threads=arguments.threads,
    )
    for name, value in valuing.run(plan).items():
        print(f"{name} {value}")


def _steering(arguments: argparse.Namespace) -> None:
    from training.policy import steering_report

    steering_report.tell(arguments.actor, arguments.motion, arguments.fastest, arguments.json)


def _skills(arguments: argparse.Namespace) -> None:
    from character.drive.files import read_set, shipped_set
    from training.policy import skills_report, skills_tables
    from training.policy.troupe import Cast

    page = arguments.assets.parent / "docs" / "explanation" / "drive.md"
    if arguments.docs:
        skills_tables.rewrite(arguments.assets, page)
        return
    if arguments.keep and arguments.set:
        raise ValueError("--keep is about the skills that ship; leave out --set.")
    files = read_set(arguments.set) if arguments.set else shipped_set(arguments.assets)
    cast = Cast(tuple(files), arguments.seed, arguments.jobs)
    told, whole = skills_report.measured(arguments.what, cast, arguments.count)
    told = {"what": arguments.what, "seed": arguments.seed} | told
    print(json.dumps(told) if arguments.json else "\n".join(skills_report.lines(told)))
    if not whole:
        raise ValueError("Interrupted; what was played until then is told and not kept.")
    if arguments.keep:
        skills_tables.keep(arguments.assets, told)
        skills_tables.rewrite(arguments.assets, page)


if __name__ == "__main__":
    sys.exit(main())
