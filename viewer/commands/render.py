"""``main.py render CLIP -o OUT``: the window's picture of a clip, without a window."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from motion.files import CannotWrite, whole_file

from .console import Refused, emit, open_motion, sentence, track, warn
from .session_source import session_motion

if TYPE_CHECKING:
    from render.camera import OrbitCamera
    from viewer.model.clip import OpenMotion

MAX_PICTURES = 1_000_000


@dataclass(frozen=True)
class Shot:
    """What a picture shows: size in pixels, theme, camera (degrees, degrees[, metres])."""

    size: tuple[int, int]
    theme: str = "dark"
    camera: tuple[float, ...] | None = None


def run(args: argparse.Namespace) -> None:
    output = Path(args.output)
    kind = output.suffix.lower()
    if kind not in (".png", ".mp4", ""):
        raise Refused(f"{output}: render writes OUT.png, OUT.mp4 or a folder of PNG files.")
    motion, time_s = source(args)
    shot = Shot(args.size, args.theme, args.camera)
    if kind == ".png":
        frames = [frame_at(motion, time_s if args.time is None else args.time)]
    elif args.time is not None:
        raise Refused("--time asks for one picture: name an OUT.png for it.")
    else:
        frames = frames_at(motion, args.fps)
    fps = args.fps or motion.clip.fps
    pictures = track(draw(motion, frames, shot), len(frames), output.name)
    write = {".png": write_picture, ".mp4": write_video, "": write_sequence}[kind]
    try:
        write(output, pictures, shot, fps)
    except OSError as error:
        raise CannotWrite(output, error) from error
    warn(args.file, motion.clip)
    result: dict[str, Any] = {"file": str(output), "size": list(shot.size)}
    if kind == ".png":
        result["frame"] = frames[0]
    else:
        result |= {"frames": len(frames), "fps": fps}
    count = f"frame {frames[0]}" if kind == ".png" else f"{len(frames)} frames at {fps:.7g} fps"
    line = f"{output}: {count} of {motion.title}, {shot.size[0]}x{shot.size[1]}"
    emit(result, line, args.json)


def source(args: argparse.Namespace) -> tuple[OpenMotion, float]:
    """What to draw, and the seconds where it stands."""
    if args.file.lower().endswith(".stride"):
        return session_motion(args.file)
    return open_motion(args.file, args.units, args.up_axis), 0.0


def frame_at(motion: OpenMotion, time_s: float) -> int:
    """The frame nearest to ``time_s``; Refused outside the clip."""
    at = time_s / motion.frame_time
    frame = round(at) if np.isfinite(at) else -1
    if not 0 <= frame < motion.frame_count:
        raise Refused(f"--time {time_s:g} lies outside the clip: 0 to {motion.clip.duration:g} s.")
    return frame


def frames_at(motion: OpenMotion, fps: float | None) -> list[int]:
    """The frames shown at ``fps`` pictures a second, or all of them; Refused for too many."""
    if fps is None:
        return list(range(motion.frame_count))
    pictures = motion.clip.duration * fps + 1
    if pictures > MAX_PICTURES:
        raise Refused(f"--fps {fps:g} asks for {pictures:,.0f} pictures; {MAX_PICTURES:,} at most.")
    count = int(pictures + 1e-6)
    frames = np.round(np.arange(count) / (fps * motion.frame_time)).astype(int)
    return [int(frame) for frame in np.minimum(frames, motion.frame_count - 1)]


def draw(motion: OpenMotion, frames: list[int], shot: Shot) -> Iterator[np.ndarray]:
    """The pictures (H, W, 4) uint8 of ``frames``, the camera following the root."""
    from render.color_schemes import COLOR_SCHEMES
    from render.errors import GlError
    from render.headless import HeadlessRenderer
    from render.scene import PixelSize
    from viewer.model.figure import Look, build_scene

    look = Look(scheme=COLOR_SCHEMES[shot.theme])
    size = PixelSize(*shot.size)
    camera = first_camera(motion, shot)
    try:
        with HeadlessRenderer() as renderer:
            for frame in frames:
                x, _, z = motion.figure.root(frame)
                view = replace(camera, target=(float(x), camera.target[1], float(z)))
                yield renderer.render(build_scene(motion.figure, frame, look), view, size)
    except GlError as error:
        raise Refused(sentence(error)) from error


def first_camera(motion: OpenMotion, shot: Shot) -> OrbitCamera:
    """Where the window stands when it opens the clip, at the angles asked for."""
    from render.camera import MAX_DISTANCE, MAX_ELEVATION, MIN_DISTANCE, OrbitCamera

    camera = OrbitCamera()
    if shot.camera:
        azimuth, elevation = np.radians(shot.camera[:2])
        elevation = float(np.clip(elevation, -MAX_ELEVATION, MAX_ELEVATION))
        camera = replace(camera, azimuth=float(azimuth), elevation=elevation)
    camera = camera.frame_all(motion.figure.reach(0), shot.size[0] / shot.size[1])
    if shot.camera and len(shot.camera) == 3:
        distance = float(np.clip(shot.camera[2], MIN_DISTANCE, MAX_DISTANCE))
        camera = replace(camera, distance=distance)
    return camera


def write_picture(output: Path, pictures: Iterator[np.ndarray], shot: Shot, fps: float) -> None:
    from render.png import write_png

    if output.is_dir():
        raise Refused(f"{output} is a folder; name a file in it.")
    for picture in pictures:
        write_png(output, picture)


def write_sequence(output: Path, pictures: Iterator[np.ndarray], shot: Shot, fps: float) -> None:
    from render.png import write_png

    if output.exists() and not output.is_dir():
        raise Refused(f"{output} is not a folder; name one, or OUT.png, or OUT.mp4.")
    output.mkdir(parents=True, exist_ok=True)
    for index, picture in enumerate(pictures):
        write_png(output / f"frame_{index:05d}.png", picture)


def write_video(output: Path, pictures: Iterator[np.ndarray], shot: Shot, fps: float) -> None:
    """H.264 through ffmpeg, which runs as its own process."""
    width, height = shot.size
    source = ["-f", "rawvideo", "-pix_fmt", "rgba", "-s", f"{width}x{height}", "-r", f"{fps:.9g}"]
    even = ["-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p"]
    command = [ffmpeg(), "-y", "-v", "error", *source, "-i", "-", "-c:v", "libx264", *even]
    with whole_file(output) as path, tempfile.TemporaryFile() as log:
        process = subprocess.Popen([*command, path], stdin=subprocess.PIPE, stderr=log)
        assert process.stdin
        try:
            for picture in pictures:
                process.stdin.write(np.ascontiguousarray(picture).tobytes())
            process.stdin.close()
        except BrokenPipeError:
            pass  # ffmpeg gave up; its own words follow
        except BaseException:
            process.kill()
            raise
        finally:
            code = process.wait()
        if code:
            log.seek(0)
            words = log.read().decode(errors="replace").strip().splitlines() or ["no reason"]
            raise Refused(sentence(f"{output}: ffmpeg could not write it: {words[-1]}"))


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
