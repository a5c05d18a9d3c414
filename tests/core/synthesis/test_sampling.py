"""The source train rows of generated rows."""

import numpy as np
import pytest

from core.errors import ConfigError
from core.synthesis.sampling import SHARD_ROWS, group_shares, plan_groups, plan_rows, shards

GROUPS = np.asarray([0] * 70 + [1] * 30)
NAMES = ("a", "b")


def test_every_row_is_used_once_before_any_is_used_twice() -> None:
    plan = plan_rows(GROUPS, NAMES, 250, seed=0)
    assert set(np.bincount(plan).tolist()) == {2, 3}
    assert sorted(plan[:100]) == list(range(100))


def test_proportions_are_met_to_the_row() -> None:
    plan = plan_rows(GROUPS, NAMES, 1001, seed=0, proportions={"b": 0.5})
    assert abs(int((GROUPS[plan] == 1).sum()) - 500.5) <= 0.5
    assert set(GROUPS[plan_rows(GROUPS, NAMES, 20, seed=0, proportions={"b": 1.0})]) == {1}


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
        plan_rows(GROUPS, NAMES, 10, seed=0, proportions=proportions)


def test_groups_are_planned_by_their_shares_to_the_row() -> None:
    plan = plan_groups(np.asarray([0.7, 0.3]), NAMES, 1000, seed=0)
    assert np.bincount(plan).tolist() == [700, 300]
    assert plan[:50].any()  # in random order
    assert np.bincount(plan_groups(np.asarray([0.7, 0.3]), NAMES, 10, seed=0, proportions={"b": 0.8})).tolist() == [
        2,
        8,
    ]
    with pytest.raises(ConfigError, match="at least 1, not 0"):
        plan_groups(np.asarray([0.7, 0.3]), NAMES, 0, seed=0)


CROSSED = ("f × old", "f × young", "m × old", "m × young", "(other groups)")
MEMBERS = np.repeat(np.arange(5), [30, 10, 40, 15, 5])


def test_a_share_of_one_columns_group_goes_to_all_crossed_groups_that_have_it() -> None:
    plan = plan_rows(MEMBERS, CROSSED, 1000, seed=0, columns=2, proportions={"f": 0.8})
    assert np.bincount(MEMBERS[plan]).tolist() == [600, 200, 133, 50, 17]
    plan = plan_rows(MEMBERS, CROSSED, 1000, seed=0, columns=2, proportions={"f × old": 0.1, "m": 0.9})
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
        plan_rows(MEMBERS, names, 10, seed=0, columns=2, proportions=proportions)


def test_a_group_without_train_rows_is_refused() -> None:
    with pytest.raises(ConfigError, match="'c' has no train rows"):
        plan_rows(GROUPS, (*NAMES, "c"), 10, seed=0, proportions={"c": 1.0})


def test_no_rows_are_refused() -> None:
    with pytest.raises(ConfigError, match="at least 1"):
        plan_rows(GROUPS, NAMES, 0, seed=0)


def test_a_shards_chance_depends_on_its_place_alone() -> None:
    plan = np.arange(SHARD_ROWS * 2 + 5)
    first = [shard.rng.random() for shard in shards(plan, seed=4)]
    alone = list(shards(plan, seed=4))[2]
    assert alone.rng.random() == first[2]
    assert len(set(first)) == 3
    assert [len(shard.source) for shard in shards(plan, seed=4)] == [SHARD_ROWS, SHARD_ROWS, 5]
