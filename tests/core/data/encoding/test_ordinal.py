import numpy as np
import pandas as pd
import pytest

from core.data.encoding.distance_space import fit_distance_space
from core.data.encoding.ordinal import MISSING, UNSEEN, fit_ordinal
from core.data.encoding.values import modelled_columns, predictors
from core.data.sampling import sample_positions
from tests.core.audit.tables import SCHEMA, people


def test_identifiers_ignored_columns_and_the_target_are_not_predictors():
    schema = SCHEMA.edited("town", role="ignored")
    assert predictors(schema, with_sensitive=True) == ["age", "pay", "since", "member", "sex"]
    assert predictors(schema, with_sensitive=False) == ["age", "pay", "since", "member"]
    assert modelled_columns(schema)[-1] == "hired"


def test_unseen_and_missing_values_have_codes_of_their_own():
    train = people(200)
    test = people(5, 1)
    test["town"] = pd.array(["A", "Z", None, "B", "C"], dtype="str")
    test.loc[0, "age"] = None
    names = ["age", "town", "since", "member"]
    matrix = fit_ordinal(SCHEMA, names, [train]).encode(test)
    assert matrix.dtype == np.float32
    assert np.isfinite(matrix).all()
    assert matrix[:, 1].tolist() == [0, UNSEEN, MISSING, 1, 2]
    assert matrix[0, 0] < train["age"].min()


def test_columns_without_any_value_and_huge_numbers_are_encoded():
    frame = people(20)
    frame["pay"] = np.nan
    frame.loc[0, "pay"] = np.inf
    frame["age"] = pd.array([None] * 20, dtype="Int64")
    for matrix in (
        fit_ordinal(SCHEMA, ["age", "pay"], [frame]).encode(frame),
        fit_distance_space(SCHEMA, frame, [frame]).encode(frame),
    ):
        assert np.isfinite(matrix).all()


def test_two_categories_lie_one_apart():
    frame = people(50).assign(age=pd.array([30] * 50, dtype="Int64"))
    one = frame.iloc[[0, 0]].reset_index(drop=True)
    one["town"] = pd.array(["A", "B"], dtype="str")
    points = fit_distance_space(SCHEMA, frame, [one]).encode(one)
    assert np.linalg.norm(points[0] - points[1]) == pytest.approx(1)


def test_samples_are_seeded_and_without_repeats():
    rows = sample_positions(100, 10, 1)
    assert len(set(rows)) == 10
    assert (rows == sample_positions(100, 10, 1)).all()
    assert sample_positions(5, 10, 1).tolist() == [0, 1, 2, 3, 4]
