"""Who drives the characters: policies, their motions and files, made ready in the background."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, Signal

from character.live.commands import SwapPolicy
from character.reference import ReferenceClip
from viewer.model.notice import told
from viewer.model.policies import ACTOR, NOBODY, Policy, Unfit, check, dropped, free_name, shipped
from viewer.ui.background import Background
from viewer.workbench import Workbench

from .driver import JOB
from .maker import Made, make, motion_for

WHAT_TO_DO = (
    "No policy drives the character yet. Drop an ONNX file on the stage together with the "
    "motion that it imitates (.txt or .bvh), or open one with the button beside Policy."
)
Motion = Callable[[], ReferenceClip]


class CharacterCast(QObject):
    """Knows the policies, and makes characters of them.

    ``made`` and ``beside_made`` bring a Made; ``beside_left``: nobody is to stand there any more.
    ``swapped``: a policy has been told to take over, and then to begin at a time of its motion.
    ``unfit``: the one that was chosen cannot be told to.
    ``changed``: other policies, another one chosen, or one is being made ready.
    """

    made = Signal(object, bool, object)
    beside_made = Signal(object)
    beside_left = Signal()
    swapped = Signal(bool, object)
    unfit = Signal()
    changed = Signal()

    def __init__(self, bench: Workbench, background: Background) -> None:
        super().__init__(background)
        self._bench, self._background = bench, background
        self.policies = {policy.model: policy for policy in shipped(bench.assets)}
        self.current = next(iter(self.policies), "")
        self.beside = NOBODY
        self.making = False

    @property
    def policy(self) -> Policy | None:
        """The policy that drives."""
        return self.policies.get(self.current)

    def title(self, model: str) -> str:
        """What people call the policy that the worker calls ``model``."""
        return self.policies[model].title if model in self.policies else model

    def make(
        self, motion: Motion | None = None, start: bool = True, at: float | None = None
    ) -> None:
        """Make a character that performs ``motion``, else its policy's own; says what lacks."""
        policy = self.policy
        if policy is None:
            self._bench.studio.notify("info", WHAT_TO_DO)
        elif not self.making:
            self.making = True
            self.changed.emit()
            self._make(policy, motion, lambda made: self.made.emit(made, start, at))

    def swap(self, motion: Motion | None, start: bool = False, at: float | None = None) -> None:
        """Let the policy take over, with ``motion`` or, for None, the one that is imitated."""
        policy = self.policy
        if policy is None:
            return
        self._load(policy)

        def read() -> tuple[ReferenceClip | None, str]:
            return motion() if motion else None, policy.digest()

        def receive(found: object) -> None:
            if self._fits(found):
                clip, digest = cast(tuple[ReferenceClip | None, str], found)
                swap = SwapPolicy(policy.model, clip, policy.critic_model, digest)
                self._bench.bridge.command(JOB, swap)
                self.swapped.emit(start, min(at, clip.duration) if clip and at else at)
            else:
                self.unfit.emit()

        self._background.run(read, receive)

    def choose(self, policy: Policy, there: bool) -> None:
        """Let ``policy`` decide from now on; ``there``: a character waits for it."""
        self.policies[policy.model] = policy
        self.current = policy.model
        self.changed.emit()
        if not there:
            self.make()
        else:
            self.swap(self._own_motion(policy) if policy.motion else None)

    def settle(self, model: str) -> None:
        """A character was made that ``model`` drives; another one may have been chosen since."""
        if self.policy is not None and model != self.current:
            self.choose(self.policy, there=True)

    def note_driver(self, model: str) -> None:
        """Who decides after all: another one was refused."""
        if model != self.current and model in self.policies:
            self.current = model
            self.changed.emit()

    def note_take(self, model: str) -> None:
        """A take was restored in which ``model`` decides: where it is not at hand, ours goes on."""
        if model in self.policies:
            self._load(self.policies[model])
            self.note_driver(model)
        else:
            self.swap(None)

    def know(self, policy: Policy) -> Policy:
        """Have a policy of a session among ours, made ready; by another name if that is taken."""
        taken = {*self.policies, *self._bench.bridge.models}
        same = [ours for ours in self.policies.values() if ours.path.resolve() == policy.path]
        same.sort(key=lambda ours: ours.model != policy.model)
        if same:
            known = same[0]
        elif policy.model.startswith(f"{ACTOR}_") and policy.model not in taken:
            known = policy
        else:
            known = replace(policy, model=free_name(policy.path, taken))
        self.policies[known.model] = known
        self.changed.emit()
        self._load(known)
        return known

    def cast(self, drives: str, beside: str = NOBODY) -> None:
        """Who drives and who stands beside from now on, characters that are made elsewhere."""
        self.current, self.beside = drives, beside
        self.changed.emit()

    def choose_beside(self, model: str) -> None:
        """Have a second character made, or none."""
        self.beside = model
        self.beside_left.emit()
        self.changed.emit()
        if model != NOBODY:
            self._make(self.policies[model], None, self._bring_beside(model), self._leave_beside)

    def judge(self, path: Path, motion: Path | None, there: bool) -> None:
        """Use ``path`` if it is a policy; else say by name and shape why it is none."""

        def receive(problem: object) -> None:
            if isinstance(problem, Exception):
                self._bench.studio.notify("error", told(problem))
            else:
                self.choose(dropped(path, self.policies.values(), motion), there)

        self._background.run(lambda: check(path), receive)

    def _leave_beside(self) -> None:
        self.beside = NOBODY

    def _bring_beside(self, model: str) -> Callable[[Made], None]:
        def bring(made: Made) -> None:
            if self.beside == model:
                self.beside_made.emit(made)

        return bring

    def _own_motion(self, policy: Policy) -> Motion:
        on_stage = self._bench.studio.motion
        return lambda: motion_for(policy, on_stage)

    def _make(
        self,
        policy: Policy,
        motion: Motion | None,
        bring: Callable[[Made], None],
        give_up: Callable[[], None] = lambda: None,
    ) -> None:
        bridge, clip = self._bench.bridge, motion or self._own_motion(policy)
        self._load(policy)

        def receive(made: object) -> None:
            self.making = False
            if self._fits(made):
                bring(made)  # type: ignore[arg-type]
            else:
                give_up()
            self.changed.emit()

        self._background.run(lambda: make(bridge, policy, clip()), receive)

    def _load(self, policy: Policy) -> None:
        """Have the worker know the networks of ``policy`` before it is asked to run them."""
        bridge = self._bench.bridge
        for model, path in ((policy.model, policy.path), (policy.critic_model, policy.critic)):
            if model and path and model not in bridge.models:
                bridge.load(model, path)

    def _fits(self, result: object) -> bool:
        """Whether work in the background came out; tells the person if it did not."""
        if isinstance(result, Exception):
            expected = isinstance(result, Unfit | OSError)
            text = told(result) if expected else f"The character could not be made: {result!r}."
            self._bench.studio.notify("error", text)
        return not isinstance(result, Exception)
