"""Rows of a query: with the types of the database, bounded, nothing written and no password told."""

import json
import sqlite3
import sys
from pathlib import Path

import pandas as pd
import pytest

from core.config import RunConfig
from core.data.fingerprint import fingerprint
from core.data.sources.load import load
from core.data.sources.sql import read_query
from core.errors import ConfigError, DataError
from core.pipeline import audit_dataset

pytest.importorskip("sqlalchemy")
ALL = "SELECT * FROM people ORDER BY id"


@pytest.fixture(name="url")
def _url(tmp_path: Path) -> str:
    rows = [(n, 20 + n % 40, "fm"[n % 2], ("yes", "no", "no", None)[n % 4], n / 4) for n in range(200)]
    with sqlite3.connect(tmp_path / "people.db") as database:
        database.execute("CREATE TABLE people (id INTEGER, age INTEGER, sex TEXT, hired TEXT, pay REAL)")
        database.executemany("INSERT INTO people VALUES (?, ?, ?, ?, ?)", rows)
    database.close()
    return f"sqlite:///{tmp_path / 'people.db'}"


def test_rows_have_the_types_of_the_database(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    frame, name, notes = read_query(url, ALL)
    assert (name, notes) == ("people.db", ())
    assert list(map(str, frame.dtypes)) == ["Int64", "Int64", "str", "str", "float64"]
    assert frame["hired"].isna().sum() == 50
    monkeypatch.setattr("core.data.sources.sql._PART", 7)
    pd.testing.assert_frame_equal(read_query(url, ALL)[0], frame)


def test_parts_of_different_types_become_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with sqlite3.connect(tmp_path / "t.db") as database:
        database.execute("CREATE TABLE t (mixed, late, data)")
        rows = [(1, None, b"\x00"), ("x", None, b"\xff"), (2.5, 7, None)]
        database.executemany("INSERT INTO t VALUES (?, ?, ?)", rows)
    database.close()
    monkeypatch.setattr("core.data.sources.sql._PART", 1)
    frame, _, _ = read_query(f"sqlite:///{tmp_path / 't.db'}", "SELECT mixed, late FROM t ORDER BY rowid")
    assert frame["mixed"].tolist() == ["1", "x", "2.5"]
    assert frame["late"].tolist() == [pd.NA, pd.NA, 7]


def test_an_order_that_is_not_said_is_noted(url: str) -> None:
    assert "ORDER BY" in read_query(url, "SELECT * FROM people")[2][0]
    assert "ORDER BY" in load(url, sql="SELECT * FROM people").notes[0]


def test_too_many_rows_are_not_taken(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENHAND_MAX_ROWS", "50")
    monkeypatch.setattr("core.data.sources.sql._PART", 60)
    with pytest.raises(DataError, match=r"'people.db' has 60 rows, and at most 50"):
        load(url, sql=ALL)


def test_nothing_is_written(url: str) -> None:
    with pytest.raises(DataError, match="gives no rows"):
        load(url, sql="DELETE FROM people")
    assert len(read_query(url, ALL)[0]) == 200


def test_errors_tell_neither_password_nor_values(url: str) -> None:
    with pytest.raises(DataError, match=r"cannot answer the query \(OperationalError\)") as told:
        load(url, sql="SELECT secret FROM people")
    assert told.value.__cause__ is None
    assert "secret" not in str(told.value)
    with pytest.raises(DataError, match=r"'people.db' cannot be reached") as told:
        load("sqlite:////nowhere/at/all/people.db", sql=ALL)
    with pytest.raises(DataError, match="is not understood") as told:
        load("nodatabase://me:secret@host/people", sql=ALL)
    assert "secret" not in str(told.value)


def test_a_missing_library_or_driver_is_named(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match="driver 'cx_Oracle'"):
        load("oracle+cx_oracle://me:secret@host/people", sql=ALL)
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    with pytest.raises(DataError, match=r"pip install 'evenhand\[sql\]'"):
        load(url, sql=ALL)


def test_a_query_goes_with_a_database_only(tmp_path: Path) -> None:
    for data in ("demo", tmp_path / "people.csv", pd.DataFrame({"a": [1]})):
        with pytest.raises(ConfigError, match="with the URL of a database only"):
            load(data, sql=ALL)


def test_the_run_folder_has_the_fingerprint_and_no_address(url: str, tmp_path: Path) -> None:
    roles = {"target": "hired", "positive": "yes", "sensitive": ["sex"]}
    secret = f"{url}?timeout=17"
    query = "SELECT age, sex, hired, pay FROM people WHERE sex <> 'Ada Lovelace' ORDER BY id"
    dataset = load(secret, sql=query, **roles)
    audit_dataset(dataset, RunConfig(pictures="none"), out=tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    train = pd.read_parquet(next((tmp_path / "out").rglob("train.parquet")))
    assert len(manifest["sha256"]["train"]) == 64
    assert manifest["rows"]["train"] == len(train)
    assert manifest["name"] == "people.db"
    assert manifest["options"]["sql"].startswith("sha256:")
    for path in (one for one in (tmp_path / "out").rglob("*") if one.is_file()):
        content = path.read_bytes()
        assert b"sqlite:" not in content, path
        assert b"Lovelace" not in content, path
    again = load(secret, sql=query, **roles)
    assert fingerprint(again.frame) == fingerprint(dataset.frame)
