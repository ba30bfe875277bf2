"""What Prometheus is told at ``/metrics``: the names, and who counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from .problem import KINDS
from .served import VERSION, Served

REQUESTS = "stridescope_requests_total"
ERRORS = "stridescope_errors_total"
REQUEST_SECONDS = "stridescope_request_seconds"
STAGE_SECONDS = "stridescope_stage_seconds"
BATCH_ROWS = "stridescope_batch_rows"
IN_FLIGHT = "stridescope_requests_in_flight"
IN_FLIGHT_LIMIT = "stridescope_requests_in_flight_limit"
READY = "stridescope_ready"
MODEL = "stridescope_model_info"
HELP: Mapping[str, str] = {
    REQUESTS: "Inference requests that were answered, by model",
    ERRORS: "Requests that were refused or failed, by kind",
    REQUEST_SECONDS: "From the head of an answered request to the end of its answer, by model",
    STAGE_SECONDS: "The same time by model and stage: read, queue, run, write",
    BATCH_ROWS: "Rows that were computed together, by model",
    IN_FLIGHT: "Inference requests whose answer is not yet sent",
    IN_FLIGHT_LIMIT: "As many of them there may be",
    READY: "1 while every model is loaded and the server is not ending, else 0",
    MODEL: "1 for each model that is served, with its engine and the sha256 of its file",
}
"""Every metric of our own; those of the process are beside them."""
STAGES = ("read", "queue", "run", "write")
SECONDS = (
    *(0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05),
    *(0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0),
)
ROWS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """The numbers of one server, in a registry of their own."""

    def __init__(self, in_flight_limit: int) -> None:
        self._registry = own = CollectorRegistry()

        def histogram(name: str, labels: Iterable[str], buckets: Iterable[float]) -> Histogram:
            return Histogram(name, HELP[name], labels, buckets=tuple(buckets), registry=own)

        self._requests = Counter(REQUESTS, HELP[REQUESTS], ["model"], registry=own)
        self._errors = Counter(ERRORS, HELP[ERRORS], ["kind"], registry=own)
        self._seconds = histogram(REQUEST_SECONDS, ["model"], SECONDS)
        self._stages = histogram(STAGE_SECONDS, ["model", "stage"], SECONDS)
        self._rows = histogram(BATCH_ROWS, ["model"], ROWS)
        labels = ["model", "version", "engine", "sha256"]
        self._models = Gauge(MODEL, HELP[MODEL], labels, registry=own)
        self.in_flight = Gauge(IN_FLIGHT, HELP[IN_FLIGHT], registry=own)
        self.ready = Gauge(READY, HELP[READY], registry=own)
        Gauge(IN_FLIGHT_LIMIT, HELP[IN_FLIGHT_LIMIT], registry=own).set(in_flight_limit)
        ProcessCollector(registry=own)
        for kind in KINDS:
            self._errors.labels(kind)

    def serving(self, models: Iterable[Served]) -> None:
        """The models are there; each has its rows from now on."""
        for model in models:
            found = model.properties
            self._models.labels(model.name, VERSION, found["engine"], found["sha256"]).set(1)
            for family in (self._requests, self._seconds, self._rows):
                family.labels(model.name)
            for stage in STAGES:
                self._stages.labels(model.name, stage)

    def answered(self, model: str, stages: Mapping[str, float], took_s: float) -> None:
        """A request was answered; ``stages``: seconds of each."""
        self._requests.labels(model).inc()
        self._seconds.labels(model).observe(took_s)
        for stage, seconds in stages.items():
            self._stages.labels(model, stage).observe(seconds)

    def computed(self, model: str, rows: int) -> None:
        """So many rows were computed together."""
        self._rows.labels(model).observe(rows)

    def refused(self, kind: str) -> None:
        """A request was not answered, for one of ``problem.KINDS``."""
        self._errors.labels(kind).inc()

    def text(self) -> bytes:
        """All of it, in Prometheus' text format."""
        return generate_latest(self._registry)
