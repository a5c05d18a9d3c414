"""Features with the outcome's own values are told; answers that many columns have are not."""

import numpy as np
import pandas as pd
import pytest

from core.data.checks.check import check_data
from core.data.sources.load import load

ROWS = 200


def found(tmp_path, outcomes, **columns):
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "sex": rng.choice(["F", "M"], ROWS),
            "age": rng.integers(18, 80, ROWS),
            **{name: rng.choice(values, ROWS) for name, values in columns.items()},
            "approved": rng.choice(outcomes, ROWS),
        }
    )
    frame.to_csv(tmp_path / "table.csv", index=False)
    data = load(tmp_path / "table.csv", target="approved", positive=outcomes[0], sensitive=["sex"])
    return [one for one in check_data(data.frame, data.schema) if one.check == "decision"]


@pytest.mark.parametrize("name", ["recommendation", "first_round"])
def test_a_feature_with_the_outcomes_values_is_told(tmp_path, name):
    (told,) = found(tmp_path, ["Approved", "Declined"], **{name: ["APPROVED", "declined "]})
    assert told.columns == (name,)
    assert [one.type for one in told.remedies] == ["exclude"]


def test_answers_and_other_values_are_not(tmp_path):
    assert found(tmp_path, ["yes", "no"], owns_car=["yes", "no"]) == []
    assert found(tmp_path, ["Approved", "Declined"], job=["Cook", "Approved"]) == []


def test_the_values_of_a_negative_outcome_are_no_words_for_missing(tmp_path):
    rng = np.random.default_rng(1)
    rows = pd.DataFrame({"sex": rng.choice(["F", "Declined"], ROWS), "age": rng.integers(18, 80, ROWS)})
    rows = rows.assign(approved=rng.choice(["Approved", "Declined"], ROWS))
    rows.to_csv(tmp_path / "table.csv", index=False)
    data = load(tmp_path / "table.csv", target="approved", positive="Approved", sensitive=["sex"])
    told = [one.columns for one in check_data(data.frame, data.schema) if one.check == "missing words"]
    assert told == [("sex",)]
