"""A simulation that is driven: a driver, its mind and the body, step by step, without a memory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from character.deeds import Wish
from character.push import Push
from character.simulation import Simulation
from character.step import Step

from .driver import Decision, Driver
from .mind import Mind
from .skills import Run, Skill
from .state import DriveState
from .telling import told


class Ride:
    """A character that performs the skill ``first`` from ``start`` s of its clip on.

    run: answers for the networks that the skills name. decided: of the newest step.
    """

    def __init__(
        self,
        skills: Sequence[Skill],
        run: Run,
        first: int = 0,
        start: float = 0.0,
        pushes: Sequence[Push] = (),
    ) -> None:
        self.simulation = Simulation(skills[first].clip, pushes)
        self.simulation.reset(start)
        self.driver = Driver(skills, self.simulation.body.weights)
        self.mind, self._run = Mind(skill=first), run
        self.decided: Decision | None = None

    def wish(self, wish: Wish) -> None:
        """Asks for something from now on. Raises NoSuchSkill."""
        self.mind = self.driver.heeded(self.mind, wish, self.simulation)

    def step(self) -> Step:
        """1/30 s."""
        simulation, skill = self.simulation, self.driver.skills[self.mind.skill]
        value = np.nan
        if skill.critic is not None:
            (values,) = self._run(skill.critic, {"state": simulation.state()[None]}).values()
            value = float(values[0, 0])
        decided = self.driver.decide(self.mind, simulation, value, self._run)
        obey(decided, self.driver, simulation)
        self.mind, self.decided = decided.mind, decided
        policy = self.driver.skills[self.mind.skill].policy
        (actions,) = self._run(policy, {"state": simulation.state()[None]}).values()
        return simulation.step(actions[0])

    @property
    def state(self) -> DriveState:
        """What it tells of itself now."""
        names = [skill.name for skill in self.driver.skills]
        values = np.full(len(names), np.nan) if self.decided is None else self.decided.values
        simulation = self.simulation
        return told(names, self.mind, values, simulation.steering, simulation.instant)


def obey(decided: Decision, driver: Driver, simulation: Simulation) -> None:
    """Does to ``simulation`` what was decided, before the step that comes."""
    if decided.rises:
        simulation.rise()
    simulation.steer(decided.steering)
    if decided.change is not None:
        skill = driver.skills[decided.change.skill]
        simulation.follow(skill.clip, decided.change.time, skill.touching)
