"""When and where a wanted skill takes over: at the moment at which its critic expects most.

DeepMimic's composite policy (Peng et al. 2018, "Multi-skill integration") performs the skill whose
critic expects most. Here a skill is wanted, and its critic is asked of every phase of its clip: the
state is the body's as the skill would see it if it began there and went on the way that the body
faces. A value counts as a share of what the critic expects of its own clip at that phase, because
the end of a clip that ends, and a clip that is hard, are worth less by themselves. A skill
without critic is judged by how like its clip's pose the body is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from character.anatomy import POLICY_HZ
from character.instant import Instant

from .mind import NONE, Mind
from .skills import Run, Skill

GOOD = 0.95
"""From this share on it is not waited any longer."""
ENOUGH = 0.55
"""Below this share the change waits."""
DIRECT = 0.8
"""Below this share it goes through a skill that lies between, where there is one."""
_SAME = 0.02
ALIKE = 0.85
"""Of the likeness of the most alike phase: at those less like the body no critic was taught."""
LONGEST_STRIDE = 1.0
"""Seconds."""
_PATIENT = 5
"""Strides after which a change comes whatever it is worth."""


@dataclass(frozen=True)
class Look:
    """The best moment to take a skill up now. row: of its phases. value: as a share, or likeness.

    told: the value; NaN without critic.
    """

    row: int
    value: float
    told: float


def look(
    skill: Skill, instant: Instant, weights: np.ndarray, run: Run, everywhere: bool, alike: float
) -> Look:
    """The best moment of ``skill`` for ``instant``, among those that are ``alike`` enough, such as
    ALIKE; the most alike one where not everywhere."""
    like = skill.likeness(instant, weights)
    nearest = int(like.argmax())
    if skill.critic is None:
        return Look(int(skill.entries[nearest]), float(like[nearest]), float("nan"))
    near = like >= alike * like[nearest] if everywhere else np.arange(len(like)) == nearest
    rows = skill.entries[near]
    (values,) = run(skill.critic, {"state": skill.looked(instant, rows)}).values()
    shares = values[:, 0] / skill.typical[rows]
    best = int(shares.argmax())
    return Look(int(rows[best]), float(shares[best]), float(shares[best]))


def waited(mind: Mind, wanted: int, seen: Look, time: float) -> Mind:
    """``mind`` after one more look at ``wanted``; time: of the moment seen, seconds."""
    if mind.wanted != wanted:
        mind = replace(mind, wanted=wanted, waiting=0, best=-1.0)
    mind = replace(mind, waiting=mind.waiting + 1)
    return replace(mind, best=seen.value, best_time=time) if seen.value > mind.best else mind


def ripe(mind: Mind, seen: Look, stride: float, enough: float) -> bool:
    """Whether the change that is pending comes now; stride: seconds for which it is looked.

    At once where the value is good. Else from the second stride on, where it is as good again as
    the best that was seen and ``enough``; in the fifth, where it is as good again; then as it is.
    """
    steps = stride * POLICY_HZ
    if seen.value >= GOOD or mind.waiting > _PATIENT * steps:
        return True
    if mind.waiting <= steps:
        return False
    again = seen.value >= mind.best - _SAME * (1 + mind.waiting / steps)
    return again and (seen.value >= enough or mind.waiting > (_PATIENT - 1) * steps)


def too_far(mind: Mind, stride: float) -> bool:
    """Whether a stride has shown no moment at which to take over directly."""
    return mind.waiting > stride * POLICY_HZ and mind.best < DIRECT


def settled(mind: Mind) -> Mind:
    """Nothing is pending."""
    return replace(mind, wanted=NONE, waiting=0, best=-1.0, best_time=0.0)
