"""Columns from which nothing can be learned."""

import pandas as pd

from core.data.checks.columns import column_issues
from core.data.inference.column_kinds import infer_schema

N = 60


def found(**columns):
    frame = pd.DataFrame(columns, dtype="str")
    return column_issues(frame, infer_schema(frame)[0])


def checks(**columns):
    return [(issue.check, [edit.name for edit in issue.remedies]) for issue in found(**columns)]


def test_a_constant_column_carries_nothing():
    assert checks(country=["DE"] * N) == [("constant", ["exclude:country"])]
    assert "has the same value in every row, 'DE'" in found(country=["DE"] * N)[0].sentence
    assert checks(member=["yes"] * (N - 1) + [None]) == []  # whether it is known may tell something


def test_an_empty_column_is_ignored_already():
    (one,) = found(note=[None] * N)
    assert (one.check, one.remedies) == ("empty", ())
    assert "has no value in any row, so it is ignored" in one.sentence


def test_what_names_rows_can_be_used_all_the_same():
    codes = [f"A{row}" for row in range(N)]
    numbers = [str(7 * row) for row in range(N)]
    (text,), (key,) = found(code=codes), found(customer_id=numbers)
    assert (text.remedies[0].name, str(text.remedies[0].kind)) == ("use:code", "categorical")
    assert (key.remedies[0].name, str(key.remedies[0].kind)) == ("use:customer_id", "integer")
    assert "read as an identifier" in text.sentence
    assert checks(town=[f"t{row % 9}" for row in range(N)]) == []
