"""Makes characters, and motions for them; away from the UI thread, for it takes its time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from character import convert
from character.live.messages import CharacterFrame
from character.live.take import Take
from character.reference import ClipError, ReferenceClip
from character.shapes import Shapes
from inference.worker.messages import Job
from motion.bvh import BvhError
from motion.pose import to_clip
from viewer.model.clip import OpenMotion
from viewer.model.document import Cast
from viewer.model.figure import Figure
from viewer.model.language import tr
from viewer.model.notice import NO_MUJOCO, Refused, told
from viewer.model.policies import Policy, Unfit
from viewer.model.repertoire import SkillOf, made_skills
from viewer.studio.bridge import Bridge

NO_MOTION = tr(
    "{} comes without the motion that it imitates: open a clip of a person, or drop the policy "
    "together with its motion (.txt or .bvh)."
)


@dataclass(frozen=True, eq=False)
class Made:
    """A character that nobody has set going yet, its first frame, its shapes and its skills."""

    live: Job
    opening: CharacterFrame
    shapes: Shapes
    skills: tuple[SkillOf, ...]


def motion_for(policy: Policy, on_stage: OpenMotion | None) -> ReferenceClip:
    """What ``policy`` imitates: its own motion, else the clip on stage. Raises Unfit."""
    if policy.motion is not None:
        return read_motion(policy.motion)
    if on_stage is None or on_stage.not_human:
        raise Unfit(NO_MOTION.format(policy.title))
    return stage_motion(on_stage)


def read_motion(path: Path) -> ReferenceClip:
    """The reference clip in a file. Raises Unfit."""
    try:
        return convert.read_motion(path)
    except (ClipError, BvhError, OSError) as error:
        raise Unfit(told(error)) from error


def stage_motion(motion: OpenMotion, restyled: Figure | None = None) -> ReferenceClip:
    """A clip that is open as a reference clip, as it is or ``restyled``. Raises Unfit."""
    clip = motion.clip
    if restyled is not None:
        clip = to_clip(
            restyled.positions, restyled.frame_time, tr("{title} restyled", title=motion.title)
        )
    try:
        return convert.reference_clip(clip)
    except ClipError as error:
        raise Unfit(str(error)) from error


def make(bridge: Bridge, policy: Policy, clip: ReferenceClip, cast: Cast) -> Made:
    """A character that ``policy`` drives, at the start of ``clip``, with the skills of ``cast``.

    Raises OSError, Unfit.
    """
    policies = {each.model: each for each in cast.policies}
    role = policy.model, policy.critic_model, policy.digest()
    return _made(bridge, clip, *role, cast.skills, policies)


def make_for(
    bridge: Bridge, take: Take, skills: Sequence[SkillOf], policies: Mapping[str, Policy]
) -> Made:
    """A character that can remember ``take``, with ``skills`` of ``policies``. Raises Unfit."""
    role = take.last_role
    return _made(bridge, role.clip, role.policy, role.critic, role.sha256, skills, policies)


def _made(
    bridge: Bridge,
    clip: ReferenceClip,
    policy: str,
    critic: str | None,
    sha256: str,
    skills: Sequence[SkillOf],
    policies: Mapping[str, Policy],
) -> Made:
    try:  # here and not above: MuJoCo takes 0.1 s to load, and is not there for every Python
        from character.body import Body
        from character.live.job import LiveCharacter

        has = made_skills(skills, policies)
    except ModuleNotFoundError as error:
        raise Unfit(tr(NO_MUJOCO)) from error
    except Refused as error:
        raise Unfit(str(error)) from error
    live = LiveCharacter(
        clip, bridge.clock, policy=policy, critic=critic, sha256=sha256, skills=has
    )
    return Made(live, live.opening(), Body().shapes(), tuple(skills))
