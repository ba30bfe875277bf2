"""``python deploy/monitoring/generate.py``: what Grafana and the Prometheus operator are given.

Writes ``dashboard.json``, a Grafana dashboard made with grafana-foundation-sdk, and
``prometheusrule.yaml``, the rules of ``alerts.yaml`` as an object of Kubernetes.
"""

from __future__ import annotations

from itertools import count
from pathlib import Path
from textwrap import indent
from typing import Any

from grafana_foundation_sdk.builders import (
    common,
    dashboard,
    heatmap,
    prometheus,
    stat,
    table,
    timeseries,
)
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import common as display
from grafana_foundation_sdk.models.dashboard import (
    DataSourceRef,
    DataTransformerConfig,
    VariableOption,
    VariableRefresh,
)
from grafana_foundation_sdk.models.heatmap import HeatmapColorMode
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

HERE = Path(__file__).parent
SOURCE = DataSourceRef(type_val="prometheus", uid="${source}")
OF = 'job=~"$job", instance=~"$instance"'
MODELS = f'{OF}, model=~"$model"'
RULE = """\
# Written by generate.py from alerts.yaml.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: stridescope
spec:
"""


def made() -> dict[Path, str]:
    """The files and what they hold."""
    encoder = JSONEncoder(sort_keys=True, indent=2)
    rules = (HERE / "alerts.yaml").read_text(encoding="utf-8")
    return {
        HERE / "dashboard.json": encoder.encode(server_dashboard().build()) + "\n",
        HERE / "prometheusrule.yaml": RULE + indent(rules[rules.index("groups:") :], "  "),
    }


def server_dashboard() -> dashboard.Dashboard:
    """Traffic, latency by stage, batches, models, and the process."""
    board = (
        dashboard.Dashboard("Stridescope server")
        .uid("stridescope-server")
        .tags(["stridescope"])
        .refresh("30s")
        .time("now-1h", "now")
        .timezone("browser")
        .with_variable(dashboard.DatasourceVariable("source").label("Source").type("prometheus"))
        .with_variable(_variable("job", "stridescope_ready"))
        .with_variable(_variable("instance", 'stridescope_ready{job=~"$job"}'))
        .with_variable(_variable("model", f"stridescope_model_info{{{OF}}}"))
    )
    number = count(1)
    for title, panels in (
        ("Traffic", _traffic()),
        ("Latency", _latency()),
        ("Batches and models", _models()),
        ("Process", _process()),
    ):
        board.with_row(dashboard.Row(title).id(next(number)))
        for panel in panels:
            board.with_panel(panel.id(next(number)).datasource(SOURCE).height(8))
    return board


def _variable(label: str, series: str) -> dashboard.QueryVariable:
    return (
        dashboard.QueryVariable(label)
        .label(label.capitalize())
        .datasource(SOURCE)
        .query(f"label_values({series}, {label})")
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .multi(True)
        .include_all(True)
        .current(VariableOption(selected=True, text="All", value="$__all"))
    )


def _traffic() -> list[Any]:
    requests = f"sum by (model) (rate(stridescope_requests_total{{{MODELS}}}[$__rate_interval]))"
    errors = f"sum by (kind) (rate(stridescope_errors_total{{{OF}}}[$__rate_interval]))"
    return [
        _plot("Answered requests", "reqps", 8, (requests, "{{model}}")),
        _plot("Refused and failed, by kind", "reqps", 8, (errors, "{{kind}}")),
        _plot(
            *("Requests in flight", "short", 8),
            (f"stridescope_requests_in_flight{{{OF}}}", "{{instance}}"),
            (f"max(stridescope_requests_in_flight_limit{{{OF}}})", "limit"),
        ),
    ]


def _latency() -> list[Any]:
    buckets = (
        f"sum by (le, model) (rate(stridescope_request_seconds_bucket{{{MODELS}}}"
        "[$__rate_interval]))"
    )
    of_all = f"sum by (le) (increase(stridescope_request_seconds_bucket{{{MODELS}}}[$__interval]))"
    stages = (
        f"sum by (stage) (rate(stridescope_stage_seconds_sum{{{MODELS}}}[$__rate_interval])) / "
        f"sum by (stage) (rate(stridescope_stage_seconds_count{{{MODELS}}}[$__rate_interval]))"
    )
    spread = (
        heatmap.Panel()
        .title("All requests")
        .span(6)
        .color(heatmap.HeatmapColorOptions().mode(HeatmapColorMode.SCHEME).scheme("Blues"))
        .with_target(_query(of_all, "{{le}}").format(PromQueryFormat.HEATMAP))
    )
    return [
        *(
            _plot(
                *(f"Of a request, {name}", "s", 6),
                (f"histogram_quantile({level}, {buckets})", "{{model}}"),
            )
            for name, level in (("p50", 0.5), ("p99", 0.99))
        ),
        _plot("Where the time goes", "s", 6, (stages, "{{stage}}")).stacking(
            common.StackingConfig().mode(display.StackingMode.NORMAL)
        ),
        spread,
    ]


def _models() -> list[Any]:
    rows = (
        f"sum by (model) (rate(stridescope_batch_rows_sum{{{MODELS}}}[$__rate_interval])) / "
        f"sum by (model) (rate(stridescope_batch_rows_count{{{MODELS}}}[$__rate_interval]))"
    )
    info = f"max by (model, version, engine, sha256) (stridescope_model_info{{{MODELS}}})"
    hidden = {"excludeByName": {"Time": True, "Value": True}}
    return [
        _plot("Rows computed together, on average", "short", 8, (rows, "{{model}}")),
        table.Panel()
        .title("Models that are served")
        .span(16)
        .with_target(_query(info, "").format(PromQueryFormat.TABLE).instant())
        .with_transformation(DataTransformerConfig(id_val="organize", options=hidden)),
    ]


def _process() -> list[Any]:
    started = f"time() - process_start_time_seconds{{{OF}}}"
    return [
        stat.Panel()
        .title("Ready servers")
        .span(3)
        .with_target(_query(f"sum(stridescope_ready{{{OF}}})", "ready")),
        stat.Panel().title("Up for").unit("s").span(5).with_target(_query(started, "{{instance}}")),
        *(
            _plot(title, unit, width, (expr, "{{instance}}"))
            for title, unit, width, expr in (
                *(
                    ("Memory", "bytes", 6, f"process_resident_memory_bytes{{{OF}}}"),
                    ("Open files", "short", 4, f"process_open_fds{{{OF}}}"),
                ),
                (
                    *("Cores in use", "short", 6),
                    f"rate(process_cpu_seconds_total{{{OF}}}[$__rate_interval])",
                ),
            )
        ),
    ]


def _plot(title: str, unit: str, width: int, *series: tuple[str, str]) -> timeseries.Panel:
    """A plot over time. series: an expression of PromQL and the legend of what it gives."""
    panel = timeseries.Panel().title(title).unit(unit).span(width).min(0).fill_opacity(10)
    for name, (expression, legend) in zip("ABCD", series, strict=False):
        panel.with_target(_query(expression, legend).ref_id(name))
    return panel


def _query(expression: str, legend: str) -> prometheus.Dataquery:
    return prometheus.Dataquery().expr(expression).legend_format(legend).ref_id("A")


if __name__ == "__main__":
    for path, text in made().items():
        path.write_text(text, encoding="utf-8")
        print(path)
