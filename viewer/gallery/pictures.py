"""The pictures of README and docs/, made by the project itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from viewer.model.clip import load_motion
from viewer.model.demo import ASSETS, demo_clips
from viewer.model.display import display_problem
from viewer.model.notice import Refused
from viewer.model.pictures import Shot, draw, ffmpeg, write_pictures
from viewer.model.policies import shipped
from viewer.model.subject import clip_subject

STAGE, STYLES = (960, 540), (1280, 640)


def make(folder: Path) -> Iterator[Path]:
    """Writes the pictures into ``folder``, yielding each; windows only with a display."""
    clips = demo_clips(ASSETS)
    if not clips:
        raise Refused(f"There are no demo clips in {ASSETS / 'clips'}.")
    from PySide6.QtWidgets import QApplication

    from viewer.window.app import make_application

    platform = [] if display_problem() is None else ["-platform", "offscreen"]
    _application = QApplication.instance() or make_application(["gallery", *platform])
    folder.mkdir(parents=True, exist_ok=True)
    motion = load_motion(clips[0].path)
    for theme in ("dark", "light"):
        shot = Shot(STAGE, theme)
        path = folder / f"stage-{theme}.png"
        middle = motion.frame_count // 2
        write_pictures(path, draw(clip_subject(motion), [middle], shot), motion.clip.fps)
        yield path
    yield from _styles(folder)
    yield from _films(folder)
    if display_problem() is None:
        from .screenshots import take

        yield from take(folder)


def _styles(folder: Path) -> Iterator[Path]:
    """One walk under eight styles: a picture, and a film where ffmpeg is."""
    from .style_film import film  # loads Qt, which takes its time

    walk = next(clip for clip in demo_clips(ASSETS) if clip.style == "walk")
    motion = load_motion(walk.path)
    path = folder / "styles.png"
    write_pictures(path, film(motion, ASSETS, STYLES, range(102, 103)), motion.clip.fps)
    yield path
    try:
        ffmpeg()
    except Refused:
        return
    path = folder / "styles.mp4"
    write_pictures(path, film(motion, ASSETS, STYLES, range(30, 270)), motion.clip.fps)
    yield path


def _films(folder: Path) -> Iterator[Path]:
    """The character under pushes, and driven by a script: where there is ffmpeg."""
    try:
        ffmpeg()
    except Refused:
        return
    if not (policies := shipped(ASSETS)):
        return
    from .character_film import film  # MuJoCo is not there for every Python
    from .drive_film import played

    shot = Shot(STAGE)
    films = {"character": film(policies[0], shot), "drive": played(ASSETS, shot)}
    for name, pictures in films.items():
        path = folder / f"{name}.mp4"
        write_pictures(path, pictures, 30)
        yield path
