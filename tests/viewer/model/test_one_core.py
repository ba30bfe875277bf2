"""NumPy on one core: the environment that keeps it there."""

from __future__ import annotations

from viewer.model.one_core import THREADS, one_core


def test_blas_has_one_thread_where_nothing_else_was_asked_for() -> None:
    environ = {"HOME": "/home/ann", "OPENBLAS_NUM_THREADS": "3"}
    made = one_core(environ)
    assert made["HOME"] == "/home/ann" and made["OPENBLAS_NUM_THREADS"] == "3"
    assert {made[name] for name in THREADS if name != "OPENBLAS_NUM_THREADS"} == {"1"}
    assert environ == {"HOME": "/home/ann", "OPENBLAS_NUM_THREADS": "3"}
