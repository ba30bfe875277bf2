"""Pictures, sequences, films and turntables of a clip and a session, looked at pixel by pixel."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QImage

from motion.files import CannotWrite
from tests.viewer.model.export.sessions import clip_session
from viewer.model.document import Looks, View
from viewer.model.export.order import LOOP, Look, Order
from viewer.model.export.pictures import write_shots
from viewer.model.notice import Refused
from viewer.model.pictures import ffmpeg

SMALL = (160, 120)


@pytest.fixture(scope="module")
def session(walk_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The walk, paused at one second, with a loop range of half a second."""
    path = tmp_path_factory.mktemp("session") / "s.stride"
    return clip_session(path, walk_file, 1.0, (30, 60))


def shot(file: Path, output: Path, **look: Any) -> dict[str, Any]:
    span = look.pop("span", None)
    return write_shots(
        Order(str(file), str(output), span=span, look=Look(**{"size": SMALL} | look))
    )


def pixels(path: Path) -> np.ndarray:
    image = QImage(str(path)).convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : 4 * image.width()].reshape(image.height(), image.width(), 4).copy()


def film(path: Path, size: tuple[int, int]) -> np.ndarray:
    command = [ffmpeg(), "-v", "error", "-i", str(path), "-f", "rawvideo", "-pix_fmt", "gray", "-"]
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, size[1], size[0])


def test_a_transparent_picture_holds_the_figure_and_nothing_else(
    session: Path, tmp_path: Path
) -> None:
    shot(session, tmp_path / "a.png", transparent=True)
    shot(session, tmp_path / "b.png")
    alone, whole = pixels(tmp_path / "a.png"), pixels(tmp_path / "b.png")
    alpha = alone[..., 3]
    assert (alpha[0] == 0).all() and (alpha == 255).sum() > 200
    assert (whole[..., 3] == 255).all()
    solid = alpha == 255
    assert np.abs(alone[solid].astype(int) - whole[solid].astype(int)).max() <= 2
    shadow = (alpha > 20) & (alpha < 200) & (alone[..., :3].max(axis=-1) < 3)
    assert shadow.sum() > 50


def test_a_transparent_figure_over_the_background_is_the_picture(
    session: Path, tmp_path: Path
) -> None:
    """Where no ground is: the colours are not multiplied by the alpha twice."""
    shot(session, tmp_path / "a.png", transparent=True)
    alone = pixels(tmp_path / "a.png").astype(float)
    upper = alone[: SMALL[1] // 2]
    edge = (upper[..., 3] > 60) & (upper[..., 3] < 200)
    assert edge.any() and upper[edge][:, :3].max(axis=-1).mean() > 60


def test_the_loop_range_is_a_sequence_of_its_own(session: Path, tmp_path: Path) -> None:
    facts = shot(session, tmp_path / "frames", span=LOOP, fps=10.0)
    assert (facts["frames"], facts["fps"]) == (6, 10.0)
    shot(session, tmp_path / "a.png", time_s=0.5)
    names = sorted(path.name for path in (tmp_path / "frames").iterdir())
    assert names == [f"frame_{n:05d}.png" for n in range(6)]
    assert (pixels(tmp_path / "a.png") == pixels(tmp_path / "frames" / names[0])).all()


def test_a_shorter_sequence_leaves_none_of_a_longer_one(session: Path, tmp_path: Path) -> None:
    (tmp_path / "frames").mkdir()
    (tmp_path / "frames" / "mine.txt").touch()
    shot(session, tmp_path / "frames", span=LOOP, fps=20.0)
    shot(session, tmp_path / "frames", span=LOOP, fps=10.0)
    names = sorted(path.name for path in (tmp_path / "frames").iterdir())
    assert names == [*(f"frame_{n:05d}.png" for n in range(6)), "mine.txt"]


def test_a_film_has_even_sides(session: Path, tmp_path: Path) -> None:
    facts = shot(session, tmp_path / "a.mp4", size=(161, 91), span=LOOP, fps=12.0)
    assert facts["size"] == [162, 92]
    assert len(film(tmp_path / "a.mp4", (162, 92))) == facts["frames"] == 7


def test_a_turntable_goes_once_around_a_still_figure(session: Path, tmp_path: Path) -> None:
    facts = shot(session, tmp_path / "turn", turn_s=1.0, fps=4.0)
    assert facts["frames"] == 4
    seen = [pixels(path) for path in sorted((tmp_path / "turn").iterdir())]
    shot(session, tmp_path / "a.png")
    assert (seen[0] == pixels(tmp_path / "a.png")).mean() > 0.95
    for one, other in zip(seen, seen[1:], strict=False):
        assert (one != other).any()


def test_looks_of_the_session_are_in_the_picture(walk_file: Path, tmp_path: Path) -> None:
    plain = clip_session(tmp_path / "a.stride", walk_file, 1.0)
    looks = Looks(trails=True, ghosts=True)
    ghosts = clip_session(tmp_path / "b.stride", walk_file, 1.0, view=View(looks=looks))
    shot(plain, tmp_path / "a.png")
    shot(ghosts, tmp_path / "b.png")
    assert (pixels(tmp_path / "a.png") != pixels(tmp_path / "b.png")).any(axis=-1).sum() > 100


def test_what_paints_the_figure_on_stage_is_in_its_picture(session: Path, tmp_path: Path) -> None:
    aside = tmp_path / "aside.npz"
    np.savez(aside, paint=np.linspace(0, 1, 22, dtype=np.float32))
    write_shots(Order(str(session), str(tmp_path / "a.png"), look=Look(SMALL), aside=str(aside)))
    shot(session, tmp_path / "b.png")
    assert (pixels(tmp_path / "a.png") != pixels(tmp_path / "b.png")).any(axis=-1).sum() > 100


@pytest.mark.parametrize(
    ("name", "look"),
    [("a.png", {"turn_s": 2.0}), ("a.mp4", {"transparent": True}), ("a.gif", {}),
     ("frames", {"fps": 1e9})],
)  # fmt: skip
def test_what_cannot_be_is_refused(
    session: Path, tmp_path: Path, name: str, look: dict[str, Any]
) -> None:
    with pytest.raises(Refused):
        shot(session, tmp_path / name, **look)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "error", "told"),
    [
        ("the encoder gave up", Refused, r"a\.mp4: ffmpeg could not write it: a\.mp4: the encoder"),
        ("No space left on device", CannotWrite, r"a\.mp4: cannot be written: the disk is full\."),
    ],
)
def test_an_ffmpeg_that_fails_midway_leaves_nothing(
    session: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: str,
    error: type[Exception],
    told: str,
) -> None:
    program = tmp_path / "bin" / "ffmpeg"
    program.parent.mkdir()
    program.write_text(
        '#!/bin/sh\nfor last; do :; done\nhead -c 99999 > "$last"\n'
        f'echo "$last: {words}" >&2\nexit 1\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    with pytest.raises(error, match=told):
        shot(session, tmp_path / "a.mp4")
    assert [path.name for path in tmp_path.iterdir()] == ["bin"]
