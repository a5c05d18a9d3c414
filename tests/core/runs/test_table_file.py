"""Tables of a run folder are written and read whole or in part."""

from pathlib import Path

import pandas as pd
import pytest

from core.errors import RunError
from core.runs.table_file import TableFile

ROWS = pd.DataFrame(
    {
        "age": pd.Series([30, None, 41], dtype="Int64"),
        "day": pd.Series(["2024-01-31"] * 3, dtype="datetime64[us]"),
        "job": pd.Series(["a", None, "b"], dtype="str"),
    }
)


def test_rows_that_are_appended_are_those_that_are_saved_at_once(tmp_path: Path) -> None:
    parts, whole = TableFile(tmp_path, "parts.parquet"), TableFile(tmp_path, "whole.parquet")
    with parts.appending() as append:
        append(ROWS[:2])
        append(ROWS[2:])
        assert not parts.exists()
    whole.save(ROWS)
    for file in (parts, whole):
        pd.testing.assert_frame_equal(file.read(), ROWS)
        assert file.row_count() == 3
        pd.testing.assert_frame_equal(file.first(2), ROWS[:2])
        pd.testing.assert_frame_equal(file.first(10), ROWS)
        pd.testing.assert_frame_equal(file.first(1), ROWS[:1])


def test_the_first_rows_of_none_have_its_columns(tmp_path: Path) -> None:
    file = TableFile(tmp_path, "none.parquet")
    file.save(ROWS[:0])
    assert file.row_count() == 0
    assert list(file.first(5).columns) == list(ROWS.columns)


def test_missing_and_damaged_files_are_named(tmp_path: Path) -> None:
    file = TableFile(tmp_path, "rows.parquet")
    for read in (file.read, file.row_count, lambda: file.first(3)):
        with pytest.raises(RunError, match=r"has no rows\.parquet"):
            read()
    file.path.write_bytes(b"PAR1 and nothing more")
    for read in (file.read, file.row_count, lambda: file.first(3)):
        with pytest.raises(RunError, match=r"rows\.parquet .* is damaged"):
            read()
