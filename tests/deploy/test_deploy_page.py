"""docs/how-to/deploy.md: its commands run as they stand there."""

from __future__ import annotations

import json
import re
import shutil
import socket
from pathlib import Path

import pytest

from tests.deploy.manifests import OVERLAYS, ROOT, tool
from tests.deploy.page import PAGE, blocks, section, shell
from tests.deploy.test_monitoring import alerts
from tests.test_house_rules import tracked

EXTRA = "the extra serve is not here"


def elsewhere(commands: str) -> str:
    """The same commands on a port that is free."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return commands.replace("8080", str(free.getsockname()[1]))


def test_every_block_is_run_by_a_test_below() -> None:
    counts = {name: len(blocks(name)) for name in ("Laptop", "Server", "Cluster", "Monitoring")}
    assert counts == {"Laptop": 2, "Server": 3, "Cluster": 2, "Monitoring": 2}
    assert len(re.findall("^```sh$", PAGE.read_text(), re.MULTILINE)) == sum(counts.values())


def test_on_a_laptop_it_serves_and_ends() -> None:
    pytest.importorskip("uvicorn", reason=EXTRA)
    tool("curl")
    out = shell(elsewhere(blocks("Laptop")[1]))
    assert '"name":"deepphase"' in out.replace(" ", "")
    assert "stridescope_ready 1.0" in out


@pytest.mark.slow
def test_on_a_laptop_the_whole_way_from_a_clone(tmp_path: Path) -> None:
    """Installs into an environment of its own, which takes minutes."""
    tool("curl")
    clone = tmp_path / "stridescope"
    for path in tracked():
        place = clone / path.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, place)
    out = shell(elsewhere("\n".join(blocks("Laptop"))), clone, limit_s=1800)
    assert "stridescope_ready 1.0" in out


def test_the_token_is_a_secret_that_kubernetes_takes() -> None:
    tool("kubectl"), tool("openssl"), tool("kubernetes-validate")
    shell(blocks("Cluster")[0])
    made = blocks("Cluster")[0].partition("| kubernetes-validate")[0].replace("yaml", "json")
    secret = json.loads(shell(made))
    assert secret["kind"] == "Secret" and set(secret["data"]) == {"token"}


def test_every_overlay_is_rendered_and_checked() -> None:
    tool("kubectl"), tool("kubernetes-validate")
    commands = blocks("Cluster")[1]
    assert re.findall(r"overlays/(\w+)", commands) == list(OVERLAYS)
    shell(commands)


def test_rules_and_dashboard_are_made_and_checked() -> None:
    pytest.importorskip("grafana_foundation_sdk", reason="grafana-foundation-sdk is not here")
    tool("promtool")
    make, check = blocks("Monitoring")
    assert "dashboard.json" in shell(make)
    assert f"{len(alerts())} rules found" in shell(check)


def test_the_page_counts_the_alerts() -> None:
    assert len(alerts()) == 11 and "eleven alerts" in section("Monitoring")
