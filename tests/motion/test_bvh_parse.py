"""A BVH file whose bytes were read elsewhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from motion.bvh import BvhError, parse_bvh, read_bvh


def test_bytes_are_read_as_the_file_is(walk_file: Path) -> None:
    read, parsed = read_bvh(walk_file), parse_bvh(walk_file.read_bytes(), walk_file)
    assert np.array_equal(read.rotations, parsed.rotations)
    assert np.array_equal(read.translations, parsed.translations)
    assert (read.name, read.frame_time, read.units) == (
        parsed.name,
        parsed.frame_time,
        parsed.units,
    )


@pytest.mark.parametrize("data", [b"", b"\0\1\2\3" * 50, b"MOTION", b"HIERARCHY\nROOT"])
def test_what_is_no_file_is_refused_in_a_sentence_with_its_name(data: bytes) -> None:
    with pytest.raises(BvhError, match=r"^day/a\.bvh[:\d]*: expected"):
        parse_bvh(data, "day/a.bvh")
