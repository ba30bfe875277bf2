"""Binary members of a JSON document: the same as if ``json`` had quoted them."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest

from viewer.model.session_blob import decoded, dumps, loads

BLOBS = [b"", b"PK", bytes(range(256)) * 3000]


def test_a_document_is_ordinary_json() -> None:
    data = {"a": {"npz": BLOBS[1], "first": 1}, "npz": BLOBS[2], "c": ['"npz": 1', "ä"]}
    document = dumps(data)
    wanted = {
        "a": {"npz": b64encode(BLOBS[1]).decode(), "first": 1},
        "npz": b64encode(BLOBS[2]).decode(),
        "c": ['"npz": 1', "ä"],
    }
    assert json.loads(document) == wanted
    found = loads(document)
    assert found["c"] == wanted["c"] and found["a"]["first"] == 1
    assert [decoded(found["a"]["npz"]), decoded(found["npz"])] == BLOBS[1:]


@pytest.mark.parametrize("blob", BLOBS)
def test_any_bytes_come_back(blob: bytes) -> None:
    assert decoded(loads(dumps({"npz": blob}))["npz"]) == blob


@pytest.mark.parametrize(
    ("document", "value"),
    [
        ('{"npz":"UEs="}', "UEs="),
        ('{"npz": 7}', 7),
        ('{"npz": "a\\"b"}', 'a"b'),
        ('{"x": "\\"npz\\": \\"y", "npz": null}', None),
        ('{"x": {"npz": "UEs="}, "npz": "0"}', b"0"),
    ],
)
def test_what_others_write_is_read(document: str, value: object) -> None:
    assert loads(document.encode())["npz"] == value


@pytest.mark.parametrize("document", [b'{"npz": "', b'{"npz": "UEs=" "x"}', b'{"a": Infinity}'])
def test_what_is_broken_is_refused(document: bytes) -> None:
    with pytest.raises(ValueError):
        loads(document)


def test_bytes_elsewhere_and_numbers_that_are_none_are_a_mistake() -> None:
    with pytest.raises(ValueError):
        dumps({"a": float("nan")})
    with pytest.raises(TypeError):
        dumps({"a": object()})
