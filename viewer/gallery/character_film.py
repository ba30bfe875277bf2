"""A short film of the character under pushes, simulated and drawn without a window."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count

import numpy as np

from character.body import Body
from character.deeds import PushNow
from character.live.job import LiveCharacter
from character.live.messages import CharacterFrame
from inference import load_model
from inference.models import MODELS
from render.camera import OrbitCamera
from render.color_schemes import COLOR_SCHEMES
from render.headless import HeadlessRenderer
from render.scene import PixelSize
from viewer.character.maker import motion_for
from viewer.model.figure import Look
from viewer.model.live_figure import CharacterFigure, CharacterLook
from viewer.model.pictures import Shot
from viewer.model.policies import ACTOR, Policy
from viewer.model.record import FRAME_TIME, Record

PUSHES = {60: (0.0, 0.0, 120.0), 120: (-100.0, 0.0, 0.0), 180: (0.0, 0.0, -140.0)}
"""By frame: newtons ahead, up and to the right of the character, on its chest."""
FRAMES = 240


def film(policy: Policy, shot: Shot, frames: int = FRAMES) -> Iterator[np.ndarray]:
    """Pictures (H, W, 4) uint8, 30 a second. Raises Unfit, ModelError, GlError."""
    runner = load_model(policy.path, spec=MODELS[ACTOR])

    def run(model: str, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        return runner.run(inputs)

    ticks = count()
    live = LiveCharacter(
        motion_for(policy, None), lambda: next(ticks) * FRAME_TIME, policy=policy.model, critic=None
    )
    opening = live.opening()
    figure = CharacterFigure(
        Body().shapes(), Record(opening), opening, look=CharacterLook(forces=True)
    )
    size = PixelSize(*shot.size)
    camera = OrbitCamera().frame_all(figure.reach(0), size.aspect)
    look = Look(scheme=COLOR_SCHEMES[shot.scheme or "dark"])
    with HeadlessRenderer() as renderer:
        for frame in range(frames):
            if frame in PUSHES:
                live.handle(PushNow(PUSHES[frame], body="chest", heading=True), run)
            message = live.step(run)
            if not isinstance(message, CharacterFrame):
                return
            figure.frame = message
            x, _, z = figure.root(0)
            aim = np.array([x, camera.target[1], z])
            camera = camera.follow(aim, FRAME_TIME)
            yield renderer.render(figure.scene(look, None), camera, size)
