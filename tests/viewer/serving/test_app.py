"""The paths of the protocol, over a real socket."""

from __future__ import annotations

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from inference import load_model
from inference.models import MODELS
from inference.protocol import Message, write_request
from viewer.model.demo import ASSETS
from viewer.model.notice import Refused
from viewer.serving.problem import KINDS
from viewer.serving.service import Catalog, Limits

from .conftest import Running, running, until

FRAME = {"frame": np.ones((3, 132), np.float32)}


def json_request(rows: int = 1, **changes: object) -> Message:
    """A request to DeepPhase in JSON."""
    tensor = {"name": "frame", "datatype": "FP32", "shape": [rows, 132], "data": [0.5] * 132 * rows}
    return Message(json.dumps({"inputs": [{**tensor, **changes}]}).encode(), "")


def test_the_server_tells_what_it_is_and_what_it_has(served: Running) -> None:
    for path in ("/v2", "/v2/"):
        told = served.ask("GET", path).json
        assert (told["name"], told["extensions"]) == ("stridescope", ["binary_tensor_data"])
        assert set(told["models"]) >= {*MODELS, "phase", "restyle"}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("version", ["", "/versions/1"])
def test_a_model_tells_its_true_tensors(served: Running, name: str, version: str) -> None:
    told = served.ask("GET", f"/v2/models/{name}{version}").json
    spec = MODELS[name]
    for side, shapes in (("inputs", spec.inputs), ("outputs", spec.outputs)):
        assert told[side] == [
            {"name": key, "datatype": "FP32", "shape": [-1, *shape[1:]]}
            for key, shape in shapes.items()
        ]
    digest = sha256(spec.path(ASSETS).read_bytes()).hexdigest()
    assert (told["versions"], told["properties"]["sha256"]) == (["1"], digest)
    assert served.ask("GET", f"/v2/models/{name}{version}/ready").status == 200


def test_what_is_not_there_is_told(served: Running) -> None:
    for path in (
        "/v2/models/nobody",
        "/v2/models/nobody/ready",
        "/v2/models/deepphase/versions/2",
        "/v2/models/deepphase/",
        "/v2/models/..%2f..%2fetc%2fpasswd",
        "/v2/models",
        "/",
        "/etc/passwd",
    ):
        reply = served.ask("GET", path)
        assert (reply.status, bool(reply.error)) == (404, True)
    assert served.ask("POST", "/v2/models/nobody/infer", b"{}").status == 404
    wrong = served.ask("DELETE", "/v2/models/deepphase/infer")
    assert (wrong.status, wrong.headers["allow"]) == (405, "POST")
    assert "DELETE" in wrong.error


def test_an_answer_is_the_engines_own(served: Running) -> None:
    runner = load_model(MODELS["deepphase"].path(ASSETS), spec=MODELS["deepphase"])
    assert np.array_equal(served.infer("deepphase", **FRAME)["phase"], runner.run(FRAME)["phase"])


def test_numbers_that_are_none_pass_as_binary_and_are_told_of_as_json(served: Running) -> None:
    frame = np.full((1, 132), np.nan, np.float32)
    assert np.isnan(served.infer("deepphase", frame=frame)["phase"]).all()
    reply = served.post("deepphase", write_request({"frame": frame}, binary_answer=False))
    assert (reply.status, "binary" in reply.error) == (400, True)


def test_what_is_wrong_with_a_request_is_told(served: Running) -> None:
    told = {
        "no output 'z'": json.loads(json_request().body) | {"outputs": [{"name": "z"}]},
        "'latent'": {"inputs": [{"name": "latent", "datatype": "FP32", "shape": [0], "data": []}]},
        "'INT8'": json.loads(json_request(datatype="INT8").body),
        "expected [batch, 132]": json.loads(json_request(shape=[66, 2]).body),
    }
    for named, fields in told.items():
        reply = served.post("deepphase", Message(json.dumps(fields).encode(), ""))
        assert (reply.status, named in reply.error) == (400, True), reply.error
    zipped = served.ask("POST", "/v2/models/deepphase/infer", b"x", {"Content-Encoding": "gzip"})
    assert (zipped.status, "compressed" in zipped.error) == (400, True)


def test_no_rows_are_answered_with_none(served: Running) -> None:
    reply = served.post("deepphase", json_request(0))
    assert reply.json["outputs"] == [
        {"name": "phase", "datatype": "FP32", "shape": [0, 2], "data": []}
    ]


def test_too_much_is_refused_by_its_size(catalog: Catalog) -> None:
    with running(lambda: catalog, Limits(body_bytes=4_000)) as server:
        until(lambda: server.service.models)
        whole = server.post("deepphase", json_request(8))
        assert (whole.status, "4,000 bytes" in whole.error) == (413, True)
        path = "/v2/models/deepphase/infer"
        pieces = server.ask("POST", path, iter([b"x" * 1000] * 9), {})  # type: ignore[arg-type]
        assert (pieces.status, bool(pieces.error)) == (413, True)
        assert server.post("deepphase", json_request()).status == 200
        assert server.metric('stridescope_errors_total{kind="too_large"}') == 2


def test_too_many_rows_are_refused(served: Running) -> None:
    reply = served.post("deepphase", write_request({"frame": np.zeros((513, 132), np.float32)}))
    assert (reply.status, "513 rows" in reply.error) == (413, True)


def test_a_body_may_come_in_pieces(served: Running) -> None:
    body = json_request().body
    pieces = iter([body[first : first + 100] for first in range(0, len(body), 100)])
    reply = served.ask("POST", "/v2/models/deepphase/infer", pieces, {})  # type: ignore[arg-type]
    assert reply.status == 200


def test_it_is_ready_when_its_kernels_are(catalog: Catalog) -> None:
    there = threading.Event()

    def load() -> Catalog:
        there.wait()
        return catalog

    with running(load) as server:
        try:
            assert server.ask("GET", "/v2/health/live").status == 200
            for path in ("/v2/health/ready", "/v2/models/deepphase", "/v2/models/deepphase/ready"):
                reply = server.ask("GET", path)
                assert (reply.status, reply.headers["retry-after"]) == (503, "1")
                assert "being loaded" in reply.error
            assert server.post("deepphase", json_request()).status == 503
            assert server.metric("stridescope_ready") == 0
        finally:
            there.set()
        until(lambda: server.ask("GET", "/v2/health/ready").status == 200)
        assert server.metric("stridescope_ready") == 1


def test_models_that_cannot_be_loaded_are_told_of(catalog: Catalog) -> None:
    def load() -> Catalog:
        raise Refused("No such file.")

    def fail() -> Catalog:
        raise OSError("the disk is gone")

    for loading, said in ((load, "No such file."), (fail, "log says why")):
        told: list[Refused] = []
        with running(loading, failed=told.append):
            until(told.__len__)
        assert said in str(told[0])


def test_more_than_may_be_in_flight_are_told_to_come_again(catalog: Catalog) -> None:
    with running(lambda: catalog, Limits(requests=1)) as server:
        until(lambda: server.service.models)
        with server.service.admitted():
            reply = server.post("deepphase", json_request())
        assert (reply.status, reply.headers["retry-after"]) == (503, "1")
        assert server.post("deepphase", json_request()).status == 200


def test_what_is_not_answered_in_time_is_told_so(catalog: Catalog) -> None:
    pytest.importorskip("mujoco", reason="needs MuJoCo: what takes long is its character")
    with running(lambda: catalog, Limits(time_s=0.05)) as server:
        until(lambda: server.service.models)
        long = write_request({"seconds": np.array([30], np.float32)})
        reply = server.post("simulate", long)
        assert (reply.status, "in time" in reply.error) == (503, True)
        until(lambda: server.metric("stridescope_requests_in_flight") == 0)


def test_the_token_is_asked_for(catalog: Catalog) -> None:
    with running(lambda: catalog, token="s3cret") as server:
        until(lambda: server.service.models)
        for path in ("/v2/health/live", "/v2/health/ready"):
            assert server.ask("GET", path).status == 200
        for shown in (
            "",
            "Bearer",
            "Bearer s3cre",
            "Basic s3cret",
            "Bearer s3cret2",
            "Bearer \xff",
        ):
            for path in ("/v2", "/metrics", "/nowhere", "/v2/models/deepphase"):
                reply = server.ask("GET", path, headers={"Authorization": shown})
                assert (reply.status, reply.headers["www-authenticate"]) == (401, "Bearer")
                assert "s3cret" not in reply.error
        assert server.ask("GET", "/v2", headers={"Authorization": "Bearer s3cret"}).status == 200


def test_every_error_has_its_counter(served: Running) -> None:
    text = served.ask("GET", "/metrics").body.decode()
    assert all(f'stridescope_errors_total{{kind="{kind}"}}' in text for kind in KINDS)


def test_the_rows_of_a_batch_have_the_bits_that_they_have_alone(
    served: Running, sharing: Running
) -> None:
    if not all(model.shares for model in sharing.service.models.values() if model.name in MODELS):
        pytest.skip("this engine's bits depend on the batch, so that nothing is shared")
    rng = np.random.default_rng(0)
    sizes = [1, 1, 1, 2, 63, 64, 65, 1, 66, 1]
    for name, spec in MODELS.items():
        ((tensor, shape),) = spec.inputs.items()
        rows = [rng.standard_normal((n, *shape[1:])).astype(np.float32) for n in sizes]
        alone = [served.infer(name, **{tensor: x}) for x in rows]
        with ThreadPoolExecutor(len(rows)) as pool:
            together = pool.map(lambda x, n=name, t=tensor: sharing.infer(n, **{t: x}), rows)
        for one, other in zip(alone, together, strict=True):
            assert {k: v.tobytes() for k, v in one.items()} == {
                k: v.tobytes() for k, v in other.items()
            }


def test_requests_that_come_together_share_a_batch(sharing: Running) -> None:
    if not sharing.service.models["stylevae_decoder"].shares:
        pytest.skip("this engine's bits depend on the batch, so that nothing is shared")
    count = 'stridescope_batch_rows_count{model="stylevae_decoder"}'
    before = sharing.metric(count)
    latent = np.zeros((1, 256), np.float32)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: sharing.infer("stylevae_decoder", latent=latent), range(64)))
    assert sharing.metric(count) - before < 64


def test_one_that_cannot_be_read_does_not_spoil_its_batch(sharing: Running) -> None:
    good = write_request({"latent": np.zeros((1, 256), np.float32)})
    bad = write_request({"latent": np.zeros((1, 255), np.float32)})
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda m: sharing.post("stylevae_decoder", m), [good, bad] * 8))
    assert [reply.status for reply in replies] == [200, 400] * 8


def test_nothing_that_a_client_names_is_opened(served: Running, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("here")
    opened: list[str] = []
    watching = [True]
    sys.addaudithook(
        lambda event, args: opened.append(str(args[0])) if watching and event == "open" else None
    )
    for path in ("../../etc/hostname", "/etc/hostname", f"{tmp_path}/secret"):
        name = path.replace("/", "%2f")
        assert served.ask("GET", f"/v2/models/{name}").status == 404
        assert served.ask("POST", f"/v2/models/{name}/infer", b"{}").status == 404
        assert served.post("deepphase", json_request(name=path)).status == 400
        assert served.ask("GET", path).status in (400, 404)
    watching.clear()
    assert [path for path in opened if "hostname" in path or "secret" in path] == []
