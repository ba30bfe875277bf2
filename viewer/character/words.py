"""What the numbers of the character read like."""

from __future__ import annotations

from character.anatomy import POLICY_HZ
from character.drive.state import Kind
from character.live.messages import CharacterFrame
from viewer.model.language import tr
from viewer.ui.readout import NOTHING

_LONGEST = 24
PAST = tr("This is the past: Shift+H goes on from here, then push.")


def state_text(frame: CharacterFrame | None) -> str:
    """What the character does, in a few words."""
    if frame is None:
        return ""
    if frame.replaying:
        exact = tr("to the bit") if frame.exact else tr("not to the bit")
        return tr("Replays {time:.2f} s, {exact}", time=frame.time, exact=exact)
    if frame.shown:
        return tr(
            "Shows {time:.2f} s of {last:.2f} s",
            time=frame.time,
            last=frame.memory.last / POLICY_HZ,
        )
    doing = tr("Runs") if frame.running else tr("Paused")
    if frame.fell_at is not None:
        return tr(
            "{doing}; fell at {fell_at:.2f} s", doing=doing, fell_at=frame.fell_at / POLICY_HZ
        )
    return tr("{doing} at {time:.2f} s", doing=doing, time=frame.time)


def gets_up(frame: CharacterFrame) -> bool:
    """Whether it gets up by itself when it has fallen, and can."""
    drive = frame.drive
    can = drive is not None and any(skill.kind is Kind.GET_UP for skill in drive.skills)
    return can and drive is not None and drive.gets_up


def label_text(frame: CharacterFrame, policy: str, beside: str, style: str = "") -> str:
    """What stands over the stage: how fast the time goes, who decides, the style, the motion.

    What may be cut off in a narrow window comes last.
    """
    parts = (
        []
        if frame.real_time_factor is None
        else [tr("{real_time_factor:.1f} × real time", real_time_factor=frame.real_time_factor)]
    )
    parts.append(
        tr("{name} as {style}", name=short(policy), style=short(style)) if style else short(policy)
    )
    if frame.replaying:
        parts.append(tr("replays"))
    elif frame.shown and frame.frame < frame.memory.last:
        parts.append(tr("the past, Shift+H goes on from here"))
    elif frame.fell_at is not None:
        parts.append(tr("fell, gets up") if gets_up(frame) else tr("fell, Backspace resets"))
    if beside:
        parts.append(tr("beside it, blue, {name}", name=short(beside)))
    parts.append(tr("imitates {name}", name=short(frame.clip)))
    if not frame.memory.entries:
        parts.append(tr("drag the body to push it"))
    return " · ".join(parts)


def short(name: str) -> str:
    """A name of at most ``_LONGEST`` letters; of a longer one both ends."""
    head = _LONGEST // 2
    return name if len(name) <= _LONGEST else f"{name[:head]}…{name[head + 1 - _LONGEST :]}"


def fact_texts(frame: CharacterFrame) -> dict[str, str]:
    """The facts of the panel."""
    reward, memory = frame.step.reward, frame.memory
    factor = frame.real_time_factor
    seconds = (memory.last - memory.first) / POLICY_HZ
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
        "Memory": tr(
            "{seconds:.0f} of {capacity:.0f} s, {bytes:.0f} MB",
            seconds=seconds,
            capacity=(memory.capacity - 1) / POLICY_HZ,
            bytes=memory.bytes / 1e6,
        ),
    }
