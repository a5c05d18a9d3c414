"""Words that stand among numbers, dates and times."""

import pandas as pd
import pytest

from core.data.casting import cast_column
from core.data.column import Kind
from core.data.inference.column_kinds import infer_column
from core.data.io.table_writer import csv_text, format_values
from core.data.schema import Schema

NUMBERS = [f"{17 * one % 101 + one / 10:.1f}" for one in range(60)]


def text(*values):
    return pd.Series(list(values), dtype="str")


@pytest.mark.parametrize("word", ["TBC", "<0.5", "pending", "> 200", "see notes"])
def test_one_word_among_many_numbers_is_missing_and_is_written_back(word):
    values = text(*NUMBERS, word, word, "#DIV/0!")
    column, notes = infer_column(values, "level")
    assert (column.kind, column.missing_token) == (Kind.NUMERICAL, word)
    assert f"If '{word}' is a value, write it as a number" in notes[0]
    typed, _ = cast_column(values, column)
    assert typed.isna().sum() == 3
    written = csv_text(typed.to_frame("level"), Schema(columns=(column,))).splitlines()
    assert written[-2].strip('"') == word


@pytest.mark.parametrize(
    "values",
    [
        (*NUMBERS, "90+"),  # a value
        (*NUMBERS, "low", "high"),  # two words
        ("1", "2", "3", "none given"),  # few numbers are categories
        (*NUMBERS[:30], *["never"] * 40),  # most rows
    ],
)
def test_other_texts_are_values(values):
    assert infer_column(text(*values), "level")[0].kind is not Kind.NUMERICAL


def test_a_word_among_dates():
    days = [f"2024-{one % 12 + 1:02d}-{one % 27 + 1:02d}" for one in range(60)]
    column, _ = infer_column(text(*days, "open"), "until")
    assert (column.kind, column.missing_token) == (Kind.DATETIME, "open")


def test_a_plus_is_kept():
    values = text("+5", "-17", "+1205")
    column, _ = infer_column(values, "change")
    assert column.kind is Kind.INTEGER
    assert format_values(cast_column(values, column)[0], column) == values.tolist()


@pytest.mark.parametrize(
    "codes", [[f"{one % 487:06d}" for one in range(560)], [f"note {one % 300}" for one in range(500)]]
)
def test_texts_that_hardly_repeat_identify(codes):
    column, _ = infer_column(text(*codes), "code")
    assert column.kind is Kind.IDENTIFIER
    assert "of fewer than 5 rows" in column.reason
