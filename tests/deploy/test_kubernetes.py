"""The manifests, rendered by kubectl: held to the schemas of Kubernetes and to their promises."""

from __future__ import annotations

import copy
import re
import subprocess
import sys
from typing import Any

import pytest

from tests.deploy.manifests import (
    OVERLAYS,
    ROOT,
    one,
    pods,
    rendered,
    rendered_text,
    selects,
)

SERVERS = ("cpu", "gpu", "kserve")
UID = 65532
CUSTOM = re.compile(r"find schema for kind (\w+)")


def validated(text: str) -> subprocess.CompletedProcess[str]:
    """What kubernetes-validate says of the objects of ``text``."""
    pytest.importorskip("kubernetes_validate", reason="kubernetes-validate is not here")
    command = [sys.executable, "-m", "kubernetes_validate", "--strict", "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_kubernetes_takes_it(overlay: str) -> None:
    """Custom resources, which kubernetes-validate does not know, by schemas of our own."""
    done = validated(rendered_text(overlay))
    assert done.returncode == 0, done.stdout + done.stderr
    from tests.deploy.crds import check

    objects = rendered(overlay)
    unknown = set(CUSTOM.findall(done.stdout + done.stderr))
    assert unknown == {each["kind"] for each in objects if check(each)}
    assert ("InferenceService" in unknown) == (overlay == "kserve")


def test_what_kubernetes_would_not_take_is_told() -> None:
    text = rendered_text("cpu")
    assert validated(text.replace("failureThreshold: 2", "failureThreshhold: 2")).returncode
    assert validated(text.replace("containerPort: 8080", "containerPort: http")).returncode


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("ServiceMonitor", ("spec", "endpoints", 0, "port"), 8080),
        ("ServiceMonitor", ("spec", "endpoints", 0, "intervall"), "15s"),
        ("ServingRuntime", ("spec", "containers", 0, "imagee"), "stridescope"),
        ("ServingRuntime", ("spec", "protocolVersions", 0), "v3"),
        ("InferenceService", ("spec", "predictor", "enableServiceLinks"), "no"),
        ("InferenceService", ("spec", "predictor", "modle"), {}),
        ("PrometheusRule", ("spec", "groups", 0, "rules", 0, "for"), 5),
    ],
)
def test_what_a_custom_resource_may_not_hold_is_told(
    kind: str, path: tuple[Any, ...], value: Any
) -> None:
    pytest.importorskip("kubernetes_validate", reason="kubernetes-validate is not here")
    from tests.deploy.crds import check

    wrong = copy.deepcopy(one(rendered("kserve"), kind))
    place: Any = wrong
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(Exception, match=re.escape(repr(value)) + "|" + str(path[-1])):
        check(wrong)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_no_pod_may_do_more_than_it_must(overlay: str) -> None:
    found = list(pods(rendered(overlay)))
    assert found
    for name, _, pod in found:
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["enableServiceLinks"] is False, name
        for container in pod["containers"]:
            security = pod.get("securityContext", {}) | container["securityContext"]
            assert security["runAsNonRoot"] is True, name
            assert security["runAsUser"] == security["runAsGroup"] == UID, name
            assert security["seccompProfile"] == {"type": "RuntimeDefault"}, name
            assert security["readOnlyRootFilesystem"] is True, name
            assert security["allowPrivilegeEscalation"] is False, name
            assert security["capabilities"] == {"drop": ["ALL"]}, name
            assert set(container["resources"]["limits"]) >= {"cpu", "memory"}, name
            assert set(container["resources"]["requests"]) >= {"cpu", "memory"}, name
            assert "/tmp" in {mount["mountPath"] for mount in container["volumeMounts"]}, name
    spaces = [each for each in rendered(overlay) if each["kind"] == "Namespace"]
    assert [
        each["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] for each in spaces
    ] == ["restricted"]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_what_runs_on_is_probed_and_spread(overlay: str) -> None:
    objects = rendered(overlay)
    jobs = {each["metadata"]["name"] for each in objects if each["kind"] == "Job"}
    alone = {"scheduler"}  # of which there is one
    for name, labels, pod in pods(objects):
        if name in jobs:
            continue
        for container in pod["containers"]:
            ports = {port["name"]: port["containerPort"] for port in container["ports"]}
            for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                how = container[probe].get("httpGet") or container[probe]["tcpSocket"]
                assert how["port"] in {*ports, *ports.values()}, (name, probe)
        spread = pod.get("topologySpreadConstraints", [])
        assert bool(spread) != (name in alone), name
        assert all(selects(labels, each["labelSelector"]["matchLabels"]) for each in spread), name


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_selector_finds_pods(overlay: str) -> None:
    objects = rendered(overlay)
    labels = [found for _, found, _ in pods(objects)]
    selectors = {
        f"{each['kind']} {each['metadata']['name']}": each["spec"]["selector"]
        for each in objects
        if each["kind"] in ("Service", "PodDisruptionBudget", "Deployment")
    }
    assert len(selectors) >= (1 if overlay == "kserve" else 3)
    for what, selector in selectors.items():
        wanted = selector.get("matchLabels", selector)
        assert sum(selects(found, wanted) for found in labels) == 1, what
    deployments = {each["metadata"]["name"] for each in objects if each["kind"] == "Deployment"}
    for each in objects:
        if each["kind"] == "HorizontalPodAutoscaler":
            assert each["spec"]["scaleTargetRef"]["name"] in deployments
            assert each["spec"]["minReplicas"] <= each["spec"]["maxReplicas"]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_no_pod_reaches_out(overlay: str) -> None:
    """But for those of the Dask cluster, which reach each other and the names of the cluster."""
    objects = rendered(overlay)
    policy = one(objects, "NetworkPolicy")["spec"]
    assert set(policy["policyTypes"]) == {"Ingress", "Egress"}
    assert all(
        selects(labels, policy["podSelector"]["matchLabels"]) for _, labels, _ in pods(objects)
    )
    if overlay != "dask":
        assert policy["egress"] == []
        return
    own, names = policy["egress"]
    assert own == {"to": [{"podSelector": {}}]}
    assert {port["port"] for port in names["ports"]} == {53}
    assert policy["ingress"] == [{"from": [{"podSelector": {}}]}]


@pytest.mark.parametrize("overlay", ["cpu", "gpu"])
def test_the_monitor_finds_the_service_and_the_port(overlay: str) -> None:
    objects = rendered(overlay)
    service, monitor = one(objects, "Service"), one(objects, "ServiceMonitor")
    assert selects(service["metadata"]["labels"], monitor["spec"]["selector"]["matchLabels"])
    (endpoint,) = monitor["spec"]["endpoints"]
    assert endpoint["path"] == "/metrics"
    assert endpoint["port"] in {port["name"] for port in service["spec"]["ports"]}
    ((_, _, pod),) = pods(objects)
    targets = {port["targetPort"] for port in service["spec"]["ports"]}
    assert targets <= {port["name"] for port in pod["containers"][0]["ports"]}


@pytest.mark.parametrize("overlay", SERVERS)
def test_server_and_monitor_have_the_same_token(overlay: str) -> None:
    objects = rendered(overlay)
    ((_, _, pod),) = pods(objects)
    secrets = {
        variable["name"]: variable["valueFrom"]["secretKeyRef"]
        for variable in pod["containers"][0]["env"]
    }
    (endpoint,) = one(objects, "ServiceMonitor")["spec"]["endpoints"]
    assert secrets["STRIDESCOPE_TOKEN"] == endpoint["authorization"]["credentials"]
    assert not [each for each in objects if each["kind"] == "Secret"]


def test_what_stops_is_given_time_to_answer() -> None:
    from viewer.serving.service import Limits

    ((_, _, pod),) = pods(rendered("cpu"))
    waits = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert pod["terminationGracePeriodSeconds"] > waits + Limits().time_s


@pytest.mark.parametrize("overlay", SERVERS)
def test_the_server_takes_its_arguments(overlay: str) -> None:
    from viewer.commands.arguments import command_parser

    ((_, _, pod),) = pods(rendered(overlay))
    (container,) = pod["containers"]
    args = command_parser("serve").parse_args(container["args"])
    assert (args.engine, args.device) == {"gpu": ("max", "gpu")}.get(overlay, ("mojo", None))
    assert ("nvidia.com/gpu" in container["resources"]["limits"]) == (overlay == "gpu")


def test_kserve_makes_what_the_others_bring() -> None:
    objects = rendered("kserve")
    kinds = {each["kind"] for each in objects}
    assert not kinds & {"Deployment", "Service", "HorizontalPodAutoscaler"}
    runtime, service = one(objects, "ServingRuntime"), one(objects, "InferenceService")
    model = service["spec"]["predictor"]["model"]
    assert model["runtime"] == runtime["metadata"]["name"]
    formats = runtime["spec"]["supportedModelFormats"]
    assert model["modelFormat"] in [{k: f[k] for k in ("name", "version")} for f in formats]
    assert model["protocolVersion"] in runtime["spec"]["protocolVersions"]
    assert [each["name"] for each in runtime["spec"]["containers"]] == ["kserve-container"]


def test_the_cluster_of_the_library_fits_together() -> None:
    objects = rendered("dask")
    scheduler = one(objects, "Service", "scheduler")
    address = f"tcp://{scheduler['metadata']['name']}:{scheduler['spec']['ports'][0]['port']}"
    found = {name: pod["containers"][0] for name, _, pod in pods(objects)}
    assert set(found) == {"scheduler", "worker", "analyze"}
    assert address in found["worker"]["args"] and address in found["analyze"]["args"]
    assert len({container["image"] for container in found.values()}) == 1
    claims = {
        each["metadata"]["name"] for each in objects if each["kind"] == "PersistentVolumeClaim"
    }
    for name in ("worker", "analyze"):
        places = {mount["mountPath"] for mount in found[name]["volumeMounts"]}
        assert {f"/{claim}" for claim in claims} <= places, "both see the same files"


def test_images_have_the_newest_version_that_was_cut() -> None:
    text = "\n".join(map(rendered_text, OVERLAYS))
    images = re.findall(r"^ *(?:- )?image: (\S+)$", text, re.MULTILINE)
    assert {image.partition(":")[2] for image in images} == {version()}


def version() -> str:
    """The newest of CHANGELOG.md that has a number."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    return re.findall(r"^## \[?(\d+\.\d+\.\d+)", text, re.MULTILINE)[0]
