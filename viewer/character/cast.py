"""Who drives the characters: policies, their motions and files, made ready in the background."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, Signal

from character.drive.state import Kind
from character.live.commands import SwapPolicy
from character.live.messages import CharacterFrame
from character.reference import ReferenceClip
from viewer.model.document import Cast, Document
from viewer.model.edits import let_drive, put_beside, take_skills
from viewer.model.language import tr
from viewer.model.notice import Refused, told
from viewer.model.policies import ACTOR, NOBODY, Policy, Unfit, check, dropped, free_name
from viewer.model.repertoire import SkillOf, opened_set
from viewer.ui.background import Background
from viewer.workbench import Workbench

from .driver import JOB
from .maker import Made, make, motion_for

WHAT_TO_DO = tr(
    "No policy drives the character yet. Drop an ONNX file on the stage together with the "
    "motion that it imitates (.txt or .bvh), or open one with the button beside Policy."
)
Motion = Callable[[], ReferenceClip]


class CharacterCast(QObject):
    """Follows the document's cast, and makes characters of it.

    ``made`` and ``beside_made`` bring a Made, ``failed``: there is none after all;
    ``beside_left``: nobody is to stand there any more. ``swapped``: a policy has been told to take
    over, and then to begin at a time of its motion. ``wanted``: the skill of that name is to take
    over when that goes well. ``changed``: another cast, or one is made.
    there: whether there is a character.
    """

    made = Signal(object, bool, object)
    failed = Signal()
    beside_made = Signal(object)
    beside_left = Signal()
    swapped = Signal(bool, object)
    wanted = Signal(str)
    changed = Signal()

    def __init__(self, bench: Workbench, background: Background, there: Callable[[], bool]) -> None:
        super().__init__(background)
        self._bench, self._background, self._there = bench, background, there
        self._told, self._told_beside, self._turn = "", NOBODY, 0
        self._asked = ""
        self._held: dict[str, bool] = {}
        self._has: tuple[SkillOf, ...] = ()
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

    def want(self, name: str) -> None:
        """Have the skill ``name`` performed: one that is held is let drive, another comes once."""
        skill = self._cast.skill(name)
        policy = self._cast.policy(skill.model) if skill is not None else None
        if policy is None or policy.model == self.current or not self._holds(name):
            self.wanted.emit(name)
        else:
            self.choose(policy)

    def open_set(self, path: Path) -> None:
        """Take the skills of a set in a file; one sentence where it cannot be used."""
        known = self._cast.policies

        def receive(found: object) -> None:
            if self._fits(found):
                policies, skills = cast(tuple[tuple[Policy, ...], tuple[SkillOf, ...]], found)
                first = skills[0].model
                self._bench.store.apply(take_skills(path.stem, policies, skills, first))

        self._background.run(lambda: opened_set(path, known), receive)

    def heed(self, frame: CharacterFrame) -> None:
        """What is held is what drives, also where it was not chosen here but came by driving."""
        drive = frame.drive
        if drive is None or frame.shown or frame.replaying:
            return
        if drive.skill == self._asked:
            self._asked = ""
        self._held = {s.name: s.kind in (Kind.STAND, Kind.GAIT) for s in drive.skills}
        settled = drive.wanted is None and not self._asked and self._holds(drive.skill)
        if settled and frame.policy != self._told:
            self.note_driver(frame.policy)

    def let_go(self) -> None:
        """A skill that was to be performed is so no more: a way to go has been asked for since."""
        self._asked = ""

    def _holds(self, name: str) -> bool:
        """Whether a skill is performed until something else is wanted."""
        return self._held.get(name, False)

    def choose_beside(self, model: str) -> None:
        """Have a second character made, or none."""
        self._bench.store.apply(put_beside(model, self.title(model)))

    def note_driver(self, model: str) -> None:
        """Who decides after all: another one was refused, or a character or a take came."""
        self._told, self._asked = model, ""
        self._correct(drives=model if model in self.policies else self.current)

    def note_made(self, made: Made) -> None:
        """A character was made; others may have been chosen since to drive it."""
        self._told, self._asked, self._has = made.opening.policy, "", made.skills
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
        if new.cast.skills not in (old.cast.skills, self._has) and self._there():
            self.make(start=self._bench.transport.playing)
        elif policy is not None and old.cast.policy(policy.model) not in (None, policy):
            self._told = ""  # the same one, with another motion
            self._settle(by_skill=False)
        else:
            self._settle()
        self._settle_beside()
        self.changed.emit()

    def _settle(self, by_skill: bool = True) -> None:
        """The policy that is to drive takes over, where it does not drive yet.

        by_skill: one of a skill at the moment that its critic chooses, any other at once.
        """
        policy = self.policy
        if policy is None or policy.model == self._told or not self._there():
            return
        skill = next((s for s in self._cast.skills if s.model == policy.model), None)
        if skill is not None and by_skill:
            self._told, self._asked = policy.model, skill.name
            self.wanted.emit(skill.name)
        else:
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
        self._load_skills()

        skilled = self._cast

        def receive(made: object) -> None:
            self.making = False
            if self._fits(made):
                bring(made)  # type: ignore[arg-type]
            else:
                give_up()
            self.changed.emit()

        self._background.run(lambda: make(bridge, policy, clip(), skilled), receive)

    def _load_skills(self) -> None:
        """Have the worker know the networks of all skills."""
        for skill in self._cast.skills:
            if (policy := self._cast.policy(skill.model)) is not None:
                self._load(policy)

    def _load(self, policy: Policy) -> None:
        """Have the worker know the networks of ``policy`` before it is asked to run them."""
        bridge = self._bench.bridge
        for model, path in ((policy.model, policy.path), (policy.critic_model, policy.critic)):
            if model and path and model not in bridge.models:
                bridge.load(model, path)

    def _fits(self, result: object) -> bool:
        """Whether work in the background came out; tells the person if it did not."""
        if isinstance(result, Exception):
            expected = isinstance(result, Unfit | Refused | OSError)
            text = (
                told(result)
                if expected
                else tr("The character could not be made: {result!r}.", result=result)
            )
            self._bench.studio.notify("error", text)
        return not isinstance(result, Exception)
