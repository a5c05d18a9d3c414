from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import t

from core.audit.metrics import unawareness
from core.audit.protocols import direct_effect, tabular
from core.audit.protocols.holdout_evaluator import HoldoutEvaluator
from core.audit.records import Status
from core.benchmarks import clean_tables
from core.benchmarks.clean_tables import clean_table
from core.data.encoding.ordinal import fit_ordinal
from core.data.encoding.values import predictors
from core.downstream_classifiers import random_forest
from tests.core.audit.tables import SCHEMA, people


@pytest.fixture(autouse=True)
def small_forest(monkeypatch):
    monkeypatch.setattr(random_forest, "TREES", 20)


def measured(schema, train, holdout, *, with_sensitive=True, direct=True):
    evaluator = HoldoutEvaluator(holdout, schema, ("yes", "no"))
    fit = tabular.on_rows(schema, "original", train, train, holdout, with_sensitive=with_sensitive)
    return tabular.measure(fit, evaluator, 0, direct=direct)


def by_sex(frame):
    return frame.assign(hired=pd.array(np.where(frame["sex"] == "f", "no", "yes"), dtype="str"))


def unrelated(frame, seed=5):
    """A column of one value in place of the attribute: whoever learns from it cannot use the attribute."""
    return frame.assign(sex=pd.array(["m"] * len(frame), dtype="str"))


def test_a_classifier_that_decides_by_the_attribute_has_a_large_gap():
    train, holdout = by_sex(people(800)), by_sex(people(400, 1))
    (record,) = measured(SCHEMA, train, holdout).direct
    assert (record.metric, record.protocol, record.sensitive, record.positive) == ("unawareness_gap", "A", "sex", "yes")
    assert record.value > 0.5
    assert 0 <= record.low < record.value < record.high <= 1
    assert record.n == 400
    (weak,) = measured(SCHEMA, people(800), people(400, 1)).direct
    assert weak.value < record.value / 4


def test_one_that_cannot_tell_groups_apart_has_none():
    train, holdout = people(500), people(300, 1)
    fit = tabular.on_rows(SCHEMA, "synthetic", unrelated(train), train, holdout, with_sensitive=True)
    (record,) = tabular.measure(fit, HoldoutEvaluator(holdout, SCHEMA, ("yes", "no")), 0, direct=True).direct
    assert (record.value, record.low, record.high) == (0, 0, 0)
    assert not measured(SCHEMA, train, holdout, with_sensitive=False).direct


def test_asking_again_changes_no_other_figure_by_a_bit():
    train, holdout = people(500, gap=1.0), people(300, 1, gap=1.0)
    plain, asked = (measured(SCHEMA, train, holdout, direct=direct) for direct in (False, True))
    assert plain.records == asked.records
    assert (plain.scores == asked.scores).all()
    assert not plain.direct


def test_the_gap_is_the_range_over_groups_of_each_row():
    found = unawareness.AttributeFlips("sex", np.array([0]), np.array([[0.0], [1.0], [2.0]], np.float32), 30)
    tested = np.array([[1.0, 7.0], [2.0, 8.0]], np.float32)
    assert found.copies(tested).tolist() == [[0, 7], [0, 8], [1, 7], [1, 8], [2, 7], [2, 8]]
    assert found.gap(np.array([0.1, 0.5, 0.4, 0.5, 0.2, 0.9])).value == pytest.approx((0.3 + 0.4) / 2)


def beyond_chance(seed, rows=600, classifier="logistic"):
    table = clean_table(seed, rows)
    train, holdout = table[: rows * 4 // 5], table[rows * 4 // 5 :].reset_index(drop=True)
    fit = tabular.on_rows(
        clean_tables.SCHEMA, "original", train, train, holdout, with_sensitive=True, classifier=classifier
    )
    evaluator = HoldoutEvaluator(holdout, clean_tables.SCHEMA, ("yes", "no"))
    return direct_effect.beyond_chance(fit, tabular.measure(fit, evaluator, 0, direct=True), evaluator, 0)


def test_the_excess_is_what_the_effect_has_beyond_the_mean_of_shuffles_with_the_interval_of_a_prediction():
    found = unawareness.AttributeFlips("sex", np.array([0]), np.zeros((2, 1), np.float32), 30)
    many = 2_000
    scores = np.concatenate([np.full(many, 0.2), np.full(many, 0.5)])
    by_chance = np.stack([np.concatenate([np.full(many, 0.2), np.full(many, 0.2 + gap)]) for gap in (0.02, 0.04, 0.03)])
    chance, excess = found.beyond_chance(scores, by_chance)
    assert chance.value == pytest.approx(0.03)
    assert excess.value == pytest.approx(0.27)
    half = t.ppf(0.975, 2) * 0.01
    assert excess.high - excess.value == pytest.approx(half * np.sqrt(4 / 3))
    assert chance.high - chance.value == pytest.approx(half / np.sqrt(3))
    assert excess.interval == "normal over rows, and t over 3 shuffles"


def test_shuffles_differ_and_the_same_arguments_give_the_same_records():
    chance, excess = beyond_chance(0)
    assert (chance.metric, excess.metric) == ("unawareness_gap_null", "unawareness_excess")
    assert 0 < chance.low < chance.value < chance.high
    assert excess.low < excess.value < excess.high
    assert beyond_chance(0) == [chance, excess]


def test_an_attribute_that_means_nothing_is_rarely_said_to_have_an_effect():
    """At most 5 %: two-sided 95 % intervals have their lower bound above 0 in one case of forty."""
    assert sum(beyond_chance(seed)[1].low > 0 for seed in range(100, 160)) <= 4


@given(arrays(float, st.tuples(st.integers(2, 4), st.integers(1, 9)), elements=st.floats(0, 1)), st.randoms())
def test_it_is_bounded_and_blind_to_the_order_of_rows_and_groups(scores, rng):
    found = unawareness.AttributeFlips("sex", np.array([0]), np.zeros((len(scores), 1), np.float32), 30)
    gap = found.gap(scores.ravel())
    assert 0 <= gap.value <= 1
    groups, rows = (rng.sample(range(size), size) for size in scores.shape)
    assert found.gap(scores[groups][:, rows].ravel()).value == pytest.approx(gap.value)


def test_several_columns_are_replaced_together_by_combinations_that_occur():
    schema = SCHEMA.edited("town", role="sensitive")
    train = people(900)
    encoding = fit_ordinal(schema, predictors(schema, with_sensitive=True), [train])
    found = unawareness.flips(schema, train, encoding)
    assert found.attribute == "town × sex"
    seen = {tuple(row) for row in encoding.encode(train)[:, found.positions].tolist()}
    assert {tuple(row) for row in found.replacements.tolist()} <= seen
    large = train.groupby(["town", "sex"], dropna=False).size() >= schema.min_group_size
    assert len(found.replacements) == large.sum()
    assert "together" in found.note


def test_a_group_cut_from_a_number_stands_at_its_most_frequent_value():
    schema = SCHEMA.edited("sex", role="feature").edited("age", role="sensitive", bin_edges=(40,))
    train = people(600).assign(age=pd.array([20, 30, 30, 50, 60, 60] * 100, dtype="Int64"))
    found = unawareness.flips(schema, train, fit_ordinal(schema, ["age", "pay"], [train]))
    assert found.replacements.tolist() == [[30], [60]]


def test_where_nothing_can_be_asked_it_says_why():
    train, holdout = people(300), people(200, 1)
    alone = train.assign(sex=pd.array(["f"] * 290 + ["m"] * 10, dtype="str"))
    (record,) = measured(SCHEMA, alone, holdout).direct
    assert record.status is Status.UNDEFINED
    assert "two groups" in record.note
    same = train.assign(hired=pd.array(["yes"] * 300, dtype="str"))
    (record,) = measured(SCHEMA, same, holdout).direct
    assert (record.value, record.status) == (None, Status.UNDEFINED)
    fit = tabular.on_rows(SCHEMA, "original", train, train, holdout, with_sensitive=True)
    evaluator = HoldoutEvaluator(holdout, SCHEMA, ("yes", "no"))
    assert not tabular.measure(replace(fit, flips=None), evaluator, 0, direct=True).direct
