"""A DeepMimic policy from start to end: teach, push, distil, value, measure, ship."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import torch

from character.convert import read_motion
from character.reference import clip_text
from character.state import STATE_SIZE
from inference import load_model
from training import distill, ppo
from training.curves import draw_curves, read_curve
from training.export import run_onnx
from training.manifest import update_manifest
from training.policy_critic import trained_critic
from training.policy_networks import SHIPPED_HIDDEN, Shipped, Teacher, export
from training.policy_report import METRICS_ARE, as_policy, measured
from training.recorded_clip import recorded

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
_STAGES = {
    "teacher": ("teacher: imitates", "samples"),
    "pushed": ("teacher: is pushed", "samples"),
    "student": ("the network that ships: imitates the teacher", "round"),
}
_CHECKED_STATES = 1000


def run(
    motion: Path,
    name: str,
    runs: Path,
    assets: Path,
    seed: int,
    samples: int,
    push_samples: int,
    push: float,
    rounds: int,
    resume: bool,
    threads: int,
) -> None:
    """Train the policy ``name`` on ``motion`` and write what ships of it to ``assets``.

    motion: a file in DeepMimic's format, or a BVH. samples, push_samples: what the teacher sees
    without and then with pushes of up to ``push`` newtons. rounds: of distillation.
    """
    clip, folder = read_motion(motion), runs / "policy" / name
    calm = ppo.Settings(seed)
    pushed = replace(calm, push=push, noise=calm.least_noise)
    teacher = _taught(ppo.Run(clip, calm, threads), folder / "teacher.pt", samples, resume)
    tough = ppo.Run(clip, pushed, threads, teacher)
    teacher = _taught(tough, folder / "pushed.pt", push_samples, resume)
    lesson = distill.Settings(seed, rounds, push=push)
    student = distill.Run(clip, teacher, lesson, threads)
    checkpoint = folder / "student.pt"
    if resume and checkpoint.is_file():
        student.restore(checkpoint)
    student.train(checkpoint)

    draw_learning(folder, assets / LEARNING / f"{name}.png", name)
    ending = "" if name == FIRST else f"_{name}"
    actor_file = assets / "models" / f"deepmimic_actor{ending}.onnx"
    critic_file = assets / "models" / f"deepmimic_critic{ending}.onnx"
    export(student.actor, actor_file, "deepmimic_actor", "action")
    own = recorded(clip, as_policy(load_model(actor_file, engine="numpy")), name)
    own_file = assets / "character" / f"{name}.txt"
    own_file.write_text(clip_text(own))
    critic = trained_critic(own, student.actor, seed, push, threads)
    export(critic, critic_file, "deepmimic_critic", "value")

    entry = {
        "title": name.replace("_", " ").capitalize(),
        "motion": f"character/{own_file.name}",
        "activation": "ReLU",
        "seed": seed,
        "command": (
            f"python -m training policy --motion {motion.name} --name {name} --seed {seed} "
            f"--samples {samples} --push-samples {push_samples} --push {push:g} "
            f"--rounds {rounds}"
        ),
        "settings": {"calm": asdict(calm), "pushed": asdict(pushed), "distill": asdict(lesson)},
        "data": [data_of(motion)],
        "metrics_are": METRICS_ARE,
        "targets": TARGETS.get(name, _SKILL) | {"critic_correlation": ">= 0.8"},
        "metrics": measured(own, actor_file, critic_file),
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


def draw_learning(folder: Path, picture: Path, name: str) -> None:
    """Draws the curves that the three stages left in ``folder``; those without samples, not."""
    curves = {stage: folder / f"{stage}.csv" for stage in _STAGES}
    stages = {
        told: (seen, read_curve(curves[stage]))
        for stage, (told, seen) in _STAGES.items()
        if curves[stage].is_file()
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
