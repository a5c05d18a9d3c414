"""The source train rows of generated rows."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.errors import ConfigError
from core.synthesis.sampling import (
    PART_ROWS,
    PART_SHARDS,
    SHARD_ROWS,
    group_shares,
    part_counts,
    plan_groups,
    plan_rows,
    shards,
)

GROUPS = np.asarray([0] * 70 + [1] * 30)
NAMES = ("a", "b")


def _rows(*arguments: Any, **options: Any) -> NDArray[np.int64]:
    return np.concatenate([*plan_rows(*arguments, **options)])


def _groups(*arguments: Any, **options: Any) -> NDArray[np.int64]:
    return np.concatenate([*plan_groups(*arguments, **options)])


def test_every_row_is_used_once_before_any_is_used_twice() -> None:
    plan = _rows(GROUPS, NAMES, 250, seed=0)
    assert set(np.bincount(plan).tolist()) == {2, 3}
    assert sorted(plan[:100]) == list(range(100))


def test_proportions_are_met_to_the_row() -> None:
    plan = _rows(GROUPS, NAMES, 1001, seed=0, proportions={"b": 0.5})
    assert abs(int((GROUPS[plan] == 1).sum()) - 500.5) <= 0.5
    assert set(GROUPS[_rows(GROUPS, NAMES, 20, seed=0, proportions={"b": 1.0})]) == {1}


@pytest.mark.parametrize(
    ("proportions", "words"),
    [
        ({"c": 0.5}, "'c'"),
        ({"a": 1.5}, "between 0 and 1"),
        ({"a": 0.7, "b": 0.7}, "add up to 1"),
        ({"a": 0.2, "b": 0.2}, "add up to 1"),
    ],
)
def test_wrong_proportions_are_refused_with_the_groups_named(proportions: dict[str, float], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        _rows(GROUPS, NAMES, 10, seed=0, proportions=proportions)


def test_groups_are_planned_by_their_shares_to_the_row() -> None:
    plan = _groups(np.asarray([0.7, 0.3]), NAMES, 1000, seed=0)
    assert np.bincount(plan).tolist() == [700, 300]
    assert plan[:50].any()  # in random order
    assert np.bincount(_groups(np.asarray([0.7, 0.3]), NAMES, 10, seed=0, proportions={"b": 0.8})).tolist() == [
        2,
        8,
    ]
    with pytest.raises(ConfigError, match="at least 1, not 0"):
        _groups(np.asarray([0.7, 0.3]), NAMES, 0, seed=0)


CROSSED = ("f × old", "f × young", "m × old", "m × young", "(other groups)")
MEMBERS = np.repeat(np.arange(5), [30, 10, 40, 15, 5])


def test_a_share_of_one_columns_group_goes_to_all_crossed_groups_that_have_it() -> None:
    plan = _rows(MEMBERS, CROSSED, 1000, seed=0, columns=2, proportions={"f": 0.8})
    assert np.bincount(MEMBERS[plan]).tolist() == [600, 200, 133, 50, 17]
    plan = _rows(MEMBERS, CROSSED, 1000, seed=0, columns=2, proportions={"f × old": 0.1, "m": 0.9})
    assert np.bincount(MEMBERS[plan], minlength=5).tolist()[:2] == [100, 0]


def test_shares_of_train_rows_do_as_well_as_their_numbers() -> None:
    counts = np.bincount(MEMBERS)
    for proportions in ({"f": 0.8}, {"f × old": 0.1, "m": 0.9}):
        by_number, by_share = (group_shares(part, CROSSED, 2, proportions) for part in (counts, counts / counts.sum()))
        assert np.allclose(by_number, by_share)


@pytest.mark.parametrize(
    ("names", "proportions", "words"),
    [
        (CROSSED, {"f": 0.5, "old": 0.5}, "'old' overlaps"),
        (CROSSED, {"x": 0.5}, "the groups are 'f', 'm', 'old', 'young', and intersections such as 'f × old'"),
        (("yes × yes", "yes × no"), {"yes": 0.5}, "no group 'yes'"),
    ],
)
def test_names_that_do_not_say_which_rows_are_refused(
    names: tuple[str, ...], proportions: dict[str, float], words: str
) -> None:
    with pytest.raises(ConfigError, match=words):
        _rows(MEMBERS, names, 10, seed=0, columns=2, proportions=proportions)


def test_a_group_without_train_rows_is_refused() -> None:
    with pytest.raises(ConfigError, match="'c' has no train rows"):
        _rows(GROUPS, (*NAMES, "c"), 10, seed=0, proportions={"c": 1.0})


def test_no_rows_are_refused() -> None:
    with pytest.raises(ConfigError, match="at least 1"):
        _rows(GROUPS, NAMES, 0, seed=0)


def test_a_shards_chance_depends_on_its_place_alone() -> None:
    plan = np.arange(SHARD_ROWS * 2 + 5)
    first = [shard.rng.random() for shard in shards(plan, seed=4)]
    alone = list(shards(plan, seed=4))[2]
    assert alone.rng.random() == first[2]
    assert len(set(first)) == 3
    assert [len(shard.source) for shard in shards(plan, seed=4)] == [SHARD_ROWS, SHARD_ROWS, 5]


def test_a_shards_chance_is_the_same_whether_its_part_is_planned_first_or_alone() -> None:
    plan = np.arange(PART_ROWS + 5)
    chances = [shard.rng.random() for shard in shards(plan, seed=4)]
    assert [shard.rng.random() for shard in shards(plan[PART_ROWS:], seed=4, part=1)] == chances[PART_SHARDS:]


def test_a_plan_comes_in_parts_that_go_on_where_the_last_one_ended() -> None:
    parts = list(plan_rows(GROUPS, NAMES, 2 * PART_ROWS + 7, seed=0))
    assert [len(part) for part in parts] == [PART_ROWS, PART_ROWS, 7]
    used = np.bincount(np.concatenate(parts))
    assert set((used - (2 * PART_ROWS + 7) // 100).tolist()) == {0, 1}
    shorter = _rows(GROUPS, NAMES, PART_ROWS + 3, seed=0)
    assert np.concatenate(parts)[: PART_ROWS + 3].tolist() == shorter.tolist()


def test_parts_have_the_shares_and_all_of_them_together_exactly() -> None:
    rows, shares = 3 * PART_ROWS + 11, np.asarray([0.35, 0.65])
    by_rows = [GROUPS[part] for part in plan_rows(GROUPS, NAMES, rows, seed=0, proportions={"b": 0.65})]
    by_groups = list(plan_groups(np.asarray([0.7, 0.3]), NAMES, rows, seed=0, proportions={"b": 0.65}))
    for parts in (by_rows, by_groups):
        counts = np.stack([np.bincount(part, minlength=2) for part in parts])
        assert counts.sum(axis=0) == pytest.approx(rows * shares, abs=0.5)
        assert counts == pytest.approx(np.outer(counts.sum(axis=1), shares), abs=1.5)
    used = np.bincount(_rows(GROUPS, NAMES, rows, seed=0, proportions={"b": 0.65}), minlength=100)
    assert np.ptp(used[:70]) <= 1
    assert np.ptp(used[70:]) <= 1


@given(totals=st.lists(st.integers(0, 5) | st.integers(0, 400_000), min_size=1, max_size=12))
def test_no_part_takes_rows_from_a_group_and_rare_groups_come_too(totals: list[int]) -> None:
    """Largest remainders would do so: with a larger total, a small group can get a row less."""
    parts = list(part_counts(np.asarray(totals)))
    rows = sum(totals)
    assert [int(part.sum()) for part in parts] == [min(PART_ROWS, rows - start) for start in range(0, rows, PART_ROWS)]
    assert all((part >= 0).all() for part in parts)
    assert sum(parts, np.zeros(len(totals), dtype=np.int64)).tolist() == totals
    for end, so_far in enumerate(np.cumsum(parts, axis=0) if parts else (), start=1):
        off = np.abs(so_far - np.asarray(totals) * min(end * PART_ROWS, rows) / rows)
        assert off.max() <= max(2, len(totals) / 2)  # one large group waits for half a row of each tiny one
