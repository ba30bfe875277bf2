"""A DeepMimic policy from start to end: teach, push, distil, value, measure, ship."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from character.action import target_pose
from character.anatomy import STATE_SIZE
from character.convert import read_motion
from character.drive.skills import STILL, speed_of
from character.reference import ReferenceClip, clip_text
from character.simulation import Policy
from inference import load_model
from motion.files import whole_file
from training.cluster import executor_of
from training.curves import draw_curves, read_curve
from training.export import run_onnx
from training.manifest import DATA_SETS, made_by, update_manifest
from training.run import finish

from . import clone, distill, ppo
from .critic import trained_critic
from .entering import Other, entries_in
from .entries import Entries
from .networks import SHIPPED_HIDDEN, Shipped, Teacher, export
from .recorded_clip import recorded, taught
from .report import METRICS_ARE, as_policy, measured
from .steering_report import DEFAULT_TURN, FASTEST_TURN, STEERING_IS, steering_metrics

FIRST = "walk"
"""The policy whose files carry no name of their own."""
TARGETS = {
    "walk": {"upright": ">= 0.97", "reward": ">= 0.90", "push_survival": ">= 0.75"},
    "run": {"upright": ">= 0.95", "reward": ">= 0.80"},
}
_SKILL = {"reward": ">= 0.70"}
DATA = {
    "name": "DeepMimic reference motions",
    "credit": "Peng, Abbeel, Levine & van de Panne, DeepMimic, SIGGRAPH 2018, "
    "https://github.com/xbpeng/DeepMimic",
    "licence": "MIT, Copyright (c) 2018 Xue Bin Peng",
    "changes": "imitated in simulation; the clip that ships is recorded there",
}
CLIPS = "character"
"""Where the clips that ship lie, below the assets."""
LEARNING = Path("bench") / "learning"
"""Where the learning curves that ship lie, below the assets."""
_CHECKED_STATES = 1000
_VALUE_ROUNDS = 10
"""After a clone, which knows no values yet."""


@dataclass(frozen=True)
class Pushes:
    """A stage of training under pushes.

    newtons: up to which they come. samples: seen in it. noise: deviation of the actions at first,
    radians. gamma: discount of rewards from step to step.
    """

    newtons: float
    samples: int
    noise: float = ppo.Settings.least_noise
    gamma: float = ppo.Settings.gamma

    @classmethod
    def parse(cls, text: str) -> Pushes:
        """From ``NEWTONS,SAMPLES[,NOISE[,GAMMA]]``. Raises ValueError."""
        try:
            newtons, samples, *more = text.split(",")
            return cls(float(newtons), int(samples), *map(float, more))
        except (ValueError, TypeError):
            form = "NEWTONS,SAMPLES[,NOISE[,GAMMA]]"
            raise ValueError(f"--push: '{text}' is not {form}, as 150,2000000.") from None

    def __str__(self) -> str:
        return f"{self.newtons:g},{self.samples},{self.noise:g},{self.gamma:g}"


@dataclass(frozen=True)
class Plan:
    """How a policy comes about."""

    name: str
    """Of what ships: walk, run, ..."""
    motion: Path
    """A file in DeepMimic's format, or a BVH."""
    runs: Path
    """Where checkpoints and curves go."""
    assets: Path
    """Where results go."""
    loop: bool = False
    """The motion goes on from its first frame, whatever its file says."""
    seed: int = 0
    """Of first weights and of every draw."""
    samples: int = 2_000_000
    """What the teacher sees without pushes."""
    pushes: tuple[Pushes, ...] = ()
    """The stages that follow."""
    rounds: int = 100
    """Of distillation, under the strongest pushes of all."""
    first: Path | None = None
    """An actor to start from. Without stages under pushes a new network learns what it does. A
    ``motion`` that ships is kept, of any other what the actor does on it ships."""
    captured: Path | None = None
    """A motion to measure on beside the clip that ships; by default ``motion``."""
    steer: float = 0.0
    """Degrees a second up to which the reference's heading wanders in all stages with pushes."""
    weak: float | None = None
    """Degrees from the heading, to the left, near which half of the pushes go in all stages."""
    others: tuple[Other, ...] = ()
    """Skills at whose moments half of the episodes begin, in all stages but the calm one."""
    resume: bool = False
    """Goes on from the checkpoints in ``runs``."""
    threads: int = 1
    """Of the CPU."""
    scheduler: str = ""
    """Whose workers gather the rollouts of PPO, ``tcp://HOST:8786``; "" for none."""

    @property
    def folder(self) -> Path:
        """Of checkpoints and curves."""
        return self.runs / "policy" / self.name

    @property
    def keeps_motion(self) -> bool:
        """Whether ``motion`` is the clip that ships, not one that is recorded."""
        return self.first is not None and self.motion.parent.name == CLIPS

    @property
    def calm(self) -> ppo.Settings:
        """How the first stage learns."""
        return ppo.Settings(self.seed)

    @property
    def stages(self) -> dict[str, tuple[ppo.Settings, int]]:
        """Settings and samples of the stages under pushes, by the names of their checkpoints."""
        told = {}
        for number, stage in enumerate(self.pushes):
            cloned = number == 0 and self.first is not None
            settings = replace(
                self.calm,
                push=stage.newtons,
                weak=self.weak,
                steer=self.steer,
                noise=stage.noise,
                gamma=stage.gamma,
                value_rounds=_VALUE_ROUNDS if cloned else 0,
            )
            told[self.stage(stage)] = settings, stage.samples
        return told

    @property
    def lesson(self) -> distill.Settings:
        """How what ships learns from the teacher."""
        push = max((stage.newtons for stage in self.pushes), default=0.0)
        return distill.Settings(self.seed, self.rounds, push=push, weak=self.weak, steer=self.steer)

    def stage(self, pushes: Pushes) -> str:
        """The name of a stage's checkpoint and curve."""
        return f"{'steered' if self.steer else 'pushed'}{pushes.newtons:g}"

    @property
    def command(self) -> str:
        """The command line that this is."""
        loop = " --loop" if self.loop else ""
        parts = [f"--motion {self.motion.name}{loop} --name {self.name} --seed {self.seed}"]
        if self.first:
            parts.append(f"--from {self.first.name}")
        else:
            parts.append(f"--samples {self.samples}")
        if self.captured:
            parts.append(f"--captured {self.captured.name}")
        if self.steer:
            parts.append(f"--steer {self.steer:g}")
        if self.weak is not None:
            parts.append(f"--weak {self.weak:g}")
        parts += [f"--push {stage}" for stage in self.pushes]
        parts += [f"--enter {other}" for other in self.others]
        parts += [f"--scheduler {self.scheduler}"] if self.scheduler else []
        return f"python -m training policy {' '.join(parts)} --rounds {self.rounds}"


def run(plan: Plan) -> None:
    """Train the policy of ``plan`` and write what ships of it."""
    clip = _looped(read_motion(plan.motion)) if plan.loop else read_motion(plan.motion)
    captured = clip if plan.captured is None else read_motion(plan.captured)
    entries = entries_in(plan.folder, clip, plan.others, plan.seed)
    with executor_of(plan.scheduler) as executor:
        own, teacher = _taught(plan, clip, entries, executor)
    first = plan.first if plan.pushes else None
    student = distill.Run(clip, teacher, plan.lesson, plan.threads, first, entries)
    finish(student, plan.folder / "student.pt", plan.rounds, plan.resume)
    draw_learning(plan)
    critic = trained_critic(
        own, student.actor, plan.seed, plan.threads, steer=plan.steer, entries=entries
    )
    _ship(plan, own, captured, student.actor, critic)


def _looped(clip: ReferenceClip) -> ReferenceClip:
    return ReferenceClip(clip.name, True, clip.times, clip.poses)


def _decides(actor: Path) -> Policy:
    return as_policy(load_model(actor, engine="numpy"))


def _taught(
    plan: Plan, clip: ReferenceClip, entries: Entries | None, executor: Executor | None
) -> tuple[ReferenceClip, Teacher | distill.Actor]:
    """The clip that ships, and the teacher after all stages. executor: gathers the rollouts."""
    if plan.first is None:
        calm = ppo.Run("teacher", clip, plan.calm, plan.threads, executor=executor)
        finish(calm, plan.folder / "teacher.pt", plan.samples, plan.resume)
        teacher = calm.teacher
    elif not plan.pushes:
        own = clip if plan.keeps_motion else recorded(clip, _decides(plan.first), plan.name)
        return own, distill.Actor(plan.first)
    else:
        likeness = clone.Run(clip, plan.first, clone.Settings(plan.seed), plan.threads)
        rounds = likeness.settings.rounds
        finish(likeness, plan.folder / "clone.pt", rounds, plan.resume)
        teacher = likeness.teacher
    for stage, (settings, samples) in plan.stages.items():
        tough = ppo.Run(stage, clip, settings, plan.threads, teacher, entries, executor)
        finish(tough, plan.folder / f"{stage}.pt", samples, plan.resume)
        teacher = tough.teacher
    return clip if plan.keeps_motion else recorded(clip, taught(clip, teacher), plan.name), teacher


def _ship(
    plan: Plan, own: ReferenceClip, captured: ReferenceClip, actor: Shipped, critic: Shipped
) -> None:
    """Writes clip, networks and manifest."""
    models, ending = plan.assets / "models", "" if plan.name == FIRST else f"_{plan.name}"
    clip_file = plan.assets / CLIPS / f"{plan.name}.txt"
    if not plan.keeps_motion:
        with whole_file(clip_file) as part:
            part.write_text(clip_text(own), encoding="utf-8")
    networks = (
        (actor, "deepmimic_actor", "action"),
        (critic, "deepmimic_critic", "value"),
    )
    actor_file, critic_file = (models / f"{kind}{ending}.onnx" for _, kind, _ in networks)
    files = (actor_file, critic_file)
    first = None if plan.first is None else made_by(plan.first)  # may be the file that is replaced
    for (network, kind, output), file in zip(networks, files, strict=True):
        export(network, file, kind, output)
    entry = {
        "title": plan.name.replace("_", " ").capitalize(),
        "motion": f"{CLIPS}/{clip_file.name}",
        "activation": "ReLU",
        "seed": plan.seed,
        "command": plan.command,
        "settings": _settings(plan),
        "data": [data_of(plan.captured or plan.motion)],
        "metrics_are": METRICS_ARE,
        "targets": TARGETS.get(plan.name, _SKILL) | {"critic_correlation": ">= 0.8"},
        "metrics": measured(own, captured, actor_file, critic_file),
    }
    if plan.first is not None:
        entry["first"] = first
    if plan.steer and speed_of(own) > STILL:
        policy = _decides(actor_file)
        fastest = FASTEST_TURN.get(plan.name, DEFAULT_TURN)
        entry["steering_is"] = STEERING_IS
        entry["steering"] = steering_metrics(own, policy, fastest)
    for (network, _, output), file in zip(networks, files, strict=True):
        update_manifest(models, file.stem, _told_of(network, file, output) | entry)


def _settings(plan: Plan) -> dict[str, dict[str, Any]]:
    """Those of every stage, by name."""
    first = (
        {"calm": asdict(plan.calm)}
        if plan.first is None
        else {"clone": asdict(clone.Settings(plan.seed))}
    )
    stages = {stage: asdict(settings) for stage, (settings, _) in plan.stages.items()}
    return first | stages | {"distill": asdict(plan.lesson)}


def _told_of(network: Shipped, file: Path, output: str) -> dict[str, Any]:
    """What the manifest says of a file alone."""
    return {
        "file": file.name,
        "inputs": {"state": ["batch", STATE_SIZE]},
        "outputs": {output: ["batch", len(network.shift)]},
        "layers": [STATE_SIZE, *SHIPPED_HIDDEN, len(network.shift)],
        "parameters": sum(p.numel() for p in network.parameters()),
        "torch_vs_onnx": export_error(network, file, output),
    }


def draw_learning(plan: Plan) -> None:
    """Draws the curves that the stages of ``plan`` left; those without samples, not."""
    goal = "steered, pushed" if plan.steer else "pushed"
    told = {
        "clone": ("the teacher does\nas what shipped", "round"),
        "teacher": ("the teacher\nimitates", "samples"),
        **{plan.stage(p): (f"{goal} by up to\n{p.newtons:g} N", "samples") for p in plan.pushes},
        "student": ("what ships\nimitates it", "round"),
    }
    stages = {
        title: (seen, read_curve(plan.folder / f"{stage}.csv"))
        for stage, (title, seen) in told.items()
        if (plan.folder / f"{stage}.csv").is_file()
    }
    picture = plan.assets / LEARNING / f"{plan.name}.png"
    picture.parent.mkdir(parents=True, exist_ok=True)
    draw_curves(picture, f"Learning to {plan.name.replace('_', ' ')}", stages)


def data_of(motion: Path) -> dict[str, str]:
    """Whose motion was imitated."""
    if motion.suffix.lower() != ".bvh":
        return DATA
    known = [data for data in DATA_SETS if motion.parent.name in data["folder"].split(", ")]
    given = {"name": motion.name, "credit": "as given", "licence": "that of the file"}
    told = {k: v for k, v in known[0].items() if k != "folder"} if known else given
    return told | {"changes": DATA["changes"]}


@torch.no_grad()
def export_error(network: Shipped, file: Path, output: str) -> float:
    """Largest difference of the file's outputs from ``network``'s, in units of its scale.

    Over 1,000 states drawn from the network's own distribution of states. Actions are compared as
    the poses that they ask for: the length of an axis, or an axis without an angle, says nothing.
    """
    chance = torch.Generator().manual_seed(0)
    draw = torch.randn(_CHECKED_STATES, STATE_SIZE, generator=chance)
    states = draw * network.inputs.deviation.float() + network.inputs.mean.float()
    told, expected = run_onnx(file, {"state": states.numpy()})[output], network(states).numpy()
    if output == "action":
        return float(np.abs(target_pose(told) - target_pose(expected)).max())
    return float(np.abs((told - expected) / network.scale.numpy()).max())
