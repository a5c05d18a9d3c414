"""Files of statistics programs in which only some numbers have a label."""

import numpy as np
import pandas as pd

from core.data.column import Kind
from core.data.sources.load import load

ROWS = 200


def survey(path):
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(
        {
            "sex": rng.choice([1, 2], ROWS),
            "age": np.where(rng.random(ROWS) < 0.1, -9, rng.integers(18, 90, ROWS)),
            "satisfied": rng.integers(0, 11, ROWS),
            "grade": rng.integers(1, 4, ROWS),
            "hired": rng.choice([0, 1], ROWS),
        }
    )
    labels = {
        "sex": {1: "male", 2: "female"},
        "age": {-9: "Refused"},
        "satisfied": {0: "0 Not at all", 10: "10 Completely"},
        "grade": {1: "low", 2: "middle"},
        "hired": {0: "no", 1: "yes"},
    }
    frame.to_stata(path, write_index=False, value_labels=labels)
    return frame


def test_numbers_with_some_labels_stay_numbers(tmp_path):
    frame = survey(tmp_path / "survey.dta")
    data = load(tmp_path / "survey.dta", target="hired", positive="yes", sensitive=["sex"])
    kinds = {one.name: one.kind for one in data.schema.columns}
    assert kinds["age"] is Kind.INTEGER
    assert kinds["satisfied"] is Kind.INTEGER
    assert kinds["sex"] is Kind.CATEGORICAL
    assert data.frame["age"].isna().sum() == (frame["age"] == -9).sum()
    assert data.frame["satisfied"].tolist() == frame["satisfied"].tolist()
    assert any("'age': the label 'Refused' is read as missing" in note for note in data.notes)


def test_labels_that_say_something_else_stay(tmp_path):
    survey(tmp_path / "survey.dta")
    data = load(tmp_path / "survey.dta", target="hired", positive="yes", sensitive=["sex"])
    assert set(data.frame["grade"]) == {"low", "middle", "3"}
