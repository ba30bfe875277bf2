"""Quaternion algebra against SciPy's rotations."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.spatial.transform import Rotation, Slerp

from motion import quat

ORDERS = ["".join(p) for p in permutations("XYZ")]
vectors = hnp.arrays(np.float64, (3,), elements=st.floats(-10, 10))
angles = hnp.arrays(np.float64, (5, 3), elements=st.floats(-np.pi, np.pi))


@st.composite
def rotations(draw, count: int = 5) -> np.ndarray:
    """Unit quaternions (count, 4), among them turns by nothing and by half a revolution."""
    seed = draw(st.integers(0, 2**31))
    q = np.random.default_rng(seed).normal(size=(count, 4))
    special = draw(st.sampled_from([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [-1, 0, 0, 0]]))
    q[0] = special
    return q / np.linalg.norm(q, axis=-1, keepdims=True)


def scipy(q: np.ndarray) -> Rotation:
    return Rotation.from_quat(q, scalar_first=True)


def same_rotation(a: np.ndarray, b: np.ndarray, within: float = 1e-9) -> bool:
    return bool(np.all(1 - np.abs(np.sum(a * b, axis=-1)) < within))


@given(rotations(), rotations())
def test_mul_applies_the_second_first(a, b):
    assert same_rotation(quat.mul(a, b), (scipy(a) * scipy(b)).as_quat(scalar_first=True))


@given(rotations(), vectors)
def test_rotate(q, v):
    assert quat.rotate(q, v) == pytest.approx(scipy(q).apply(v), abs=1e-9)


@given(rotations())
def test_conjugate_undoes(q):
    assert quat.mul(q, quat.conjugate(q)) == pytest.approx(quat.identity((5,)), abs=1e-12)


@given(rotations())
def test_matrices_round_trip(q):
    m = quat.to_matrix(q)
    assert m == pytest.approx(scipy(q).as_matrix(), abs=1e-12)
    back = quat.from_matrix(m)
    assert np.all(back[..., 0] >= 0)
    assert same_rotation(back, q)


@pytest.mark.parametrize("order", [*ORDERS, "X", "ZY", "XYX"])
@given(angles)
def test_from_euler_is_intrinsic(order, angles):
    angles = angles[:, : len(order)]
    wanted = Rotation.from_euler(order, angles).as_quat(scalar_first=True)
    assert same_rotation(quat.from_euler(angles, order), wanted)


def test_from_euler_of_nothing_is_the_identity():
    assert quat.from_euler(np.zeros((2, 0)), "").tolist() == [[1, 0, 0, 0]] * 2


@pytest.mark.parametrize("order", ORDERS)
@given(rotations())
def test_euler_round_trips(order, q):
    back = quat.from_euler(quat.to_euler(q, order), order)
    assert quat.to_matrix(back) == pytest.approx(quat.to_matrix(q), abs=1e-5)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("middle", [np.pi / 2, -np.pi / 2, np.pi / 2 - 1e-5, 1e-6 - np.pi / 2])
def test_euler_round_trips_in_gimbal_lock(order, middle):
    q = quat.from_euler(np.array([[0.7, middle, -1.9]]), order)
    back = quat.from_euler(quat.to_euler(q, order), order)
    assert quat.to_matrix(back) == pytest.approx(quat.to_matrix(q), abs=5e-6)


@given(vectors, st.floats(-7, 7))
def test_from_axis_angle(v, angle):
    length = np.linalg.norm(v)
    axis = v / length if length > 1e-3 else np.array([0.0, 1.0, 0.0])
    wanted = Rotation.from_rotvec(angle * axis).as_quat(scalar_first=True)
    assert same_rotation(quat.from_axis_angle(axis, np.float64(angle)), wanted)


@given(vectors, vectors)
def test_between_is_the_shortest_turn(u, v):
    u, v = (x if np.linalg.norm(x) > 1e-3 else np.array([0.0, 0.0, 1.0]) for x in (u, v))
    u, v = u / np.linalg.norm(u), v / np.linalg.norm(v)
    q = quat.between(u, v)
    assert quat.rotate(q, u) == pytest.approx(v, abs=1e-4)
    assert scipy(q).magnitude() == pytest.approx(np.arccos(np.clip(u @ v, -1, 1)), abs=1e-4)


@pytest.mark.parametrize("axis", np.vstack([np.eye(3), -np.eye(3), [[0.6, 0.0, -0.8]]]).tolist())
def test_between_opposite_directions(axis):
    u = np.array(axis)
    assert quat.rotate(quat.between(u, -u), u) == pytest.approx(-u, abs=1e-9)


@given(rotations(2), st.floats(0, 1))
def test_slerp(q, t):
    a, b = q
    if abs(a @ b) < 1e-3:  # half a revolution apart: both arcs are shortest
        return
    b_near = b if a @ b >= 0 else -b
    wanted = Slerp([0, 1], scipy(np.array([a, b_near])))(t).as_quat(scalar_first=True)
    assert same_rotation(quat.slerp(a, b, t), wanted)


@given(rotations(8))
def test_continuous_keeps_rotations_and_takes_the_near_sign(q):
    smooth = quat.continuous(q)
    assert same_rotation(smooth, q)
    assert np.all(np.sum(smooth[1:] * smooth[:-1], axis=-1) >= 0)


def test_normalize_makes_zero_the_identity():
    q = quat.normalize(np.array([[0.0, 0, 0, 0], [0, 3, 0, 4]]))
    assert q == pytest.approx(np.array([[1, 0, 0, 0], [0, 0.6, 0, 0.8]]))


@settings(max_examples=10)
@given(rotations())
def test_float32_stays_float32(q):
    q = q.astype(np.float32)
    v = q[:, :3]
    for result in (quat.mul(q, q), quat.rotate(q, v), quat.conjugate(q), quat.normalize(q)):
        assert result.dtype == np.float32
    assert quat.from_euler(v, "ZXY").dtype == np.float32


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0, 3)])
def test_any_batch_shape(shape):
    q = quat.normalize(np.random.default_rng(0).normal(size=(*shape, 4)))
    v = np.random.default_rng(1).normal(size=(*shape, 3))
    for width, function, *given_rows in (
        (4, quat.mul, q, q[..., ::-1]),
        (3, quat.rotate, q, v),
        (4, lambda rows: quat.from_euler(rows, "ZXY"), v),
        (3, lambda rows: quat.to_euler(rows, "ZXY"), q),
        (4, lambda rows: quat.from_matrix(quat.to_matrix(rows)), q),
    ):
        found = function(*given_rows)
        assert found.shape == (*shape, width)
        flat = [rows.reshape(-1, rows.shape[-1]) for rows in given_rows]
        alone = [function(*one) for one in zip(*flat, strict=True)]
        np.testing.assert_allclose(found.reshape(-1, width), np.reshape(alone, (-1, width)))


@given(vectors)
def test_exp_turns_about_the_vector_by_its_length(v):
    wanted = Rotation.from_rotvec(v).as_quat(scalar_first=True)
    assert same_rotation(quat.exp(v), wanted)
    assert quat.exp(np.zeros((2, 3))).tolist() == [[1, 0, 0, 0]] * 2


@given(rotations())
def test_log_is_the_inverse_of_exp(q):
    assert same_rotation(quat.exp(quat.log(q)), q)


@given(rotations())
def test_rotation_vectors_turn_the_shorter_way(q):
    for vectors in (quat.log(q), quat.log(-q)):
        assert same_rotation(Rotation.from_rotvec(vectors).as_quat(scalar_first=True), q)
        assert np.all(np.linalg.norm(vectors, axis=-1) <= np.pi + 1e-12)
    tiny = quat.log(np.array([1.0, 1e-12, 0.0, -2e-12]))
    assert np.allclose(tiny, [2e-12, 0, -4e-12], rtol=1e-9, atol=0)
