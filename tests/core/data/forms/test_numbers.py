"""Numbers as people write them: recognised, said, typed, and written back as they were."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.data.casting import cast_column, cast_to_schema
from core.data.column import Column, Kind, Role
from core.data.external import external_frame
from core.data.forms.numbers import NumberForm
from core.data.inference.column_kinds import FileHints, infer_column, infer_schema
from core.data.inference.decimal_marks import DecimalMarks
from core.data.io.table_files import read_table
from core.data.io.table_writer import format_values, write_csv
from core.data.schema import Schema
from core.data.sources.upload import load_upload
from core.errors import DataError, SchemaError


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
        (["1.234,50 €", "-7,00 €"], [1234.5, -7.0], Kind.NUMERICAL),
        (["(1,200.00)", "15.50", "n/a"], [-1200.0, 15.5, None], Kind.NUMERICAL),
        (["CHF 1'234.50", "CHF 7.00"], [1234.5, 7.0], Kind.NUMERICAL),
        (["12,5 %", "7,0 %", "0"], [12.5, 7.0, 0.0], Kind.NUMERICAL),
        (["$1,200", "950", "$(30)"], [1200, 950, -30], Kind.INTEGER),
        (["€ -5,00", "€ 12,50", "-"], [-5.0, 12.5, None], Kind.NUMERICAL),
        (["1,234.50-", "2,000.00"], [-1234.5, 2000.0], Kind.NUMERICAL),
        (["12,34,567.00", "-1,00,000.50"], [1234567.0, -100000.5], Kind.NUMERICAL),
        (["₹ 8,50,62,571", "₹ 950"], [85062571, 950], Kind.INTEGER),
        (["Rs. 9,98,455.25", "Rs. 12,000.00"], [998455.25, 12000.0], Kind.NUMERICAL),
        (["12.5%", "(3.0%)", "0.0%"], [12.5, -3.0, 0.0], Kind.NUMERICAL),
        (["(2.288,00)", "16.663,50"], [-2288.0, 16663.5], Kind.NUMERICAL),
        (["($ 60,077.00)", "$ 70,374.50"], [-60077.0, 70374.5], Kind.NUMERICAL),
    ],
)
def test_a_form_on_which_all_values_agree_is_read_and_said(
    values: list[str], numbers: list[float | None], kind: Kind
) -> None:
    column, notes = infer_column(text(*values), "pay")
    assert (column.kind, column.role) == (kind, Role.FEATURE)
    assert "Column 'pay' was read as numbers with " in notes[-1]
    typed, _ = cast_column(text(*values), column)
    assert [None if pd.isna(value) else value for value in typed] == numbers


@pytest.mark.parametrize(
    "values",
    [
        ["1,234", "5,678"],
        ["1,2,3", "4"],
        ["12,34,56", "1,23,456"],
        ["070,1", "2"],
        ["12,5", "1.5"],
        ["12 34", "5"],
        ["5 kr", "6 $"],
        ["0", "1", "3+"],
        ["25-34", "35-44"],
        ["R12", "R15"],
        ["36 months", "60 months"],
        ["5%", "0.5"],
        ["(1)", "1)"],
        ["1st", "2nd"],
        ["A-1", "A-2"],
    ],
)
def test_what_is_ambiguous_or_no_number_stays_text(values: list[str]) -> None:
    assert infer_column(text(*values), "pay")[0].kind is Kind.CATEGORICAL


def test_why_a_column_stayed_text_is_said() -> None:
    _, notes = infer_column(text("1,234", "5,678"), "pay")
    assert "'pay' reads as numbers both with a decimal comma and with a comma between thousands" in notes[0]
    _, notes = infer_column(text(*(f"{number} {'kr' if number % 2 else '$'}" for number in range(50))), "pay")
    assert "numbers with a unit or symbol" in notes[0]


def test_numbers_are_written_back_in_the_form_of_the_file(tmp_path: Path) -> None:
    raw = pd.DataFrame({"a": ["1.234,5", "-7"], "b": ["12,5", "?"], "c": ["1,234,567", "1"]}, dtype="str")
    schema, _ = infer_schema(raw)
    typed, _ = cast_to_schema(raw, schema)
    write_csv(typed, schema, tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text() == 'a,b,c\n"1.234,5","12,5","1,234,567"\n-7,?,1\n'
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


def test_a_file_from_elsewhere_may_have_a_form_of_its_own() -> None:
    schema = Schema(columns=(Column(name="x", kind="numerical"), Column(name="n", kind="integer", thousands=",")))
    frame, _ = external_frame(pd.DataFrame({"x": ["1,25 €", "3,00 €"], "n": ["$12,345", "-"]}, dtype="str"), schema)
    assert frame["x"].tolist() == [1.25, 3.0]
    assert frame["n"][0] == 12345
    with pytest.raises(DataError, match="'x', row 1: '1,250' is not a number"):
        external_frame(pd.DataFrame({"x": ["1,250", "3,000"], "n": ["1", "2"]}, dtype="str"), schema)


def test_one_mark_cannot_stand_for_both() -> None:
    with pytest.raises(SchemaError, match="',' cannot be both decimal and thousands separator"):
        Schema(columns=(Column(name="x", kind="numerical"),)).edited("x", decimal=",", thousands=",")


FORMS = st.builds(
    lambda marks, decimals, around: NumberForm(*marks[:2], decimals, *around, *marks[2:]),
    st.sampled_from(
        [(".", ""), (",", ""), (",", "."), (".", ","), (",", " "), (".", "'"), (",", "\u202f"), (".", ",", 2)]
    ),
    st.integers(0, 3),
    st.sampled_from(
        [("#", "-#"), ("$#", "-$#"), ("$#", "($#)"), ("# €", "-# €"), ("#%", "-#%"), ("CHF #", "CHF -#"), ("#", "#-")]
    ),
)


@example([1000], NumberForm(",", ".", 0))
@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=30), FORMS)
@settings(max_examples=150, deadline=None)
def test_what_is_written_is_read_and_written_alike(units: list[int], form: NumberForm) -> None:
    digits = form.decimals or 0
    written = text(*(form.from_plain(str(Decimal(number).scaleb(-digits))) for number in units))
    column, _ = infer_column(written, "amount", FileHints(DecimalMarks(form.decimal)))
    if not column.is_numeric:
        assert column.kind is Kind.IDENTIFIER
        return
    typed, _ = cast_column(written, column)
    assert [float(value) for value in typed] == [float(Decimal(number).scaleb(-digits)) for number in units]
    assert format_values(typed, column) == written.tolist()


@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=5),
    st.sampled_from([NumberForm(","), NumberForm(",", "."), NumberForm(".", ","), NumberForm(",", " ", 2, "# €")]),
)
@settings(max_examples=50, deadline=None)
def test_every_number_reads_back_the_same(numbers: list[float], form: NumberForm) -> None:
    written = text(*(form.from_plain(repr(number)) for number in numbers))
    assert form.matches(written)
    assert [float(one) for one in form.to_plain(written)] == numbers


def test_the_other_columns_or_the_delimiter_decide() -> None:
    doubtful = {"a": ["12,345", "9,100"]}
    for share, number in (("0.5", 12345), ("0,5", 12.345)):
        schema, _ = infer_schema(pd.DataFrame({**doubtful, "share": [share] * 2}, dtype="str"))
        raw = pd.DataFrame(doubtful, dtype="str")
        assert cast_column(raw["a"], schema.column("a"))[0][0] == number
    assert infer_schema(pd.DataFrame(doubtful, dtype="str"))[0].column("a").kind is Kind.CATEGORICAL


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        ('a,b\n"12,345",x\n"9,100",y\n', 12345),
        ("a;b\n12,345;x\n9,100;y\n", 12.345),
        ("a;b\n12.345;x\n950;y\n", 12345),
        ("a;b\n$12,345;x\n$950;y\n", 12345),
        ("a;b\n1,459 €;0,5\n1,509 €;1,5\n", 1.459),
        ("a,b\n12.345,x\n9.100,y\n", 12.345),
        ("a;b;c\n12.345;x;0.5\n9.100;y;1.5\n", 12.345),
    ],
)
def test_the_delimiter_of_a_file_decides(tmp_path: Path, lines: str, number: float) -> None:
    (tmp_path / "t.csv").write_text(lines)
    assert load_upload(tmp_path / "t.csv").frame["a"][0] == number


def test_a_point_that_may_stand_between_thousands_is_said() -> None:
    column, notes = infer_column(text("1.234", "5.678"), "pay")
    assert column.kind is Kind.NUMERICAL
    assert "If its points stand between thousands" in notes[-1]
    assert infer_column(text("1.234", "5.67"), "pay")[1] == []


@pytest.mark.parametrize("word", ["n/a", "-", "none", "Unknown", "NOT AVAILABLE", ".", ".."])
def test_words_for_missing_count_among_numbers_only(word: str) -> None:
    column, notes = infer_column(text("$5", word, "$7,000"), "pay")
    assert (column.kind, column.missing_token) == (Kind.INTEGER, word)
    assert f"'pay': '{word}' is read as missing (1 row)" in notes[0]
    typed, _ = cast_column(text("$5", word, "$7,000"), column)
    assert typed.isna().tolist() == [False, True, False]
    assert infer_column(text("red", word, "blue"), "color")[0].missing_token in ("", "n/a")
    assert infer_column(text("red", "-", "5"), "color")[0].kind is Kind.CATEGORICAL


def test_plain_numbers_keep_their_decimals() -> None:
    for values in (["12.50", "3.00"], ["12.5", "3"], ["7.0", "8.0"], ["7", "8"], ["-0.50", "1.25"]):
        column, notes = infer_column(text(*values), "price")
        assert format_values(cast_column(text(*values), column)[0], column) == values
        assert notes == []


def test_numbers_too_large_for_exact_figures_are_codes() -> None:
    exact, beyond = str(2**53), str(2**53 + 1)
    assert infer_column(text(exact, "-5"), "n")[0].kind is Kind.INTEGER
    assert infer_column(text(beyond, "-5"), "n")[0].kind is Kind.CATEGORICAL
    assert infer_column(text(beyond, "1.5"), "n")[0].kind is Kind.CATEGORICAL
    assert infer_column(pd.Series([2**53 + 1, 7], dtype="Int64"), "n")[0].kind is Kind.CATEGORICAL
    schema = Schema(columns=(Column(name="n", kind="integer"),))
    with pytest.raises(DataError, match=f"'n', row 1: '{beyond}' has a leading zero or is too large for exact figures"):
        external_frame(pd.DataFrame({"n": [beyond]}, dtype="str"), schema)
