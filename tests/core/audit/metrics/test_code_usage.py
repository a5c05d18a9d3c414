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


def test_of_several_groups_the_one_that_differs_most_is_named_and_each_has_a_bound():
    frame = people(N, 1)
    schema = SCHEMA.edited("town", role="sensitive").edited("sex", role="feature")
    codes = np.where(frame["town"] == "A", 0, np.random.default_rng(0).integers(0, 8, N))
    all_found = RecordSet(records(GroupedFrame(frame, schema), latents(codes), "student"))
    worst = all_found.one(group=None)
    assert worst.value == pytest.approx(all_found.one(group="A").value)
    assert worst.value > all_found.one(group="B").value
    assert worst.high == max(one.high for one in all_found)


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
