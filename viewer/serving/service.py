"""What the requests of one server share: the models, the thread that computes, the limits."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from viewer.model.notice import Refused

from .computing import Computing
from .metrics import Metrics
from .problem import problem
from .served import VERSION, Served

_LOG = logging.getLogger(__name__)
Catalog = Mapping[str, Served]
"""The served models by their names."""


@dataclass(frozen=True)
class Limits:
    """Of one request: body_bytes; time_s to send it, to be answered, and to take the answer.

    requests: how many may be in flight.
    """

    body_bytes: int = 32 << 20
    time_s: float = 30.0
    requests: int = 64


class Service:
    """Not ready until ``load`` has given the models, on the thread that will run them.

    models: empty before. token: what clients must show; "" for none. failed: told why the models
    could not be loaded.
    """

    def __init__(
        self,
        load: Callable[[], Catalog],
        limits: Limits,
        token: str = "",
        window_s: float = 0.0,
        failed: Callable[[Refused], None] = lambda reason: None,
    ) -> None:
        self.limits = limits
        self.metrics = Metrics(limits.requests)
        self.draining = False
        self._token = token.encode()
        self._in_flight = 0
        self.models: Catalog = {}

        def prepare() -> None:
            try:
                self.models = load()
            except Refused as reason:
                failed(reason)
                return
            except Exception as error:
                _LOG.error("The models cannot be loaded.", exc_info=error)
                failed(Refused("The models cannot be loaded; the log says why."))
                return
            self.metrics.serving(self.models.values())
            self.metrics.ready.set(1)

        self.computing = Computing(prepare, self.metrics.computed, window_s)

    def allows(self, authorization: str) -> bool:
        """Whether the header of that name shows the token; compared in constant time."""
        shown = b"Bearer " + self._token
        return not self._token or hmac.compare_digest(authorization.encode("latin-1"), shown)

    def drain(self) -> None:
        """Not ready from now on, though what comes is still answered."""
        self.draining = True
        self.metrics.ready.set(0)

    def check_ready(self) -> None:
        """Raises Problem while the models are loaded, and when the server is ending."""
        if self.draining:
            raise problem("not_ready", "The server is ending.")
        self._check_loaded()

    def _check_loaded(self) -> None:
        if not self.models:
            raise problem("not_ready", "The models are being loaded: ask again in a moment.")

    def find(self, name: str, version: str = VERSION) -> Served:
        """The model of that name and version. Raises Problem."""
        self._check_loaded()
        if name not in self.models:
            raise problem(
                "not_found", f"There is no model {name!r:.80}; /v2 lists those there are."
            )
        if version != VERSION:
            raise problem("not_found", f"{name} has the version {VERSION}, not {version!r:.80}.")
        return self.models[name]

    @contextmanager
    def admitted(self) -> Iterator[None]:
        """Around a request. Raises Problem when too many are in flight."""
        if self._in_flight >= self.limits.requests:
            raise problem("busy", f"{self.limits.requests} requests are in flight: ask again soon.")
        self._in_flight += 1
        self.metrics.in_flight.set(self._in_flight)
        try:
            yield
        finally:
            self._in_flight -= 1
            self.metrics.in_flight.set(self._in_flight)
