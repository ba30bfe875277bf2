"""The models take what motion and character give: packages that may not import each other."""

from __future__ import annotations

from character.anatomy import ACTION_SIZE, STATE_SIZE
from inference.models import MODELS
from motion.features import FEATURES, PHASE_INPUT, WINDOW


def test_the_models_take_what_motion_and_character_give() -> None:
    assert MODELS["deepphase"].inputs == {"frame": (None, PHASE_INPUT)}
    assert MODELS["stylevae_encoder"].inputs == {"motion": (None, WINDOW * FEATURES)}
    assert MODELS["stylevae_decoder"].outputs == {"motion": (None, WINDOW, FEATURES)}
    assert MODELS["stylevae_decoder"].inputs["latent"] == MODELS["stylevae_encoder"].outputs["mu"]
    assert MODELS["deepmimic_actor"].inputs == {"state": (None, STATE_SIZE)}
    assert MODELS["deepmimic_actor"].outputs == {"action": (None, ACTION_SIZE)}
    assert MODELS["deepmimic_critic"].inputs == MODELS["deepmimic_actor"].inputs
