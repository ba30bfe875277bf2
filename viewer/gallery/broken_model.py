"""A DeepPhase that is broken on purpose, to be found out."""

from __future__ import annotations

from pathlib import Path

import onnx

from motion.canonical import INDEX
from motion.features import JOINT_VALUES
from motion.files import whole_file

BLIND_TO = ("LeftLeg", "LeftFoot", "LeftToeBase")


def write_broken(source: Path, target: Path) -> None:
    """The DeepPhase in ``source``, blind to the left leg below the hip, as ``target``.

    The weights that read the positions and the velocities of those joints are 0.
    """
    model = onnx.load(source)
    (first,) = (each for each in model.graph.initializer if each.name == "layer0.weight")
    weight = onnx.numpy_helper.to_array(first).copy()
    for joint in BLIND_TO:
        for start in (3 * INDEX[joint], JOINT_VALUES + 3 * INDEX[joint]):
            weight[:, start : start + 3] = 0
    first.CopyFrom(onnx.numpy_helper.from_array(weight, first.name))
    with whole_file(target) as part:
        onnx.save(model, part)
