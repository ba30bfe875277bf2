"""The Open Inference Protocol v2: bytes to arrays and back, for either side. No network, no model.

The messages are those of github.com/kserve/open-inference-protocol; tensors may also lie behind
the JSON as bytes, as Triton's binary data extension has it. All numbers are FP32.
"""

from .message import JSON_SIZE, Message, ProtocolError
from .request import Request, read_request, write_request
from .response import Response, read_response, write_response

__all__ = [
    "JSON_SIZE",
    "Message",
    "ProtocolError",
    "Request",
    "Response",
    "read_request",
    "read_response",
    "write_request",
    "write_response",
]
