"""DeepPhase: the teacher, the metrics, the network's file, and the weights that ship."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import pytest

torch = pytest.importorskip("torch")
torch.set_num_threads(1)

from motion.bvh import read_bvh  # noqa: E402
from motion.canonical import (  # noqa: E402
    ANKLE_HEIGHT,
    CANONICAL,
    LEFT_FOOT,
    LEFT_TOE,
    MIRROR,
    RIGHT_FOOT,
    RIGHT_TOE,
    TOE_HEIGHT,
)
from motion.features import FPS, motion_features, phase_frames  # noqa: E402
from motion.retarget import retarget  # noqa: E402
from training.data import TRAIN, Corpus, TrainingClip  # noqa: E402
from training.deepphase import samples as phase_samples  # noqa: E402
from training.deepphase.metrics import PhaseClip, measure  # noqa: E402
from training.deepphase.report import phase_clip  # noqa: E402
from training.deepphase.train import LAYERS, DeepPhase, Run, Settings, export, fold  # noqa: E402
from training.export import run_onnx  # noqa: E402
from training.teacher import teach  # noqa: E402

PERIOD, STANCE, SPEED = 1.0, 0.6, 1.2
MODELS = Path(__file__).parents[3] / "assets" / "models"


def walk(seconds: float = 8.0, fps: float = FPS) -> np.ndarray:
    """A body that glides ahead while its feet step: left strikes at whole seconds."""
    time = np.arange(round(seconds * fps)) / fps
    body = np.zeros((22, 3))
    for joint, parent in enumerate(CANONICAL.parents):
        body[joint] = CANONICAL.offsets[joint] + (body[parent] if parent >= 0 else 0)
    positions = np.repeat(body[None], len(time), axis=0)
    positions[..., 2] += SPEED * time[:, None]
    for ankle, toe, lag in ((LEFT_FOOT, LEFT_TOE, 0.0), (RIGHT_FOOT, RIGHT_TOE, PERIOD / 2)):
        cycle, part = np.divmod(time - lag, PERIOD)
        swing = np.clip((part / PERIOD - STANCE) / (1 - STANCE), 0, 1)
        ahead = SPEED * (lag + PERIOD * (cycle + swing)) + SPEED * STANCE * PERIOD / 2
        lift = 0.15 * np.sin(np.pi * swing)
        positions[:, ankle, 1:] = np.stack([ANKLE_HEIGHT + lift, ahead], axis=-1)
        positions[:, toe, 1:] = np.stack([TOE_HEIGHT + lift, ahead + 0.14], axis=-1)
    return positions.astype(np.float32)


def stand(seconds: float = 3.0) -> np.ndarray:
    return np.repeat(walk()[:1], round(seconds * FPS), axis=0)


def spiral(turns: np.ndarray, amplitude: float = 1.0) -> np.ndarray:
    """(T, 2) points whose phase is ``turns``."""
    return amplitude * np.stack([np.cos(2 * np.pi * turns), np.sin(2 * np.pi * turns)], axis=-1)


def measured(turns: np.ndarray, standing_amplitude: float = 0.1) -> dict[str, float]:
    walking = PhaseClip(walk(), spiral(turns), 1 / FPS)
    rest = PhaseClip(stand(), spiral(np.zeros(3 * FPS), standing_amplitude), 1 / FPS)
    return measure([walking], [walking, rest])


TIME = np.arange(8 * FPS) / FPS


@pytest.mark.parametrize("fps", [30, 60, 119.88])
def test_teacher_puts_left_strikes_at_zero_and_right_ones_at_half(fps: float) -> None:
    labels = teach(walk(fps=fps), 1 / fps)
    seconds = np.arange(len(labels.turns)) / fps
    inside = (seconds > 1) & (seconds < 7)
    error = labels.turns - seconds
    error -= np.round(error.mean())
    assert np.abs(error[inside]).max() < 0.06
    assert (np.diff(labels.turns) >= 0).all()
    assert labels.amplitude()[inside].min() > 0.6


def test_teacher_mirrors_by_half_a_cycle() -> None:
    mirrored = walk()[:, MIRROR] * np.array([-1, 1, 1], np.float32)
    shift = teach(mirrored, 1 / FPS).turns - teach(walk(), 1 / FPS).turns
    assert np.abs((shift % 1) - 0.5).max() < 0.01


@pytest.mark.parametrize("positions", [stand(), stand(0.1), stand()[:1]])
def test_teacher_gives_standing_no_amplitude(positions: np.ndarray) -> None:
    labels = teach(positions, 1 / FPS)
    assert len(labels.turns) == len(positions)
    assert labels.amplitude().max(initial=0) < 0.01


def test_metrics_of_a_true_phase() -> None:
    metrics = measured(TIME / PERIOD)
    assert metrics["phase_forward"] == 1
    assert metrics["turns_per_cycle"] == pytest.approx(1, abs=0.02)
    assert metrics["strike_spread"] < 0.02
    assert metrics["standing_ratio"] == pytest.approx(0.1)
    assert metrics["jitter"] < 0.01


def test_metrics_catch_a_wrong_phase() -> None:
    rng = np.random.default_rng(0)
    true = TIME / PERIOD
    assert measured(2 * true)["turns_per_cycle"] == pytest.approx(2, abs=0.05)
    assert measured(-true)["phase_forward"] == 0
    assert measured(1.3 * true)["strike_spread"] > 0.2
    shaken = measured(true + rng.normal(0, 0.05, len(true)))
    assert shaken["phase_forward"] < 0.9 and shaken["jitter"] > 1
    assert measured(true, standing_amplitude=1.0)["standing_ratio"] == pytest.approx(1)


def network() -> DeepPhase:
    torch.manual_seed(1)
    return DeepPhase(torch.randn(132), 0.05 + torch.rand(132)).eval()


def test_network_has_the_shape_of_the_contract() -> None:
    assert LAYERS == (132, 256, 128, 32, 2)
    assert sum(p.numel() for p in network().parameters()) == 71_138


def test_folded_normalisation_changes_nothing() -> None:
    model, frames = network(), torch.randn(50, 132)
    with torch.no_grad():
        assert torch.allclose(fold(model)(frames), model(frames), atol=1e-5)
        plain = DeepPhase()
        plain.linears.load_state_dict(model.linears.state_dict())
        assert not torch.allclose(plain(frames), model(frames), atol=1e-2)


@pytest.mark.parametrize("batch", [1, 7])
def test_exported_file_says_what_torch_says(tmp_path: Path, batch: int) -> None:
    model, path = network(), tmp_path / "deepphase.onnx"
    export(model, path)
    frames = np.random.default_rng(2).normal(size=(batch, 132)).astype(np.float32)
    said = run_onnx(path, {"frame": frames})["phase"]
    with torch.no_grad():
        assert np.abs(said - model(torch.from_numpy(frames)).numpy()).max() < 1e-5
    graph = onnx.load(path).graph
    assert [node.op_type for node in graph.node] == ["Gemm", "LeakyRelu"] * 3 + ["Gemm"]
    assert graph.input[0].type.tensor_type.shape.dim[0].dim_param == "batch"
    assert 278 < path.stat().st_size / 1024 < 281


def samples() -> phase_samples.PhaseSamples:
    clips = tuple(
        TrainingClip(name, name, name, TRAIN, p, motion_features(p), np.ones(len(p), bool))
        for name, p in (("walk", walk()), ("idle", stand()))
    )
    return phase_samples.load_samples(Corpus(clips, "synthetic"))


def test_a_frame_and_its_mirror_image() -> None:
    frames = samples().frames
    assert np.array_equal(phase_samples.mirrored(frames[1]), frames[0])
    assert not np.array_equal(frames[0], frames[1])


def test_pairs_stay_within_a_clip() -> None:
    made = samples()
    assert made.frames.shape[1] - 2 == len(made.pairs)
    assert 8 * FPS - 1 not in made.pairs
    assert made.probability.sum() == pytest.approx(1, abs=1e-5)


def test_training_learns_and_resumes_as_if_never_stopped(tmp_path: Path) -> None:
    settings = Settings(steps=120, batch=256)
    whole, half = Run(samples(), settings), Run(samples(), settings)
    whole.train(tmp_path / "whole.pt", settings.steps)
    half.train(tmp_path / "half.pt", until=50)
    resumed = Run(samples(), settings)
    resumed.restore(tmp_path / "half.pt")
    resumed.train(tmp_path / "half.pt", settings.steps)
    for a, b in zip(whole.network.parameters(), resumed.network.parameters(), strict=True):
        assert torch.equal(a, b)
    file = tmp_path / "deepphase.onnx"
    export(resumed.network, file)
    clips = [phase_clip(p, 1 / FPS, file) for p in (walk(), stand())]
    metrics = measure(clips[:1], clips)
    assert metrics["phase_forward"] > 0.95
    assert metrics["turns_per_cycle"] == pytest.approx(1, abs=0.05)


def test_a_checkpoint_of_other_settings_is_refused(tmp_path: Path) -> None:
    Run(samples(), Settings(steps=30)).save(tmp_path / "run.pt")
    with pytest.raises(ValueError, match="other settings"):
        Run(samples(), Settings(steps=40)).restore(tmp_path / "run.pt")


def shipped() -> dict:
    return json.loads((MODELS / "manifest.json").read_text())["models"]["deepphase"]


def test_manifest_speaks_of_the_shipped_file() -> None:
    entry = shipped()
    content = (MODELS / entry["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert entry["parameters"] == 71_138 and tuple(entry["layers"]) == LAYERS
    metrics = entry["metrics"]
    assert metrics["phase_forward"] >= 0.98
    assert abs(metrics["turns_per_cycle"] - 1) <= 0.05
    assert metrics["strike_spread"] <= 0.06
    assert metrics["standing_ratio"] <= 0.35
    assert metrics["torch_vs_onnx"] <= 1e-5


def test_shipped_weights_on_held_out_walks(mocap: Path) -> None:
    files = [f for f in shipped()["split"]["held_out"] if f.startswith("cmu_exp/walking")]
    model = MODELS / shipped()["file"]
    idle = mocap / "accad" / "Male1_A3_SwingArms.bvh"
    clips = []
    for path in [*(mocap / file for file in files[:5]), idle]:
        positions = retarget(read_bvh(path).resampled(1 / FPS))
        clips.append(phase_clip(positions, 1 / FPS, model))
    metrics = measure(clips[:-1], clips)
    assert metrics["gait_cycles"] >= 5
    assert metrics["phase_forward"] >= 0.98
    assert metrics["turns_per_cycle"] == pytest.approx(1, abs=0.05)
    assert metrics["strike_spread"] <= 0.06
    assert metrics["standing_ratio"] <= 0.35


def test_shipped_weights_see_the_same_phase_at_60_fps(mocap: Path) -> None:
    files = [f for f in shipped()["split"]["held_out"] if f.startswith("cmu_exp/walking")]
    model = MODELS / shipped()["file"]
    clip = read_bvh(mocap / files[0])
    fast = retarget(clip)
    said = run_onnx(model, {"frame": phase_frames(fast, clip.frame_time)})["phase"]
    slow = run_onnx(model, {"frame": phase_frames(fast[::2], 2 * clip.frame_time)})["phase"]
    assert np.abs(said[::2] - slow)[2:-2].max() < 0.25
    metrics = measure(
        [phase_clip(fast, clip.frame_time, model)] * 2, [phase_clip(stand(), 1 / FPS, model)]
    )
    assert metrics["phase_forward"] >= 0.98
