"""Replicate weights: which columns and methods, what is refused, and the variances that theory gives."""

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import hadamard

from core.audit.statistics.means import mean_error
from core.data.column import Column
from core.data.decision_columns import DecisionColumn
from core.data.decision_roles import DecisionRoles
from core.data.replicates import (
    METHODS,
    ReplicateColumns,
    Replicates,
    likely_replicates,
    replicate_columns,
)
from core.data.schema import Schema
from core.data.weights import WeightColumn, Weights, read_all_weights, weight_column
from core.errors import ConfigError, DataError

NAMES = ("y", "PWGTP", "PWGTP1", "PWGTP2", "PWGTP3")
RNG = np.random.default_rng(7)
H = hadamard(16).astype(float)


def error(x, replicates, method, fay=0.5):
    columns = ReplicateColumns(tuple(map(str, range(replicates.shape[1]))), method, fay)
    weights = Weights(np.ones(len(x)), np.ones(len(x)), Replicates(replicates, columns.factor))
    return mean_error(x, weights)[1]


def test_the_jackknife_of_single_rows_is_the_usual_error_of_a_mean():
    x = RNG.normal(size=12)
    left_out = (1 - np.eye(12)) * 12 / 11
    assert error(x, left_out, "jackknife") == pytest.approx(x.std(ddof=1) / np.sqrt(12))


@pytest.mark.parametrize(("method", "fay"), [("brr", 0.5), ("fay", 0.5), ("fay", 0.3)])
def test_balanced_replicates_give_the_variance_of_two_rows_a_stratum(method, fay):
    x = RNG.normal(size=(12, 2))
    signs = H[:, 1:13].T  # strata by replicates, balanced
    step = 1.0 if method == "brr" else 1 - fay
    replicates = np.stack([1 + step * signs, 1 - step * signs], axis=1).reshape(24, 16)
    expected = np.sqrt(((x[:, 0] - x[:, 1]) ** 2).sum()) / 24
    assert error(x.ravel(), replicates, method, fay) == pytest.approx(expected)


def test_successive_differences_give_half_the_squared_steps():
    x = RNG.normal(size=12)
    signs = H[1:13]
    replicates = 1 + (signs - np.roll(signs, -1, axis=0)) / 2**1.5
    assert error(x, replicates, "successive-difference") == pytest.approx(
        np.sqrt(((x - np.roll(x, 1)) ** 2).sum() / 2) / 12
    )


def test_the_bootstrap_comes_close_to_the_usual_error():
    x = RNG.normal(size=200)
    drawn = RNG.multinomial(200, np.full(200, 1 / 200), size=2_000).T.astype(float)
    assert error(x, drawn, "bootstrap") == pytest.approx(x.std(ddof=1) / np.sqrt(200), rel=0.06)


def test_degrees_of_freedom_are_those_of_the_clusters_that_a_group_has():
    cluster = np.repeat(np.arange(10), 30)
    replicates = Replicates((cluster[:, None] != np.arange(10)) * 10 / 9, 0.9)
    assert replicates.degrees == 9
    assert replicates.degrees_by((cluster < 4).astype(np.int64), 2).tolist() == [5, 3]


def test_columns_are_named_or_matched_and_the_weight_is_none_of_them():
    found = replicate_columns(["PWGTP*"], "successive-difference", "PWGTP", NAMES)
    assert found == ReplicateColumns(("PWGTP1", "PWGTP2", "PWGTP3"), "successive-difference")
    assert replicate_columns(["PWGTP1", "PWGTP2"], "fay@0.3", "PWGTP", NAMES).fay == 0.3
    assert replicate_columns([], None, "PWGTP", NAMES) is None
    others = replicate_columns(["PW*"], "brr", "PWGTP", (*NAMES, "PWAGE"))
    assert others.columns == ("PWGTP1", "PWGTP2", "PWGTP3")
    assert replicate_columns(["PW*", "PWAGE"], "brr", "PWGTP", (*NAMES, "PWAGE")).columns[-1] == "PWAGE"
    assert replicate_columns(["r_*"], "brr", "w", ("w", "r_a", "r_b")).columns == ("r_a", "r_b")
    assert likely_replicates("PWGTP", NAMES) == NAMES[2:]
    assert likely_replicates("y", NAMES) == ()


@pytest.mark.parametrize("method", ["odd", "brr@0.3", "fay@1", "fay@x"])
def test_an_unknown_method_is_refused(method):
    with pytest.raises(ConfigError, match=r"method of replicate weights|Fay's coefficient"):
        replicate_columns(["PWGTP*"], method, "PWGTP", NAMES)


def table(**columns):
    return pd.DataFrame({"w": [1.0, 2.0, 0.0], "w1": [2.0, 0.0, 1.0], "w2": [0.0, 4.0, 1.0]} | columns)


def read(frame):
    return read_all_weights(frame, WeightColumn("w", "survey", ReplicateColumns(("w1", "w2"), "brr")))


def test_replicates_are_read_of_the_rows_that_count():
    weights, rows, notes = read(table(w1=[2.0, 0.0, None]))
    assert rows.tolist() == [0, 1]
    assert weights.replicates.per_row.tolist() == [[2.0, 0.0], [0.0, 4.0]]
    assert "2 columns of replicate weights" in notes[-1]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"w2": [None, 4.0, 1.0]}, "'w2' is missing in 1 rows that have a weight"),
        ({"w2": [np.inf, 4.0, 1.0]}, "'w2' is infinite in 1 rows"),
        ({"w1": ["a", "b", "c"]}, "'w1' is no number"),
        ({"w1": [1.0, 2.0, 0.0], "w2": [1.0, 2.0, 0.0]}, "are the weights themselves"),
        ({"w1": [0.0, 0.0, 1.0]}, "'w1' do not add up to more than 0"),
    ],
)
def test_unusable_replicates_are_refused_with_the_column(columns, words):
    with pytest.raises(DataError, match=words):
        read(table(**columns))


def test_negative_replicates_are_told_and_count():
    weights, _, notes = read(table(w1=[3.0, -0.5, 1.0]))
    assert weights.replicates.per_row.min() == -0.5
    assert any("1 replicate weights are below 0" in note for note in notes)


def test_frequencies_have_no_replicates():
    with pytest.raises(ConfigError, match="frequencies are no sample"):
        weight_column("w", "frequency", ReplicateColumns(("w1", "w2"), "brr"))


@pytest.mark.parametrize("method", METHODS)
def test_replicates_are_no_feature_and_survive_a_manifest(method):
    columns = [Column(name=name, kind="numerical") for name in ("w", "w1", "w2", "x", "score")]
    schema = Schema(columns=(*columns, Column(name="y", kind="integer", role="target")), positive="1")
    weight = WeightColumn("w", "survey", ReplicateColumns(("w1", "w2"), method))
    roles = DecisionRoles((DecisionColumn("score"),), weight=weight)
    assert roles.without_features(schema).features == ["x"]
    assert DecisionRoles.from_json(roles.as_json()).weight == weight
    with pytest.raises(DataError, match="'score' is given for something else, so it cannot hold replicate weights"):
        DecisionRoles(
            (DecisionColumn("score"),), weight=WeightColumn("w", "survey", ReplicateColumns(("w1", "score"), "brr"))
        ).without_features(schema)
