import numpy as np
import pytest

from core.audit.inputs import Latents
from core.audit.metrics.code_usage import DISTANCE, codes_of, records, total_variation
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
