"""One table in a .gz or a .zip is read; several tables, images and damage are not mistaken for one."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from core.data.io.packed_files import is_packed_table
from core.data.io.table_files import read_table
from core.data.sources.load import load
from core.errors import DataError
from tests.core.data.io.test_archive import zipped

CSV = b"age,sex,hired\n31,f,yes\n27,m,no\n45,f,no\n"


@pytest.mark.parametrize("name", ["t.csv.gz", "t.gz", "T.CSV.GZ"])
def test_a_packed_table(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(gzip.compress(CSV))
    frame, notes = read_table(tmp_path / name)
    assert (frame["age"].tolist(), notes) == (["31", "27", "45"], ())


def test_a_zip_of_one_table(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"in/t.csv": CSV, "README.txt": b"about", "__MACOSX/._t.csv": b"1"})
    assert is_packed_table(path)
    assert load(path, target="hired", positive="yes").frame["age"].tolist() == [31, 27, 45]
    assert load(zipped(tmp_path / "y.zip", {"german.data": CSV})).name == "y.zip"


def test_what_is_not_one_table(tmp_path: Path) -> None:
    assert not is_packed_table(zipped(tmp_path / "x.zip", {"a.csv": CSV, "b.csv": CSV}))
    assert not is_packed_table(zipped(tmp_path / "y.zip", {"a.csv": CSV, "p.png": b"1"}))
    with pytest.raises(DataError, match="holds 2 files and not one table"):
        read_table(tmp_path / "x.zip")


@pytest.mark.parametrize(
    "content",
    [b"no gzip", gzip.compress(CSV)[:-9], gzip.compress(b"")],
    # Compressed bytes hold the time: as names they would differ between the processes of one test run.
    ids=["other format", "cut", "empty"],
)
def test_damage_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.csv.gz").write_bytes(content)
    with pytest.raises(DataError, match=r"t\.csv\.gz' (is damaged|holds an empty file)"):
        read_table(tmp_path / "t.csv.gz")
