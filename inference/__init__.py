"""ONNX in, answers out: the five models, their engines and the worker that runs them.

from inference import load_model
decoder = load_model("assets/models/stylevae_decoder.onnx")
motion = decoder.run({"latent": latent})["motion"]
"""

import os

os.environ.setdefault("MODULAR_TELEMETRY_ENABLED", "0")

from .errors import EngineError, ModelError
from .load import load_model
from .runner import Runner

__all__ = ["EngineError", "ModelError", "Runner", "load_model"]
