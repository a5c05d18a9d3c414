"""Tables that are written part by part."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from core.data.column import Column
from core.data.io import table_writer
from core.data.io.table_writer import csv_parts, csv_text, parquet_parts, write_csv, write_parquet
from core.data.schema import Schema
from core.errors import DataError

SCHEMA = Schema(
    columns=(
        Column(name="job, or none", kind="categorical"),
        Column(name="children", kind="integer"),
        Column(name="balance", kind="numerical"),
        Column(name="ok", kind="boolean"),
        Column(name="day", kind="datetime", datetime_format="%d.%m.%Y"),
    )
)
ROWS = pd.DataFrame(
    {
        "job, or none": pd.Series(["a,b", "c", None, "c"], dtype="str"),
        "children": pd.Series([1, None, 2, 1], dtype="Int64"),
        "balance": [0.0, -0.0, np.nan, 0.1],
        "ok": pd.Series([True, None, False, True], dtype="boolean"),
        "day": pd.Series(["2024-01-31", None, "2024-02-01", "2024-01-31"], dtype="datetime64[us]"),
    }
)


def test_a_csv_file_part_by_part_is_the_same_as_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_csv(ROWS, SCHEMA, tmp_path / "whole.csv")
    with csv_parts(SCHEMA, tmp_path / "parts.csv") as append:
        for part in (ROWS[:1], ROWS[1:3], ROWS[3:]):
            append(part)
    text = (tmp_path / "whole.csv").read_text()
    monkeypatch.setattr(table_writer, "_LINES_AT_ONCE", 3)  # as of a large table
    assert (tmp_path / "parts.csv").read_text() == text == csv_text(ROWS, SCHEMA)
    assert text.splitlines() == [
        '"job, or none",children,balance,ok,day',
        '"a,b",1,0.0,True,31.01.2024',
        "c,,-0.0,,",
        ",2,,False,01.02.2024",
        "c,1,0.1,True,31.01.2024",
    ]


def test_parts_of_parquet_are_row_groups_of_one_type_even_if_all_values_of_one_are_missing(tmp_path: Path) -> None:
    with parquet_parts(tmp_path / "parts.parquet") as append:
        append(ROWS)
        append(ROWS.iloc[1:2].assign(balance=None))
    file = pq.ParquetFile(tmp_path / "parts.parquet")
    assert [file.metadata.row_group(at).num_rows for at in range(file.num_row_groups)] == [4, 1]
    first = file.read_row_group(0).to_pandas()
    pd.testing.assert_frame_equal(first, ROWS)
    last = file.read_row_group(1).to_pandas()
    assert last.isna().all(axis=1).tolist() == [False]
    assert last.dtypes.equals(ROWS.dtypes)
    write_parquet(ROWS, tmp_path / "whole.parquet")
    with parquet_parts(tmp_path / "one.parquet") as append:
        append(ROWS)
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "whole.parquet").read_bytes()


def _written(path: Path, parts: list[pd.DataFrame]) -> None:
    with csv_parts(SCHEMA, path) if path.suffix == ".csv" else parquet_parts(path) as append:
        for part in parts:
            append(part)


@pytest.mark.parametrize(("name", "error"), [("t.csv", DataError), ("t.parquet", KeyError)])
def test_a_part_that_does_not_fit_leaves_the_file_of_before(tmp_path: Path, name: str, error: type[Exception]) -> None:
    path = tmp_path / name
    path.write_text("before")
    with pytest.raises(error, match="job, or none"):
        _written(path, [ROWS, ROWS[["ok"]]])
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]
