"""Files in and out: delimiters, encodings, sheets, damage, and the round trip."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.casting import cast_to_schema
from core.data.column import Column
from core.data.inference.column_kinds import infer_schema
from core.data.io.delimited_text import read_csv
from core.data.io.excel_files import sheets
from core.data.io.table_files import read_table
from core.data.io.table_writer import write_csv, write_parquet
from core.data.io.text_values import MISSING_TOKENS
from core.data.schema import Schema
from core.errors import DataError


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_detected_and_quoted_ones_are_not_fooled(delimiter: str) -> None:
    text = f'"a{delimiter}x"{delimiter}b\n1,5;2{delimiter}"p{delimiter}q"\n' if delimiter == "\t" else None
    text = text or f'"a{delimiter}x"{delimiter}b\n1{delimiter}"p{delimiter}q"\n'
    frame, notes = read_csv(text.encode(), "t.csv")
    assert list(frame.columns) == [f"a{delimiter}x", "b"]
    assert frame["b"].tolist() == [f"p{delimiter}q"]
    assert notes == ()


def test_everything_stays_text_and_no_token_is_lost() -> None:
    frame, _ = read_csv(b"a,b,c\n007,NA,\n?,nan,1.50\n", "t.csv")
    assert frame.to_numpy().tolist() == [["007", "NA", ""], ["?", "nan", "1.50"]]


@pytest.mark.parametrize(("encoding", "noted"), [("utf-8", False), ("utf-8-sig", False), ("utf-16", True)])
def test_encodings(encoding: str, noted: bool) -> None:
    frame, notes = read_csv("Straße,b\nMüller,1\n".encode(encoding), "t.csv")
    assert frame["Straße"].tolist() == ["Müller"]
    assert bool(notes) is noted


def test_latin_letters_are_found_and_said() -> None:
    text = "ville,revenu\n" + "Orléans et la forêt près de là,1\nBesançon où l'été dure,2\n" * 30
    frame, notes = read_csv(text.encode("cp1252"), "t.csv")
    assert frame["ville"][0] == "Orléans et la forêt près de là"
    assert "choose another encoding if letters with accents look wrong" in notes[0]


def test_blanks_after_each_delimiter_belong_to_the_layout() -> None:
    frame, _ = read_csv(b"a, b\n1, x\n2, y\n", "t.csv")
    assert list(frame.columns) == ["a", "b"]
    assert frame["b"].tolist() == ["x", "y"]


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        (b"a,b\n1,2\n3\n", ["Row 2", "'t.csv'", "1 fields", "correct that row"]),
        (b"a,a\n1,2\n", ["'a'", "more than once", "give each column a name"]),
        (b"a,\n1,2\n", ["Column 2", "no name", "first row"]),
        (b"", ["'t.csv'", "empty", "save the table again"]),
        (b"\n", ["'t.csv'", "no header"]),
    ],
)
def test_bad_csv_gives_a_sentence(tmp_path: Path, content: bytes, parts: list[str]) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(DataError) as error:
        read_table(tmp_path / "t.csv")
    assert all(part in str(error.value) for part in parts), str(error.value)


@pytest.mark.parametrize("name", ["t.parquet", "t.xlsx", "t.json"])
def test_a_file_of_another_type_gives_a_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"not a table")
    with pytest.raises(DataError, match=r"t\.(parquet|xlsx|json)"):
        read_table(tmp_path / name)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is a folder without Parquet files; choose the file"):
        read_table(tmp_path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no file 'x\.csv'"):
        read_table(tmp_path / "x.csv")


def test_excel_one_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [["day", "n", "x", "ok"], [dt.datetime(2024, 1, 2), 3, 1.5, True], [None, None, "?", False]]:
        sheet.append(row)
    book.create_sheet("empty")
    book.save(tmp_path / "t.xlsx")
    frame, _ = read_table(tmp_path / "t.xlsx")
    assert frame.to_numpy().tolist() == [["2024-01-02", "3", "1.5", "True"], ["", "", "?", "False"]]


def test_excel_codes_that_show_leading_zeros_keep_them(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [["plz", "n"], [1067, 7], [10115, 12]]:
        book.active.append(row)
    for row in (2, 3):
        book.active.cell(row, 1).number_format = "00000"
    book.save(tmp_path / "t.xlsx")
    frame, _ = read_table(tmp_path / "t.xlsx")
    assert frame.to_numpy().tolist() == [["01067", "7"], ["10115", "12"]]


def test_the_sheets_with_values_are_listed(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "a"
    book.create_sheet("empty")
    book.create_sheet("May").append(["b"])
    book.save(tmp_path / "t.xlsx")
    assert sheets(tmp_path / "t.xlsx") == ["Sheet", "May"]
    (tmp_path / "t.csv").write_text("a\n1\n")
    assert sheets(tmp_path / "t.csv") == []


def test_excel_two_sheets_are_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.create_sheet("May").append(["a", "b"])
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(DataError, match="2 sheets, 'Sheet', 'May'; keep the one"):
        read_table(tmp_path / "t.xlsx")
    frame, _ = read_table(tmp_path / "t.xlsx", sheet="May")
    assert list(frame.columns) == ["a", "b"]


def test_parquet_keeps_its_types_and_loses_its_index(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "big": pd.array([2**53, None], dtype="Int64"),
            "flag": pd.array([True, None], dtype="boolean"),
            "when": pd.to_datetime(["2024-01-01", "2024-01-02"], utc=True),
            "kind": pd.Categorical(["3", "4"]),
            "text": pd.array(["a", None], dtype="str"),
        },
        index=pd.Index([5, 9]),
    )
    frame.to_parquet(tmp_path / "t.parquet")
    raw, notes = read_table(tmp_path / "t.parquet")
    assert "row index" in notes[0]
    schema, _ = infer_schema(raw)
    assert [str(column.kind) for column in schema.columns] == [
        "integer",
        "boolean",
        "datetime",
        "categorical",
        "categorical",
    ]
    typed, notes = cast_to_schema(raw, schema)
    assert typed["big"][0] == 2**53
    assert typed["kind"].tolist() == ["3", "4"]
    assert "UTC" in notes[0]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("old")
    schema = Schema(columns=(Column(name="a", kind="categorical"),))
    with pytest.raises(UnicodeEncodeError):
        write_csv(pd.DataFrame({"a": ["\ud800"]}, dtype=object), schema, path)
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["t.csv"]


def test_written_values(tmp_path: Path) -> None:
    schema = Schema(
        columns=(
            Column(name="job", kind="categorical", missing_token="?"),  # noqa: S106
            Column(name="n", kind="integer", missing_token="NA"),  # noqa: S106
            Column(name="x", kind="numerical"),
            Column(name="ok", kind="boolean"),
            Column(name="day", kind="datetime", datetime_format="%d.%m.%Y"),
        )
    )
    raw = pd.DataFrame(
        [["a,b", "1", "0.1", "True", "31.12.2024"], ["?", "NA", "", "", ""]], columns=schema.names, dtype="str"
    )
    typed, _ = cast_to_schema(raw, schema)
    write_csv(typed, schema, tmp_path / "t.csv")
    text = (tmp_path / "t.csv").read_text()
    assert text == 'job,n,x,ok,day\n"a,b",1,0.1,True,31.12.2024\n?,NA,,,\n'


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)
NAMES = st.lists(TEXT.map(str.strip).filter(bool), min_size=2, max_size=4, unique=True)


def _cells() -> st.SearchStrategy[st.SearchStrategy[str]]:
    moments = st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2100, 1, 1))
    return st.sampled_from(
        [
            st.integers(-(10**17), 10**17).map(str),
            st.floats(width=64).map(repr),
            st.sampled_from(["True", "False"]),
            moments.map(lambda moment: moment.strftime("%Y-%m-%d")),
            moments.map(lambda moment: moment.strftime("%Y-%m-%d %H:%M:%S.%f")),
            TEXT,
            st.sampled_from([" x", "a,b", 'q"q', "l\nl", "NA", "5", "x;y|z", "c\rd"]),
        ]
    )


@st.composite
def raw_tables(draw: st.DrawFn) -> pd.DataFrame:
    rows = draw(st.integers(1, 6))
    columns = {}
    for name in draw(NAMES):
        cell = draw(_cells()) | st.sampled_from(sorted(MISSING_TOKENS))
        columns[name] = draw(st.lists(cell, min_size=rows, max_size=rows))
    return pd.DataFrame(columns, dtype="str")


@given(raw_tables())
@settings(max_examples=15, deadline=None)
def test_round_trip(raw: pd.DataFrame) -> None:
    schema, _ = infer_schema(raw)
    typed, _ = cast_to_schema(raw, schema)
    with TemporaryDirectory() as folder:
        write_csv(typed, schema, Path(folder) / "t.csv")
        write_csv(typed, schema, Path(folder) / "again.csv")
        first = (Path(folder) / "t.csv").read_bytes()
        assert first == (Path(folder) / "again.csv").read_bytes()
        read, notes = read_table(Path(folder) / "t.csv")
        assert notes == ()
        again, _ = cast_to_schema(read, schema)
        pd.testing.assert_frame_equal(again, typed)
        write_parquet(typed, Path(folder) / "t.parquet")
        stored, _ = cast_to_schema(read_table(Path(folder) / "t.parquet")[0], schema)
        pd.testing.assert_frame_equal(stored, typed)


def test_a_column_of_missing_values_alone_survives(tmp_path: Path) -> None:
    schema = Schema(columns=(Column(name="x", kind="numerical"),))
    typed = pd.DataFrame({"x": [np.nan, 1.5]})
    write_csv(typed, schema, tmp_path / "t.csv")
    again, _ = cast_to_schema(read_table(tmp_path / "t.csv")[0], schema)
    pd.testing.assert_frame_equal(again, typed, check_column_type=False)
