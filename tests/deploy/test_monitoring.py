"""Alerts and dashboard: what promtool says of them, and that the server tells what they read."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from inference.models import MODELS
from tests.deploy.manifests import ROOT, tool
from tests.deploy.promql import named, told
from tests.deploy.serving import get, infer, served

MONITORING = ROOT / "deploy" / "monitoring"
TOKEN = "a token of the tests"
GIVEN_BY_PROMETHEUS = {"job", "instance"}
Told = dict[str, dict[str, set[str]]]


def alerts() -> list[dict[str, Any]]:
    yaml = pytest.importorskip("yaml", reason="PyYAML is not here")
    groups = yaml.safe_load((MONITORING / "alerts.yaml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    board = json.loads((MONITORING / "dashboard.json").read_text())
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def expressions() -> Iterator[str]:
    """All of PromQL in rules and dashboard."""
    yield from (rule["expr"] for rule in alerts())
    yield from (target["expr"] for panel in panels() for target in panel["targets"])
    board = json.loads((MONITORING / "dashboard.json").read_text())
    queries = [each["query"] for each in board["templating"]["list"] if each["type"] == "query"]
    assert len(queries) == 3
    for query in queries:
        series, label = re.fullmatch(r"label_values\((.*), (\w+)\)", query).groups()  # type: ignore[union-attr]
        yield f"count by ({label}) ({series})"


@pytest.fixture(scope="module")
def page() -> Told:
    """What a real server tells at /metrics after a request to each of the five models."""
    pytest.importorskip("uvicorn", reason="the extra serve is not here")
    with served("--engine", "numpy", token=TOKEN) as url:
        for name in MODELS:
            infer(url, name, TOKEN, rows=2)
        return told(get(f"{url}/metrics", TOKEN))


def test_every_series_is_told_by_the_server(page: Told) -> None:
    read = set().union(*(named(each).series for each in expressions()))
    assert len(read) >= 12
    assert read <= set(page)


def test_every_label_is_one_of_its_series(page: Told) -> None:
    for each in expressions():
        found = named(each)
        for series, label, value in found.matched:
            assert label in {*page[series], *GIVEN_BY_PROMETHEUS}, each
            if label in ("kind", "stage"):
                assert set(value.split("|")) <= page[series][label], each
        known = set().union(*(page[series] for series in found.series), GIVEN_BY_PROMETHEUS)
        assert found.grouped <= known, each


def test_a_series_that_is_not_told_is_noticed(page: Told) -> None:
    wrong = 'sum by (le) (rate(stridescope_request_second_bucket{modl="x"}[5m])) > 0.5'
    found = named(wrong)
    assert found.series == {"stridescope_request_second_bucket"}
    assert not found.series <= set(page)
    assert found.matched == {("stridescope_request_second_bucket", "modl", "x")}
    assert found.grouped == {"le"}


def test_promtool_takes_the_rules() -> None:
    done = promtool("check", "rules", "alerts.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(alerts())} rules found" in done.stdout


def test_the_alerts_come_when_they_should() -> None:
    done = promtool("test", "rules", "alerts_test.yaml")
    assert done.returncode == 0, done.stdout + done.stderr


def promtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [tool("promtool"), *arguments]
    return subprocess.run(command, cwd=MONITORING, capture_output=True, text=True)


def test_every_alert_is_tested_both_ways() -> None:
    yaml = pytest.importorskip("yaml", reason="PyYAML is not here")
    tests = yaml.safe_load((MONITORING / "alerts_test.yaml").read_text())["tests"]
    cases = [case for test in tests for case in test["alert_rule_test"]]
    names = {rule["alert"] for rule in alerts()}
    assert {case["alertname"] for case in cases if case.get("exp_alerts")} == names
    assert {case["alertname"] for case in cases if not case.get("exp_alerts")} == names


def test_every_alert_says_what_it_is_and_how_bad() -> None:
    for rule in alerts():
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert rule["annotations"].keys() == {"summary", "description"}


def test_the_files_are_those_that_the_script_makes() -> None:
    pytest.importorskip("grafana_foundation_sdk", reason="grafana-foundation-sdk is not here")
    spec = importlib.util.spec_from_file_location("generate", MONITORING / "generate.py")
    assert spec and spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    for path, text in script.made().items():
        assert path.read_text(encoding="utf-8") == text, path


def test_the_rule_of_the_operator_holds_the_same_alerts() -> None:
    yaml = pytest.importorskip("yaml", reason="PyYAML is not here")
    rule = yaml.safe_load((MONITORING / "prometheusrule.yaml").read_text())
    assert [each for group in rule["spec"]["groups"] for each in group["rules"]] == alerts()


def test_panels_fill_their_rows_and_have_numbers_of_their_own() -> None:
    board = json.loads((MONITORING / "dashboard.json").read_text())
    ids = [panel["id"] for panel in board["panels"]]
    assert len(set(ids)) == len(ids)
    for top in {panel["gridPos"]["y"] for panel in panels()}:
        places = [p["gridPos"] for p in panels() if p["gridPos"]["y"] == top]
        assert sum(place["w"] for place in places) == 24
        assert len({place["x"] for place in places}) == len(places)
