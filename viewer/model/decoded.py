"""From what the style decoder says to what the stage shows of it; no Qt."""

from __future__ import annotations

import numpy as np

from motion.features import motion_from_features
from motion.pose import fix_bones


def decoded_loop(features: np.ndarray) -> np.ndarray:
    """Positions (60, 22, 3) metres of decoded features (60, 73), on the body's bone lengths.

    The path is centred on the origin so that the loop stays in view.
    """
    positions = fix_bones(motion_from_features(features))
    middle = positions[:, 0].mean(axis=0) * [1, 0, 1]
    return (positions - middle).astype(np.float32)
