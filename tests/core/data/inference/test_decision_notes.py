"""What is said of features that are a model's decisions or the outcome under another name."""

import numpy as np
import pandas as pd
import pytest

from core.data.column import Column
from core.data.inference import decision_notes as decision_notes_module
from core.data.inference.decision_notes import agreement, decision_notes
from core.data.readiness import check_ready
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


def notes(name, values, kind="categorical"):
    schema = SCHEMA.replaced(columns=(*SCHEMA.columns, Column(name=name, kind=kind)))
    return decision_notes(schema, FRAME.assign(**{name: values}))


def test_a_feature_with_the_name_of_a_prediction_or_a_score():
    (one,) = notes("y_pred", pd.array(1 - Y, "Int64"), "integer")
    assert one.startswith("Feature 'y_pred' is named like the decisions of a model")
    assert "audit it as a prediction or a score, or leave it out" in one
    (one,) = notes("score", RNG.random(N), "numerical")
    assert "'score'" in one


def test_one_sentence_where_name_and_content_tell_it():
    assert len(notes("y_pred", pd.array(Y, "Int64"), "integer")) == 1


@pytest.mark.parametrize("values", [["no", "yes"], [5, 3], [None, "2024"]])
def test_a_recoding_of_the_outcome_is_found_whatever_it_is_called(values):
    (one,) = notes("letter", pd.Series([values[y] for y in Y]))
    assert "Feature 'letter' tells the target 'y' in 100 % of the rows" in one
    assert "audit it as a prediction" in one


@pytest.mark.parametrize("sign", [1, -1])
def test_a_score_that_decides_the_outcome_is_found_whatever_it_is_called(sign):
    (one,) = notes("points", sign * (Y + 0.9 * RNG.random(N)), "numerical")
    assert "Feature 'points' tells the target 'y' in 100 % of the rows" in one
    assert notes("points", sign * (Y + 2.0 * RNG.random(N)), "numerical") == []
    assert notes("points", RNG.random(N), "numerical") == []


def test_of_a_rare_outcome_both_sides_must_be_told():
    rare = (np.arange(4_000) % 200 == 0).astype(int)
    numbers = pd.Series(np.random.default_rng(1).random(4_000))
    assert agreement(numbers, rare) == 0.0
    assert agreement(numbers + rare, rare) == 1.0


def test_rare_numbers_that_the_sample_misses_tell_nothing(monkeypatch):
    monkeypatch.setattr(decision_notes_module, "MAX_ROWS", 5)
    numbers = pd.Series(np.zeros(4_000))
    numbers[3_960:] = np.arange(40) + 1.0
    assert agreement(numbers, (np.arange(4_000) % 2).astype(int)) == 0.0


def test_ninety_eight_of_a_hundred_are_enough():
    (one,) = notes("letter", flipped(4))
    assert "in 98 % of the rows" in one
    assert notes("letter", flipped(5)) == []


def test_a_rare_outcome_makes_no_column_a_copy():
    rare = np.zeros(1_000, dtype=np.intp)
    rare[:10] = 1
    unrelated = np.zeros(1_000)
    unrelated[5:15] = 1  # equal in 99 % of the rows, and right on half of those with the outcome
    assert agreement(pd.Series(unrelated), rare) == 0
    assert agreement(pd.Series(np.zeros(1_000)), rare) == 0


def test_a_number_is_compared_with_the_outcome_beyond_a_threshold():
    schema = SCHEMA.edited("y", kind="numerical").replaced(positive=None, threshold=50.0)
    frame = FRAME.assign(y=40.0 + 20 * Y + RNG.random(N), other=np.where(Y == 1, "high", "low"))
    (one,) = decision_notes(schema, frame)
    assert "'other' tells the target 'y' in 100 % of the rows" in one


def test_keys_and_many_values_are_no_copies():
    assert agreement(pd.Series(np.arange(N)), Y.astype(np.intp)) == 0


def test_columns_that_are_no_features_are_not_noted():
    frame = FRAME.assign(other=Y.astype(str))
    assert decision_notes(SCHEMA.edited("other", role="ignored"), frame) == []
    assert any("'other'" in note for note in check_ready(frame, SCHEMA))


def test_the_demo_has_no_such_feature():
    demo = load("demo", rows=2_000)
    assert decision_notes(demo.schema, demo.frame) == []
