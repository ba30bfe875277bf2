"""Keeps NumPy to one core, for processes beside which something else must not wait."""

from __future__ import annotations

from collections.abc import Mapping

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def one_core(environ: Mapping[str, str]) -> dict[str, str]:
    """``environ`` with BLAS on one thread, for NumPy that is loaded afterwards.

    More of them would each wait for the next product in a loop, some 20 ms after every one, on a
    core that a window has for its pictures. What ``environ`` says of it already stays.
    """
    return dict.fromkeys(THREADS, "1") | dict(environ)
