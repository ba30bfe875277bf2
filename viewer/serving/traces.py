"""OpenTelemetry traces, where its standard environment variables ask for them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from viewer.model.notice import Refused

Record = Callable[[Mapping[str, Any], Mapping[str, float], Mapping[str, str]], str]
"""Told the facts of a request that has just ended, the seconds of its stages one after the other,
and its headers; gives the id of its trace."""
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_NAME = "stridescope"


def wanted(environ: Mapping[str, str]) -> bool:
    """Whether ``environ`` asks for traces: it names an exporter, or where they are to go."""
    if environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    exporter = environ.get("OTEL_TRACES_EXPORTER")
    return exporter != "none" if exporter else any(map(environ.get, _ENDPOINTS))


def tracing(environ: Mapping[str, str]) -> tuple[Record, Callable[[], None]]:
    """What records requests, and what ends it after the last one. Raises Refused."""
    try:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter

        if environ.get("OTEL_TRACES_EXPORTER") == "console":
            exporter: Any = ConsoleSpanExporter()
        else:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

            exporter = OTLPSpanExporter()
    except ModuleNotFoundError as error:
        install = "pip install 'stridescope[serve,traces]'"
        raise Refused(f"Traces are asked for, but {error.name} is missing: {install}.") from error
    named = {} if environ.get("OTEL_SERVICE_NAME") else {"service.name": _NAME}
    provider = TracerProvider(resource=Resource.create(named))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return _recording(provider.get_tracer(_NAME)), provider.shutdown


def _recording(tracer: Any) -> Record:
    from opentelemetry import propagate
    from opentelemetry.trace import SpanKind, format_trace_id, set_span_in_context

    def record(
        facts: Mapping[str, Any], stages: Mapping[str, float], headers: Mapping[str, str]
    ) -> str:
        ended = time.time_ns()
        at = ended - round(1e9 * sum(stages.values()))
        context = propagate.extract(dict(headers))
        span = tracer.start_span("infer", context, SpanKind.SERVER, {**facts}, start_time=at)
        for stage, seconds in stages.items():
            part = tracer.start_span(stage, set_span_in_context(span), start_time=at)
            at += round(1e9 * seconds)
            part.end(at)
        span.end(ended)
        return format_trace_id(span.get_span_context().trace_id)

    return record
