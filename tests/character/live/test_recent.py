"""Phase frames and windows of a moving character against those of the clip so far."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mujoco")

from character.canonical import retargeted
from character.live.recent import RecentMotion
from character.reference import read_clip
from character.simulation import Policy, Simulation, rollout
from inference import load_model
from motion.features import FPS, JOINT_VALUES, WINDOW, motion_features, phase_angle, phase_frames
from tests.motion.synthetic import wander


@pytest.mark.parametrize("seed", [1, 2])
def test_it_is_what_the_clip_so_far_gives(seed: int) -> None:
    positions = wander(seed, 200)
    recent = RecentMotion()
    assert recent.phase_frame() is None and recent.window() is None
    for frame, now in enumerate(positions, 1):
        recent.add(now)
        if frame in (2, 3, 30, 59, 60, 61, 90, 91, 92, 150, 200):
            expected = phase_frames(positions[:frame], 1 / FPS)[-1]
            assert np.allclose(recent.phase_frame(), expected, atol=1e-5)
            window = recent.window()
            assert (window is None) == (frame < WINDOW)
            if window is not None:
                expected = motion_features(positions[:frame])[-WINDOW:]
                assert window.shape == (WINDOW, 73) and window.dtype == np.float32
                assert np.allclose(window, expected, atol=1e-5)
    assert len(recent) == 91


def test_a_second_later_nothing_of_the_phase_frame_changes_but_by_its_end() -> None:
    """How far the live frame is from the one the finished clip gives: the heading's end effect."""
    positions = wander(5, 150)
    whole = phase_frames(positions, 1 / FPS)
    recent, apart = RecentMotion(), []
    for frame, now in enumerate(positions):
        recent.add(now)
        live = recent.phase_frame()
        if frame > 40 and live is not None:
            apart.append(np.abs(live[:66] - whole[frame, :66]).max())
    assert 0 < np.median(apart) < 0.3


def test_a_cut_forgets_what_was_before() -> None:
    positions = wander(3, 100)
    recent, fresh = RecentMotion(), RecentMotion()
    for now in positions[:40]:
        recent.add(now + 5)
    for frame, now in enumerate(positions[40:]):
        recent.add(now, cut=frame == 0)
        fresh.add(now)
    assert np.array_equal(recent.window(), fresh.window())
    assert np.array_equal(recent.phase_frame(), fresh.phase_frame())


def test_a_second_is_looked_at_for_the_phase_and_three_are_kept() -> None:
    positions = wander(4, 400)
    long, short = RecentMotion(), RecentMotion()
    for now in positions:
        long.add(now)
    for now in positions[-32:]:
        short.add(now)
    assert len(long) == 91
    assert np.array_equal(long.phase_frame(), short.phase_frame())


def test_deepphase_and_stylevae_understand_a_simulated_walk(
    deepmimic: Path, policy: Callable[[str], Policy]
) -> None:
    """The phase turns forward once a cycle; the window survives the way through the latent."""
    models = Path(__file__).resolve().parents[3] / "assets" / "models"
    deepphase, encoder, decoder = (
        load_model(models / f"{name}.onnx", engine="numpy")
        for name in ("deepphase", "stylevae_encoder", "stylevae_decoder")
    )
    clip = read_clip(deepmimic / "motions" / "humanoid3d_walk.txt")
    recent, xy = RecentMotion(), []
    for step in rollout(Simulation(clip), policy("walk"), 8):
        recent.add(retargeted(step.body.joints, step.body.rotations))
        frame = recent.phase_frame()
        if frame is not None:
            xy.append(deepphase.run({"frame": frame[None]})["phase"][0])
    angle = np.unwrap(phase_angle(np.array(xy)))[30:]
    assert np.mean(np.diff(angle) > 0) > 0.98
    turns, cycles = np.ptp(angle) / (2 * np.pi), (len(angle) - 1) / FPS / clip.duration
    assert turns / cycles == pytest.approx(1, abs=0.03)

    window = recent.window()
    assert window is not None
    latent = encoder.run({"motion": window.reshape(1, -1)})["mu"]
    decoded = decoder.run({"latent": latent})["motion"][0]
    joints = (window - decoded)[:, :JOINT_VALUES].reshape(-1, 3)
    assert np.linalg.norm(joints, axis=-1).mean() < 0.03
