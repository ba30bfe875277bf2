"""What is asked for crosses to another process whole, and spans mean frames."""

from __future__ import annotations

import pytest

from viewer.model.export.order import LOOP, Look, Order, frames_of
from viewer.model.notice import Refused


@pytest.mark.parametrize(
    "order",
    [
        Order("a.stride", "out.bvh"),
        Order("a.stride", "ü out.mp4", "restyled", "source", (0.5, 1.25), "m"),
        Order("a", "b.png", span=LOOP, look=Look((64, 48), 24.0, 1.5, 2.0, True, "light", (1, 2))),
        Order("a", "b", models={"stylevae_decoder": "/x/y.onnx"}, aside="/z.npz"),
    ],
)
def test_an_order_is_the_same_on_the_other_side(order: Order) -> None:
    line = order.to_line()
    assert line.endswith(b"\n") and line.count(b"\n") == 1
    assert Order.from_line(line) == order


def test_kinds_are_told_by_their_suffix() -> None:
    assert Order("a", "B.BVH").is_motion and Order("a", "b.glb").is_motion
    assert not Order("a", "b.png").is_motion and Order("a", "folder").kind == ""


@pytest.mark.parametrize(
    ("span", "frames"),
    [
        (None, (0, 100)),
        ((0.0, 2.0), (0, 100)),
        ((0.5, 1.0), (25, 50)),
        ((1.0, 1.0), (50, 50)),
        ((0.509, 2.009), (25, 100)),
        (LOOP, (10, 20)),
    ],
)
def test_a_span_is_of_the_frames_nearest_to_it(
    span: tuple[float, float] | None, frames: tuple[int, int]
) -> None:
    assert frames_of(span, (0.2, 0.4), 0.02, 101) == frames


@pytest.mark.parametrize("span", [(0.0, 9.0), (-1.0, 1.0), (3.0, 4.0), LOOP])
def test_a_span_of_what_is_not_there_is_refused(span: tuple[float, float]) -> None:
    with pytest.raises(Refused):
        frames_of(span, None, 0.02, 101)
