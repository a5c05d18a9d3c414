"""Typing a raw frame, files of others, and the fingerprint of what results."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.casting import cast_to_schema
from core.data.column import Column
from core.data.encoding.table import fill_schema_columns
from core.data.external import external_frame, read_external
from core.data.fingerprint import fingerprint
from core.data.io.table_writer import csv_text
from core.data.schema import Schema, from_json
from core.data.schema_match import DTYPES, schema_mismatches
from core.data.second_file import check_second_file
from core.data.sources.demo import demo_table
from core.errors import DataError

SCHEMA = Schema(
    columns=(
        Column(name="n", kind="integer"),
        Column(name="x", kind="numerical"),
        Column(name="ok", kind="boolean"),
        Column(name="day", kind="datetime", datetime_format="%Y-%m-%d"),
        Column(name="job", kind="categorical"),
        Column(name="key", kind="identifier", role="ignored"),
    )
)


def raw(**changes: object) -> pd.DataFrame:
    cells: dict[str, object] = {
        "n": ["1", "?"],
        "x": ["0.5", ""],
        "ok": ["True", "NA"],
        "day": ["2024-01-01", ""],
        "job": ["a", "null"],
        "key": ["k1", "k2"],
    }
    return pd.DataFrame({**cells, **changes})


def test_every_kind_gets_its_dtype() -> None:
    typed, notes = cast_to_schema(raw(), SCHEMA)
    assert schema_mismatches(typed, SCHEMA) == []
    assert {str(dtype) for dtype in typed.dtypes} == set(DTYPES.values())
    assert typed.iloc[1, :5].isna().all()
    assert notes == ()
    again, _ = cast_to_schema(typed, SCHEMA)
    pd.testing.assert_frame_equal(again, typed)


def test_a_schema_of_before_has_the_usual_forms() -> None:
    text = (
        '{"columns":[{"name":"n","kind":"integer","decimal":",","thousands":"."},'
        '{"name":"key","kind":"identifier","role":"ignored"}]}'
    )
    schema = from_json(text)
    typed, _ = cast_to_schema(pd.DataFrame({"n": ["1.234"], "key": ["k1"]}), schema)
    assert typed["n"].tolist() == [1234]
    assert csv_text(typed, schema) == "n,key\n1.234,k1\n"
    assert fill_schema_columns(typed[["n"]], schema)["key"].tolist() == ["synthetic-1"]


def test_a_schema_mismatch_names_the_column() -> None:
    typed, _ = cast_to_schema(raw(), SCHEMA)
    assert "'n' has dtype float64" in schema_mismatches(typed.astype({"n": "float64"}), SCHEMA)[0]
    assert "in this order" in schema_mismatches(typed[typed.columns[::-1]], SCHEMA)[0]


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("n", "1.5", "whole number"),
        ("x", "much", "a number"),
        ("ok", "maybe", "True or False"),
        ("day", "1.1.", "date"),
    ],
)
def test_a_value_that_does_not_fit_names_column_row_and_remedy(name: str, value: str, what: str) -> None:
    good = raw()[name][0]
    with pytest.raises(DataError) as error:
        cast_to_schema(raw(**{name: [good, value]}), SCHEMA)
    sentence = str(error.value)
    assert f"Column '{name}', row 2: '{value}' is not a" in sentence or "True or False" in sentence
    assert what in sentence
    assert "categorical" in sentence


@pytest.mark.parametrize("values", [["inf", "-inf"], [np.inf, -np.inf]])
@pytest.mark.parametrize("name", ["n", "x"])
def test_infinite_values_become_missing_with_a_note(name: str, values: list[object]) -> None:
    typed, notes = cast_to_schema(raw(**{name: values}), SCHEMA)
    assert typed[name].isna().all()
    assert f"Column '{name}': 2 infinite values" in notes[0]


def test_typed_columns_of_other_dtypes() -> None:
    frame = raw(
        n=np.array([1.0, np.nan]),
        x=[Decimal("0.5"), None],
        ok=np.array([1, 0]),
        day=pd.to_datetime(["2024-01-01T02:00:00+02:00", None]),
        job=pd.Categorical([1.0, None]),
    )
    typed, notes = cast_to_schema(frame, SCHEMA)
    assert schema_mismatches(typed, SCHEMA) == []
    assert typed.iloc[0].tolist() == [1, 0.5, True, pd.Timestamp("2024-01-01"), "1", "k1"]
    assert "UTC" in notes[0]


def test_an_absent_column_is_named() -> None:
    with pytest.raises(DataError, match="'x' is not in the table; add it"):
        cast_to_schema(raw().drop(columns="x"), SCHEMA)


def test_read_like_an_external_file(tmp_path: Path) -> None:
    path = tmp_path / "external.csv"
    path.write_text("job,extra,day,ok,x,n\nb,1,2024-05-05 00:00:00,TRUE,3,1.6\n")
    frame, notes = read_external(path, SCHEMA)
    assert schema_mismatches(frame, SCHEMA) == []
    assert frame["n"].tolist() == [2]
    assert frame["day"].tolist() == [pd.Timestamp("2024-05-05")]
    said = " ".join(notes)
    assert "'extra'" in said
    assert "'key'" in said
    assert "rounded" in said
    original, _ = cast_to_schema(raw(), SCHEMA)
    assert "'job': 1 rows" in check_second_file(frame, original, SCHEMA)[0]


def test_read_like_names_what_is_lacking(tmp_path: Path) -> None:
    path = tmp_path / "external.csv"
    path.write_text("job,key\nb,1\n")
    with pytest.raises(DataError, match=r"'external.csv' does not fit .* lacks columns 'n', 'x', 'ok', 'day'; add"):
        read_external(path, SCHEMA)


@given(st.permutations(SCHEMA.names))
@settings(max_examples=5, deadline=None)
def test_the_order_of_columns_does_not_matter(order: list[str]) -> None:
    expected, _ = cast_to_schema(raw(), SCHEMA)
    frame, notes = external_frame(raw()[order], SCHEMA)
    pd.testing.assert_frame_equal(frame, expected)
    assert notes == ()


def test_fingerprint_is_stable_and_sees_every_change() -> None:
    frame = demo_table(200, seed=1).frame
    # The digest itself is pinned: it may not change between sessions, platforms or versions.
    typed, _ = cast_to_schema(raw(), SCHEMA)
    assert fingerprint(typed) == FINGERPRINT
    assert fingerprint(frame) == fingerprint(frame.copy().set_axis(range(5, 205)))
    for name in frame.columns:
        changed = frame.copy()
        changed.loc[frame[name].first_valid_index(), name] = None
        assert fingerprint(changed) != fingerprint(frame), name
    assert fingerprint(frame.iloc[::-1]) != fingerprint(frame)


FINGERPRINT = "9d302b27649529caf270e0ab9acb3d56146326bd09b63fda0f0198e97ee131f3"
