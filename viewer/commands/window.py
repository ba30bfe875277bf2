"""``main.py [FILES]``: the window; without a display, a picture of the demo and a summary."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from viewer.model import desktop
from viewer.model.bundle.opening import is_session
from viewer.model.clip import load_motion
from viewer.model.demo import ASSETS, demo_clips
from viewer.model.display import display_problem
from viewer.model.export.pictures import frame_at
from viewer.model.notice import Refused
from viewer.model.pictures import Shot, draw, write_pictures
from viewer.model.subject import clip_subject

from .console import engine_asked
from .session_source import on_stage

PICTURE = Path("stridescope-demo.png")
SHOT = Shot((1280, 720))


def run(args: argparse.Namespace) -> int:
    """Opens the window, or puts the program in the desktop's menu; the exit code."""
    if args.install_desktop or args.uninstall_desktop:
        print(desktop.install() if args.install_desktop else desktop.uninstall())
        return 0
    given = [*args.files, *filter(None, [args.policies])]
    absent = [path for path in given if not Path(path).exists()]
    for path in absent:
        print(f"{path}: there is no such file.", file=sys.stderr)
    if absent:
        if len(given) > 1:
            print(f"{len(absent)} of {len(given)} files are not there.", file=sys.stderr)
        return 2
    engine = engine_asked(args)
    problem = display_problem()
    if problem:
        clip = args.files[0] if args.files else demo_file()
        print(f"{problem} Rendering {clip} to {PICTURE} instead.", flush=True)
        print(summary(clip))
        return 0
    from viewer.window.app import run as open_window

    skills = Path(args.policies) if args.policies else None
    measured = args.device == "auto"
    return open_window(args.files, engine, measured=measured, skills=skills, demo=args.demo)


def demo_file() -> str:
    """The first demo clip; Refused when the assets are not there."""
    clips = demo_clips(ASSETS)
    if not clips:
        raise Refused(f"{ASSETS / 'clips'} holds no demo clips: name a BVH file.")
    return str(clips[0].path)


def summary(path: str) -> str:
    """Writes the picture of the clip's middle frame; a paragraph about it."""
    from motion.measure import standing_height

    if is_session(path):
        subject = on_stage(path)
        write_pictures(PICTURE, draw(subject, [subject.frame], SHOT), 1 / subject.frame_time)
        return f"{PICTURE.resolve()} shows frame {subject.frame} of {subject.title}."
    motion = load_motion(Path(path))
    subject = clip_subject(motion)
    frame = frame_at(subject, motion.clip.duration / 2)
    write_pictures(PICTURE, draw(subject, [frame], SHOT), motion.clip.fps)
    return (
        f"{PICTURE.resolve()} shows frame {frame} of {motion.title}: {motion.frame_count} frames "
        f"at {motion.clip.fps:.7g} fps ({motion.clip.duration:.1f} s), "
        f"{motion.clip.skeleton.joint_count} joints, {standing_height(motion.clip):.2f} m tall. "
        "With a display, the same command opens the window, where this figure plays beside "
        "its phase curves and a style latent to scrub. Every command of `main.py --help` "
        "works here as it is."
    )
