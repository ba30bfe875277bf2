"""A critic for an actor that is there, also for one that was published without."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from character.convert import read_motion
from training.manifest import update_manifest

from .critic import trained_critic
from .crowd import TRAINING
from .entering import Other, entries_in
from .imitation_env import ImitationEnv
from .networks import export, unfold
from .report import EPISODES, critic_correlations
from .ship import export_error

_SHOWN = 512


@dataclass(frozen=True)
class Plan:
    """How a critic comes about.

    actor: an ONNX actor. motion: what it imitates. output: the ONNX file of the critic. runs: where
    the moments of ``others`` go. steer: degrees a second up to which it is steered meanwhile.
    """

    actor: Path
    motion: Path
    output: Path
    runs: Path
    others: tuple[Other, ...] = ()
    seed: int = 0
    steer: float = 0.0
    threads: int = 1


def run(plan: Plan) -> dict[str, float]:
    """Trains and writes the critic of ``plan``; how well it foretells returns.

    Where a manifest tells of that file, what it says is brought up to date.
    """
    clip, folder = read_motion(plan.motion), plan.runs / "critic" / plan.output.stem
    shown = ImitationEnv(clip, TRAINING, _SHOWN, plan.seed).states()
    actor = unfold(plan.actor, torch.from_numpy(shown))
    entries = entries_in(folder, clip, plan.others, plan.seed)
    critic = trained_critic(clip, actor, plan.seed, plan.threads, steer=plan.steer, entries=entries)
    export(critic, plan.output, "deepmimic_critic", "value")
    told = critic_correlations(clip, plan.actor, plan.output, EPISODES)
    _tell(plan, told, export_error(critic, plan.output, "value"))
    return told


def _tell(plan: Plan, told: dict[str, float], error: float) -> None:
    manifest, name = plan.output.with_name("manifest.json"), plan.output.stem
    known: dict[str, Any] = json.loads(manifest.read_text())["models"] if manifest.is_file() else {}
    for model in (name, plan.actor.stem):
        if model in known:
            entry = known[model]
            entry["metrics"] = entry["metrics"] | told
            if model == name:
                entry["torch_vs_onnx"] = error
                entry["critic_command"] = command(plan)
            update_manifest(manifest.parent, model, _own(entry))


def _own(entry: dict[str, Any]) -> dict[str, Any]:
    """What ``update_manifest`` does not add itself."""
    return {k: v for k, v in entry.items() if k not in ("sha256", "bytes", "date", "commit")}


def command(plan: Plan) -> str:
    """The command line that ``plan`` is."""
    parts = [f"{plan.actor.name} --motion {plan.motion.name} --seed {plan.seed}"]
    if plan.steer:
        parts.append(f"--steer {plan.steer:g}")
    parts += [f"--enter {other}" for other in plan.others]
    return f"python -m training critic {' '.join(parts)}"
