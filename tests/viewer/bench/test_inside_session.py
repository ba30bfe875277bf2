"""What the bench looks at inside the network, in the real window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.viewer.panel_fixtures import Bench
from viewer.bench import inside_session
from viewer.bench.phase_session import write_long
from viewer.network.control import NetworkControl


def test_the_layers_of_all_frames_and_the_saliency_of_each(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("FRAMES", 400), ("SEEKS", 5), ("SETTLE_S", 0.2), ("ENGINE", "numpy")):
        monkeypatch.setattr(inside_session, name, value)
    monkeypatch.setattr(inside_session, "draw_nothing", lambda: None)
    found = inside_session.look(bench.window, write_long(tmp_path / "long.bvh", 400))
    network = bench.control("NetworkControl")
    assert isinstance(network, NetworkControl)
    assert network.layers.looked.maps.frames == 400
    assert bench.window.transport.frame == 37 * 4 + 1
    assert network.saliency.now is not None and bench.window.studio.paint.value is not None
    assert found["layers_s"] > 0 and np.isfinite(found["saliency_p99_ms"])
    network.saliency.paint.setChecked(False)
