"""What is inferred from raw text, and the sentences that go with it."""

from __future__ import annotations

import pandas as pd
import pytest

from core.data.casting import cast_to_schema
from core.data.column import Kind, Role
from core.data.inference.column_kinds import infer_column, infer_schema
from core.errors import DataError


def column(values: list[str], name: str = "x") -> tuple[Kind, Role, str]:
    found, _ = infer_column(pd.Series(values, dtype="str"), name)
    return found.kind, found.role, found.missing_token


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "-2", "?"], Kind.INTEGER),
        (["1.0", "2.0", ""], Kind.INTEGER),
        (["1.5", "2", "1e3"], Kind.NUMERICAL),
        (["inf", "2.5"], Kind.NUMERICAL),
        (["True", "False", "NA"], Kind.BOOLEAN),
        (["true", "false"], Kind.CATEGORICAL),
        (["0", "1"], Kind.INTEGER),
        (["2024-01-31", "2024-02-01"], Kind.DATETIME),
        (["31.01.2024", "01.02.2024"], Kind.DATETIME),
        (["13/01/2024", "01/02/2024"], Kind.DATETIME),
        (["2024-01-01T10:00:00Z", "2024-01-01T11:00:00Z"], Kind.DATETIME),
        (["01/02/2024", "03/04/2024"], Kind.CATEGORICAL),
        (["01234", "12345"], Kind.CATEGORICAL),
        (["1234567890123456789012", "1"], Kind.CATEGORICAL),
        (["a", "b", "a"], Kind.CATEGORICAL),
    ],
)
def test_kinds(values: list[str], kind: Kind) -> None:
    assert column(values)[0] is kind


def test_ambiguous_dates_and_mixtures_are_said() -> None:
    _, notes = infer_column(pd.Series(["01/02/2024", "03/04/2024"], dtype="str"), "day")
    assert "'day' reads as dates in two ways: '01/02/2024' is 1 February 2024 or 2 January 2024" in notes[0]
    found, notes = infer_column(pd.Series(["5", "6", "many", "7"], dtype="str"), "pay")
    assert found.kind is Kind.CATEGORICAL
    assert "'pay' mixes numbers and text (row 3: 'many')" in notes[0]
    assert "missing token" in notes[0]


def test_a_value_that_repeats_counts_as_often_as_it_occurs() -> None:
    notes = infer_column(pd.Series(["5"] * 3 + ["x", "z"], dtype="str"), "pay")[1]
    assert "'pay' mixes numbers and text (row 4: 'x')" in notes[0]
    assert infer_column(pd.Series(["5", "x", "z"], dtype="str"), "pay")[1] == []
    keys = [str(number) for number in range(100)]
    assert column([*keys, "0"], "customer_id")[0] is Kind.IDENTIFIER
    assert column(keys * 2, "customer_id")[0] is Kind.INTEGER


@pytest.mark.parametrize("token", ["?", "NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "<NA>", "#N/A"])
def test_missing_tokens(token: str) -> None:
    assert column(["1", token, " " + token]) == (Kind.INTEGER, Role.FEATURE, token)


def test_the_most_frequent_of_several_tokens_is_kept() -> None:
    found, notes = infer_column(pd.Series(["a", "?", "?", "NA", ""], dtype="str"), "job")
    assert found.missing_token == "?"  # noqa: S105
    assert "'job'" in notes[0]
    assert "(4 rows)" in notes[0]


def test_identifiers() -> None:
    unique = [f"u{number}" for number in range(50)]
    numbers = [str(number * 7) for number in range(50)]
    assert column(unique)[:2] == (Kind.IDENTIFIER, Role.IGNORED)
    assert column(numbers, "customer_id")[:2] == (Kind.IDENTIFIER, Role.IGNORED)
    assert column(numbers, "salary")[:2] == (Kind.INTEGER, Role.FEATURE)
    assert column([f"{number}.5" for number in range(50)], "id")[0] is Kind.NUMERICAL
    assert column(unique[:3])[0] is Kind.CATEGORICAL


def test_an_empty_column_is_ignored() -> None:
    found, _ = infer_column(pd.Series(["", "?", ""], dtype="str"), "remark")
    assert (found.kind, found.role) == (Kind.CATEGORICAL, Role.IGNORED)
    assert found.reason == "Ignored: no row has a value."


def test_ten_thousand_categories() -> None:
    values = pd.Series([f"c{number % 10_000}" for number in range(50_000)], dtype="str")
    schema, _ = infer_schema(pd.DataFrame({"shop": values}))
    assert schema.column("shop").kind is Kind.CATEGORICAL
    assert cast_to_schema(pd.DataFrame({"shop": values}), schema)[0]["shop"].nunique() == 10_000


def roles(**columns: list[str]) -> dict[str, str]:
    schema, _ = infer_schema(pd.DataFrame(columns, dtype="str"))
    assert all(column.reason for column in schema.columns)
    return {column.name: str(column.role) for column in schema.columns}


def test_likely_roles() -> None:
    assert roles(age=["1", "2"], Gender=["f", "m"], income=["lo", "hi"], flag=["0", "1"]) == {
        "age": "feature",
        "Gender": "sensitive",
        "income": "target",
        "flag": "feature",
    }
    assert roles(age=["1", "2"], a=["0", "1"], b=["0", "1"]) == {"age": "sensitive", "a": "feature", "b": "target"}
    assert "target" not in roles(x=["1.5", "2.5", "3.5"], grade=["a", "b", "c"]).values()


def test_duplicate_names_give_a_sentence() -> None:
    with pytest.raises(DataError, match="'a' occurs more than once; give each column a name"):
        infer_schema(pd.DataFrame([["1", "2"]], columns=["a", "a"], dtype="str"))


def test_nested_values_give_a_sentence() -> None:
    with pytest.raises(DataError, match="Column 'a', row 1 holds a list"):
        infer_schema(pd.DataFrame({"a": [[1, 2], [3]]}))
