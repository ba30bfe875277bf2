"""A short film of the character that is driven by a script, drawn without a window."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
from PySide6.QtCore import QRect

from character.body import Body
from character.drive.script import Event, ScriptError, read_script
from character.drive.state import Kind
from character.live.messages import CharacterFrame
from render.camera import OrbitCamera
from render.color_schemes import COLOR_SCHEMES
from render.headless import HeadlessRenderer
from render.scene import LineBatch, PixelSize, Scene, polyline
from viewer.model.drive import ask, by_step, driven_by
from viewer.model.figure import Look
from viewer.model.live_figure import CharacterFigure, CharacterLook
from viewer.model.notice import Refused, sentence
from viewer.model.pictures import Shot
from viewer.model.record import FRAME_TIME, Record
from viewer.model.skills import Cast, cast_of, files_of

from .caption import captioned

SCRIPT = Path("character", "drive.json")
"""Below the folder of assets."""
_AFTER_S = 10.0
_ABOVE, _NEARER = 0.42, 1.35
_SIDE, _DRIFT, _SWING_S = np.radians(50.0), np.radians(20.0), 1.6
_TRAIL, _LIFT = 240, 0.004


def film(cast: Cast, events: Sequence[Event], shot: Shot, frames: int) -> Iterator[np.ndarray]:
    """Pictures (H, W, 4) uint8, 30 a second, each with what it performs; needs an application.

    The camera stays behind it and looks from a side that changes slowly; its way is drawn on the
    ground. Raises Refused and GlError.
    """
    ticks, asked = count(), by_step(events)
    live = driven_by(cast, lambda: next(ticks) * FRAME_TIME, frames * FRAME_TIME + 1)
    opening = live.opening()
    figure = CharacterFigure(
        Body().shapes(), Record(opening), opening, look=CharacterLook(reference=False, forces=True)
    )
    size = PixelSize(*shot.size)
    camera, rate = OrbitCamera(azimuth=np.pi + (figure.heading(0) or 0.0), elevation=_ABOVE), 0.0
    camera = camera.frame_all(figure.reach(0), size.aspect).zoom(_NEARER)
    look = Look(scheme=COLOR_SCHEMES[shot.scheme or "dark"])
    area, way = QRect(0, 0, *shot.size), deque[np.ndarray](maxlen=_TRAIL)
    with HeadlessRenderer() as renderer:
        for frame in range(frames):
            for event in asked.get(frame, ()):
                ask(live, event, cast)
            message = live.step(cast.run)
            if not isinstance(message, CharacterFrame):
                return
            figure.frame = message
            way.append(figure.root(0) * [1, 0, 1] + [0, _LIFT, 0])
            x, _, z = figure.root(0)
            camera = camera.follow(np.array([x, camera.target[1], z]), FRAME_TIME)
            if (heading := figure.heading(0)) is not None:
                side = _SIDE * np.sin(_DRIFT * frame * FRAME_TIME)
                behind = heading + np.pi + side
                camera, rate = camera.swing(behind, rate, FRAME_TIME, _SWING_S)
            scene = _with_way(figure.scene(look, None), way)
            picture = renderer.render(scene, camera, size)
            yield captioned(picture, [(area, _words(message))], size.height // 18)


def played(assets: Path, shot: Shot) -> Iterator[np.ndarray]:
    """The film of the script that ships, with the skills that do. Raises Refused and GlError."""
    files = files_of(None, assets)
    try:
        events = read_script(assets / SCRIPT, [file.name for file in files])
    except (ScriptError, OSError) as error:
        raise Refused(sentence(error)) from error
    yield from film(cast_of(files), events, shot, round((events[-1].at + _AFTER_S) / FRAME_TIME))


def _with_way(scene: Scene, way: Iterable[np.ndarray]) -> Scene:
    """``scene`` with the ``way`` that was made, points (3,) on the ground."""
    line = polyline(np.array(list(way)), (*scene.scheme.accent, 0.7), 3.0)
    return replace(scene, lines=LineBatch.join([scene.lines, line]))


def _words(frame: CharacterFrame) -> str:
    """What the character does."""
    drive = frame.drive
    assert drive is not None  # it has skills
    now = next((skill for skill in drive.skills if skill.name == drive.skill), None)
    if now is None or (drive.fallen and now.kind is not Kind.GET_UP):
        return "Fallen"
    if drive.goal is not None and now.kind in (Kind.STAND, Kind.GAIT):
        return f"{now.title}, {drive.goal.path:.1f} m {'off' if drive.goal.reached else 'to go'}"
    return now.title
