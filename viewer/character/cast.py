"""Who drives the characters: policies, their motions and files, made ready in the background."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, Signal

from character.live.commands import SwapPolicy
from character.reference import ReferenceClip
from viewer.model.document import Cast, Document
from viewer.model.edits import let_drive, put_beside
from viewer.model.notice import told
from viewer.model.policies import ACTOR, NOBODY, Policy, Unfit, check, dropped, free_name
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
    """Follows the document's cast, and makes characters of it.

    ``made`` and ``beside_made`` bring a Made, ``failed``: there is none after all;
    ``beside_left``: nobody is to stand there any more. ``swapped``: a policy has been told to take
    over, and then to begin at a time of its motion. ``changed``: another cast, or one is made.
    there: whether there is a character.
    """

    made = Signal(object, bool, object)
    failed = Signal()
    beside_made = Signal(object)
    beside_left = Signal()
    swapped = Signal(bool, object)
    changed = Signal()

    def __init__(self, bench: Workbench, background: Background, there: Callable[[], bool]) -> None:
        super().__init__(background)
        self._bench, self._background, self._there = bench, background, there
        self._told, self._told_beside, self._turn = "", NOBODY, 0
        self.making = False
        bench.store.changed.connect(self._follow)

    @property
    def policies(self) -> dict[str, Policy]:
        """Those that can drive, by the names that the worker knows them by."""
        return {policy.model: policy for policy in self._cast.policies}

    @property
    def current(self) -> str:
        """The one that is to drive."""
        return self._cast.drives

    @property
    def beside(self) -> str:
        """The one that is to drive the second character, or NOBODY."""
        return self._cast.beside

    @property
    def _cast(self) -> Cast:
        return self._bench.store.document.cast

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
            self.failed.emit()
        elif not self.making:
            self.making = True
            self.changed.emit()
            self._make(
                policy, motion, lambda made: self.made.emit(made, start, at), self.failed.emit
            )

    def swap(self, motion: Motion | None, start: bool = False, at: float | None = None) -> None:
        """Let the policy take over, with ``motion`` or, for None, the one that is imitated."""
        policy = self.policy
        if policy is None:
            return
        self._load(policy)
        before, self._told = self._told, policy.model
        self._turn += 1
        turn = self._turn

        def read() -> tuple[ReferenceClip | None, str]:
            return motion() if motion else None, policy.digest()

        def receive(found: object) -> None:
            if turn != self._turn:
                return
            if self._fits(found):
                clip, digest = cast(tuple[ReferenceClip | None, str], found)
                swap = SwapPolicy(policy.model, clip, policy.critic_model, digest)
                self._bench.bridge.command(JOB, swap)
                self.swapped.emit(start, min(at, clip.duration) if clip and at else at)
            else:
                self.note_driver(before)

        self._background.run(read, receive)

    def choose(self, policy: Policy) -> None:
        """Let ``policy`` decide from now on, for a character that is made if there is none."""
        self._bench.store.apply(let_drive(policy))

    def choose_beside(self, model: str) -> None:
        """Have a second character made, or none."""
        self._bench.store.apply(put_beside(model, self.title(model)))

    def note_driver(self, model: str) -> None:
        """Who decides after all: another one was refused, or a character or a take came."""
        self._told = model
        self._correct(drives=model if model in self.policies else self.current)

    def note_made(self, model: str) -> None:
        """A character was made that ``model`` drives; another may have been chosen since."""
        self._told = model
        self._settle()

    def note_take(self, model: str) -> None:
        """A take was restored in which ``model`` decides: where it is not at hand, ours goes on."""
        if model in self.policies:
            self._load(self.policies[model])
            self.note_driver(model)
        else:
            self.swap(None)

    def note_beside(self, model: str) -> None:
        """Who stands beside, made elsewhere; NOBODY: none could be made."""
        self._told_beside = model
        self._correct(beside=model)

    def make_beside(self) -> None:
        """Make the second character anew, if there is to be one: the first one is another."""
        self._told_beside = NOBODY
        self._settle_beside()

    def adopt(self, policy: Policy) -> Policy:
        """A policy of a session as it can be ours, made ready; by another name if that is taken."""
        taken = {*self.policies, *self._bench.bridge.models}
        same = [ours for ours in self.policies.values() if ours.path.resolve() == policy.path]
        same.sort(key=lambda ours: ours.model != policy.model)
        if same:
            known = same[0]
        elif policy.model.startswith(f"{ACTOR}_") and policy.model not in taken:
            known = policy
        else:
            known = replace(policy, model=free_name(policy.path, taken))
        self._load(known)
        return known

    def _follow(self, old: Document, new: Document) -> None:
        if new.cast is old.cast:
            return
        policy = new.cast.policy(new.cast.drives)
        if policy is not None and old.cast.policy(policy.model) not in (None, policy):
            self._told = ""  # the same one, with another motion
        self._settle()
        self._settle_beside()
        self.changed.emit()

    def _settle(self) -> None:
        """The policy that is to drive takes over, where it does not drive yet."""
        policy = self.policy
        if policy is not None and policy.model != self._told and self._there():
            self.swap(self._own_motion(policy) if policy.motion else None)

    def _settle_beside(self) -> None:
        model = self.beside
        if model == self._told_beside:
            return
        self._told_beside = model
        self.beside_left.emit()
        if model in self.policies:
            give_up = partial(self.note_beside, NOBODY)
            self._make(self.policies[model], None, self._bring_beside(model), give_up)

    def _correct(self, **changes: str) -> None:
        def change(document: Document) -> Document:
            return replace(document, cast=replace(document.cast, **changes))  # type: ignore[arg-type]

        self._bench.store.correct(change)

    def judge(self, path: Path, motion: Path | None) -> None:
        """Use ``path`` if it is a policy; else say by name and shape why it is none."""

        def receive(problem: object) -> None:
            if isinstance(problem, Exception):
                self._bench.studio.notify("error", told(problem))
            else:
                self.choose(dropped(path, self.policies.values(), motion))

        self._background.run(lambda: check(path), receive)

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
        give_up: Callable[[], None],
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
