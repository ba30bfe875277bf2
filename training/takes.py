"""Clips that show the same performance and must fall on the same side of the split."""

from __future__ import annotations

_SALSA_COUPLES = [
    (f"cmu43/salsa/salsa_{n:02}.bvh", f"cmu43/salsa/salsa_{n + 15:02}.bvh") for n in range(1, 16)
]
"""CMU subjects 60 and 61 dance salsa together: fifteen takes seen from both dancers."""

_TAKES = [
    *_SALSA_COUPLES,
    ("cmu_cc/002/02_01.bvh", "cmu31/002/02_01.bvh"),
]

SAME_TAKE: dict[str, str] = {file: take[0] for take in _TAKES for file in take}
"""Name of the take of every clip that is not alone in its take."""
