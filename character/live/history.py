"""A simulation with memory: every frame is remembered, every deed logged, and both give it back.

A deed is whatever changes the physics other than the policy's decisions. It is logged at the
frame at which it is done and done the same way again by a replay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from character.anatomy import POLICY_HZ
from character.box import BoxPose, box_pose
from character.deeds import (
    BoxPut,
    Chosen,
    Deed,
    SetFriction,
    SetGravity,
    StartAt,
    Swapped,
    Wish,
)
from character.drive.driver import Driver
from character.drive.mind import NONE, Mind, renumbered, swapped
from character.drive.ride import obey
from character.drive.skills import Run, Skill
from character.drive.state import DriveState, SkillName
from character.drive.telling import told
from character.reference import ReferenceClip
from character.reward import Reward
from character.simulation import Simulation, may_touch
from character.steering import Steering
from character.step import Step

from .log import Log
from .memory import NO_FRAME, Memory, box_of, place_of, snapshot_of, steering_of, write
from .piece import MOST_ROWS, Mark, Piece, Rewrites
from .role import Role
from .take import Take


class History:
    """The simulation at its newest frame, or at a remembered one that was put back.

    roles: who has decided so far; ``role`` is the number of who does now. skills: that a driver
    chooses among; mind, values: the driver's, at the present.
    """

    def __init__(
        self, clip: ReferenceClip, policy: str, critic: str | None, sha256: str,
        friction: float, gravity: float, seconds: float, skills: Sequence[Skill] = (),
    ) -> None:  # fmt: skip
        self.simulation = Simulation(clip, friction=friction, gravity=gravity)
        self.driver = Driver(skills, self.simulation.body.weights) if skills else None
        self.skills: tuple[SkillName, ...] = tuple(skill.name for skill in skills)
        self.roles: tuple[Role, ...] = ()
        self.roles = (self.role_in(clip, policy, critic, sha256),)
        self.role = 0
        self.memory, self.log = Memory(seconds), Log()
        self._rewrites = Rewrites()
        self.mind, self.values = self._knowing(Mind()), np.full(len(skills), np.nan)
        self._remember(self.simulation.present(), np.nan, cut=True)

    @property
    def now(self) -> Role:
        """Who decides."""
        return self.roles[self.role]

    @property
    def last(self) -> int:
        """The newest frame."""
        return self.memory.last

    def do(self, deed: Deed) -> None:
        """Does ``deed`` at the newest frame; a StartAt makes a new one, a cut."""
        self.log.add(self.last, deed)
        self._rewrites.change()
        self._apply(deed)
        if isinstance(deed, Wish):  # one of its kind at this frame holds no more
            self.mind = self._knowing(Mind.of(self.memory[self.last]["mind"]))
            for entry in self.log.at(self.last):
                self._heed(entry.deed)
        if isinstance(deed, StartAt):
            self._remember(self.simulation.present(), np.nan, cut=True)

    def _apply(self, deed: Deed) -> None:
        simulation = self.simulation
        match deed:
            case StartAt(clip_time):
                simulation.reset(clip_time)
                self.mind = self._knowing(Mind(gets_up=self.mind.gets_up))
                self.values = np.full(len(self.values), np.nan)
            case SetFriction(friction):
                simulation.set_world(friction, simulation.gravity)
            case SetGravity(gravity):
                simulation.set_world(simulation.friction, gravity)
            case BoxPut(None):
                simulation.remove_box()
            case BoxPut(box, position, velocity) if box:
                simulation.throw(box, np.array(position), np.array(velocity))
            case Swapped(_, number, clip_time, heading, pace):  # or Chosen
                self.role = number
                if heading is not None:
                    simulation.steer(Steering(heading, 0.0, pace))
                simulation.follow(self.now.clip, clip_time, self.now.touching)
        self._heed(deed)

    def _heed(self, deed: Deed) -> None:
        """What ``deed`` means to the driver."""
        if self.driver is None:
            return
        if isinstance(deed, Swapped):
            number = self.driver.number(self.now.policy, self.now.clip)
            self.mind = swapped(self.mind, number, self.simulation.steering.heading)
        elif isinstance(deed, Wish):
            self.mind = self.driver.heeded(self.mind, deed, self.simulation)

    def _knowing(self, mind: Mind) -> Mind:
        """``mind`` that knows which of the skills the present role is."""
        if self.driver is None:
            return mind
        return replace(mind, skill=self.driver.number(self.now.policy, self.now.clip))

    def role_in(self, clip: ReferenceClip, policy: str, critic: str | None, sha256: str) -> Role:
        """The role of ``policy`` in ``clip``; a motion that was performed before saves time."""
        known = next((role for role in self.roles if role.clip.same(clip)), None)
        if known is not None:
            return Role(policy, critic, known.clip, known.touching, sha256)
        return Role(policy, critic, clip, may_touch(self.simulation.body, clip), sha256)

    def enrol(self, new: Role) -> int:
        """The number of ``new`` among the roles, added when it is not there yet."""
        for number, known in enumerate(self.roles):
            if known == new:
                return number
        self.roles = (*self.roles, new)
        return len(self.roles) - 1

    def begin_anew(self) -> None:
        """Stands at the start of the motion; who gets up, of what is performed on the feet."""
        skill = NONE if self.driver is None else self.driver.upright(self.mind)
        if self.driver is not None and skill != NONE:
            role = self._role_of(self.driver.skills[skill])
            self.do(Swapped(role.policy, self.enrol(role), 0.0))
        self.do(StartAt(0.0))

    def _role_of(self, skill: Skill) -> Role:
        known = next((role.clip for role in self.roles if role.clip.same(skill.clip)), skill.clip)
        return Role(skill.policy, skill.critic, known, skill.touching, skill.sha256)

    def drive(self, value: float, run: Run) -> Chosen | None:
        """Lets the driver choose who decides at the newest frame, and steer; who took over.

        value: what the present critic expects.
        """
        if self.driver is None:
            return None
        decided = self.driver.decide(self.mind, self.simulation, value, run)
        obey(decided, self.driver, self.simulation)
        self.mind = decided.mind
        self.values = decided.values.astype(np.float32).astype(np.float64)  # as a row keeps them
        if (change := decided.change) is None:
            return None
        skill = self.driver.skills[change.skill]
        self.role = self.enrol(self._role_of(skill))
        return Chosen(skill.policy, self.role, change.time, change.heading, change.pace)

    def decide(self, action: np.ndarray, value: float, swap: Chosen | None = None) -> Step:
        """Simulates a decision at the newest frame and remembers where it led.

        swap: what ``drive`` did. Raises SimulationError; the simulation may then be anywhere.
        """
        step = self._simulate(self.last, action)
        if swap is not None:
            self.log.add(self.last, swap)
        self._remember(step, value, cut=False)
        return step

    def again(self, frame: int) -> tuple[Step, bool]:
        """Simulates the frame after ``frame`` as it was; and whether it is the same to the bit."""
        deeds = [entry.deed for entry in self.log.at(frame)]
        for deed in deeds:
            self._apply(deed)
        row = self.memory[frame + 1]
        self._recall(row)
        cut = any(isinstance(deed, StartAt) for deed in deeds)
        step = self.simulation.present() if cut else self._simulate(frame, row["action"])
        physics = self.simulation.snapshot().physics
        return step, np.array_equal(physics, row["physics"][: len(physics)])

    def _simulate(self, frame: int, action: np.ndarray) -> Step:
        simulation = self.simulation
        simulation.pushes = [*self.log.pushes(frame, simulation.steps)]
        step = simulation.step(action)
        if self.mind.skill == NONE and simulation.clip.over(simulation.clip_time):
            simulation.follow(simulation.clip, 0.0, self.now.touching)
        return step

    def _remember(self, step: Step, value: float, cut: bool) -> None:
        before = None if cut else self.memory[self.last]
        fell_at = NO_FRAME if before is None or self._rises(before) else int(before["fell_at"])
        row = self.memory.append()
        if step.fallen and fell_at == NO_FRAME:
            fell_at = self.last
        contacts = self.simulation.contacts()
        write(
            row, self.simulation.snapshot(), step, contacts, value, self.role, cut, fell_at,
            self.mind, self.values,
        )  # fmt: skip
        self.log.forget_before(self.memory.first)
        self._rewrites.change()

    def _rises(self, before: np.void) -> bool:
        """Whether who had fallen at the frame ``before`` stands again now."""
        return Mind.of(before["mind"]).fallen and not self.mind.fallen

    def _recall(self, row: np.void) -> None:
        """What a driver decided that led to ``row``."""
        was_fallen, self.mind = self.mind.fallen, Mind.of(row["mind"])
        self.values = row["values"][: len(self.values)].astype(np.float64)
        if was_fallen and not self.mind.fallen:
            self.simulation.rise()
        self.simulation.steer(steering_of(row))

    def put(self, frame: int) -> None:
        """Brings a remembered frame back, as it was before anything was done at it."""
        row = self.memory[frame]
        self.role = int(row["role"])
        self.simulation.follow(self.now.clip, 0.0, self.now.touching)
        self.simulation.restore(snapshot_of(row))
        self.mind = Mind.of(row["mind"])
        self.values = row["values"][: len(self.values)].astype(np.float64)
        if self.mind.skill == NONE:
            self.mind = self._knowing(self.mind)

    def put_newest(self) -> None:
        """Brings the newest frame back, with what was done at it."""
        self.put(self.last)
        for entry in self.log.at(self.last):
            if not isinstance(entry.deed, Chosen):  # the driver chooses again
                self._apply(entry.deed)

    def resume(self, frame: int) -> None:
        """Makes ``frame`` the newest; what was done at it and came after it is forgotten."""
        self.memory.truncate(frame)
        self._rewrites.rewrite(frame, self.memory.first)
        self.log.forget_after(frame)
        self.put(frame)

    def forget(self) -> None:
        """Forgets every frame but the newest."""
        self.memory.forget_before(self.last)
        self.log.forget_before(self.last)
        self._rewrites.change()

    def step_at(self, frame: int) -> Step:
        """The step that led to a remembered frame."""
        row, body = self.memory[frame], self.simulation.body
        return Step(
            time=int(row["steps"]) / POLICY_HZ,
            clip_time=float(row["clip_time"]),
            action=row["action"].copy(),
            torques=row["torques"].copy(),
            body=body.placed(*place_of(row)),
            reference=body.at(row["reference_pose"], row["reference_rates"]),
            reward=Reward(*row["reward"].tolist()),
            fallen=bool(row["fallen"]),
        )

    def drive_at(self, frame: int, past: bool) -> DriveState | None:
        """What the driver tells at a remembered frame; of the present, with all that was done."""
        if not self.skills:
            return None
        row, simulation = self.memory[frame], self.simulation
        here = simulation.instant if not past else simulation.body.placed(*place_of(row))
        mind = Mind.of(row["mind"]) if past else self.mind
        values = row["values"][: len(self.skills)].astype(np.float64) if past else self.values
        return told(self.skills, mind, values, steering_of(row), here)

    def box_at(self, frame: int) -> BoxPose | None:
        """The box of a remembered frame."""
        row = self.memory[frame]
        return box_pose(box_of(row), row["physics"][1:])

    def take(self, first: int, last: int) -> Take:
        """Frames ``first`` to ``last``."""
        rows = self.memory.between(first, last)
        return Take(first, rows, self.log.entries, self.roles, self.skills).part(first, last)

    def piece(self, since: Mark | None) -> Piece:
        """What is remembered beyond ``since``; all of it where that is of another memory."""
        memory, rewrites = self.memory, self._rewrites
        since = rewrites.known(since)
        after = rewrites.after(since)
        begin = max(after + 1, memory.first)
        end = min(begin + MOST_ROWS - 1, memory.last)
        known = 0 if since is None else since.roles
        return Piece(
            since=since,
            mark=rewrites.mark(end, len(self.roles)),
            first=memory.first,
            last=memory.last,
            after=after,
            rows=memory.between(begin, end),
            entries=self.log.between(after, end),
            roles=self.roles[known:],
            skills=self.skills,
        )

    def restore(self, take: Take) -> None:
        """Remembers ``take`` in place of all else and goes to its last frame."""
        self.roles, self.log, self._rewrites = take.roles, Log(take.entries), Rewrites()
        if self.driver is None:
            self.skills = take.skills
            self.values = np.full(len(take.skills), np.nan)
        self.memory.fill(take.first, self._in_own_skills(take))
        self.put_newest()

    def _in_own_skills(self, take: Take) -> np.ndarray:
        """The rows of ``take`` with the driver's skills by their numbers here."""
        names = [skill.name for skill in take.skills]
        here = [skill.name for skill in self.skills]
        if names == here:
            return take.rows
        rows = take.rows.copy()
        place = {old: here.index(name) for old, name in enumerate(names) if name in here}
        rows["mind"], rows["values"] = renumbered(rows["mind"], place), np.nan
        for old, new in place.items():
            rows["values"][:, new] = take.rows["values"][:, old]
        return rows
