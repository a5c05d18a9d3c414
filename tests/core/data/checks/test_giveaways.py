"""Features that tell the outcome by themselves, and strong ones that do not."""

import numpy as np
import pandas as pd
import pytest

from core.data.checks.giveaways import agreement, giveaway_issues
from core.data.column import Column
from core.data.schema import Schema
from core.data.sources.load import load

N = 400
RNG = np.random.default_rng(0)
Y = (np.arange(N) % 3 == 0).astype(int)
SCHEMA = Schema(
    columns=(
        Column(name="y", kind="integer", role="target"),
        Column(name="sex", kind="categorical", role="sensitive"),
        Column(name="other", kind="categorical"),
    ),
    positive="1",
)
FRAME = pd.DataFrame(
    {"y": pd.array(Y, "Int64"), "sex": RNG.choice(["f", "m"], N), "other": RNG.choice(["a", "b"], N)}
).astype({"sex": "str", "other": "str"})


def flipped(count):
    """The outcome, wrong in so many rows of each outcome."""
    said = Y.copy()
    for outcome in (0, 1):
        said[np.flatnonzero(outcome == Y)[:count]] = 1 - outcome
    return said


def sentences(name, values, kind="categorical"):
    schema = SCHEMA.replaced(columns=(*SCHEMA.columns, Column(name=name, kind=kind)))
    return [issue.sentence for issue in giveaway_issues(FRAME.assign(**{name: values}), schema)]


@pytest.mark.parametrize("values", [["no", "yes"], [5, 3], [None, "2024"]])
def test_a_recoding_of_the_outcome_is_found_whatever_it_is_called(values):
    (one,) = sentences("letter", pd.Series([values[y] for y in Y]))
    assert "Feature 'letter' tells the target 'y' by itself in 100 % of the rows" in one
    assert "audit it as a prediction" in one


def test_several_values_may_stand_for_one_outcome():
    values = pd.Series(np.where(Y == 1, RNG.choice(["offer", "offer by phone"], N), RNG.choice(list("abcdef"), N)))
    assert len(sentences("letter", values)) == 1


@pytest.mark.parametrize("sign", [1, -1])
def test_a_score_that_decides_the_outcome_is_found_whatever_it_is_called(sign):
    (one,) = sentences("points", sign * (Y + 0.9 * RNG.random(N)), "numerical")
    assert "by itself in" in one
    assert sentences("points", sign * (Y + 2.0 * RNG.random(N)), "numerical") == []
    assert sentences("points", RNG.random(N), "numerical") == []


def test_numbers_within_a_range_and_dates_tell_it_too():
    within = np.where(Y == 1, RNG.uniform(30, 60, N), RNG.choice([0, 70], N) + RNG.uniform(0, 29, N))
    assert len(sentences("age", within, "numerical")) == 1
    left = pd.Series(pd.Timestamp("2020-01-01") + pd.to_timedelta(1_000 * Y + RNG.integers(0, 900, N), unit="D"))
    assert len(sentences("left", left.astype("datetime64[us]"), "datetime")) == 1


def test_numbers_beyond_thirty_two_bits_are_compared_exactly():
    huge = pd.Series(np.where(Y == 1, 1e300, 1e299) * (1 + 1e-12 * RNG.random(N)))
    near = pd.Series(1e15 + 2.0 * Y + RNG.random(N).round(1))
    for numbers in (huge, near, huge.mask(Y == 0)):
        assert agreement(numbers, Y.astype(np.intp)) > 0.98


def test_a_strong_feature_is_none():
    noisy = np.where(RNG.random(N) < 0.1, 1 - Y, Y)
    assert sentences("grade", pd.Series(noisy).map({0: "low", 1: "high"})) == []
    assert sentences("points", noisy + 0.5 * RNG.random(N), "numerical") == []


def test_values_that_were_never_seen_tell_nothing():
    assert sentences("town", pd.Series([f"town {row}" for row in range(N)])) == []
    assert agreement(pd.Series(np.arange(N)), Y.astype(np.intp)) == 0


def test_of_a_rare_outcome_both_sides_must_be_told():
    rare = (np.arange(4_000) % 200 == 0).astype(int)
    numbers = pd.Series(np.random.default_rng(1).random(4_000))
    assert agreement(numbers, rare) == 0.0
    assert agreement(numbers + rare, rare) == pytest.approx(1.0, abs=1e-3)
    unrelated = np.zeros(4_000)
    unrelated[5:15] = 1
    assert agreement(pd.Series(unrelated), rare) == 0
    assert agreement(pd.Series(np.zeros(4_000)), rare) == 0


def test_ninety_eight_of_a_hundred_are_enough():
    (one,) = sentences("letter", flipped(4))
    assert "in 98 % of the rows" in one
    assert sentences("letter", flipped(5)) == []


def test_a_number_is_compared_with_the_outcome_beyond_a_threshold():
    schema = SCHEMA.edited("y", kind="numerical").replaced(positive=None, threshold=50.0)
    frame = FRAME.assign(y=40.0 + 20 * Y + RNG.random(N), other=np.where(Y == 1, "high", "low"))
    (one,) = giveaway_issues(frame, schema)
    assert one.columns == ("other",)
    assert [edit.name for edit in one.remedies] == ["exclude:other"]
    assert giveaway_issues(frame, schema.replaced(threshold=None)) == []


def test_columns_that_are_no_features_and_named_predictions_are_left_to_others():
    frame = FRAME.assign(other=Y.astype(str))
    assert giveaway_issues(frame, SCHEMA.edited("other", role="ignored")) == []
    assert len(giveaway_issues(frame, SCHEMA)) == 1
    assert sentences("y_pred", pd.array(Y, "Int64"), "integer") == []


def test_the_demo_has_no_such_feature():
    demo = load("demo", rows=2_000)
    assert giveaway_issues(demo.frame, demo.schema) == []
