"""Why a request is not answered, each with its HTTP status and a name for the metrics."""

from __future__ import annotations

from dataclasses import dataclass, field

from viewer.model.notice import sentence

KINDS = {
    "invalid": 400,
    "unauthorized": 401,
    "not_found": 404,
    "method": 405,
    "slow": 408,
    "too_large": 413,
    "internal": 500,
    "busy": 503,
    "not_ready": 503,
    "late": 503,
    "failed": 503,
}
"""What a request can fail by, and the status that says so."""
RETRY_S = 1


@dataclass(eq=False)
class Problem(Exception):
    """kind: one of ``KINDS``. text: one sentence for the client. headers: of the answer."""

    kind: str
    text: str
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """The status of HTTP."""
        return KINDS[self.kind]


def problem(kind: str, text: str) -> Problem:
    """The problem of that kind; what is 503 says when to ask again."""
    retry = {"Retry-After": str(RETRY_S)} if KINDS[kind] == 503 else {}
    return Problem(kind, sentence(text), retry)
