"""The codec by itself: what goes in comes out, and what is no message is one sentence."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from inference.protocol import (
    Message,
    ProtocolError,
    Request,
    Response,
    read_request,
    read_response,
    write_request,
    write_response,
)
from inference.protocol.message import MOST_PARTS

FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)
TENSORS = st.dictionaries(
    st.text(min_size=1, max_size=8),
    arrays.arrays(np.float32, arrays.array_shapes(min_dims=0, min_side=0), elements=FLOATS),
    max_size=4,
)


def message(fields: object, tail: bytes = b"") -> Message:
    """A message of our own making, announced as it is."""
    head = json.dumps(fields).encode()
    return Message(head + tail, str(len(head)) if tail else "")


def one(**changes: Any) -> dict[str, Any]:
    """A request of one tensor of two numbers."""
    tensor = {"name": "x", "datatype": "FP32", "shape": [2], "data": [1, 2.5], **changes}
    return {"inputs": [{key: value for key, value in tensor.items() if value is not None}]}


def refused(told: Message) -> str:
    """The sentence of a message that is none."""
    with pytest.raises(ProtocolError) as caught:
        read_request(told)
    text = str(caught.value)
    assert re.fullmatch(r"[^\n]+\.", text)
    return text


def same(found: Any, wanted: Any) -> bool:
    """Whether they are the same tensors, to the bit."""
    return list(found) == list(wanted) and all(
        found[name].shape == wanted[name].shape
        and found[name].dtype == np.float32
        and found[name].tobytes() == wanted[name].tobytes()
        for name in wanted
    )


@given(TENSORS, st.text(max_size=8), st.booleans(), st.booleans())
def test_a_request_is_read_as_it_was_written(
    inputs: dict[str, np.ndarray], id_: str, binary: bool, back: bool
) -> None:
    read = read_request(write_request(inputs, id_, binary, back))
    assert same(read.inputs, inputs)
    assert (read.id, read.binary, dict(read.outputs)) == (id_, back, {})


@given(TENSORS, st.data())
def test_an_answer_is_read_as_it_was_written_in_every_mixture(
    outputs: dict[str, np.ndarray], data: st.DataObject
) -> None:
    names = data.draw(st.lists(st.sampled_from(sorted(outputs)), unique=True)) if outputs else []
    wanted = {name: data.draw(st.booleans()) for name in names}
    written = write_response("m", "1", outputs, Request({}, wanted, data.draw(st.booleans()), "7"))
    read = read_response(written)
    assert (read.model, read.version, read.id) == ("m", "1", "7")
    assert same(read.outputs, {name: outputs[name] for name in wanted or outputs})


def test_binary_tensors_lie_behind_the_json_in_their_order() -> None:
    x, y = np.arange(6, dtype=np.float32).reshape(2, 3), np.array([7.5], np.float32)
    body, size = write_request({"x": x, "y": y})
    assert body[int(size) :] == x.astype("<f4").tobytes() + y.astype("<f4").tobytes()
    fields = json.loads(body[: int(size)])
    assert [entry["parameters"] for entry in fields["inputs"]] == [
        {"binary_data_size": 24},
        {"binary_data_size": 4},
    ]


def test_one_tensor_may_be_binary_beside_one_of_json() -> None:
    tail = np.array([3, 4], "<f4").tobytes()
    fields = one()
    fields["inputs"] += one(name="y", data=None, parameters={"binary_data_size": 8})["inputs"]
    read = read_request(message(fields, tail))
    assert {name: array.tolist() for name, array in read.inputs.items()} == {
        "x": [1, 2.5],
        "y": [3, 4],
    }


def test_bytes_that_do_not_lie_at_a_multiple_of_four_are_read() -> None:
    for spaces in range(4):
        head = (
            " " * spaces + json.dumps(one(data=None, parameters={"binary_data_size": 8}))
        ).encode()
        read = read_request(Message(head + np.array([3, 4], "<f4").tobytes(), str(len(head))))
        assert read.inputs["x"].tolist() == [3, 4]
        assert read.inputs["x"].flags.aligned


def test_numbers_may_be_nested_or_in_one_list() -> None:
    for data in ([[1, 2, 3], [4, 5, 6]], [1, 2, 3, 4, 5, 6]):
        read = read_request(message(one(shape=[2, 3], data=data)))
        assert read.inputs["x"].tolist() == [[1, 2, 3], [4, 5, 6]]


@pytest.mark.parametrize("shape", [[0, 3], [2, 0], [0]])
def test_an_empty_tensor_is_one(shape: list[int]) -> None:
    assert read_request(message(one(shape=shape, data=[]))).inputs["x"].shape == tuple(shape)
    binary = one(shape=shape, data=None, parameters={"binary_data_size": 0})
    assert read_request(message(binary)).inputs["x"].shape == tuple(shape)


def test_what_is_asked_of_one_output_counts_before_what_is_asked_of_all() -> None:
    asked = [{"name": "a", "parameters": {"binary_data": False}}, {"name": "b"}]
    fields = {**one(), "outputs": asked, "parameters": {"binary_data_output": True}}
    assert read_request(message(fields)).outputs == {"a": False, "b": True}


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({}, "no 'inputs'"),
        ([], "no object"),
        ({"inputs": 3}, "no list of objects"),
        ({"inputs": [3]}, "no list of objects"),
        (one(name=None), "has no name"),
        (one(name=3), "'name' of the input"),
        (one(datatype="FP64"), "'FP64'"),
        (one(datatype="BYTES"), "'BYTES'"),
        (one(datatype=None), "'None'"),
        (one(shape=None), "shape of the input 'x'"),
        (one(shape=[-1]), "shape of the input 'x'"),
        (one(shape=[True, 2]), "shape of the input 'x'"),
        (one(shape=[2.0]), "shape of the input 'x'"),
        (one(shape=[1] * 9 + [2]), "10 axes"),
        (one(shape=[3]), "2 numbers; its shape [3] takes 3"),
        (one(shape=[2**31 - 1, 2**31 - 1]), "takes 4,611,686"),
        (one(data=None), "neither 'data' nor binary"),
        (one(parameters={"binary_data_size": 8}), "'data' and also binary"),
        (one(data={}), "is no list"),
        (one(data=["1", 2]), "is no number"),
        (one(data=[True, 2]), "is no number"),
        (one(data=[None, 2]), "is no number"),
        (one(shape=[2, 1], data=[[1], 2]), "not nested"),
        (one(shape=[2, 2], data=[[1, 2], [3]]), "not nested"),
        (one(data=[[1, 2]]), "not nested"),
        (one(data=[1e39, 0]), "too large for FP32"),
        (one(data=[10**400, 0]), "too large for FP32"),
        (one(parameters=[]), "parameters of the input 'x'"),
        (one(parameters={"shared_memory_region": "r"}), "shared memory"),
        (one(data=None, parameters={"binary_data_size": True}), "no number of bytes"),
        (one(data=None, parameters={"binary_data_size": -8}), "no number of bytes"),
        (one(data=None, parameters={"binary_data_size": 4}), "takes 8"),
        (one(data=None, parameters={"binary_data_size": 8}), "0 are left"),
        ({"inputs": [*one()["inputs"], *one()["inputs"]]}, "there twice"),
        ({**one(), "id": 42}, "'id' of the request"),
        ({**one(), "parameters": 1}, "parameters of the request"),
        ({**one(), "parameters": {"binary_data_output": 1}}, "neither true nor false"),
        ({**one(), "outputs": {}}, "no list of objects"),
        ({**one(), "outputs": [{}]}, "An output has no name"),
        ({**one(), "outputs": [{"name": "y"}, {"name": "y"}]}, "asked for twice"),
        (
            {**one(), "outputs": [{"name": "y", "parameters": {"classification": 3}}]},
            "'classification'",
        ),
    ],
)
def test_what_is_wrong_is_named(fields: object, named: str) -> None:
    assert named in refused(message(fields))


@pytest.mark.parametrize(
    ("body", "size", "named"),
    [
        (b"", "", "not JSON"),
        (b"{", "", "not JSON"),
        (b"\xff\xfe{}", "", "not JSON"),
        (b"[" * 200_000, "", "nested too deeply"),
        (b'"' + b"[" * (MOST_PARTS + 1) + b'"', "", "more than"),
        (b'{"inputs":[{"data":[NaN]}]}', "", "NaN is no number"),
        (b'{"inputs":[{"data":[-Infinity]}]}', "", "-Infinity is no number"),
        (b'{"id":' + b"1" * 5000 + b"}", "", "not JSON"),
        (b"{}", "3", "has 2 bytes"),
        (b"{}", "-1", "expected a number"),
        (b"{}", "two", "expected a number"),
        (b"{}", "²", "expected a number"),
        (b"{}", "9" * 20, "expected a number"),
        (b'{"inputs":[]}x', "13", "1 bytes are left"),
    ],
)
def test_what_is_no_message_is_named(body: bytes, size: str, named: str) -> None:
    assert named in refused(Message(body, size))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_numbers_that_json_cannot_say_are_asked_for_as_binary(value: float) -> None:
    outputs = {"y": np.array([value], np.float32)}
    with pytest.raises(ProtocolError, match="binary"):
        write_response("m", "1", outputs, Request({}, {}))
    found = read_response(write_response("m", "1", outputs, Request({}, {}, binary=True)))
    assert found.outputs["y"].tobytes() == outputs["y"].tobytes()


def test_an_output_that_is_none_is_named() -> None:
    with pytest.raises(ProtocolError, match="no output 'z'; it has 'y'"):
        write_response("m", "1", {"y": np.zeros(1, np.float32)}, Request({}, {"z": True}))


@given(st.binary(max_size=60), st.sampled_from(["", "0", "2", "7"]))
def test_any_bytes_are_read_or_refused(body: bytes, size: str) -> None:
    for read in (read_request, read_response):
        try:
            assert isinstance(read(Message(body, size)), Request | Response)
        except ProtocolError as error:
            assert str(error).endswith(".")
