"""The latency report: percentiles, histogram, card and files."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest

from inference.models import MODELS
from motion.files import CannotWrite
from viewer.model.latency_card import to_card, write_report
from viewer.model.latency_report import EDGES_MS, WHOLE, LatencyReport, report_of
from viewer.model.notice import Refused

SVG = "{http://www.w3.org/2000/svg}"
ROWS = 150
"""Below the headings."""
LETTER = 0.62
"""How wide a letter of DejaVu Sans is, in its size, in the mean."""


def made() -> LatencyReport:
    """One engine at 1 to 100 ms, one that always takes 2 ms, one that is not here."""
    slow = np.arange(1, 101) / 1e3
    times = {
        "numpy": {"deepphase": slow / 2, WHOLE: slow},
        "mojo": {"deepphase": np.full(50, 1e-3), WHOLE: np.full(50, 2e-3)},
    }
    return report_of(times, 20.0, "without a window", {"max": "MAX is not installed here."})


def test_percentiles_and_shares_are_those_of_the_frames() -> None:
    slow, quick = made().engines
    assert slow.whole.p50 == pytest.approx(50.5)
    assert slow.whole.p99 == pytest.approx(99.01)
    assert slow.within == (0.16, 0.33)
    assert quick.within == (1.0, 1.0)
    assert quick.models["deepphase"].p50 == pytest.approx(1.0)
    assert made().best is not None and made().best.engine == "mojo"


def test_the_histogram_counts_every_frame() -> None:
    for engine in made().engines:
        assert sum(engine.counts) == engine.frames
        assert len(engine.counts) == len(EDGES_MS) - 1


def test_what_is_told_of_an_engine_ends_before_its_histogram() -> None:
    every = {name: np.full(50, 0.2874) for name in (*MODELS, WHOLE)}
    card = ElementTree.fromstring(to_card(report_of({"mojo": every}, 20.0, "here", {})))
    histogram = min(float(each.get("x")) for each in card.iter(f"{SVG}rect") if each.get("x"))
    rows = [each for each in card.iter(f"{SVG}text") if float(each.get("y")) > ROWS]
    told = [each for each in rows if float(each.get("x")) < histogram]
    assert sum("critic" in (each.text or "") for each in told) == 1
    for each in told:
        wide = LETTER * float(each.get("font-size")) * len(each.text)
        assert float(each.get("x")) + wide < histogram, each.text


def test_the_card_tells_machine_engines_and_both_limits() -> None:
    report = made()
    text = " ".join(ElementTree.fromstring(to_card(report)).itertext())
    for words in ("numpy", "mojo", "p50, ms", "p95, ms", "p99, ms", "16.7 ms", "33.3 ms", "99.0"):
        assert words in text, words
    assert report.machine in text
    assert "MAX is not installed here." in text


def test_a_picture_has_its_numbers_beside_it(tmp_path: Path) -> None:
    files = write_report(made(), tmp_path / "card.png", lambda svg: b"PNG of " + svg[:4])
    assert files == (tmp_path / "card.png", tmp_path / "card.json")
    assert files[0].read_bytes() == b"PNG of <svg"
    kept = json.loads(files[1].read_text("utf-8"))
    assert kept["best"] == "mojo" and kept["limits_ms"] == [16.7, 33.3]
    assert [engine["engine"] for engine in kept["engines"]] == ["numpy", "mojo"]
    assert kept["engines"][0]["whole"]["p99"] == pytest.approx(99.01)


def test_the_numbers_alone(tmp_path: Path) -> None:
    assert write_report(made(), tmp_path / "n.json", lambda svg: b"") == (tmp_path / "n.json",)
    assert not (tmp_path / "n.png").exists()


def test_other_kinds_and_places_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"written as \.png or \.json"):
        write_report(made(), tmp_path / "card.pdf", lambda svg: b"")
    with pytest.raises(CannotWrite):
        write_report(made(), tmp_path / "no" / "card.png", lambda svg: b"")
    assert list(tmp_path.iterdir()) == []
