"""What the numbers of the character read like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .readout import NOTHING

if TYPE_CHECKING:
    from character.messages import CharacterFrame

HZ = 30


def state_text(frame: CharacterFrame | None) -> str:
    """What the character does, in a few words."""
    if frame is None:
        return ""
    if frame.replaying:
        exact = "to the bit" if frame.exact else "not to the bit"
        return f"Replays {frame.time:.2f} s, {exact}"
    if frame.shown:
        return f"Shows {frame.time:.2f} s of {frame.memory.last / HZ:.2f} s"
    doing = "Runs" if frame.running else "Paused"
    if frame.fell_at is not None:
        return f"{doing}; fell at {frame.fell_at / HZ:.2f} s"
    return f"{doing} at {frame.time:.2f} s"


def label_text(frame: CharacterFrame, policy: str, beside: str) -> str:
    """What stands over the stage: who decides, the motion, and how fast the time goes."""
    parts = [policy, f"imitates {frame.clip}"]
    if beside:
        parts.insert(1, f"beside it, blue, {beside}")
    factor = frame.real_time_factor
    if factor is not None:
        parts.append(f"{factor:.1f} × real time")
    if frame.fell_at is not None:
        parts.append("fell, Backspace resets")
    elif not frame.memory.entries:
        parts.append("drag the body to push it")
    return " · ".join(parts)


def fact_texts(frame: CharacterFrame) -> dict[str, str]:
    """The facts of the panel."""
    reward, memory = frame.step.reward, frame.memory
    factor = frame.real_time_factor
    seconds = (memory.last - memory.first) / HZ
    return {
        "Real time": NOTHING if factor is None else f"{factor:.2f} ×",
        "Step": f"{frame.compute_s * 1e3:.1f} ms",
        "Reward": f"{reward.total:.3f}",
        "Value": NOTHING if frame.value is None else f"{frame.value:.3f}",
        "Pose": f"{reward.pose:.3f}",
        "Velocity": f"{reward.velocity:.3f}",
        "Limbs": f"{reward.end_effector:.3f}",
        "Root": f"{reward.root:.3f}",
        "Balance": f"{reward.com:.3f}",
        "Memory": f"{seconds:.0f} of {(memory.capacity - 1) / HZ:.0f} s, "
        f"{memory.bytes / 1e6:.0f} MB",
    }
