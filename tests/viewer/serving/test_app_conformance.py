"""Others' tools for the protocol: Triton's client, and schemathesis on its official description."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference import load_model
from inference.models import MODELS
from viewer.model.demo import ASSETS

from .conftest import Running

OFFICIAL = Path(__file__).resolve().parents[4] / "shared" / "oip" / "open_inference_rest.yaml"
BATCHES = (1, 3, 65, 256)
LARGE = 64
"""Of such batches only some mixtures are asked for: as JSON they are 20 MB."""


@pytest.fixture(scope="module")
def triton() -> Any:
    """Triton's HTTP client."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("tritonclient.http", reason="needs tritonclient[http]")


@pytest.fixture
def client(triton: Any, served: Running) -> Iterator[Any]:
    """It, connected."""
    with triton.InferenceServerClient(f"127.0.0.1:{served.port}") as connected:
        yield connected


def given_as(triton: Any, name: str, array: np.ndarray, binary: bool) -> Any:
    """An input of that client."""
    tensor = triton.InferInput(name, list(array.shape), "FP32")
    tensor.set_data_from_numpy(array, binary_data=binary)
    return tensor


def test_triton_sees_server_and_models(client: Any) -> None:
    assert client.is_server_live()
    assert client.is_server_ready()
    assert "binary_tensor_data" in client.get_server_metadata()["extensions"]
    for name in client.get_server_metadata()["models"]:
        assert client.is_model_ready(name)
        assert client.is_model_ready(name, "1")
        assert client.get_model_metadata(name, "1") == client.get_model_metadata(name)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("batch", BATCHES)
def test_triton_gets_what_the_engine_gives(triton: Any, client: Any, name: str, batch: int) -> None:
    """In every mixture of binary and JSON, all outputs or some; the same bits in all of them."""
    spec = MODELS[name]
    ((tensor, shape),) = spec.inputs.items()
    x = np.random.default_rng(batch).standard_normal((batch, *shape[1:])).astype(np.float32)
    expected = load_model(spec.path(ASSETS), spec=spec).run({tensor: x})
    bits: dict[str, set[bytes]] = {output: set() for output in spec.outputs}
    ways = [None, *itertools.product((None, False, True), repeat=len(spec.outputs))]
    ways = ways if batch < LARGE else [None, ways[-2]]
    for number, (binary, way) in enumerate(itertools.product((False, True), ways)):
        wanted = None
        if way is not None and any(each is not None for each in way):
            wanted = [
                triton.InferRequestedOutput(output, binary_data=each)
                for output, each in zip(spec.outputs, way, strict=True)
                if each is not None
            ]
        inputs = [given_as(triton, tensor, x, binary)]
        answer = client.infer(name, inputs, outputs=wanted, request_id=str(number))
        told = answer.get_response()
        assert (told["model_name"], told["id"]) == (name, str(number))
        names = [each.name() for each in wanted] if wanted else list(spec.outputs)
        assert [output["name"] for output in told["outputs"]] == names
        for output in names:
            bits[output].add(answer.as_numpy(output).tobytes())
            assert answer.as_numpy(output).shape == expected[output].shape
            scale = np.abs(expected[output]).max()
            assert np.abs(answer.as_numpy(output) - expected[output]).max() <= 1e-5 * scale
    assert all(len(found) == 1 for found in bits.values())


def test_triton_is_told_what_is_wrong(triton: Any, client: Any) -> None:
    frame = np.zeros((1, 132), np.float32)
    good = given_as(triton, "frame", frame, True)
    other = triton.InferInput("frame", [1, 132], "INT32")
    other.set_data_from_numpy(frame.astype(np.int32))
    missing = [triton.InferRequestedOutput("nothing")]
    sorted_out = [triton.InferRequestedOutput("phase", class_count=2)]
    for model, inputs, outputs, status, named in (
        ("nobody", [good], None, "404", "nobody"),
        ("deepphase", [given_as(triton, "from", frame, True)], None, "400", "'from'"),
        ("deepphase", [given_as(triton, "frame", frame[:, :9], True)], None, "400", "[1, 9]"),
        ("deepphase", [good, good], None, "400", "twice"),
        ("deepphase", [], None, "400", "'frame'"),
        ("deepphase", [other], None, "400", "'INT32'"),
        ("deepphase", [good], missing, "400", "'nothing'"),
        ("deepphase", [good], sorted_out, "400", "'classification'"),
    ):
        with pytest.raises(triton.InferenceServerException, match=status) as refused:
            client.infer(model, inputs, outputs=outputs)
        assert named in str(refused.value)
    with pytest.raises(triton.InferenceServerException, match="404"):
        client.infer("deepphase", [good], model_version="2")


@pytest.fixture
def described(tmp_path: Path, served: Running) -> Path:
    """The official description with its slips mended, and what is served here filled in.

    Its paths are written ``${NAME}`` where OpenAPI has ``{NAME}``; it defines the error of a model
    that is not there, and says nowhere that it is answered.
    """
    yaml = pytest.importorskip("yaml", reason="needs PyYAML, which schemathesis brings")
    if not OFFICIAL.is_file():
        pytest.skip(f"needs the protocol's description, {OFFICIAL}")
    about = yaml.safe_load(OFFICIAL.read_text(encoding="utf-8").replace("${", "{"))
    error = {"$ref": "#/components/schemas/metadata_model_error_response"}
    content = {"application/json": {"schema": error}}
    known = {"MODEL_NAME": list(served.service.models), "MODEL_VERSION": ["1"]}
    for path, item in about["paths"].items():
        for parameter in item.pop("parameters", []):
            parameter["schema"]["enum"] = known[parameter["name"]]
            for operation in item.values():
                operation.setdefault("parameters", []).append(parameter)
        for operation in item.values() if "{" in path else ():
            operation["responses"]["404"] = {"description": "Not Found", "content": content}
    mended = tmp_path / "oip.json"
    mended.write_text(json.dumps(about))
    return mended


def test_schemathesis_finds_no_fault(served: Running, described: Path) -> None:
    """All of its checks but one: that data which fit the schema are accepted, since the schema
    does not know the tensors of a model."""
    pytest.importorskip("schemathesis", reason="needs schemathesis")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", str(described), "--no-color"),
            *("--url", f"http://127.0.0.1:{served.port}", "--seed", "1", "-n", "40"),
            *("--exclude-checks", "positive_data_acceptance"),
        ],
        cwd=described.parent,
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    assert "6 selected / 6 total" in done.stdout
