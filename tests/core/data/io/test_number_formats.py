"""Numbers with decimal commas or marks between thousands: recognised, said, typed, and written back as they were."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.casting import cast_column, cast_to_schema
from core.data.column import Column, Kind, Role
from core.data.external import external_frame
from core.data.inference.column_kinds import infer_column, infer_schema
from core.data.io.number_formats import Separators
from core.data.io.table_files import read_table
from core.data.io.table_writer import write_csv
from core.data.schema import Schema
from core.errors import SchemaError


def text(*values: str) -> pd.Series:
    return pd.Series(values, dtype="str")


@pytest.mark.parametrize(
    ("values", "numbers", "kind"),
    [
        (["88323,25", "7", "?"], [88323.25, 7.0, None], Kind.NUMERICAL),
        (["24,4", "-0,5"], [24.4, -0.5], Kind.NUMERICAL),
        (["12,345.67", "999"], [12345.67, 999.0], Kind.NUMERICAL),
        (["1,234,567", "12"], [1234567, 12], Kind.INTEGER),
        (["1.234.567", "2.345"], [1234567, 2345], Kind.INTEGER),
        (["1.234,5", "7"], [1234.5, 7.0], Kind.NUMERICAL),
        (["12 345", "678"], [12345, 678], Kind.INTEGER),
        (["12\u00a0345,5", "678"], [12345.5, 678.0], Kind.NUMERICAL),
        (["1'234.5", "1"], [1234.5, 1.0], Kind.NUMERICAL),
    ],
)
def test_a_form_on_which_all_values_agree_is_read_and_said(
    values: list[str], numbers: list[float | None], kind: Kind
) -> None:
    column, notes = infer_column(text(*values), "pay")
    assert (column.kind, column.role) == (kind, Role.FEATURE)
    assert "Column 'pay' was read as numbers with a" in notes[-1]
    typed, _ = cast_column(text(*values), column)
    assert [None if pd.isna(value) else value for value in typed] == numbers


@pytest.mark.parametrize(
    "values", [["1,234", "5,678"], ["1,2,3", "4"], ["070,1", "2"], ["12,5", "1.5"], ["12 34", "5"], ["5 kr", "6 kr"]]
)
def test_what_is_ambiguous_or_no_number_stays_text(values: list[str]) -> None:
    assert infer_column(text(*values), "pay")[0].kind is Kind.CATEGORICAL


def test_why_a_column_stayed_text_is_said() -> None:
    _, notes = infer_column(text("1,234", "5,678"), "pay")
    assert "'pay' reads as numbers both with a decimal comma and with a comma between thousands" in notes[0]
    _, notes = infer_column(text(*(f"{number} kr" for number in range(50))), "pay")
    assert "numbers with a unit or symbol" in notes[0]


def test_numbers_are_written_back_in_the_form_of_the_file(tmp_path: Path) -> None:
    raw = pd.DataFrame({"a": ["1.234,5", "-7"], "b": ["12,5", "?"], "c": ["1,234,567", "1"]}, dtype="str")
    schema, _ = infer_schema(raw)
    typed, _ = cast_to_schema(raw, schema)
    write_csv(typed, schema, tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text() == 'a,b,c\n"1.234,5","12,5","1,234,567"\n"-7,0",?,1\n'
    again, _ = cast_to_schema(read_table(tmp_path / "t.csv")[0], schema)
    pd.testing.assert_frame_equal(again, typed)
    other, notes = external_frame(read_table(tmp_path / "t.csv")[0], schema)
    pd.testing.assert_frame_equal(other, typed)
    assert notes == ()


def test_a_file_from_elsewhere_may_write_numbers_plainly() -> None:
    schema = Schema(
        columns=(Column(name="x", kind="numerical", decimal=","), Column(name="n", kind="integer", thousands=","))
    )
    frame, _ = external_frame(pd.DataFrame({"x": ["1.25", "3"], "n": ["12345", "7"]}, dtype="str"), schema)
    assert frame["x"].tolist() == [1.25, 3.0]
    assert frame["n"].tolist() == [12345, 7]


def test_one_mark_cannot_stand_for_both() -> None:
    with pytest.raises(SchemaError, match="',' cannot be both decimal and thousands separator"):
        Schema(columns=(Column(name="x", kind="numerical"),)).edited("x", decimal=",", thousands=",")


@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=5),
    st.sampled_from([Separators(","), Separators(",", "."), Separators(".", ","), Separators(",", " ")]),
)
@settings(max_examples=50, deadline=None)
def test_what_is_written_reads_back_the_same(numbers: list[float], form: Separators) -> None:
    written = text(*(form.from_plain(repr(number)) for number in numbers))
    assert form.matches(written)
    assert [float(one) for one in form.to_plain(written)] == numbers
