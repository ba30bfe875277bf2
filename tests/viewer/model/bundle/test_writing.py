"""A bundle holds a session with all it names and nothing that tells whose it is."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import onnx
import pytest

from motion.npz import read_npz
from tests.inference.nets import save_model_like
from viewer.model.bundle.opening import unpacked
from viewer.model.bundle.writing import write_bundle
from viewer.model.demo import ASSETS
from viewer.model.document import Beside, Document, Latent, OpenClip, Phase, Style, View
from viewer.model.notice import Refused
from viewer.model.policies import Policy
from viewer.model.session import KeptTake, Session
from viewer.model.session_file import read_session, write_session
from viewer.model.session_opened import open_session

USER, HOST = "marguerite", "verdon-laptop"
OBSERVED = {"driver": {"renderer": "a card"}, "timings": {"deepphase": {"p50_ms": 0.1}}}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of a person on a machine, both with names of their own."""
    home = tmp_path / "home" / USER
    home.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, USER)
    monkeypatch.setattr("socket.gethostname", lambda: f"{HOST}.example.org")
    return home


@pytest.fixture
def session(home: Path, walk_file: Path) -> Session:
    """A clip, a policy of one's own and a series to compare with, all named after the person."""
    folder = home / "Secret project"
    folder.mkdir()
    walk = folder / f"{USER} walks.bvh"
    walk.write_text(walk_file.read_text().replace("Hips", f"{USER}:Hips"))
    actor = save_model_like("deepmimic_actor", folder / f"{USER}_actor.onnx")
    model = onnx.load(actor)
    model.graph.node[0].doc_string = f'File "{folder}/train.py", line 7'
    onnx.save(model, actor)
    series = folder / "series.npz"
    np.savez(series, x=np.zeros(9), y=np.ones(9), note=f"made on {HOST} by {USER}")
    clip = OpenClip(walk, title=f"{USER} walks", range=(5, 20))
    policy = Policy(f"actor_{USER}_1", USER, actor, None, None)
    document = Document(
        (clip, OpenClip(ASSETS / "clips" / "angry_walk.bvh", title="demo")),
        Style(seed=4711, worn=Latent(np.ones(64, np.float32), f"of {USER}")),
        view=View(clip=clip.key),
        phase=Phase(beside=Beside("series", series)),
    )
    cast = replace(document.cast, policies=(policy,), drives=policy.model)
    return Session(replace(document, cast=cast), {"clip": 1.25})


def log_of(home: Path) -> Path:
    log = home / "stridescope.log"
    log.write_text(
        f"Opened {home}/Secret project/{USER} walks.bvh on {HOST}\n"
        f'  File "/opt/{USER}/deep/place/code.py", line 3\n'
        f"Read {home}/Private things/of mine/dance.bvh: 3 frames\n"
        "Moved to http://192.168.7.9:8080/v2 from /mnt/private/store/clip.bvh.\n"
    )
    return log


def contents(bundle: Path) -> Iterator[tuple[str, bytes]]:
    """Every member, and every array of an NPZ, as bytes."""
    with zipfile.ZipFile(bundle) as archive:
        for name in archive.namelist():
            data = archive.read(name)
            yield name, data
            if name.endswith(".npz"):
                arrays = read_npz(BytesIO(data))
                yield name, repr({k: v.tolist() for k, v in arrays.items()}).encode()


def test_nothing_in_it_tells_whose_it_is(home: Path, session: Session, tmp_path: Path) -> None:
    bundle = tmp_path / "out.zip"
    facts = write_bundle(session, bundle, OBSERVED, log_of(home))
    assert facts["missing"] == []
    seen = dict(contents(bundle))
    for name, data in contents(bundle):
        for private in (
            USER,
            HOST,
            str(home),
            "Secret project",
            "of mine",
            "/mnt/private",
            "192.168",
        ):
            assert private.lower().encode() not in data.lower(), (name, private)
            assert private.lower() not in name.lower()
    assert USER.encode() not in bundle.read_bytes() and HOST.encode() not in bundle.read_bytes()
    log = seen["log.txt"].decode()
    assert (
        "…/dance.bvh" in log
        and "…/code.py" in log
        and "…/clip.bvh" in log
        and "http://SERVER" in log
    )


def test_it_tells_what_made_it(home: Path, session: Session, tmp_path: Path) -> None:
    timings = {"deepphase": {"runs": 2, "p50_ms": 0.1}}
    observed = {"driver": {"renderer": "a card"}, "engine": "mojo", "timings": timings}
    write_bundle(session, tmp_path / "a.zip", observed)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        about = json.loads(archive.read("about.json"))
    assert about["seeds"] == {"style": 4711}
    assert about["versions"]["numpy"] == np.__version__
    assert (about["driver"], about["engine"]) == ({"renderer": "a card"}, "mojo")
    assert about["timings"] == timings
    assert len(about["files"]) == 4 and all(len(f["sha256"]) == 64 for f in about["files"].values())


def test_without_a_window_driver_and_timings_are_asked_for(
    session: Session, tmp_path: Path
) -> None:
    write_bundle(session, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        about = json.loads(archive.read("about.json"))
    assert about["driver"] and about["timings"]["deepphase"]["p50_ms"] > 0


def test_it_opens_where_nothing_of_it_is(home: Path, session: Session, tmp_path: Path) -> None:
    bundle = tmp_path / "out.zip"
    write_bundle(session, bundle, OBSERVED)
    home.rename(tmp_path / "gone")
    opened = open_session(unpacked(bundle, tmp_path / "cache"), ASSETS)
    document = opened.session.document
    assert opened.told == () and len(opened.motions) == 2
    assert [clip.title for clip in document.clips] == ["USER walks", "demo"]
    assert document.clips[0].range == (5, 20) and opened.session.times["clip"] == 1.25
    assert document.view.clip == document.clips[0].key
    assert document.style.worn is not None and document.style.seed == 4711
    assert document.cast.drives == document.cast.policies[0].model
    assert document.phase.beside is not None and document.phase.beside.path.is_file()
    assert all(path.path.is_relative_to(tmp_path / "cache") for path in document.clips)


def test_a_take_is_in_it_to_the_bit(session: Session, tmp_path: Path) -> None:
    file = BytesIO()
    np.savez_compressed(file, rows=np.arange(5), about=np.array('{"policy": "actor"}'))
    kept = KeptTake(file.getvalue(), 3, 7, 5)
    write_bundle(replace(session, take=kept), tmp_path / "a.zip", OBSERVED)
    back, _ = read_session(unpacked(tmp_path / "a.zip", tmp_path / "cache"), ASSETS)
    assert back.take == kept


def test_what_is_missing_is_told_and_the_rest_goes_along(
    home: Path, session: Session, tmp_path: Path
) -> None:
    (home / "Secret project" / "series.npz").unlink()
    facts = write_bundle(session, tmp_path / "a.zip", OBSERVED)
    assert facts["missing"] == ["files/003 series.npz"] and len(facts["files"]) == 3


def test_a_damaged_file_goes_along_as_it_is(home: Path, session: Session, tmp_path: Path) -> None:
    (home / "Secret project" / "series.npz").write_bytes(b"PK\x03\x04 broken")
    facts = write_bundle(session, tmp_path / "a.zip", OBSERVED)
    assert facts["missing"] == [] and len(facts["files"]) == 4


def test_one_that_cannot_be_cleaned_stays_here(
    home: Path, session: Session, tmp_path: Path
) -> None:
    (home / "Secret project" / "series.npz").write_bytes(f"PK broken {USER}".encode())
    facts = write_bundle(session, tmp_path / "a.zip", OBSERVED)
    assert facts["missing"] == ["files/003 series.npz"]


def test_too_much_is_refused_and_a_full_disk_leaves_nothing(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out").mkdir()
    monkeypatch.setattr("viewer.model.bundle.writing.MAX_BYTES", 1000)
    with pytest.raises(Refused, match="a bundle holds"):
        write_bundle(session, tmp_path / "out" / "a.zip")
    monkeypatch.undo()
    with pytest.raises(OSError, match="cannot be written"):
        write_bundle(session, tmp_path / "out" / "no" / "a.zip")
    assert list((tmp_path / "out").iterdir()) == []


def test_the_shipped_policies_stay_in_the_program(walk_file: Path, tmp_path: Path) -> None:
    shipped = Policy(
        "deepmimic_actor", "Walk", ASSETS / "models" / "deepmimic_actor.onnx", None, None
    )
    document = Document((OpenClip(walk_file),))
    cast = replace(document.cast, policies=(shipped,))
    path = tmp_path / "s.stride"
    write_session(path, Session(replace(document, cast=cast)), ASSETS)
    session, _ = read_session(path, ASSETS)
    facts = write_bundle(session, tmp_path / "a.zip", OBSERVED)
    assert facts["files"] == ["files/001 walk.bvh"]
    back, _ = read_session(unpacked(tmp_path / "a.zip", tmp_path / "cache"), ASSETS)
    assert back.document.cast.policies[0].path == shipped.path.resolve()
    assert back.digests == session.digests
