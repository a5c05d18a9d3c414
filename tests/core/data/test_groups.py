import pandas as pd

from core.data.groups import values_of
from core.data.schema import Column, Kind, Role, Schema

SCHEMA = Schema(
    columns=(
        Column(name="sex", kind=Kind.CATEGORICAL, role=Role.SENSITIVE),
        Column(name="age", kind=Kind.INTEGER, role=Role.SENSITIVE, cuts=(40,)),
    )
)
FRAME = pd.DataFrame({"sex": ["f", "m", "m", None], "age": pd.array([20, 50, 50, 20], "Int64")}).astype({"sex": "str"})


def test_values_are_the_known_ones_the_most_frequent_first():
    assert values_of(FRAME, "sex") == ["m", "f"]
