"""A DeepMimic policy from start to end: teach, push, distil, value, measure, ship."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch

from character.anatomy import STATE_SIZE
from character.convert import read_motion
from character.reference import clip_text
from training.curves import draw_curves, read_curve
from training.export import run_onnx
from training.manifest import update_manifest

from . import distill, ppo
from .critic import trained_critic
from .networks import SHIPPED_HIDDEN, Shipped, Teacher, export
from .recorded_clip import recorded, taught
from .report import METRICS_ARE, measured

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
LEARNING = Path("bench") / "learning"
"""Where the learning curves that ship lie, below the assets."""
_CHECKED_STATES = 1000


@dataclass(frozen=True)
class Pushes:
    """A stage of training under pushes of up to so many ``newtons``, for ``samples``.

    noise: deviation of the actions at first, radians. discount: of rewards from step to step.
    """

    newtons: float
    samples: int
    noise: float = ppo.Settings.least_noise
    discount: float = ppo.Settings.discount

    @classmethod
    def parse(cls, text: str) -> Pushes:
        """From ``NEWTONS,SAMPLES[,NOISE[,DISCOUNT]]``. Raises ValueError."""
        try:
            newtons, samples, *more = text.split(",")
            return cls(float(newtons), int(samples), *map(float, more))
        except (ValueError, TypeError):
            form = "NEWTONS,SAMPLES[,NOISE[,DISCOUNT]]"
            raise ValueError(f"--push: '{text}' is not {form}, as 150,2000000.") from None

    @property
    def name(self) -> str:
        """Of its checkpoint and its curve."""
        return f"pushed{self.newtons:g}"

    def __str__(self) -> str:
        return f"{self.newtons:g},{self.samples},{self.noise:g},{self.discount:g}"


def run(
    motion: Path,
    name: str,
    runs: Path,
    assets: Path,
    seed: int,
    samples: int,
    pushes: Sequence[Pushes],
    rounds: int,
    resume: bool,
    threads: int,
) -> None:
    """Train the policy ``name`` on ``motion`` and write what ships of it to ``assets``.

    motion: a file in DeepMimic's format, or a BVH. samples: what the teacher sees without pushes.
    pushes: the stages that follow. rounds: of distillation, under the strongest pushes of all.
    """
    clip, folder = read_motion(motion), runs / "policy" / name
    calm = ppo.Settings(seed)
    stages = {
        stage.name: (
            replace(calm, push=stage.newtons, noise=stage.noise, discount=stage.discount),
            stage.samples,
        )
        for stage in pushes
    }
    teacher = _taught(ppo.Run(clip, calm, threads), folder / "teacher.pt", samples, resume)
    own = recorded(clip, taught(clip, teacher), name)
    for stage, (settings, seen) in stages.items():
        tough = ppo.Run(clip, settings, threads, teacher)
        teacher = _taught(tough, folder / f"{stage}.pt", seen, resume)
    push = max((stage.newtons for stage in pushes), default=0.0)
    lesson = distill.Settings(seed, rounds, push=push)
    student = distill.Run(clip, teacher, lesson, threads)
    checkpoint = folder / "student.pt"
    if resume and checkpoint.is_file():
        student.restore(checkpoint)
    student.train(checkpoint)

    draw_learning(folder, assets / LEARNING / f"{name}.png", name, pushes)
    ending = "" if name == FIRST else f"_{name}"
    actor_file = assets / "models" / f"deepmimic_actor{ending}.onnx"
    critic_file = assets / "models" / f"deepmimic_critic{ending}.onnx"
    export(student.actor, actor_file, "deepmimic_actor", "action")
    own_file = assets / "character" / f"{name}.txt"
    own_file.write_text(clip_text(own))
    critic = trained_critic(own, student.actor, seed, threads)
    export(critic, critic_file, "deepmimic_critic", "value")

    entry = {
        "title": name.replace("_", " ").capitalize(),
        "motion": f"character/{own_file.name}",
        "activation": "ReLU",
        "seed": seed,
        "command": (
            f"python -m training policy --motion {motion.name} --name {name} --seed {seed} "
            f"--samples {samples} {''.join(f'--push {stage} ' for stage in pushes)}"
            f"--rounds {rounds}"
        ),
        "settings": {
            "calm": asdict(calm),
            **{stage: asdict(settings) for stage, (settings, _) in stages.items()},
            "distill": asdict(lesson),
        },
        "data": [data_of(motion)],
        "metrics_are": METRICS_ARE,
        "targets": TARGETS.get(name, _SKILL) | {"critic_correlation": ">= 0.8"},
        "metrics": measured(own, clip, actor_file, critic_file),
    }
    networks = ((student.actor, actor_file, "action"), (critic, critic_file, "value"))
    for network, file, output in networks:
        own_entry = {
            "file": file.name,
            "inputs": {"state": ["batch", STATE_SIZE]},
            "outputs": {output: ["batch", len(network.shift)]},
            "layers": [STATE_SIZE, *SHIPPED_HIDDEN, len(network.shift)],
            "parameters": sum(p.numel() for p in network.parameters()),
            "torch_vs_onnx": export_error(network, file, output),
        }
        update_manifest(assets / "models", file.stem, own_entry | entry)


def draw_learning(folder: Path, picture: Path, name: str, pushes: Sequence[Pushes]) -> None:
    """Draws the curves that the stages left in ``folder``; those without samples, not."""
    told = {
        "teacher": ("the teacher\nimitates", "samples"),
        **{p.name: (f"pushed by up to\n{p.newtons:g} N", "samples") for p in pushes},
        "student": ("what ships\nimitates it", "round"),
    }
    stages = {
        title: (seen, read_curve(folder / f"{stage}.csv"))
        for stage, (title, seen) in told.items()
        if (folder / f"{stage}.csv").is_file()
    }
    picture.parent.mkdir(parents=True, exist_ok=True)
    draw_curves(picture, f"Learning to {name.replace('_', ' ')}", stages)


def data_of(motion: Path) -> dict[str, str]:
    """Whose motion was imitated."""
    if motion.suffix.lower() != ".bvh":
        return DATA
    given = {"name": motion.name, "credit": "as given", "licence": "that of the file"}
    return given | {"changes": DATA["changes"]}


def _taught(training: ppo.Run, checkpoint: Path, samples: int, resume: bool) -> Teacher:
    if resume and checkpoint.is_file():
        training.restore(checkpoint)
    training.train(checkpoint, samples)
    return training.teacher


@torch.no_grad()
def export_error(network: Shipped, file: Path, output: str) -> float:
    """Largest difference of the file's outputs from ``network``'s, in units of its scale.

    Over 1,000 states drawn from the network's own distribution of states.
    """
    chance = torch.Generator().manual_seed(0)
    draw = torch.randn(_CHECKED_STATES, STATE_SIZE, generator=chance)
    states = draw * network.inputs.deviation.float() + network.inputs.mean.float()
    told = torch.from_numpy(run_onnx(file, {"state": states.numpy()})[output])
    return float(((told - network(states)).abs() / network.scale).max())
