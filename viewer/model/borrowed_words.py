"""Words that the window draws and that other packages, files or keys of settings name in English.

They are keys there; here they are told to the catalogue, and ``tr`` draws them where they are seen.
"""

from __future__ import annotations

from .language import mark

UNITS = (
    mark("metres"), mark("decimetres"), mark("centimetres"), mark("inches"), mark("Acclaim units"),
    mark("Metres"), mark("Decimetres"), mark("Centimetres"), mark("Inches"),
)  # fmt: skip
"""Of ``motion.conventions``, in sentences and alone."""
SLIDERS = (
    mark("Energy"), mark("Lean"), mark("Head down"), mark("Arm swing"), mark("Elbows out"),
    mark("Elbow bend"), mark("Hands up"), mark("Crouch"), mark("Stride"), mark("Step width"),
    mark("Toes out"), mark("Sway"), mark("Asymmetry"), mark("energy"), mark("lean"),
    mark("head down"), mark("arm swing"), mark("elbows out"), mark("elbow bend"), mark("hands up"),
    mark("crouch"), mark("stride"), mark("step width"), mark("toes out"), mark("sway"),
    mark("asymmetry"),
)  # fmt: skip
"""Of the style map that ships, alone and in sentences."""
FAULTS = (
    mark("jump"), mark("reversal"), mark("dead amplitude"), mark("frequency"),
    mark("strike off phase"), mark("turns"), mark("turns/s"),
)  # fmt: skip
"""Of ``motion.phase.lint``, and their units."""
FEET = (mark("left"), mark("right"))
STAGES = (
    mark("Queue"), mark("Inference"), mark("Scene"), mark("Wait"), mark("Upload"), mark("Draw"),
    mark("Swap"), mark("queue"), mark("inference"), mark("scene"), mark("wait"), mark("upload"),
    mark("draw"), mark("swap"),
)  # fmt: skip
"""Of a picture."""
STATES = (mark("ready"), mark("not trained yet"))
"""Of a network, by ``inference.models``."""
COLOURS = (
    mark("Blue"), mark("Orange"), mark("Green"), mark("Yellow"), mark("Pink"), mark("Red"),
    mark("Violet"), mark("Grey"),
)  # fmt: skip
REWARDS = (mark("End effector"), mark("Com"))
CHOICES = (
    mark("Engine"), mark("Device"), mark("Precision"), mark("Follow"), mark("Page"), mark("Fit"),
    mark("time"), mark("phase"), mark("marker"), mark("strike"), mark("clip"), mark("latent"),
    mark("character"), mark("stage"), mark("dark"), mark("light"), mark("projector"),
)  # fmt: skip
SUBMENUS = (
    mark("Engine"), mark("Compare"), mark("Theme"), mark("Demo scene"), mark("Timeline"),
    mark("Joint curves"), mark("Distance map"), mark("Run times as plot"), mark("Keys"),
    mark("Curves as plot"), mark("Portrait as plot"), mark("Thresholds"), mark("Rows"),
    mark("Markers"), mark("Drive"),
)  # fmt: skip
