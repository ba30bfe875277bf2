"""What a phase signal must do on clips nobody trained on, counted from footfalls.

Nothing here knows the network or its teacher: footfalls come from the contacts of
the motion, so a phase that invents or skips a step is caught.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from motion.features import phase_amplitude
from motion.footfalls import gait
from motion.phase.series import PhaseSeries
from motion.phase.stride import circular_mean, circular_std, read_stride


@dataclass(frozen=True)
class PhaseClip:
    """Motion (T, 22, 3) in metres and the phase (T, 2) a network read from its frames."""

    positions: np.ndarray
    xy: np.ndarray
    frame_time: float


def measure(walking: Iterable[PhaseClip], anything: Iterable[PhaseClip]) -> dict[str, float]:
    """Held-out metrics of models.md, pooled over clips.

    walking: clips of walks and runs; anything: clips whose standing frames count.
    ``phase_forward``: share of steps from frame to frame, moving at both, in which
    the phase advances. ``turns_per_cycle``: turns of the phase over all gait cycles
    by their number, and its spread. ``strike_spread``: circular standard deviation,
    in cycles, of the phase at the left strikes that bound a gait cycle
    (``strike_spread_all``: at every left strike while moving). ``standing_ratio``:
    mean amplitude standing by mean amplitude moving. ``jitter``: root mean square
    second difference of the phase by its mean step.
    """
    read, walking_amplitude = [], []
    for clip in walking:
        series, walked = (
            PhaseSeries(clip.xy, clip.frame_time),
            gait(clip.positions, clip.frame_time),
        )
        read.append(read_stride(series, walked))
        walking_amplitude.append(series.amplitude[walked.moving])
    standing = [
        phase_amplitude(clip.xy)[gait(clip.positions, clip.frame_time).standing]
        for clip in anything
    ]
    step, bend, turns, bounded, loose = (
        np.concatenate([getattr(each, name) for each in read])
        for name in ("steps", "bends", "cycle_turns", "bounding", "left")
    )
    at_rest, afoot = np.concatenate(standing), np.concatenate(walking_amplitude)
    return {
        "phase_forward": float((step > 0).mean()),
        "turns_per_cycle": float(np.mean(turns)),
        "turns_per_cycle_std": float(np.std(turns)),
        "strike_phase": circular_mean(bounded),
        "strike_spread": circular_std(bounded),
        "strike_spread_all": circular_std(loose),
        "standing_amplitude": float(at_rest.mean()),
        "walking_amplitude": float(afoot.mean()),
        "standing_ratio": float(at_rest.mean() / afoot.mean()),
        "jitter": float(np.sqrt(np.mean(bend**2)) / np.abs(step.mean())),
        "frames_moving": len(step),
        "frames_standing": len(at_rest),
        "gait_cycles": len(turns),
        "left_strikes": len(bounded),
    }
