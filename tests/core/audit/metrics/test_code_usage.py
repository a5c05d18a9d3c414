import numpy as np
import pytest

from core.audit.inputs import Latents
from core.audit.metrics.code_usage import DISTANCE, DISTANCE_GIVEN_TARGET, codes_of, records, total_variation
from core.audit.record_set import RecordSet
from core.data.groups import GroupedFrame
from tests.core.audit.tables import SCHEMA, people

N = 1_500
POINTS = np.random.default_rng(0).normal(size=(8, 3))


def holdout():
    return GroupedFrame(people(N, 1), SCHEMA)


def latents(codes):
    return Latents(POINTS[codes], POINTS[codes])


def found(codes):
    (one,) = records(holdout(), latents(codes), "student")
    return one


def test_the_distance_is_half_the_sum_of_the_differences_counted_by_hand():
    inside = holdout().single["sex"].mask("f")
    codes = np.where(inside, 0, 1)
    codes[np.flatnonzero(inside)[: inside.sum() // 4]] = 1
    one = found(codes)
    assert one.metric == DISTANCE
    assert one.value == pytest.approx(1 - (inside.sum() // 4) / inside.sum(), abs=1e-12)
    assert one.value == pytest.approx(total_variation(codes, inside))
    above = np.sqrt(np.log(20) * (1 / inside.sum() + 1 / (~inside).sum()) / 2)
    assert one.high == pytest.approx(min(one.value + above, 1))


def test_codewords_that_all_groups_use_alike_differ_by_chance_and_the_bound_holds():
    within = 0
    for seed in range(20):
        one = found(np.random.default_rng(seed).integers(0, 8, N))
        chance = float(one.note.split("differ by ")[1].split(" ")[0])
        assert one.value == pytest.approx(chance, abs=0.04)
        within += one.low <= 0 <= one.high
    assert within == 20


def test_continuous_latents_have_no_codewords():
    mean = np.random.default_rng(0).normal(size=(N, 3))
    assert codes_of(Latents(mean, mean)) is None
    assert codes_of(Latents(POINTS[:1].repeat(N, 0), POINTS[:1].repeat(N, 0), np.ones((N, 3)), np.ones((N, 3)))) is None
    assert records(holdout(), Latents(mean, mean), "student") == []


TOWNS = SCHEMA.edited("town", role="sensitive").edited("sex", role="feature")


def test_of_several_groups_the_two_that_differ_most_are_named_and_each_is_compared_with_the_rest():
    frame = people(N, 1)
    codes = np.where(frame["town"] == "A", 0, np.random.default_rng(0).integers(0, 8, N))
    all_found = RecordSet(records(GroupedFrame(frame, TOWNS), latents(codes), "student"))
    worst, town = all_found.one(group=None), frame["town"].to_numpy()
    distances = {
        other: total_variation(codes[rows], town[rows] == "A")
        for other in set(town) - {"A"}
        for rows in [np.isin(town, ["A", other])]
    }
    assert worst.value == pytest.approx(max(distances.values()))
    assert "'A'" in worst.note
    assert all_found.one(group="A").value == pytest.approx(total_variation(codes, town == "A"))
    assert worst.value > all_found.one(group="B").value


def test_the_bound_holds_for_each_two_of_three_groups():
    rng = np.random.default_rng(0)
    frame = people(3_000, 1)
    towns = np.repeat(["A", "B", "C"], 1_000)
    frame["town"] = towns
    rates = np.select([towns == "A", towns == "B"], [0.8, 0.2], 0.5)
    codes = (rng.random(len(frame)) < rates).astype(int)  # A and B are .6 apart, each at most .45 from all others
    everyone = Latents(POINTS[codes], POINTS[codes])
    found_by_group = RecordSet(records(GroupedFrame(frame, TOWNS), everyone, "student"))
    assert found_by_group.one(group=None).high >= 0.6
    assert all(found_by_group.one(group=group).high < 0.6 for group in "ABC")


def given_target(codes, targets):
    points = np.random.default_rng(3).normal(size=(N, 3))  # a latent of its own for each row
    return Latents(points, points, holdout_codes=codes, train_targets=targets, holdout_targets=targets)


def test_codewords_of_a_target_are_compared_within_each_value_and_weighted_by_its_rows():
    inside = holdout().single["sex"].mask("f")
    targets = np.arange(N) % 3
    codes = 10 * targets + np.where(targets == 0, inside, 0)  # only value 0 tells the group, and it tells all
    (one,) = records(holdout(), given_target(codes, targets), "student")
    assert one.metric == DISTANCE_GIVEN_TARGET
    assert one.value == pytest.approx(1 / 3)
    assert one.n == N
    # by hand: McDiarmid's bound of a mean of three distances
    sizes = [(inside[targets == value].sum(), (~inside[targets == value]).sum()) for value in range(3)]
    squares = sum((1 / 3) ** 2 * (1 / n + 1 / m) for n, m in sizes)
    assert one.high == pytest.approx(1 / 3 + np.sqrt(np.log(20) * squares / 2))


def test_a_target_that_goes_with_the_group_tells_nothing_within_its_values():
    inside = holdout().single["sex"].mask("f")
    rng = np.random.default_rng(0)
    targets = np.where(rng.random(N) < 0.9, inside, ~inside).astype(int)
    codes = 4 * targets + rng.integers(0, 4, N)
    (one,) = records(holdout(), given_target(codes, targets), "student")
    assert total_variation(codes, inside) > 0.7
    chance = float(one.note.split("differ by ")[1].split(" ")[0])
    assert one.value == pytest.approx(chance, abs=0.04)


def test_the_bound_within_values_holds_in_repeated_samples():
    rng = np.random.default_rng(1)
    inside = holdout().single["sex"].mask("f")
    targets = np.arange(N) % 5
    held = 0
    for _ in range(40):
        codes = 8 * targets + np.where(inside, rng.integers(0, 8, N), rng.choice(8, N, p=[0.3] + [0.1] * 7))
        (one,) = records(holdout(), given_target(codes, targets), "student")
        held += one.high >= 0.175  # the true distance, .3 - 1/8
    assert held >= 38
