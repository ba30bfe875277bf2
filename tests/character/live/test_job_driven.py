"""A live character that is driven: its wishes are deeds, and all comes again to the bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mujoco")

from character.deeds import Chosen, GetUp, GoTo, Head, PushNow, Steer, Want
from character.live.commands import (
    KeepTake,
    Replay,
    Reset,
    RestoreTake,
    ResumeFrom,
    Rewind,
    SwapPolicy,
)
from character.live.job import LiveCharacter
from character.live.messages import CharacterFrame, CommandRefused, Message, TakeKept
from character.live.take import Take
from tests.character.acting import Clock, job, same
from tests.character.driving import named, run, skills


def driven() -> LiveCharacter:
    walk = named("walk")
    return LiveCharacter(
        walk.clip, Clock(), policy=walk.policy, critic=walk.critic, skills=skills()
    )


def framed(message: Message) -> CharacterFrame:
    assert isinstance(message, CharacterFrame), message
    return message


def tell(live: LiveCharacter, *wishes: object) -> CharacterFrame:
    return [framed(live.handle(wish, run)) for wish in wishes][-1]


def go(live: LiveCharacter, steps: int) -> list[CharacterFrame]:
    return [framed(live.step(run)) for _ in range(steps)]


def alike(a: CharacterFrame, b: CharacterFrame) -> bool:
    """The same to the bit, with what is told of the drive."""
    return same(a, b) and repr(a.drive) == repr(b.drive) and a.policy == b.policy


def ridden(live: LiveCharacter) -> list[CharacterFrame]:
    """Wishes of every kind, with changes of skill among what follows."""
    frames = go(live, 10)
    tell(live, Steer(0.4, 1.0))
    frames += go(live, 25)
    tell(live, PushNow((0.0, 0.0, 60.0)), Want("run"))
    frames += go(live, 80)
    tell(live, GoTo(3.0, -2.0), GetUp(False))
    frames += go(live, 20)
    tell(live, Want("spinkick"))
    return frames + go(live, 70)


@pytest.fixture(scope="module")
def ride() -> tuple[LiveCharacter, list[CharacterFrame]]:
    live = driven()
    return live, ridden(live)


Ride = tuple[LiveCharacter, list[CharacterFrame]]


def test_wishes_and_choices_are_deeds_with_their_frames(ride: Ride) -> None:
    _, frames = ride
    entries = frames[-1].memory.entries
    wishes = [(e.frame, e.deed) for e in entries if isinstance(e.deed, Steer | Want | GoTo | GetUp)]
    assert wishes == [
        (10, Steer(0.4, 1.0)),
        (35, Want("run")),
        (115, GoTo(3.0, -2.0)),
        (115, GetUp(False)),
        (135, Want("spinkick")),
    ]
    chosen = [e for e in entries if isinstance(e.deed, Chosen)]
    told = [f.drive for f in frames if f.drive is not None]
    assert len(told) == len(frames) and chosen
    assert told[-1].changes == len(chosen)
    for entry in chosen:
        after = frames[entry.frame].drive
        assert after is not None and after.changed is not None
        assert after.changed.time == entry.deed.clip_time  # type: ignore[union-attr]
        assert after.skill and named(after.skill).policy == entry.deed.policy  # type: ignore[union-attr]


def test_a_replay_and_a_frame_that_is_shown_again_are_the_same_to_the_bit(ride: Ride) -> None:
    live, frames = ride
    for frame in (frames[0], frames[60], frames[150]):
        assert alike(framed(live.handle(Rewind(frame.frame), run)), frame)
    tell(live, Replay())
    again = go(live, len(frames))
    assert again[-1].exact and not again[-1].running
    assert all(alike(a, b) for a, b in zip(again, frames, strict=True))


def test_it_goes_on_from_a_frame_as_it_did(ride: Ride) -> None:
    """Also while a change of skill was pending, or a move was performed."""
    _, frames = ride
    pending = next(f.frame for f in frames if f.drive and f.drive.wanted == "run") + 5
    for first, until in ((pending, 115), (140, len(frames))):
        live = driven()
        ridden(live)
        tell(live, ResumeFrom(first))
        again = go(live, until - first)
        assert all(alike(a, b) for a, b in zip(again, frames[first:], strict=False))


def test_a_take_keeps_the_drive_and_goes_on_as_it_did(ride: Ride, tmp_path: Path) -> None:
    live, frames = ride
    message = live.handle(KeepTake(0, 100), run)
    assert isinstance(message, TakeKept)
    path = tmp_path / "take.npz"
    message.take.save(path)
    other = driven()
    restored = tell(other, RestoreTake(Take.load(path)))
    assert alike(restored, frames[99])
    assert all(alike(a, b) for a, b in zip(go(other, 10), frames[100:], strict=False))
    undriven = job(named("walk").clip)
    told = undriven.handle(RestoreTake(Take.load(path)), run)
    assert repr(framed(told).drive) == repr(restored.drive)


def test_a_wish_takes_the_place_of_one_of_its_kind_at_the_same_frame() -> None:
    both, second = driven(), driven()
    for live in (both, second):
        go(live, 3)
    tell(both, Want("run"), Steer(0.3, 1.0), Want("spinkick"))
    tell(second, Steer(0.3, 1.0), Want("spinkick"))
    assert all(alike(a, b) for a, b in zip(go(both, 12), go(second, 12), strict=True))


def test_a_reset_while_it_gets_up_stands_it_on_its_feet() -> None:
    live = driven()
    go(live, 5)
    tell(live, PushNow((0.0, 0.0, 900.0)))
    frames = go(live, 1)
    while "getup" not in (frames[-1].drive.skill if frames[-1].drive else ""):
        frames += go(live, 1)
        assert len(frames) < 150
    cut = tell(live, Reset())
    assert cut.drive is not None and cut.drive.skill == "walk" and not cut.drive.fallen
    assert cut.step.body.pose[1] > 0.7 and not go(live, 20)[-1].step.fallen
    tell(live, Replay())
    assert go(live, len(frames) + 26)[-1].exact


def test_who_is_put_there_by_hand_performs_until_something_is_asked() -> None:
    live, walk = driven(), named("run")
    go(live, 5)
    frame = tell(live, Head(0.5, 1.0), SwapPolicy(walk.policy, walk.clip, walk.critic))
    assert frame.drive is not None and frame.drive.skill == "run"
    assert [f.drive.skill for f in go(live, 8) if f.drive] == ["run"] * 8


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        (Want("fly"), "There is no skill 'fly'; there are"),
        (Head(0.0, 50.0), "The speed is 50, expected 0 to 10 m/s."),
        (Steer(np.nan, 0.0), "The turn is nan"),
        (GoTo(np.inf, 0.0), "X is inf"),
    ],
)
def test_what_cannot_be_asked_is_refused(wish: object, says: str) -> None:
    live = driven()
    answer = live.handle(wish, run)
    assert isinstance(answer, CommandRefused) and says in answer.sentence
    assert not answer.frame.memory.entries


def test_who_has_no_skills_is_not_driven() -> None:
    live = job(named("walk").clip)
    answer = live.handle(Steer(0.0, 1.0), run)
    assert isinstance(answer, CommandRefused) and "has no skills" in answer.sentence
    assert answer.frame.drive is None
