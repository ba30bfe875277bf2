"""Traces by OpenTelemetry's standard variables, received as a collector would."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from viewer.model.notice import Refused
from viewer.serving.traces import tracing, wanted

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
CODE = """
import os
from viewer.serving.traces import tracing
record, end = tracing(os.environ)
stages = {"read": 0.001, "queue": 0.002, "run": 0.003, "write": 0.004}
print(record({"model": "deepphase", "rows": 3}, stages, {"traceparent": "PARENT"}))
end()
""".replace("PARENT", PARENT)


@pytest.mark.parametrize(
    ("environ", "asked"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://x:4318/v1/traces"}, True),
        ({"OTEL_TRACES_EXPORTER": "console"}, True),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}, False),
        ({"OTEL_SDK_DISABLED": "true", "OTEL_TRACES_EXPORTER": "otlp"}, False),
    ],
)
def test_the_standard_variables_ask_for_them(environ: dict[str, str], asked: bool) -> None:
    assert wanted(environ) == asked


@pytest.fixture
def collector() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """An address, and what was sent to it."""
    came: list[tuple[str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", came
        server.shutdown()
        thread.join()


def test_a_request_is_a_span_with_its_stages(
    collector: tuple[str, list[tuple[str, bytes]]],
) -> None:
    pytest.importorskip("opentelemetry.sdk", reason="needs the extra traces")
    proto = pytest.importorskip("opentelemetry.proto.collector.trace.v1.trace_service_pb2")
    address, came = collector
    environ = {**os.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": address, "OTEL_SERVICE_NAME": "ours"}
    done = subprocess.run([sys.executable, "-c", CODE], env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    ((path, body),) = came
    assert path == "/v1/traces"
    (resource,) = proto.ExportTraceServiceRequest.FromString(body).resource_spans
    names = {a.key: a.value.string_value for a in resource.resource.attributes}
    assert names["service.name"] == "ours"
    spans = {span.name: span for scope in resource.scope_spans for span in scope.spans}
    assert set(spans) == {"infer", "read", "queue", "run", "write"}
    assert {span.trace_id.hex() for span in spans.values()} == {PARENT.split("-")[1]}
    assert done.stdout.strip() == PARENT.split("-")[1]
    assert spans["infer"].parent_span_id.hex() == PARENT.split("-")[2]
    assert spans["run"].parent_span_id == spans["infer"].span_id
    took = spans["run"].end_time_unix_nano - spans["run"].start_time_unix_nano
    assert abs(took - 3_000_000) < 1_000
    assert spans["run"].start_time_unix_nano == spans["queue"].end_time_unix_nano


def test_without_their_packages_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.resources", None)
    with pytest.raises(Refused, match=r"stridescope\[serve,traces\]"):
        tracing({"OTEL_TRACES_EXPORTER": "console"})
