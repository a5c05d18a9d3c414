"""Columns as text, and masks over them: the same however the values repeat, and without a loop over the rows."""

import numpy as np
import pandas as pd
import pytest

from core.data.io.text_values import as_text_column, missing_mask, number_mask, to_floats, whole_mask, word_mask

EDGES = [0.0, -0.0, 0.1, 2.0, -7.0, 1e-4, 9.9e-5, 5e-324, 1e10, 1e10 + 0.5, 2.0**53, 1e14 + 0.5, 1e15, 1e16, 1.5e300]
COLUMNS = {
    "floats": pd.Series([*EDGES, np.nan, np.inf, -np.inf]),
    "bits": pd.Series(np.random.default_rng(0).integers(0, 2**63, 2_000).view(np.float64)),
    "hundredths": pd.Series(np.round(np.random.default_rng(0).normal(0, 1e5, 2_000), 2)),
    "float32": pd.Series([0.1, 2.0], dtype="float32"),
    "integers": pd.Series([1, None, -(2**63)], dtype="Int64"),
    "unsigned": pd.Series([2**64 - 1, None], dtype="UInt64"),
    "booleans": pd.Series([True, None, False], dtype="boolean"),
    "numpy booleans": pd.Series([True, False]),
    "nothing": pd.Series([], dtype="float64"),
    "other index": pd.Series([1, 2], index=[7, 7], name="n"),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_numbers_are_written_as_each_cell_alone_is(name: str) -> None:
    values = COLUMNS[name]
    cells = [np.nan if pd.isna(cell) else _written(cell) for cell in values.to_numpy(dtype=object)]
    expected = pd.Series(cells, values.index, dtype="str", name=values.name)
    pd.testing.assert_series_equal(as_text_column(values), expected)


def _written(cell: object) -> str:
    return as_text_column(pd.Series([cell], dtype="object"))[0]


def test_a_mask_does_not_depend_on_how_often_values_repeat() -> None:
    cells = ["?", "NA", " nan ", "", "unknown", "N.A.", "#DIV/0!", "12", "7.0", "-3", "1e3", "+.5", "007", "x", None]
    once = pd.Series([*cells, *map(str, range(1_000))], dtype="str")
    often = pd.Series([*cells, *["a"] * 1_000], dtype="str")
    for mask in (missing_mask, word_mask, number_mask, whole_mask):
        np.testing.assert_array_equal(mask(once)[: len(cells)], mask(often)[: len(cells)])


def test_a_mask_takes_rows_with_the_same_index() -> None:
    text = pd.Series(["9007199254740993", "12"], index=[3, 3], dtype="str")
    assert whole_mask(text).tolist() == [False, True]


def test_floats_are_read_exactly() -> None:
    numbers = COLUMNS["bits"].dropna()
    numbers = numbers[np.isfinite(numbers)]
    np.testing.assert_array_equal(to_floats(numbers.map(repr).astype("str")), numbers.to_numpy())
