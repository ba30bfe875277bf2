"""Models whose tensors are motion, asked over HTTP and held against what makes them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from inference.protocol import write_request
from motion.contacts import contacts
from motion.features import FPS, motion_features, phase_frames
from motion.restyling.joining import cut, window_starts
from tests.motion.synthetic import walk

from .conftest import Running

POSITIONS = walk(150, 1 / FPS)
CLOSE = {"rtol": 0, "atol": 1e-4}


def test_the_phase_is_what_deepphase_sees(served: Running) -> None:
    made = served.infer("phase", positions=POSITIONS)
    frames = phase_frames(POSITIONS, 1 / FPS)
    xy = served.infer("deepphase", frame=frames)["phase"]
    assert np.allclose(made["phase"], xy, **CLOSE)
    assert np.allclose(made["angle"], np.arctan2(xy[:, 1], xy[:, 0]), **CLOSE)
    assert np.allclose(made["amplitude"], np.hypot(*xy.T), **CLOSE)
    assert np.array_equal(made["contacts"], contacts(POSITIONS, 1 / FPS))
    assert made["frequency"].shape == (150,)


def test_the_frame_time_counts(served: Running) -> None:
    slow = served.infer("phase", positions=POSITIONS, frame_time=np.array([1 / 15], np.float32))
    assert slow["frequency"].mean() < served.infer("phase", positions=POSITIONS)["frequency"].mean()


def test_strength_0_is_the_clip_and_1_another(served: Running) -> None:
    style = np.full(64, 0.5, np.float32)

    def moved(strength: float) -> float:
        made = served.infer(
            "restyle", positions=POSITIONS, style=style, strength=np.array([strength], np.float32)
        )
        assert made["positions"].shape == POSITIONS.shape
        assert made["contacts"].shape == (150, 4)
        return float(np.abs(made["positions"] - POSITIONS).max())

    assert moved(0.0) < 1e-3 < 0.02 < moved(1.0)


def test_a_style_that_the_encoder_reads_dresses_a_clip(served: Running) -> None:
    """Another clip's style, read by the served encoder; the walk then reads nearer to it."""
    bent = POSITIONS * np.array([1, 0.8, 1.2], np.float32)

    def style_of(positions: np.ndarray) -> np.ndarray:
        features = motion_features(positions)
        windows = cut(features, window_starts(len(features))).reshape(-1, 4380)
        return served.infer("stylevae_encoder", motion=windows)["mu"][:, :64].mean(axis=0)

    wanted = style_of(bent)
    made = served.infer("restyle", positions=POSITIONS, style=wanted)["positions"]
    before, after = (np.linalg.norm(style_of(x) - wanted) for x in (POSITIONS, made))
    assert after < before


def test_the_character_walks_as_without_a_server(served: Running) -> None:
    pytest.importorskip("mujoco", reason="needs MuJoCo")
    from character.convert import read_motion
    from character.push import Push
    from character.recording import take_arrays
    from character.simulation import Simulation, rollout
    from inference import load_model
    from inference.models import MODELS
    from viewer.model.demo import ASSETS
    from viewer.model.trial import as_policy

    pushes = np.array([[0.2, 300, 90, 0.2]], np.float32)
    asked = {"seconds": np.array([1], np.float32), "start": np.array([0.25], np.float32)}
    made = served.infer("simulate", **asked, pushes=pushes)
    clip = read_motion(ASSETS / "character" / "walk.txt")
    time_s, force, degrees, duration = pushes[0].tolist()
    simulation = Simulation(clip, [Push(time_s, force, np.radians(degrees), duration)])
    simulation.reset(0.25 * clip.duration)
    runner = load_model(MODELS["deepmimic_actor"].path(ASSETS), spec=MODELS["deepmimic_actor"])
    take = take_arrays(list(rollout(simulation, as_policy(runner), 1.0)))
    assert made["positions"].tobytes() == take["positions"].tobytes()
    assert np.array_equal(made["fallen"], take["fallen"])


def test_a_long_run_takes_turns_with_all_else(served: Running) -> None:
    """A network is answered while the character walks."""
    pytest.importorskip("mujoco", reason="needs MuJoCo")
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        long = pool.submit(served.infer, "simulate", seconds=np.array([5], np.float32))
        while not long.done():
            served.infer("deepphase", frame=np.zeros((1, 132), np.float32))
            break
        assert not long.done()
        assert long.result()["positions"].shape == (150, 22, 3)


@pytest.mark.parametrize(
    ("model", "inputs", "status", "named"),
    [
        ("phase", {}, 400, "needs the input 'positions'"),
        ("phase", {"positions": POSITIONS[:1]}, 400, "two frames"),
        ("phase", {"positions": POSITIONS[:, :21]}, 400, "not [any, 22, 3]"),
        ("phase", {"positions": POSITIONS * np.nan}, 400, "NaN"),
        ("phase", {"positions": POSITIONS * 1e6}, 400, "farther"),
        ("phase", {"positions": POSITIONS, "frame_time": np.zeros(1, np.float32)}, 400, "0 s"),
        ("phase", {"positions": POSITIONS, "tempo": np.zeros(1)}, 400, "no input 'tempo'"),
        ("phase", {"positions": np.zeros((30_001, 22, 3))}, 413, "30,001 frames"),
        ("phase", {"positions": POSITIONS, "frame_time": np.ones(1)}, 413, "149.0 s"),
        ("restyle", {"positions": POSITIONS}, 400, "'style'"),
        ("restyle", {"positions": POSITIONS, "style": np.zeros(63)}, 400, "not [64]"),
        (
            "restyle",
            {"positions": POSITIONS, "style": np.zeros(64), "strength": np.full(1, 4)},
            400,
            "strength is 4",
        ),
        ("simulate", {"seconds": np.full(1, 31)}, 413, "31 s"),
        ("simulate", {"seconds": np.zeros(1)}, 400, "0 s"),
        ("simulate", {"seconds": np.full(1, -3)}, 400, "-3 s"),
        ("simulate", {"seconds": np.ones(1), "start": np.full(1, 2)}, 400, "start is 2"),
        ("simulate", {"seconds": np.ones(1), "pushes": np.full((1, 4), -1)}, 400, "-1 s"),
        ("simulate", {"seconds": np.ones(1), "pushes": np.ones((101, 4))}, 413, "101 pushes"),
    ],
)
def test_what_is_no_motion_is_told(
    served: Running, model: str, inputs: dict[str, np.ndarray], status: int, named: str
) -> None:
    if model not in served.service.models:
        pytest.skip("needs MuJoCo")
    given_ = {name: np.asarray(array, np.float32) for name, array in inputs.items()}
    reply = served.post(model, write_request(given_))
    assert (reply.status, named in reply.error) == (status, True), reply.error


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    arrays.arrays(
        np.float32,
        st.tuples(st.integers(2, 9), st.just(22), st.just(3)),
        elements=st.sampled_from([0.0, 1e-30, 1.0, -1.0, 9999.0]),
        fill=st.just(0.0),
    ),
    st.sampled_from(["phase", "restyle"]),
)
def test_a_motion_of_no_one_is_answered_or_refused(
    served: Running, positions: np.ndarray, model: str
) -> None:
    style = {"style": np.zeros(64, np.float32)} if model == "restyle" else {}
    reply = served.post(model, write_request({"positions": positions, **style}))
    assert reply.status in (200, 400), reply.body
