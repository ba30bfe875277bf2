"""The live character as a job of the real worker, with real networks and the real clock."""

from __future__ import annotations

import queue
import time
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mujoco")

from character.deeds import PushNow
from character.live.commands import KeepTake, Pause, SetSpeed, Start, SwapPolicy
from character.live.job import LiveCharacter
from character.live.messages import CharacterFrame, CommandRefused, TakeKept
from character.reference import ReferenceClip
from inference.worker.messages import Attach, Command, Infer, JobResult, LoadModel, Result
from inference.worker.worker import Worker
from tests.inference.nets import save_model_like

PATIENCE_S = 120.0


def test_it_runs_beside_the_other_work_and_loses_no_frame(
    standing: ReferenceClip, tmp_path: Path
) -> None:
    results: queue.Queue[object] = queue.Queue()
    worker = Worker(results.put, lambda notice: None, engines=("numpy",))
    for name in ("deepmimic_actor", "deepmimic_critic", "deepphase"):
        worker.submit(LoadModel(name, save_model_like(name, tmp_path / f"{name}.onnx")))
    worker.submit(LoadModel("odd", save_model_like("deepphase", tmp_path / "odd.onnx")))
    left = LiveCharacter(standing, worker.clock)
    right = LiveCharacter(standing, worker.clock)
    for name, live in (("left", left), ("right", right)):
        worker.submit(Attach(name, live))
        worker.submit(Command(name, SetSpeed(4)))
        worker.submit(Command(name, PushNow((60, 0, 20))))
        worker.submit(Command(name, Start()))
    worker.submit(Command("left", SwapPolicy("odd")))
    worker.start()
    frame = np.zeros((1, 132), np.float32)
    told: dict[str, list[CharacterFrame]] = {"left": [], "right": []}
    refused, phases = [], 0
    try:
        deadline = time.monotonic() + PATIENCE_S
        while min(map(len, told.values())) < 70 and time.monotonic() < deadline:
            worker.submit(Infer("deepphase", {"frame": frame}, "phase"))
            message = results.get(timeout=20)
            if isinstance(message, Result):
                phases += 1
            elif isinstance(message, JobResult):
                if isinstance(message.message, CharacterFrame):
                    told[message.job_name].append(message.message)
                else:
                    refused.append(message.message)
        worker.submit(Command("left", Pause()))
        worker.submit(Command("left", KeepTake()))
        while True:
            message = results.get(timeout=20)
            if isinstance(message, JobResult) and isinstance(message.message, TakeKept):
                take = message.message.take
                break
    finally:
        worker.stop()
    assert len(refused) == 1 and isinstance(refused[0], CommandRefused)
    assert "odd" in refused[0].sentence and "[1, 197]" in refused[0].sentence
    assert phases > 10
    for frames in told.values():
        numbers = [f.frame for f in frames]
        assert sorted(set(numbers)) == list(range(numbers[-1] + 1))
        assert all(f.value is not None for f in frames if not f.cut)
    both = {f.frame: f for f in told["right"]}
    shared = [f for f in told["left"] if f.frame in both]
    assert len(shared) > 50
    for f in shared:
        assert np.array_equal(f.step.body.pose, both[f.frame].step.body.pose)
    assert take.frames[1] >= told["left"][-1].frame
