"""Sessions of the real window: saved to one file, opened in another window, to the bit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("mujoco")

from character.anatomy import BALL_POSE, POSE_SIZE
from character.deeds import PushNow
from character.live.job import LiveCharacter
from character.live.take import Take
from inference.deepmimic.importer import read_actor, write_actor
from tests.inference.nets import save_model_like
from tests.viewer.conftest import Opener, open_file, settle, until
from tests.viewer.stage_character import PARTS
from viewer.character.control import CharacterControl
from viewer.model.demo import ASSETS
from viewer.model.session_file import read_session
from viewer.model.session_opened import open_session
from viewer.style.control import StyleControl
from viewer.ui.recent import RecentFiles
from viewer.window.window import MainWindow

LOOKS = {
    **{name: f"stage.{name}" for name in
       ("contacts", "trails", "ghosts", "grid", "shadow", "follow")},
    **{name: f"character.{name}" for name in ("reference", "efforts", "forces", "balance")},
}  # fmt: skip
POLICY = "deepmimic_actor_lazy_1"


@pytest.fixture
def files(tmp_path: Path, walk: Path) -> Path:
    """A folder with two clips, a policy and what it imitates."""
    folder = tmp_path / "work"
    folder.mkdir()
    for name in ("walk.bvh", "stroll.bvh"):
        (folder / name).write_bytes(walk.read_bytes())
    pose = np.zeros(POSE_SIZE)
    pose[:7], pose[BALL_POSE[:, 0]] = [0, 0.881416, 0, 1, 0, 0, 0], 1
    motion = {"Loop": "wrap", "Frames": [[0.5, *pose.tolist()]] * 3}
    (folder / "standing.txt").write_text(json.dumps(motion))
    save_model_like("deepmimic_actor", folder / "lazy.onnx")
    return folder


def bring_character(window: MainWindow, files: Path, frames: int = 12) -> CharacterControl:
    """The policy drives, was pushed, and holds still."""
    window.take_dropped([files / "lazy.onnx", files / "standing.txt"])
    control = window.character
    until(lambda: control.frame is not None and control.frame.frame > 3)
    control.driver.send(PushNow((0.0, 40.0, 90.0), 0.2, "chest"))
    until(lambda: control.frame is not None and control.frame.frame > frames)
    control.driver.pause()
    until(lambda: control.frame is not None and not control.frame.running)
    return control


def save(window: MainWindow, path: Path) -> Path:
    done: list[Path] = []
    window.sessions.saved.connect(done.append)
    window.sessions.save_to(path)
    until(lambda: bool(done))
    return path


def reopen(window: MainWindow, path: Path) -> list[str]:
    """Open a session; what was told meanwhile."""
    told: list[str] = []
    done: list[Path] = []
    window.studio.notice.connect(lambda n: n.level == "info" or told.append(n.details or n.text))
    window.sessions.opened.connect(done.append)
    window.open_paths([path])
    until(lambda: bool(done))
    settle(window)
    return told


def style_of(window: MainWindow) -> StyleControl:
    control = window.controls["style"]
    assert isinstance(control, StyleControl)
    return control


def take_of(window: MainWindow) -> Take:
    found: list[Take | None] = []
    window.character.takes.ask(found.append)
    until(lambda: bool(found))
    assert found[0] is not None
    return found[0]


def same(a: Take, b: Take) -> bool:
    """Whether two takes hold the same to the bit."""
    return (a.rows.tobytes(), a.entries) == (b.rows.tobytes(), b.entries)


def shown(control: CharacterControl) -> int:
    assert control.frame is not None
    return control.frame.frame


def go_on(window: MainWindow, frames: int) -> np.ndarray:
    """Resume from the frame on display; the physics of that many frames after it."""
    control, at = window.character, shown(window.character)
    window.actions_["character.resume"].trigger()
    until(lambda: control.frame is not None and control.frame.running)
    until(lambda: shown(control) >= at + frames)
    control.driver.pause()
    until(lambda: control.frame is not None and not control.frame.running)
    take = take_of(window)
    physics: np.ndarray = take.rows["physics"][at - take.first : at - take.first + frames + 1]
    return physics


def test_a_whole_window_comes_back(open_window: Opener, files: Path) -> None:
    window = open_window()
    open_file(window, files / "stroll.bvh")
    window.studio.open_paths([files / "walk.bvh"], style="Calm", title="A calm walk")
    until(lambda: len(window.studio.motions) == 2)
    settle(window)
    window.studio.reload("m", "Y")
    until(lambda: window.studio.motion is not None and window.studio.motion.key.endswith("|m|Y"))
    latent = np.linspace(-1, 1, 256, dtype=np.float32)
    style_of(window).latent_alone.set_latent(latent, "mine")
    until(lambda: window.studio.latent is not None)
    window.studio.set_source("clip")
    window.studio.set_loop(False)
    window.studio.set_range(20, 90)
    window.transport.seek_frame(41)
    window.studio.set_speed(-0.5)
    for name in ("ghosts", "follow", "balance", "grid"):
        window.actions_[LOOKS[name]].toggle()
    looks = {name: window.actions_[id].isChecked() for name, id in LOOKS.items()}
    stage = window.stage_view.stage
    assert stage is not None
    camera = replace(stage.camera.orbit(0.3, 0.1), target=(1.0, 0.5, -2.0), distance=7.0)
    stage.set_camera(camera)
    path = save(window, files / "mine.stride")
    assert window.windowTitle().startswith("mine — A calm walk")
    window.close()

    other = open_window()
    assert reopen(other, path) == []
    studio, transport = other.studio, other.transport
    until(lambda: studio.latent is not None)
    assert [m.title for m in studio.motions] == ["stroll", "A calm walk"]
    assert studio.motion is studio.motions[1] and studio.motion.style == "Calm"
    assert studio.motion.key.endswith("|m|Y") and studio.source == "clip"
    assert (transport.frame, transport.speed, transport.loop) == (41, -0.5, False)
    assert transport.range == (20, 90) and not transport.playing
    assert {name: other.actions_[id].isChecked() for name, id in LOOKS.items()} == looks
    assert other.stage_view.stage is not None and other.stage_view.stage.camera == camera
    np.testing.assert_array_equal(style_of(other).latent_alone.latent, latent)
    assert studio.latent_label == "mine"
    assert other.windowTitle().startswith("mine — A calm walk")
    assert path in RecentFiles(other.bench.settings).paths()


def test_the_latent_on_stage_comes_back_at_its_moment(open_window: Opener, files: Path) -> None:
    window = open_window()
    style_of(window).latent_alone.set_latent(np.full(256, 0.25, np.float32), "quarter")
    until(lambda: window.studio.source == "latent")
    window.transport.seek_frame(17)
    path = save(window, files / "latent.stride")
    window.close()
    other = open_window()
    reopen(other, path)
    until(lambda: other.studio.source == "latent")
    until(lambda: other.transport.frame == 17)
    assert other.studio.latent_label == "quarter"


def test_the_take_comes_back_to_the_bit_and_goes_on(open_window: Opener, files: Path) -> None:
    window = open_window()
    control = bring_character(window, files)
    window.studio.set_speed(2.0)
    control.panel.friction.edited.emit(0.5)
    control.panel.gravity.edited.emit(7.0)
    last = shown(control) + 1
    control.driver.step()
    until(lambda: shown(control) == last)
    window.transport.seek_frame(5)
    until(lambda: shown(control) == 5)
    path = save(window, files / "duel.stride")
    take, after = take_of(window), go_on(window, 9)
    window.close()

    other = open_window()
    assert reopen(other, path) == []
    again = other.character
    until(lambda: again.frame is not None and shown(again) == 5)
    assert again.frame is not None and again.frame.shown and not again.frame.running
    assert other.studio.source == "character" and other.transport.frame == 5
    assert other.transport.speed == 2.0 and again.cast.current == POLICY
    assert list(again.cast.policies) == [POLICY] and again.frame.memory.last == last
    restored = take_of(other)
    assert same(restored, take)
    assert (restored.rows[-1]["friction"], restored.rows[-1]["gravity"]) == (0.5, 7.0)
    other.actions_["character.replay"].trigger()
    until(lambda: again.frame is not None and again.frame.replaying)
    until(lambda: again.frame is not None and not again.frame.running)
    assert again.frame.exact and shown(again) == last
    other.transport.seek_frame(5)
    until(lambda: shown(again) == 5)
    assert np.array_equal(go_on(other, 9), after)


def test_the_clip_behind_the_character_keeps_its_moment(open_window: Opener, files: Path) -> None:
    window = open_window()
    open_file(window, files / "stroll.bvh")
    window.transport.seek_frame(41)
    bring_character(window, files)
    path = save(window, files / "behind.stride")
    window.close()
    other = open_window()
    assert reopen(other, path) == []
    assert other.studio.source == "character"
    other.studio.set_source("clip")
    assert (other.studio.source, other.transport.frame) == ("clip", 41)


def test_two_side_by_side_come_back(open_window: Opener, files: Path) -> None:
    window = open_window()
    control = bring_character(window, files)
    control.panel.beside_chosen.emit(POLICY)
    until(lambda: control.figure is not None and control.figure.beside is not None)
    for _ in range(4):
        at = shown(control)
        control.driver.step()
        until(lambda at=at: shown(control) > at)  # type: ignore[misc]
    path = save(window, files / "two.stride")
    take, figure = take_of(window), control.figure
    until(lambda: figure is not None and figure.beside is not None and figure.beside.frame >= 4)
    assert figure is not None and figure.beside is not None
    pose = figure.beside.step.body.pose
    window.close()
    other = open_window()
    assert reopen(other, path) == []
    again = other.character.figure
    assert again is not None
    until(lambda: again.beside is not None and again.beside.frame >= 4)
    assert again.beside is not None and np.array_equal(again.beside.step.body.pose, pose)
    assert same(take_of(other), take)
    assert other.character.cast.beside == POLICY and len(other.studio.scene.capsules) == 2 * PARTS


def test_a_name_that_another_policy_has_is_changed(open_window: Opener, files: Path) -> None:
    window = open_window()
    bring_character(window, files)
    path = save(window, files / "mine.stride")
    take = take_of(window)
    window.close()
    other = open_window()
    elsewhere = files.parent / "elsewhere"
    elsewhere.mkdir()
    for name in ("lazy.onnx", "standing.txt"):
        (elsewhere / name).write_bytes((files / name).read_bytes())
    bring_character(other, elsewhere, 6)
    assert reopen(other, path) == []
    until(lambda: other.character.frame is not None and shown(other.character) == take.frames[1])
    assert other.character.cast.current == "deepmimic_actor_lazy_2"
    assert np.array_equal(take_of(other).rows["physics"], take.rows["physics"])
    other.transport.play()
    until(lambda: shown(other.character) > take.frames[1] + 2)


def test_a_moved_folder_opens_and_what_is_gone_is_told(open_window: Opener, files: Path) -> None:
    window = open_window()
    open_file(window, files / "walk.bvh")
    open_file(window, files / "stroll.bvh")
    bring_character(window, files)
    save(window, files / "mine.stride")
    take = take_of(window)
    window.close()
    moved = files.rename(files.parent / "moved")
    other = open_window()
    assert reopen(other, moved / "mine.stride") == []
    assert [m.path.parent for m in other.studio.motions] == [moved, moved]
    assert other.character.cast.policy is not None
    assert other.character.cast.policy.motion == moved / "standing.txt"
    other.close()

    (moved / "stroll.bvh").unlink()
    (moved / "lazy.onnx").unlink()
    third = open_window()
    (told,) = reopen(third, moved / "mine.stride")
    for part in ("stroll.bvh", "lazy.onnx", "put it back", "mine.stride"):
        assert part in told
    control = third.character
    until(lambda: control.frame is not None and shown(control) == take.frames[1])
    assert [m.title for m in third.studio.motions] == ["walk"]
    assert same(take_of(third), take) and control.cast.current == ""
    third.actions_["character.replay"].trigger()
    until(lambda: control.frame is not None and control.frame.replaying)
    until(lambda: control.frame is not None and not control.frame.running)
    assert control.frame is not None and control.frame.exact


def test_a_changed_policy_is_told(open_window: Opener, files: Path) -> None:
    window = open_window()
    bring_character(window, files)
    path = save(window, files / "mine.stride")
    window.close()
    with (files / "lazy.onnx").open("ab") as file:
        file.write(b"\xca\x3e\x04more")  # a field that no reader knows
    _, (told,) = _opened(path)
    assert "lazy.onnx has changed" in told


def _opened(path: Path) -> tuple[Any, tuple[str, ...]]:
    found = open_session(path, path.parent)
    return found, found.told


def test_a_published_policy_saved_while_it_runs_goes_on_upright(
    open_window: Opener, deepmimic: Path, tmp_path: Path
) -> None:
    actor, motion = tmp_path / "walk.onnx", deepmimic / "motions" / "humanoid3d_walk.txt"
    write_actor(read_actor(deepmimic / "policies" / "humanoid3d_walk.npz"), actor)
    window = open_window()
    window.take_dropped([actor, motion])
    control = window.character
    until(lambda: control.frame is not None and control.frame.frame > 20)
    control.driver.send(PushNow((0.0, 0.0, 30.0), 0.2, "chest"))
    until(lambda: shown(control) > 50)
    path = save(window, tmp_path / "walk.stride")
    assert control.frame is not None and control.frame.running
    window.close()
    other = open_window()
    assert reopen(other, path) == []
    again = other.character
    until(lambda: again.frame is not None and shown(again) > 50)
    assert again.frame is not None and not again.frame.running
    last = shown(again)
    other.actions_["character.replay"].trigger()
    until(lambda: again.frame is not None and again.frame.replaying)
    until(lambda: again.frame is not None and not again.frame.running)
    assert again.frame.exact and shown(again) == last
    other.transport.play()
    until(lambda: shown(again) > last + 60)
    assert again.frame.fell_at is None


def test_a_window_that_closes_waits_for_what_it_saves(open_window: Opener, files: Path) -> None:
    window = open_window()
    bring_character(window, files)
    path = files / "hasty.stride"
    window.sessions.save_to(path)
    window.close()
    session, _ = read_session(path, ASSETS)
    assert session.take is not None


def test_a_character_that_goes_away_while_it_is_saved_keeps_the_old_file(
    open_window: Opener, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()
    bring_character(window, files)
    path = save(window, files / "mine.stride")

    def die(*_: object) -> None:
        raise RuntimeError("The job died.")

    monkeypatch.setattr(LiveCharacter, "handle", die)
    before, told = path.read_bytes(), list[str]()
    window.studio.notice.connect(lambda notice: told.append(notice.text))
    window.sessions.save_to(path)
    until(lambda: any("went away" in text and str(path) in text for text in told))
    assert path.read_bytes() == before


def test_a_session_that_waits_for_the_panels_is_named(first_window: MainWindow) -> None:
    first_window.open_paths([Path("mine.stride")])
    assert first_window.studio.opening == "mine"
