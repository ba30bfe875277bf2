"""The container: built as docs/how-to/deploy.md says, started as a cluster would, asked."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from inference.models import MODELS
from tests.deploy.manifests import ROOT, tool
from tests.deploy.page import blocks, section, shell
from tests.deploy.serving import get, served, until_ready
from tests.deploy.test_deploy_page import elsewhere

pytestmark = pytest.mark.slow
GOAL_MB = 280
UID = 65532
ABSENT = ("torch", "PySide6", "shiboken6", "max", "mojo", "modular", "OpenGL")
COMPILERS = ("cc", "gcc", "g++", "clang", "ld", "as", "mojo")
TOKEN = "a token of the tests"
CONTAINED = """
set -e
mount --bind "$ROOT" "$ROOT"
mount --rbind /dev "$ROOT/dev"
mount --bind /proc "$ROOT/proc"
mount -t tmpfs tmpfs "$ROOT/tmp"
mount -o remount,bind,ro "$ROOT"
exec chroot "$ROOT" /usr/bin/setpriv --reuid 65532 --regid 65532 --clear-groups \
    --bounding-set=-all --inh-caps=-all --no-new-privs "$@"
"""
"""What a container engine does: own mounts, root read-only, /tmp in memory, no capability."""
CLIENT = """
import sys, numpy as np, tritonclient.http as http
client = http.InferenceServerClient(sys.argv[1])
headers = {"Authorization": "Bearer " + sys.argv[2]}
assert client.is_server_ready(headers=headers)
for name in sys.argv[3:]:
    about = client.get_model_metadata(name, headers=headers)
    inputs = []
    for each in about["inputs"]:
        shape = [3 if size < 0 else size for size in each["shape"]]
        tensor = http.InferInput(each["name"], shape, each["datatype"])
        inputs.append(tensor.set_data_from_numpy(np.zeros(shape, np.float32), binary_data=True))
    answer = client.infer(name, inputs, headers=headers)
    assert all(np.isfinite(answer.as_numpy(each["name"])).all() for each in about["outputs"]), name
print("answered")
"""


@dataclass(frozen=True)
class Image:
    """root: its files. config: what it says of itself. environ: where buildah finds it."""

    root: Path
    config: dict[str, object]
    environ: dict[str, str]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    """Built by the commands of the page, in a store of its own."""
    if os.geteuid():
        pytest.skip("needs root: mounts, and a store of images")
    tool("mmdebstrap"), tool("buildah")
    place = tmp_path_factory.mktemp("images")
    environ = store(place)
    base, build, _ = blocks("Server")
    shell(base, place, environ, 1200)
    shell(build, ROOT, environ, 5400)
    container = shell("buildah from stridescope", ROOT, environ).strip()
    root = shell(f"buildah mount {container}", ROOT, environ).strip()
    config = json.loads(shell(f"buildah inspect {container}", ROOT, environ))
    yield Image(Path(root), config["Docker"]["config"], environ)
    shell("buildah rm --all; buildah rmi --all --force", ROOT, environ, 600)


def store(place: Path) -> dict[str, str]:
    """An environment in which buildah keeps all below ``place`` and needs no container engine.

    Where pip trusts a certificate of this machine's, it does so while the image is built.
    """
    (place / "storage.conf").write_text(
        f'[storage]\ndriver = "vfs"\ngraphroot = "{place}/graph"\nrunroot = "{place}/run"\n'
    )
    volumes = []
    if certificate := os.environ.get("PIP_CERT"):
        (place / "pip.conf").write_text("[global]\ncert = /etc/registry.crt\n")
        volumes = [f"{certificate}:/etc/registry.crt:ro", f"{place}/pip.conf:/etc/pip.conf:ro"]
    (place / "containers.conf").write_text(f"[containers]\nvolumes = {json.dumps(volumes)}\n")
    return os.environ | {
        "BUILDAH_ISOLATION": "chroot",
        "STORAGE_DRIVER": "vfs",
        "CONTAINERS_STORAGE_CONF": f"{place}/storage.conf",
        "CONTAINERS_CONF": f"{place}/containers.conf",
    }


def size_mb(root: Path) -> float:
    """Of all files below ``root``, uncompressed."""
    return sum(path.lstat().st_size for path in root.rglob("*") if path.is_file()) / 1e6


def test_it_is_as_small_as_the_page_says(image: Image) -> None:
    measured = size_mb(image.root)
    row = re.search(r"^\| serve .*\| (\d+) MB \|$", section("Server"), re.MULTILINE)
    assert row and measured <= GOAL_MB
    assert measured == pytest.approx(int(row[1]), rel=0.05)


def test_it_holds_no_more_than_a_server_needs(image: Image) -> None:
    (site,) = image.root.glob("opt/stridescope/lib/python3*/site-packages")
    assert [name for name in ABSENT if (site / name).exists()] == []
    programs = {path.name for path in image.root.glob("**/bin/*")}
    assert [name for name in COMPILERS if name in programs] == []
    assert {"python3", "stridescope"} <= programs
    assert len(list((site / "kernels" / "prebuilt").glob("mlp-*.so"))) == 2
    assert not (image.root / "source").exists() and not (image.root / "wheel").exists()


def test_it_says_who_runs_what(image: Image) -> None:
    assert image.config["User"] == f"{UID}:{UID}"
    assert image.config["Entrypoint"][:2] == ["stridescope", "serve"]  # type: ignore[index]
    assert "8080/tcp" in image.config["ExposedPorts"]  # type: ignore[operator]
    assert image.config["Healthcheck"]


def test_a_root_that_is_read_only_serves_tritonclient(image: Image) -> None:
    pytest.importorskip("tritonclient", reason="tritonclient is not here")
    command = [*contained(image), "/opt/stridescope/bin/stridescope", "serve", "--json"]
    with subprocess.Popen(
        [*command, "--host", "0.0.0.0", "--port", "0", "--engine", "mojo"],
        env=environment(image) | {"STRIDESCOPE_TOKEN": TOKEN}, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            assert process.stdout
            port = json.loads(process.stdout.readline())["url"].rpartition(":")[2]
            until_ready(f"http://127.0.0.1:{port}")
            offered = json.loads(get(f"http://127.0.0.1:{port}/v2", TOKEN))["models"]
            status = Path(f"/proc/{process.pid}/status").read_text()
            asked = subprocess.run(
                [sys.executable, "-c", CLIENT, f"127.0.0.1:{port}", TOKEN, *MODELS],
                capture_output=True, text=True, timeout=300,
            )  # fmt: skip
            checked = subprocess.run(
                [*contained(image), *probe(image, port)], env=environment(image)
            )
        finally:
            process.terminate()
    assert asked.stdout == "answered\n", asked.stderr
    with served("--engine", "numpy") as url:
        assert offered == json.loads(get(f"{url}/v2"))["models"], "as from a checkout"
    assert checked.returncode == 0
    assert process.returncode == 0, "what was accepted is answered, then it ends"
    lines = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert lines["Uid"].split() == [str(UID)] * 4
    assert int(lines["CapEff"], 16) == int(lines["CapBnd"], 16) == 0
    assert lines["NoNewPrivs"] == "1"


def contained(image: Image) -> list[str]:
    """What starts a command in the image as its user, with what a cluster allows."""
    return ["unshare", "--mount", "env", f"ROOT={image.root}", "sh", "-c", CONTAINED, "sh"]


def environment(image: Image) -> dict[str, str]:
    """That of the image, and this machine's PATH behind its own for what comes before."""
    own = dict(each.split("=", 1) for each in image.config["Env"])  # type: ignore[attr-defined]
    return own | {"PATH": os.pathsep.join([own["PATH"], os.environ["PATH"]])}


def probe(image: Image, port: str) -> list[str]:
    """The health check of the image, on another port."""
    how = image.config["Healthcheck"]["Test"]  # type: ignore[index]
    assert how[0] == "CMD"
    return [part.replace("8080", port) for part in how[1:]]


def test_the_root_cannot_be_written(image: Image) -> None:
    script = "touch /tmp/yes && ! touch /no && ! touch /opt/stridescope/no"
    done = subprocess.run(
        [*contained(image), "sh", "-c", script], env=environment(image), stderr=subprocess.DEVNULL
    )
    assert done.returncode == 0


def test_it_runs_as_the_page_says(image: Image) -> None:
    tool("curl"), tool("openssl")
    out = shell(elsewhere(blocks("Server")[2]), ROOT, image.environ, 600)
    assert '"name":"stridescope"' in out.replace(" ", "")
