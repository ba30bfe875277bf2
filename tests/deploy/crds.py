"""What custom resources may hold, for which kubernetes-validate has no schema.

Ours, of the fields that we use and no other: written after the types of KServe 0.15 (ServingRuntime
v1alpha1, InferenceService v1beta1) and of the Prometheus operator 0.84. What KServe takes from
Kubernetes, the pod and its containers, is held to the schema of Kubernetes.
"""

from __future__ import annotations

import copy
from typing import Any

import jsonschema
import kubernetes_validate

Schema = dict[str, Any]
TEXT: Schema = {"type": "string", "minLength": 1}
YES_NO: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 1}
WORDS: Schema = {"type": "object", "additionalProperties": TEXT}
DURATION: Schema = {"type": "string", "pattern": "^([0-9]+(ms|s|m|h|d))+$"}


def _object(*required: str, **properties: Schema) -> Schema:
    """Of these properties and no other. required: those that must be there."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items, "minItems": 1}


_FORMAT = _object("name", name=TEXT, version=TEXT, autoSelect=YES_NO, priority=COUNT)
_SECRET = _object("name", "key", name=TEXT, key=TEXT)
_ENDPOINT = _object(
    "path",
    port=TEXT,
    targetPort={"type": ["integer", "string"]},
    path={"type": "string", "pattern": "^/"},
    interval=DURATION,
    authorization=_object("credentials", type=TEXT, credentials=_SECRET),
)
_RULE = _object(
    *("alert", "expr"),
    **{"alert": TEXT, "expr": TEXT, "for": DURATION, "labels": WORDS, "annotations": WORDS},
)
_MODEL = _object(
    "modelFormat",
    modelFormat=_object("name", name=TEXT, version=TEXT),
    runtime=TEXT,
    storageUri=TEXT,
    protocolVersion={"enum": ["v1", "v2"]},
)
_RUNTIME = _object(
    *("supportedModelFormats", "protocolVersions"),
    supportedModelFormats=_list(_FORMAT),
    protocolVersions=_list({"enum": ["v1", "v2", "grpc-v1", "grpc-v2"]}),
    multiModel=YES_NO,
    disabled=YES_NO,
    labels=WORDS,
    annotations=WORDS,
)
_PREDICTOR = _object(
    "model",
    model=_MODEL,
    minReplicas={"type": "integer", "minimum": 0},
    maxReplicas=COUNT,
    scaleTarget=COUNT,
    scaleMetric={"enum": ["cpu", "memory", "concurrency", "rps"]},
)
SPECS: dict[str, Schema] = {
    "serving.kserve.io/v1alpha1 ServingRuntime": _RUNTIME,
    "serving.kserve.io/v1beta1 InferenceService": _object("predictor", predictor=_PREDICTOR),
    "monitoring.coreos.com/v1 ServiceMonitor": _object(
        *("selector", "endpoints"),
        selector=_object("matchLabels", matchLabels=WORDS),
        endpoints=_list(
            {**_ENDPOINT, "oneOf": [{"required": [k]} for k in ("port", "targetPort")]}
        ),
    ),
    "monitoring.coreos.com/v1 PrometheusRule": _object(
        "groups", groups=_list(_object("name", "rules", name=TEXT, rules=_list(_RULE)))
    ),
}
_AROUND = _object(
    *("apiVersion", "kind", "metadata"),
    apiVersion=TEXT,
    kind=TEXT,
    metadata=_object("name", name=TEXT, namespace=TEXT, labels=WORDS, annotations=WORDS),
)
_OF_A_POD = (
    *("containers", "volumes", "automountServiceAccountToken", "enableServiceLinks"),
    *("terminationGracePeriodSeconds", "topologySpreadConstraints", "nodeSelector", "tolerations"),
)
"""Fields of KServe's that are those of a pod."""


def check(manifest: dict[str, Any]) -> bool:
    """Whether ``manifest`` is of a kind that is known here. Raises ValidationError."""
    kind = f"{manifest['apiVersion']} {manifest['kind']}"
    if kind not in SPECS:
        return False
    jsonschema.validate({k: v for k, v in manifest.items() if k != "spec"}, _AROUND)
    spec = copy.deepcopy(manifest["spec"])
    if kind.startswith("serving.kserve.io"):
        _check_pod(spec.get("predictor", spec))
    jsonschema.validate(spec, SPECS[kind])
    return True


def _check_pod(place: dict[str, Any]) -> None:
    """Take the fields of a pod out of ``place``, and hold them to the schema of Kubernetes."""
    pod = {"containers": [{"name": "any", "image": "any"}]}
    pod |= {key: place.pop(key) for key in _OF_A_POD if key in place}
    whole = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "any"}, "spec": pod}
    kubernetes_validate.validate(whole, kubernetes_validate.latest_version(), strict=True)
