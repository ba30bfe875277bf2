"""Clips that show the same performance and must fall on the same side of the split.

Found by aligning every pair of retargeted clips in time: a pair is one take when
all its windows match at one time offset, or when the manifest says so.
"""

from __future__ import annotations

_SALSA_COUPLES = [
    (f"cmu43/salsa/salsa_{n:02}.bvh", f"cmu43/salsa/salsa_{n + 15:02}.bvh")
    for n in range(1, 16)
    if n != 8
]
"""CMU subjects 60 and 61 dance salsa together: fourteen takes seen from both dancers."""

_TAKES = [
    *_SALSA_COUPLES,
    (
        "cmu_cc/002/02_01.bvh",
        "cmu31/002/02_01.bvh",
        "cmu_exp/walking/train_walking_1.bvh",
    ),
    (
        "cmu_cc/007/07_01.bvh",
        "cmu_cc/007/07_02.bvh",
        "cmu_exp/walking/train_walking_4.bvh",
        "cmu_exp/walking/train_walking_5.bvh",
    ),
    ("cmu31/012/12_01.bvh", "cmu_exp/walking_extra/train_walking_19.bvh"),
]

SAME_TAKE: dict[str, str] = {file: take[0] for take in _TAKES for file in take}
"""Name of the take of every clip that is not alone in its take."""
