"""Pictures without a window: a shot of some frames, as PNG, a folder of PNG, or MP4."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from motion.files import whole_file, whole_folder
from render.camera import MAX_DISTANCE, MAX_ELEVATION, MIN_DISTANCE, OrbitCamera
from render.errors import GlError
from render.png import encode_png, write_png
from render.scene import PixelSize, Scene

from .notice import Refused, sentence
from .subject import Subject
from .viewports import Cell, cells

if TYPE_CHECKING:
    from render.headless import HeadlessRenderer


@dataclass(frozen=True)
class Shot:
    """Size in pixels; scheme and camera (degrees, degrees[, metres]), or None for the subject's.

    transparent: without background and ground.
    """

    size: tuple[int, int]
    scheme: str | None = None
    camera: tuple[float, ...] | None = None
    transparent: bool = False


def draw(
    subject: Subject, frames: list[int], shot: Shot, views: Iterable[OrbitCamera] | None = None
) -> Generator[np.ndarray, None, None]:
    """The pictures (H, W, 4) uint8 of ``frames``, the camera following the root. Raises Refused.

    views: where one looks from at each of them, in place of that.
    """
    from render.headless import HeadlessRenderer  # chooses OpenGL's platform when it is loaded

    size = PixelSize(*shot.size)
    try:
        with HeadlessRenderer() as renderer:
            views = cameras(subject, frames, shot) if views is None else views
            for frame, view in zip(frames, views, strict=True):
                shown = subject.shown(frame)
                if shot.scheme:
                    shown = replace(shown, scheme=shot.scheme)
                scene, beside = shown.scene(), subject.comparing
                if beside is None:
                    yield renderer.render(scene, view, size, shot.transparent)
                else:
                    seen = beside.views(beside.seen(frame), scene, view)
                    yield _side_by_side(renderer, seen, _cells(subject, shot), shot)
    except GlError as error:
        raise Refused(sentence(error)) from error


def _cells(subject: Subject, shot: Shot) -> tuple[Cell, ...]:
    layout = subject.comparing.document.comparison.layout if subject.comparing else "single"
    return cells(layout, PixelSize(*shot.size))


def _side_by_side(
    renderer: HeadlessRenderer,
    views: list[tuple[Scene, OrbitCamera]],
    places: tuple[Cell, ...],
    shot: Shot,
) -> np.ndarray:
    """The picture (H, W, 4) of some viewports, with a gap between."""
    width, height = shot.size
    whole = np.zeros((height, width, 4), np.uint8)
    if not shot.transparent:
        whole[:] = np.round(255 * np.array([*views[0][0].scheme.background_top, 1.0]))
    for cell, (scene, camera) in zip(places, views, strict=True):
        picture = renderer.render(scene, camera, cell.size, shot.transparent)
        whole[cell.y : cell.y + cell.size.height, cell.x : cell.x + cell.size.width] = picture
    return whole


def cameras(subject: Subject, frames: list[int], shot: Shot) -> Iterator[OrbitCamera]:
    """Where one looks from at each of ``frames``: one that stays behind swings there on its spring.

    At the first of them it is behind at once, but where the session stands as the window left it.
    """
    first, rate = first_camera(subject, shot), 0.0
    last: tuple[int, float] | None = None
    for frame in frames:
        view = None if shot.camera else subject.camera(frame)
        if view is None:
            x, _, z = subject.root(frame)
            view = replace(first, target=(float(x), first.target[1], float(z)))
        behind = None if shot.camera else subject.behind(frame)
        if last is not None and subject.view.looks.chase and not shot.camera:
            seconds = (frame - last[0]) * subject.frame_time
            view = replace(view, azimuth=last[1])
            view, rate = view.swing(last[1] if behind is None else behind, rate, seconds)
        elif behind is not None and frame != subject.frame:
            view, rate = view.swing(behind, 0.0, 0.0, 0.0)
        last = frame, view.azimuth
        yield view


def turntable(subject: Subject, shot: Shot, count: int) -> Iterator[OrbitCamera]:
    """``count`` views once around the figure where its playhead stands, from the usual one on."""
    first = next(cameras(subject, [subject.frame], shot))
    x, _, z = subject.root(subject.frame)
    first = replace(first, target=(float(x), first.target[1], float(z)))
    for turn in np.arange(count) / count:
        yield replace(first, azimuth=first.azimuth + 2 * np.pi * float(turn))


def first_camera(subject: Subject, shot: Shot) -> OrbitCamera:
    """Where the window stands when it opens the subject, at the angles asked for."""
    camera = OrbitCamera()
    if shot.camera:
        azimuth, elevation = np.radians(shot.camera[:2])
        elevation = float(np.clip(elevation, -MAX_ELEVATION, MAX_ELEVATION))
        camera = replace(camera, azimuth=float(azimuth), elevation=elevation)
    camera = camera.frame_all(subject.figure(0).reach(0), _cells(subject, shot)[0].size.aspect)
    if shot.camera and len(shot.camera) == 3:
        distance = float(np.clip(shot.camera[2], MIN_DISTANCE, MAX_DISTANCE))
        camera = replace(camera, distance=distance)
    return camera


def write_pictures(output: Path, pictures: Iterator[np.ndarray], fps: float) -> None:
    """``pictures`` (H, W, 4) uint8 as OUT.png (the last of them), OUT.mp4, or a folder of PNG.

    Each is there whole or not at all. Raises Refused and OSError.
    """
    kind = output.suffix.lower()
    if kind == ".mp4":
        _write_video(output, pictures, fps)
    elif kind == ".png":
        for picture in pictures:
            write_png(output, picture)
    else:
        _write_sequence(output, pictures)


def _write_sequence(output: Path, pictures: Iterator[np.ndarray]) -> None:
    if output.exists() and not output.is_dir():
        raise Refused(f"{output} is not a folder; name one, or OUT.png, or OUT.mp4.")
    count = 0
    with whole_folder(output) as part:
        for count, picture in enumerate(pictures, 1):
            (part / _name(count - 1)).write_bytes(encode_png(picture))
    while (left := output / _name(count)).is_file():  # of a longer one that was here
        left.unlink()
        count += 1


def _name(index: int) -> str:
    return f"frame_{index:05d}.png"


def _write_video(output: Path, pictures: Iterator[np.ndarray], fps: float) -> None:
    """H.264 through ffmpeg, which runs as its own process."""
    program = ffmpeg()
    with whole_file(output) as path, tempfile.TemporaryFile() as log:
        first = next(pictures)
        height, width = first.shape[:2]
        raw = ["-f", "rawvideo", "-pix_fmt", "rgba", "-s", f"{width}x{height}", "-r", f"{fps:.9g}"]
        even = ["-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p"]
        command = [program, "-y", "-v", "error", *raw, "-i", "-", "-c:v", "libx264", *even]
        process = subprocess.Popen([*command, path], stdin=subprocess.PIPE, stderr=log)
        assert process.stdin
        try:
            for picture in chain([first], pictures):
                process.stdin.write(np.ascontiguousarray(picture).tobytes())
            process.stdin.close()
        except BrokenPipeError:
            pass  # ffmpeg gave up; its own words follow
        except BaseException:
            process.kill()
            raise
        finally:
            with suppress(OSError):  # what it did not take any more
                process.stdin.close()
            code = process.wait()
        if code:
            log.seek(0)
            words = log.read().decode(errors="replace").replace(str(path), output.name)
            if (full := os.strerror(errno.ENOSPC)) in words:
                raise OSError(errno.ENOSPC, full)
            why = (words.strip().splitlines() or ["no reason"])[-1]
            raise Refused(sentence(f"{output}: ffmpeg could not write it: {why}"))


def video_problem() -> str:
    """Why no MP4 can be written here, and what helps; "" where one can. Takes a moment."""
    try:
        ffmpeg()
    except Refused as refused:
        return str(refused)
    return ""


def ffmpeg() -> str:
    """The ffmpeg to run; Refused where there is none."""
    if found := shutil.which("ffmpeg"):
        return found
    try:
        import imageio_ffmpeg
    except ImportError:
        raise Refused(
            "MP4 needs ffmpeg: install it, or pip install imageio-ffmpeg, or name a folder "
            "for a PNG sequence."
        ) from None
    return str(imageio_ffmpeg.get_ffmpeg_exe())
