"""A training run stops, goes on as if it had not, and knows its own checkpoints."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from training.curves import read_curve  # noqa: E402
from training.run import ResumableRun, finish  # noqa: E402


@dataclass(frozen=True)
class Settings:
    seed: int = 3
    rate: float = 0.1


class Line(ResumableRun):
    """Fits a line to noise from both sources of chance."""

    row_every = 2
    checkpoint_every = 3

    def __init__(self, settings: Settings, data: str = "noise") -> None:
        super().__init__("line", settings, data=data)
        self.line = torch.nn.Linear(1, 1)
        self.parts = {"line": self.line}
        self.saved: list[int] = []

    def advance(self) -> dict[str, float]:
        x = torch.randn(4, 1, generator=self.chance)
        loss = (self.line(x) - torch.rand(4, 1)).square().mean()
        loss.backward()
        with torch.no_grad():
            for p in self.line.parameters():
                p -= 0.1 * p.grad
                p.grad = None
        self.done += 1
        return {"step": self.done, "loss": loss.item()}

    def save(self, path: Path) -> None:
        self.saved.append(self.done)
        super().save(path)


def test_it_goes_on_as_if_it_had_not_stopped(tmp_path: Path) -> None:
    whole = Line(Settings())
    finish(whole, tmp_path / "whole.pt", 7, resume=True)
    finish(Line(Settings()), tmp_path / "part.pt", 4, resume=True)
    torch.manual_seed(99)
    second = Line(Settings())
    finish(second, tmp_path / "part.pt", 7, resume=True)
    assert second.done == 7 and second.curve == whole.curve
    assert torch.equal(second.line.weight, whole.line.weight)
    assert whole.saved == [3, 6, 7] and second.saved == [6, 7]
    assert [row["step"] for row in read_curve(tmp_path / "part.csv")] == [1.5, 3.5, 5.5]
    assert not list(tmp_path.glob("*.partial"))


def test_without_resume_it_starts_anew(tmp_path: Path) -> None:
    finish(Line(Settings()), tmp_path / "run.pt", 4, resume=False)
    again = Line(Settings())
    finish(again, tmp_path / "run.pt", 2, resume=False)
    assert again.done == 2 and len(again.curve) == 1


def test_a_checkpoint_of_another_run_is_refused_and_says_why(tmp_path: Path) -> None:
    Line(Settings()).save(tmp_path / "run.pt")
    with pytest.raises(ValueError, match=r"run\.pt: made with other settings and other data"):
        Line(Settings(rate=0.2), data="signal").restore(tmp_path / "run.pt")
