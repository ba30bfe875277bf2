"""The physics tries a restyled clip: it becomes the reference, and what that scores is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from viewer.model.language import tr
from viewer.model.notice import Refused
from viewer.model.policies import Unfit
from viewer.model.trial import SECONDS, trial
from viewer.ui.background import Background
from viewer.workbench import Workbench

from .cast import CharacterCast
from .maker import stage_motion


class StyleTrial:
    """``begin`` starts the character with what the clip on stage looks like in its style.

    start_here: puts the character where the clip stands. It is seen as it is, for its motion has
    the style already. Beside it a run of 20 s is simulated in
    the background, which tells how long the policy stays up and what reward it gets.
    """

    def __init__(
        self,
        bench: Workbench,
        cast: CharacterCast,
        background: Background,
        start_here: Callable[[], None],
    ) -> None:
        self._bench, self._cast, self._background = bench, cast, background
        self._start_here = start_here

    def begin(self) -> None:
        """Let the character that drives imitate the restyled clip from here on."""
        studio, policy = self._bench.studio, self._cast.policy
        motion, restyled = studio.motion, studio.restyled
        if motion is None or restyled is None:
            return
        look = self._bench.store.document.clip(motion.key)
        name = f"{motion.title} {self._bench.store.document.look_of(look) if look else ''}"
        studio.set_look(styled=False)
        self._start_here()
        if policy is None:
            return

        def tell(result: object) -> None:
            if isinstance(result, Refused | Unfit):
                studio.notify("error", str(result))
            elif isinstance(result, Exception):
                raise result
            else:
                studio.notify("info", told(policy.title, name, cast(dict[str, Any], result)))

        self._background.run(lambda: trial(policy.path, stage_motion(motion, restyled)), tell)


def told(policy: str, motion: str, result: dict[str, Any]) -> str:
    """How a trial of 20 s went, in a sentence."""
    upright, reward = result["seconds_upright"], result["reward"]["total"]
    ended = {
        "time": tr("stays up for the {seconds:g} s simulated", seconds=SECONDS),
        "fall": tr("falls after {upright:.1f} s", upright=upright),
        "clip": tr("stays up to the end of the clip, {upright:.1f} s", upright=upright),
    }[result["ended"]]
    return tr(
        "{policy} on {motion}: {ended}, reward {reward:.2f} of 1.",
        policy=policy,
        motion=motion,
        ended=ended,
        reward=reward,
    )
