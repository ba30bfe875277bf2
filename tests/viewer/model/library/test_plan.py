"""Which shards are written, of which files: from the files alone."""

from __future__ import annotations

import random
from dataclasses import replace

from viewer.model.library.files import ClipFile, Surveyed
from viewer.model.library.plan import LARGEST, SMALLEST, WINDOW_BYTES, Plan, groups, plan
from viewer.model.library.shards import Member, Shard

MODELS = "{}"


def files(count: int, windows: int = 213, seed: int = 0) -> list[Surveyed]:
    """Files of about so many windows each."""
    draw = random.Random(seed)
    return [
        Surveyed(ClipFile("/root", f"{n:06d}.bvh"), 9, f"{n:x}", draw.randrange(2 * windows))
        for n in range(count)
    ]


def written(todo: Plan, before: tuple[Shard, ...] = ()) -> tuple[Shard, ...]:
    """The shards after ``todo``, of files that all could be read."""
    known = {m.file: m for shard in before for m in shard.members}
    kept = {s.name: s for s in before if s.name not in todo.gone}
    for shard in todo.shards:
        members = [known[file] for file in shard.keep]
        members += [
            Member(each.file, each.content, each.windows, each.content, False)
            for piece in shard.pieces
            for each in piece.files
        ]
        kept[shard.name] = Shard(shard.name, tuple(members), MODELS, 0)
    return tuple(kept[name] for name in sorted(kept))


def size(shard: Shard) -> int:
    return WINDOW_BYTES * sum(member.windows for member in shard.members)


def test_shards_have_64_to_128_mb_whatever_there_is() -> None:
    for count in (900, 1500, 2000, 3000, 10_000):
        shards = written(plan(files(count), (), MODELS))
        assert sum(len(shard.members) for shard in shards) == count
        for shard in shards if len(shards) > 1 else ():
            assert 0.98 * SMALLEST <= size(shard) <= LARGEST


def test_after_a_kill_the_same_shards_are_planned() -> None:
    """Whichever shards were there by then."""
    todo = plan(files(4000), (), MODELS)
    whole = written(todo)
    draw = random.Random(1)
    for _ in range(20):
        there = tuple(shard for shard in whole if draw.random() < 0.5)
        rest = plan(files(4000), there, MODELS)
        assert {s.name for s in rest.shards} == {s.name for s in whole} - {s.name for s in there}
        assert set(rest.shards) <= set(todo.shards) and not rest.gone


def test_what_is_as_it_was_is_not_touched() -> None:
    there = written(plan(files(3000), (), MODELS))
    todo = plan(files(3000), there, MODELS)
    assert todo == Plan((), (), 3000, 0, 0, 0)


def test_one_changed_file_rewrites_its_shard_alone() -> None:
    given = files(3000)
    there = written(plan(given, (), MODELS))
    given[1234] = replace(given[1234], content="other")
    todo = plan(given, there, MODELS)
    (shard,) = todo.shards
    assert (todo.changed, todo.new, todo.known) == (1, 0, 2999)
    assert [each for piece in shard.pieces for each in piece.files] == [given[1234]]
    assert len(shard.keep) == len(next(s for s in there if s.name == shard.name).members) - 1


def test_new_files_fill_what_is_too_small() -> None:
    there = written(plan(files(100), (), MODELS))
    todo = plan(files(120), there, MODELS)
    (shard,) = todo.shards
    assert shard.name == there[0].name and len(shard.keep) == 100
    assert len(written(todo, there)[0].members) == 120


def test_nothing_is_twice_whatever_happens() -> None:
    """Files come, change and go at random; each run ends with every file once."""
    draw, there = random.Random(2), ()
    given = files(3000)
    for step in range(12):
        now = [each for each in given if draw.random() < 0.9]
        now = [
            replace(each, content=f"{each.content}.{step}") if draw.random() < 0.01 else each
            for each in now
        ]
        there = written(plan(now, there, MODELS), there)
        states = [(m.file, m.content) for shard in there for m in shard.members]
        assert sorted(states) == sorted(each.state for each in now)


def test_rows_that_are_there_twice_are_dropped_once() -> None:
    (shard,) = written(plan(files(50), (), MODELS))
    twice = replace(shard, name="part-other", members=shard.members[:10])
    todo = plan(files(50), (twice, shard), MODELS)
    states = [m.file for s in written(todo, (twice, shard)) for m in s.members]
    assert len(states) == len(set(states)) == 50 and not todo.pieces


def test_other_models_read_everything_again_in_place() -> None:
    there = written(plan(files(2000), (), MODELS))
    todo = plan(files(2000), there, '{"deepphase": "other"}')
    assert {shard.name for shard in todo.shards} == {shard.name for shard in there}
    assert todo.changed == 2000 and not any(shard.keep for shard in todo.shards)


def test_groups_keep_the_order() -> None:
    given = files(5000)
    assert [each for group in groups(given) for each in group] == given
