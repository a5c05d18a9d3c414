"""A CSV file for spreadsheets holds no formula, the same cells, and numbers that are numbers."""

import csv
import io
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.column import Column, Kind, Role
from core.data.io.quoting import quoted
from core.data.io.spreadsheet_cells import safe_cell, safe_csv
from core.data.io.table_writer import csv_text
from core.data.schema import Schema

HEADS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NUMBER = re.compile(r"[+-][\d.,'’ \u00a0\u202f$€£¥%eE+-]*\d[\d.,'’ \u00a0\u202f$€£¥%]*")
hostile = st.builds("{}{}".format, st.sampled_from(["", *HEADS]), st.text(max_size=12))


@given(hostile)
def test_no_cell_is_a_formula(text: str) -> None:
    made = safe_cell(text)
    assert not made.startswith(HEADS) or NUMBER.fullmatch(made)
    assert made in (text, f"'{text}", text.strip())


@pytest.mark.parametrize("text", ["-0.5", "+4", "-1,234.50", "-1.234,50 €", "-$5", "+3e-05", "-12 %", "5", "-.5"])
def test_numbers_stay_numbers(text: str) -> None:
    assert safe_cell(text) == text


@pytest.mark.parametrize(
    "text", ["=1+1", "+1+1", "-1+1", "-2-3", "@SUM(A1)", "-1+cmd|' /C calc'!A0", "-inf", "-1_000", "\t=1", "＝1", "+A1"]
)
def test_formulas_are_guarded(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@given(st.lists(st.tuples(hostile, hostile), max_size=6))
def test_a_file_keeps_its_rows_and_has_no_formula(rows: list[tuple[str, str]]) -> None:
    text = "".join(",".join(map(quoted, row)) + "\n" for row in [("a", "b"), *rows])
    made = list(csv.reader(io.StringIO(safe_csv(text), newline="")))
    assert made == [["a", "b"], *([safe_cell(one), safe_cell(two)] for one, two in rows)]


def test_a_generated_table_changes_in_its_formulas_alone() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "=name": pd.Series(rng.choice(["Bern", "=2+5", "-a"], 50), dtype="str"),
            "pay": rng.normal(size=50),
            "y": pd.Series(rng.choice(["no", "yes"], 50), dtype="str"),
        }
    )
    schema = Schema(
        columns=(
            Column(name="=name", kind=Kind.CATEGORICAL),
            Column(name="pay", kind=Kind.NUMERICAL),
            Column(name="y", kind=Kind.CATEGORICAL, role=Role.TARGET),
        )
    )
    exact, safe = (
        pd.read_csv(io.StringIO(text)) for text in (csv_text(frame, schema), safe_csv(csv_text(frame, schema)))
    )
    assert list(safe.columns) == ["'=name", "pay", "y"]
    assert set(safe["'=name"]) == {"Bern", "'=2+5", "'-a"}
    assert safe["pay"].equals(exact["pay"])
