"""A simulation with memory: every frame is remembered, every deed logged, and both give it back.

A deed is whatever changes the physics other than the policy's decisions. It is logged at the
frame at which it is done and done the same way again by a replay.
"""

from __future__ import annotations

import numpy as np

from character.anatomy import POLICY_HZ
from character.box import BoxPose, box_pose
from character.deeds import BoxPut, Deed, SetFriction, SetGravity, StartAt, Swapped
from character.reference import ReferenceClip
from character.reward import Reward
from character.simulation import Simulation, may_touch
from character.step import Step

from .log import Log
from .memory import NO_FRAME, Memory, box_of, place_of, snapshot_of, write
from .piece import MOST_ROWS, Mark, Piece, Rewrites
from .role import Role
from .take import Take


class History:
    """The simulation at its newest frame, or at a remembered one that was put back.

    roles: who has decided so far; ``role`` is the number of who does now.
    """

    def __init__(
        self, clip: ReferenceClip, policy: str, critic: str | None, sha256: str,
        friction: float, gravity: float, seconds: float,
    ) -> None:  # fmt: skip
        self.simulation = Simulation(clip, friction=friction, gravity=gravity)
        self.roles: tuple[Role, ...] = ()
        self.roles = (self.role_in(clip, policy, critic, sha256),)
        self.role = 0
        self.memory, self.log = Memory(seconds), Log()
        self._rewrites = Rewrites()
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
        if isinstance(deed, StartAt):
            self._remember(self.simulation.present(), np.nan, cut=True)

    def _apply(self, deed: Deed) -> None:
        simulation = self.simulation
        match deed:
            case StartAt(clip_time):
                simulation.reset(clip_time)
            case SetFriction(friction):
                simulation.set_world(friction, simulation.gravity)
            case SetGravity(gravity):
                simulation.set_world(simulation.friction, gravity)
            case BoxPut(None):
                simulation.remove_box()
            case BoxPut(box, position, velocity) if box:
                simulation.throw(box, np.array(position), np.array(velocity))
            case Swapped(_, number, clip_time):
                self.role = number
                simulation.follow(self.now.clip, clip_time, self.now.touching)

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

    def decide(self, action: np.ndarray, value: float) -> Step:
        """Simulates a decision at the newest frame and remembers where it led.

        Raises SimulationError; the simulation may then be anywhere.
        """
        step = self._simulate(self.last, action)
        self._remember(step, value, cut=False)
        return step

    def again(self, frame: int) -> tuple[Step, bool]:
        """Simulates the frame after ``frame`` as it was; and whether it is the same to the bit."""
        deeds = [entry.deed for entry in self.log.at(frame)]
        for deed in deeds:
            self._apply(deed)
        row = self.memory[frame + 1]
        cut = any(isinstance(deed, StartAt) for deed in deeds)
        step = self.simulation.present() if cut else self._simulate(frame, row["action"])
        physics = self.simulation.snapshot().physics
        return step, np.array_equal(physics, row["physics"][: len(physics)])

    def _simulate(self, frame: int, action: np.ndarray) -> Step:
        simulation = self.simulation
        simulation.pushes = [*self.log.pushes(frame, simulation.steps)]
        step = simulation.step(action)
        if simulation.clip.over(simulation.clip_time):
            simulation.follow(simulation.clip, 0.0, self.now.touching)
        return step

    def _remember(self, step: Step, value: float, cut: bool) -> None:
        fell_at = NO_FRAME if cut else int(self.memory[self.last]["fell_at"])
        row = self.memory.append()
        if step.fallen and fell_at == NO_FRAME:
            fell_at = self.last
        contacts = self.simulation.contacts()
        write(row, self.simulation.snapshot(), step, contacts, value, self.role, cut, fell_at)
        self.log.forget_before(self.memory.first)
        self._rewrites.change()

    def put(self, frame: int) -> None:
        """Brings a remembered frame back, as it was before anything was done at it."""
        row = self.memory[frame]
        self.role = int(row["role"])
        self.simulation.follow(self.now.clip, 0.0, self.now.touching)
        self.simulation.restore(snapshot_of(row))

    def put_newest(self) -> None:
        """Brings the newest frame back, with what was done at it."""
        self.put(self.last)
        for entry in self.log.at(self.last):
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

    def box_at(self, frame: int) -> BoxPose | None:
        """The box of a remembered frame."""
        row = self.memory[frame]
        return box_pose(box_of(row), row["physics"][1:])

    def take(self, first: int, last: int) -> Take:
        """Frames ``first`` to ``last``."""
        rows = self.memory.between(first, last)
        return Take(first, rows, self.log.entries, self.roles).part(first, last)

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
        )

    def restore(self, take: Take) -> None:
        """Remembers ``take`` in place of all else and goes to its last frame."""
        self.roles, self.log, self._rewrites = take.roles, Log(take.entries), Rewrites()
        self.memory.fill(take.first, take.rows)
        self.put_newest()
