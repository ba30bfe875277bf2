"""main.py as a person meets it: help, refusals, interruptions."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import main as front_door
from tests.conftest import Call
from viewer.commands.arguments import COMMANDS

ROOT = Path(front_door.__file__).parent


def python(*argv: object, **options: object) -> subprocess.Popen[str]:
    """main.py as a process of its own, without a display."""
    environ = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    command = [sys.executable, str(ROOT / "main.py"), *map(str, argv)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env=environ, **{**pipes, **options})  # type: ignore[call-overload]


def test_help_names_every_command(call: Call) -> None:
    answer = call("--help")
    assert answer.code == 0
    assert all(f"  {name} " in answer.out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_json(call: Call, name: str) -> None:
    answer = call(name, "--help")
    assert answer.code == 0
    assert "--json" in answer.out


@pytest.mark.parametrize(
    "argv",
    [
        ["info"],
        ["render", "walk.bvh"],
        ["render", "walk.bvh", "-o", "x.png", "--size", "0x10"],
        ["render", "walk.bvh", "-o", "x.png", "--size", "wide"],
        ["render", "walk.bvh", "-o", "x.png", "--camera", "12"],
        ["render", "walk.bvh", "-o", "x.png", "--fps", "-1"],
        ["render", "walk.bvh", "-o", "x.png", "--theme", "mauve"],
        ["render", "walk.bvh", "-o", "x.jpg"],
        ["analyze", "walk.bvh", "-o", "x.txt"],
        ["export", "walk.bvh", "-o", "x.fbx"],
        ["models", "dance"],
        ["bench", "speed"],
        ["bench", "motion", "--docs"],
        ["--unknown"],
        ["no-such-clip.bvh"],
        ["info", "session.stride"],
    ],
)
def test_a_mistake_is_refused_in_one_sentence(refused: Callable[..., str], argv: list[str]) -> None:
    refused(*argv)


def test_the_refusal_names_what_was_wrong(refused: Callable[..., str]) -> None:
    assert "'wide'" in refused("render", "a.bvh", "-o", "x.png", "--size", "wide")
    assert "no-such-clip.bvh" in refused("info", "no-such-clip.bvh")
    assert "found '-30,x'" in refused("render", "a.bvh", "-o", "x.png", "--camera", "-30,x")


def test_an_engine_that_does_not_exist_here_is_one_sentence(
    refused: Callable[..., str], walk_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("viewer.model.engines.has_gpu", lambda: False)
    analyze = ("analyze", walk_file, "-o", "out.npz")
    assert "no GPU here" in refused("--device", "gpu")
    assert "no GPU here" in refused(*analyze, "--device", "gpu")
    assert "no GPU here" in refused(*analyze, "--engine", "max", "--device", "gpu")
    assert "runs on the cpu only" in refused("--engine", "mojo", "--device", "gpu")
    assert "runs fp32 only" in refused(*analyze, "--engine", "numpy", "--precision", "half")
    assert "invalid choice" in refused("--precision", "double")


def test_a_reader_that_leaves_early_is_no_error(walk_file: Path) -> None:
    with python("info", *[walk_file] * 3) as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


def test_a_closed_stdout_is_no_error(walk_file: Path) -> None:
    command = f"'{sys.executable}' '{ROOT / 'main.py'}' info '{walk_file}' >&-"
    done = subprocess.run(["bash", "-c", command], stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_too_little_memory_is_one_sentence(tmp_path: Path) -> None:
    joints = "JOINT a { OFFSET 0 1 0 CHANNELS 0 }" * 1000
    head = f"HIERARCHY ROOT r {{ OFFSET 0 0 0 CHANNELS 1 Xrotation {joints} }}\nMOTION\n"
    path = tmp_path / "long.bvh"
    path.write_text(f"{head}Frames: 8000\nFrame Time: 1\n" + "0\n" * 8000)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (350 * 2**20, 350 * 2**20))

    done = subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "info", str(path)],
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        preexec_fn=limit,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"{path}: there is not enough memory to open this file.\n"


def _as_in_a_terminal() -> None:
    """What a shell starts in the background ignores Ctrl+C, and so would all that it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_ends_quietly_and_leaves_no_half_file(walk_file: Path, tmp_path: Path) -> None:
    output = tmp_path / "frames"
    arguments = ("render", walk_file, "-o", output, "--size", "1920x1080", "--fps", "240")
    process = python(*arguments, preexec_fn=_as_in_a_terminal)
    while process.poll() is None and not list(tmp_path.rglob("*.png")):
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    assert (process.returncode, out, err) == (130, "", "")
    assert not output.exists() and not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(("command", "code"), [("info", 2), ("doctor", 1)])
def test_a_python_without_the_libraries_is_told_what_to_do(
    walk_file: Path, command: str, code: int
) -> None:
    """``-S`` hides site-packages, as the system's own Python would lack them."""
    arguments = [walk_file] if command == "info" else []
    run = [sys.executable, "-S", ROOT / "main.py", command, *arguments]
    done = subprocess.run(run, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == code
    assert "make run" in (done.stderr if command == "info" else done.stdout)
    assert "Traceback" not in done.stderr


def test_without_a_display_it_says_so_and_draws_the_clip(walk_file: Path, tmp_path: Path) -> None:
    process = python(walk_file, cwd=tmp_path)
    out, err = process.communicate()
    assert (process.returncode, err) == (0, "")
    assert "no display" in out.splitlines()[0]
    assert "150 frames at 60 fps" in out
    assert (tmp_path / "stridescope-demo.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("options", "engine", "measured"),
    [
        ([], "", False),
        (["--engine", "numpy"], "numpy", False),
        (["--precision", "fast", "--device", "auto"], "mojo-fast", True),
    ],
)
def test_the_window_opens_on_the_engine_asked_for(
    call: Call,
    walk_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    engine: str,
    measured: bool,
) -> None:
    opened: list[object] = []
    monkeypatch.setattr("viewer.commands.window.display_problem", lambda: None)
    monkeypatch.setattr(
        "viewer.window.app.run", lambda *args, **more: opened.append((args, more)) or 0
    )
    assert call(walk_file, *options).code == 0
    how = {"measured": measured, "skills": None, "demo": False}
    assert opened == [(([str(walk_file)], engine), how)]


def test_the_window_opens_with_skills_of_ones_own(
    call: Call, walk_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []
    monkeypatch.setattr("viewer.commands.window.display_problem", lambda: None)
    monkeypatch.setattr("viewer.window.app.run", lambda *_, **more: opened.append(more) or 0)
    skills = tmp_path / "mine.json"
    refused = call("--policies", skills)
    assert refused.code == 2 and "mine.json: there is no such file." in refused.err
    skills.write_text("{}")
    assert call("--policies", skills).code == 0
    assert opened == [{"measured": False, "skills": skills, "demo": False}]


def test_beside_the_window_numpy_takes_no_second_core(
    call: Call, walk_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    threads: list[str | None] = []
    monkeypatch.setattr("viewer.commands.window.display_problem", lambda: None)
    monkeypatch.setattr(
        "viewer.window.app.run",
        lambda *_, **__: threads.append(os.environ.get("OPENBLAS_NUM_THREADS")) or 0,
    )
    call("info", walk_file)
    assert "OPENBLAS_NUM_THREADS" not in os.environ
    call(walk_file)
    assert threads == ["1"]


def test_help_needs_no_library_of_numbers() -> None:
    code = "import main, sys; main.command_parser('export'); print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert (done.stdout, done.stderr) == ("False\n", "")
