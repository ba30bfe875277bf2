"""Models whose tensors are motion, made of the served networks: ``phase`` and ``restyle``.

positions: (T, 22, 3), the canonical body, metres, Y up; one every ``frame_time`` seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from inference.errors import ModelError, quote, show
from inference.models import Shape
from motion.canonical import JOINTS
from motion.contacts import contacts
from motion.features import FPS, phase_amplitude, phase_angle, phase_frames
from motion.phase.series import PhaseSeries
from motion.restyling.course import StyleAt
from motion.restyling.subspace import STYLE_SIZE
from viewer.model.restyle_job import Wear, restyled_whole

from .served import Arrays, Network, Outputs, TooLarge

MOST_SECONDS, MOST_FRAMES = 120.0, 30_000
_FARTHEST_M = 10_000.0
_FASTEST_FPS, _SLOWEST_FPS = 1000.0, 1.0
_MOST_STRENGTH = 3.0
_POSITIONS: Shape = (None, len(JOINTS), 3)
_ONE: Shape = (1,)
Networks = Mapping[str, Network]


@dataclass(eq=False)
class MotionModel:
    """A model by a function of its inputs, of which those with defaults may be left out.

    made_of: the networks that it runs. compute: see ``Served.steps``.
    """

    name: str
    inputs: Mapping[str, Shape]
    outputs: Mapping[str, Shape]
    defaults: Mapping[str, np.ndarray]
    made_of: tuple[Network, ...]
    compute: Callable[[Arrays], Iterator[Outputs | None]]
    shares: bool = field(default=False, init=False)
    most_rows: int = field(default=MOST_FRAMES, init=False)

    @property
    def properties(self) -> Mapping[str, str]:
        """Those of its networks; the inputs that may be left out."""
        digests = " ".join(network.properties["sha256"] for network in self.made_of)
        engine = self.made_of[0].properties["engine"]
        return {"engine": engine, "sha256": digests, "optional": " ".join(self.defaults)}

    def check(self, inputs: Arrays) -> int:
        """The length of the first input."""
        return len(check_inputs(self.name, inputs, self.inputs, self.defaults))

    def steps(self, inputs: Arrays) -> Iterator[Outputs | None]:
        """Raises ModelError where no human moves so, and the numbers are none."""
        try:
            with np.errstate(all="ignore"):
                yield from self.compute({**self.defaults, **inputs})
        except ModelError:
            raise
        except (ValueError, np.linalg.LinAlgError) as error:
            raise ModelError(f"{self.name} cannot be computed: {error}.") from error


def finite(model: str, outputs: Outputs) -> Outputs:
    """The outputs. Raises ModelError where they hold something that is no number."""
    for name, array in outputs.items():
        if not np.isfinite(array).all():
            raise ModelError(f"{model}: no human moves so; {name} is no number.")
    return outputs


def check_inputs(
    model: str, given: Arrays, shapes: Mapping[str, Shape], defaults: Arrays
) -> np.ndarray:
    """The first input. Raises ModelError for names, shapes and numbers that are not the model's."""
    for name in given:
        if name not in shapes:
            raise ModelError(f"{model} has no input {quote(name)}; it takes {', '.join(shapes)}.")
    for name, shape in shapes.items():
        if name not in given:
            if name in defaults:
                continue
            raise ModelError(f"{model} needs the input {quote(name)}.")
        found = given[name]
        sizes = zip(found.shape, shape, strict=False)
        if found.ndim != len(shape) or any(n is not None and n != size for size, n in sizes):
            wanted = show(shape).replace("batch", "any")
            raise ModelError(f"{model}: {name} has the shape {list(found.shape)}, not {wanted}.")
        if not np.isfinite(found).all():
            raise ModelError(f"{model}: {name} holds numbers that are NaN or infinite.")
    return given[next(iter(shapes))]


def read_motion(model: str, inputs: Arrays) -> tuple[np.ndarray, float]:
    """Positions and frame time, of two frames or more. Raises ModelError, TooLarge."""
    positions, frame_time = inputs["positions"], float(inputs["frame_time"][0])
    if not 1 / _FASTEST_FPS <= frame_time <= 1 / _SLOWEST_FPS:
        rates = f"from {_SLOWEST_FPS:g} to {_FASTEST_FPS:g} frames a second"
        raise ModelError(f"{model}: frame_time is {frame_time:g} s; motion is taken {rates}.")
    if len(positions) < 2:
        raise ModelError(f"{model} needs two frames or more, found {len(positions)}.")
    seconds = (len(positions) - 1) * frame_time
    if len(positions) > MOST_FRAMES or seconds > MOST_SECONDS:
        most = f"at most {MOST_FRAMES:,} and {MOST_SECONDS:g} s"
        raise TooLarge(f"{model} was given {len(positions):,} frames, {seconds:.1f} s; {most}.")
    if np.abs(positions).max() > _FARTHEST_M:
        raise ModelError(f"{model}: positions lie farther than {_FARTHEST_M:,.0f} m away.")
    return positions, frame_time


_TIMED: Mapping[str, np.ndarray] = {"frame_time": np.array([1 / FPS], np.float32)}


def phase(networks: Networks) -> MotionModel:
    """The phase that DeepPhase sees in a motion, and its curves."""
    deepphase = networks["deepphase"]

    def compute(inputs: Arrays) -> Iterator[Outputs]:
        positions, frame_time = read_motion("phase", inputs)
        xy = deepphase.run({"frame": phase_frames(positions, frame_time)})["phase"]
        curves = {
            "phase": xy,
            "angle": phase_angle(xy),
            "amplitude": phase_amplitude(xy),
            "frequency": PhaseSeries(xy, frame_time).frequency(),
            "contacts": contacts(positions, frame_time),
        }
        yield finite("phase", curves)

    curve: Shape = (None,)
    outputs: Mapping[str, Shape] = {
        "phase": (None, 2),
        "angle": curve,
        "amplitude": curve,
        "frequency": curve,
        "contacts": (None, 4),
    }
    inputs = {"positions": _POSITIONS, "frame_time": _ONE}
    return MotionModel("phase", inputs, outputs, _TIMED, (deepphase,), compute)


def restyle(networks: Networks) -> MotionModel:
    """A motion in another style: the first 64 numbers of a latent, as the encoder reads them."""
    encoder, decoder = networks["stylevae_encoder"], networks["stylevae_decoder"]

    def compute(inputs: Arrays) -> Iterator[Outputs]:
        positions, frame_time = read_motion("restyle", inputs)
        strength = float(inputs["strength"][0])
        if not 0 <= strength <= _MOST_STRENGTH:
            raise ModelError(
                f"restyle: strength is {strength:g}, expected 0 to {_MOST_STRENGTH:g}."
            )
        course = (StyleAt(0.0, inputs["style"], strength),)
        wish = Wear("", positions, frame_time, course, time_s=0.0)
        made = restyled_whole(wish, lambda name, arrays: networks[name].run(arrays))
        assert made.contacts is not None
        yield finite("restyle", {"positions": made.positions, "contacts": made.contacts})

    inputs = {"positions": _POSITIONS, "style": (STYLE_SIZE,), "frame_time": _ONE, "strength": _ONE}
    outputs = {"positions": _POSITIONS, "contacts": (None, 4)}
    defaults = {**_TIMED, "strength": np.ones(1, np.float32)}
    return MotionModel("restyle", inputs, outputs, defaults, (encoder, decoder), compute)
