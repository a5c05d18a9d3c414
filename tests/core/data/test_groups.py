import pandas as pd
import pytest

from core.data.groups import shares_of, values_of
from core.data.schema import Column, Kind, Role, Schema

SCHEMA = Schema(
    columns=(
        Column(name="sex", kind=Kind.CATEGORICAL, role=Role.SENSITIVE),
        Column(name="age", kind=Kind.INTEGER, role=Role.SENSITIVE, cuts=(40,)),
    )
)
FRAME = pd.DataFrame({"sex": ["f", "m", "m", None], "age": pd.array([20, 50, 50, 20], "Int64")}).astype({"sex": "str"})


def test_shares_are_of_all_sensitive_columns_crossed_and_make_one():
    found = shares_of(FRAME, SCHEMA)
    assert found == {"(missing) × age < 40": 0.25, "f × age < 40": 0.25, "m × age ≥ 40": 0.5}
    assert sum(found.values()) == pytest.approx(1)


def test_values_are_the_known_ones_the_most_frequent_first():
    assert values_of(FRAME, "sex") == ["m", "f"]
