"""Folders of Parquet files are one table, in one order, checked before they are in memory."""

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as pa_dataset
import pyarrow.parquet as pq
import pytest

from core.data.io.table_files import read_table
from core.errors import DataError


def write(path: Path, **columns: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path)


def test_rows_come_in_the_order_of_the_names(tmp_path: Path) -> None:
    for number in (11, 3, 7, 0):
        write(tmp_path / f"part-{number:02d}.parquet", age=[number, number + 1], sex=["f", None])
    frame, notes = read_table(tmp_path)
    assert frame["age"].tolist() == [0, 1, 3, 4, 7, 8, 11, 12]
    assert frame["sex"].dtype == "str"
    assert notes == ()


def test_names_of_folders_are_columns_of_text(tmp_path: Path) -> None:
    write(tmp_path / "region=01" / "city=New%20York" / "a.parquet", age=[1])
    write(tmp_path / "region=02" / "city=__HIVE_DEFAULT_PARTITION__" / "a.pq", age=[2])
    frame, _ = read_table(tmp_path)
    assert frame["region"].tolist() == ["01", "02"]
    assert frame["city"].tolist()[0] == "New York"
    assert frame["city"].isna().tolist() == [False, True]


def test_a_folder_has_the_rows_that_were_written_by_arrow(tmp_path: Path) -> None:
    rows = pd.DataFrame({"age": range(1_000), "sex": ["f", "m"] * 500, "year": [2023, 2024] * 500})
    part = pa_dataset.partitioning(pa.schema([("year", pa.int64())]), flavor="hive")
    pa_dataset.write_dataset(pa.Table.from_pandas(rows), tmp_path, format="parquet", partitioning=part)
    frame, _ = read_table(tmp_path)
    assert sorted(zip(frame["age"], frame["year"], strict=True)) == [(age, str(2023 + age % 2)) for age in range(1_000)]


def test_what_tools_leave_beside_the_parts_is_no_part(tmp_path: Path) -> None:
    write(tmp_path / "part.parquet", age=[1])
    write(tmp_path / "_temporary" / "part.parquet", age=[2])
    write(tmp_path / ".part.parquet", age=[3])
    (tmp_path / "_SUCCESS").write_bytes(b"")
    (tmp_path / "readme.txt").write_text("no rows")
    assert read_table(tmp_path)[0]["age"].tolist() == [1]


def test_types_of_files_are_joined(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", pay=pa.array([1], pa.int32()), age=[1])
    write(tmp_path / "b.parquet", age=[2], pay=[2.5])
    assert read_table(tmp_path)[0]["pay"].tolist() == [1.0, 2.5]


def test_files_that_do_not_fit_are_named(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", age=[1], sex=["f"])
    write(tmp_path / "b.parquet", age=[2])
    with pytest.raises(DataError, match=r"columns 'sex': 'b.parquet' and 'a.parquet' differ"):
        read_table(tmp_path)
    write(tmp_path / "b.parquet", age=["x"], sex=["f"])
    with pytest.raises(DataError, match="a column as different types"):
        read_table(tmp_path)
    (tmp_path / "b.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(DataError, match=r"'b.parquet' is damaged or not Parquet"):
        read_table(tmp_path)


def test_folders_that_do_not_fit_are_told(tmp_path: Path) -> None:
    write(tmp_path / "year=2024" / "a.parquet", age=[1])
    write(tmp_path / "b.parquet", age=[1])
    with pytest.raises(DataError, match="named alike"):
        read_table(tmp_path)
    (tmp_path / "b.parquet").unlink()
    write(tmp_path / "year=2024" / "a.parquet", age=[1], year=[2024])
    with pytest.raises(DataError, match="'year' is in the files"):
        read_table(tmp_path)


def test_limits_hold_before_a_row_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "ab":
        write(tmp_path / f"{name}.parquet", age=pa.repeat(pa.scalar(1, pa.int64()), 600))
    declared = SimpleNamespace(schema=pa.schema([("age", pa.int64())]), count_rows=lambda: 1_200)  # it cannot be read
    monkeypatch.setattr(pa_dataset, "dataset", lambda *_args, **_more: declared)
    monkeypatch.setenv("EVENHAND_MAX_ROWS", "1000")
    with pytest.raises(DataError, match=r"1,200 rows, and at most 1,000"):
        read_table(tmp_path)
    monkeypatch.setattr("core.data.io.parquet_folders.MIB", 100)
    monkeypatch.setenv("EVENHAND_MAX_FILE_MIB", "1")
    with pytest.raises(DataError, match=r"EVENHAND_MAX_FILE_MIB"):
        read_table(tmp_path)


def test_a_folder_without_parts_is_none(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="a folder without Parquet files"):
        read_table(tmp_path)
