"""Siblings of the shared cases on files: what stands around the table, no header, second files, odd columns, labels."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data.sources.load import load
from core.errors import DataError
from tests.cases.siblings import ROLES, people, read, written

PEOPLE = people()
CSV = PEOPLE.to_csv(index=False)
HEADER, _, BODY = CSV.partition("\n")
BLANKS = PEOPLE.to_csv(index=False, sep=" ")
QUESTIONS = 'What is your age?,What is your sex?,"Were you hired, after all?"\n'
IMPORT = ",".join(f'"{{""ImportId"":""QID{number}""}}"' for number in (1, 2, 3)) + "\n"
PSQL = "\n".join(
    [" age | sex | hired ", "-----+-----+-------", *(f"  {a} | {s}   | {h:5} " for a, s, h in PEOPLE.to_numpy())]
)
AROUND = {
    "a total and a source below": (f"{CSV}\nTotal,300,\n\nSource: payroll, 2024\n", "The last 2 lines"),
    "the number of rows below": (f"{CSV}\n(300 rows affected)\n", "'(300 rows affected)'"),
    "a comment that ends the export": (f"{CSV}# end of export\n", "'# end of export'"),
    "a rule of dashes": (f"{HEADER}\n---,---,-----\n{BODY}", "The line below the header"),
    "a table of psql": (f"{PSQL}\n(300 rows)\n", "'(300 rows)'"),
    "questions of a survey": (f"{HEADER}\n{QUESTIONS}{IMPORT}{BODY}", "The 2 lines below the header"),
    "a row of units": (f"{HEADER}\n(years),,\n{BODY}", "'(years)'"),
    "titles of several cells": (f"Report: HR\nDate: 2024-01-01, 12:00\n\n{CSV}", "The first 2 lines"),
    "a block of properties": (f"Report,,\nCreated,2024-01-01,\n,,\n{CSV}", "'Created 2024-01-01'"),
    "blanks between fields": (BLANKS, ""),
    "columns of equal width": (PEOPLE.to_string(index=False), ""),
}


@pytest.mark.parametrize("what", AROUND)
def test_08_the_table_is_found_and_the_rest_is_named(what: str, tmp_path: Path) -> None:
    text, noted = AROUND[what]
    (tmp_path / "t.txt").write_text(text)
    found = read(tmp_path / "t.txt")
    assert found.frame.astype(PEOPLE.dtypes).equals(PEOPLE)
    assert noted in " ".join(found.notes)
    assert bool(found.notes) == bool(noted)


@pytest.mark.parametrize("has_bands", [True, False])
def test_08_a_table_in_the_middle_of_a_sheet(has_bands: bool, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    if has_bands:
        sheet.append([None, "Person", None, "Decision"])
    else:
        sheet.append([])
        sheet.append([None, "Staff of 2024"])
        sheet.append([None, "Confidential"])
        sheet.append([])
    for row in [PEOPLE.columns.tolist(), *PEOPLE.to_numpy().tolist()]:
        sheet.append([None, *row])
    if not has_bands:
        sheet.append([])
        sheet.append([None, "Total", 300])
        sheet.append([None, "Source: payroll"])
    book.save(tmp_path / "t.xlsx")
    found = read(tmp_path / "t.xlsx")
    assert found.frame.astype(PEOPLE.dtypes).equals(PEOPLE)
    assert len(found.notes) == (1 if has_bands else 2)


def test_08_rows_with_gaps_are_no_lines_around_the_table(tmp_path: Path) -> None:
    gaps = CSV + "51,,\n" + '33,"F\n\nor M",yes\n'
    (tmp_path / "t.csv").write_text(gaps)
    found = load(tmp_path / "t.csv", sensitive=["sex"])
    assert len(found.frame) == 301  # the row without an outcome is left out
    assert "F\n\nor M" in set(found.frame["sex"])
    assert not any("no row of the table" in note for note in found.notes)
    (tmp_path / "cut.csv").write_text(CSV + "51")
    with pytest.raises(DataError, match="Row 301"):
        read(tmp_path / "cut.csv")


@pytest.mark.parametrize("name", ["t.data", "t.tsv", "t.xlsx", "t.csv.gz"])
def test_09_no_header_in_any_format(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if name == "t.xlsx":
        PEOPLE.to_excel(path, index=False, header=False)
    else:
        separator = {"t.data": " ", "t.tsv": "\t"}.get(name, ",")
        PEOPLE.to_csv(path, index=False, header=False, sep=separator)
    with pytest.raises(DataError, match="looks like data and not like names of columns"):
        read(path)


def second(tmp_path: Path, other: pd.DataFrame, name: str) -> tuple[pd.DataFrame, str]:
    """Return the hold-out rows of a second file as they are read, and the notes."""
    found = read(written(TABLE, tmp_path / "table.csv"), holdout=written(other, tmp_path / name))
    assert found.holdout is not None
    return found.holdout, " ".join(found.notes)


_RNG = np.random.default_rng(8)
TABLE = people().assign(
    pay=_RNG.integers(200, 900, 300) * 10.5,
    since=pd.Timestamp("2019-01-13") + pd.to_timedelta(_RNG.integers(0, 900, 300), "D"),
    dept=_RNG.choice(["IT", "Sales"], 300),
)
OTHER = TABLE.sample(150, random_state=1, ignore_index=True).assign(age=lambda rows: rows["age"] + 1)


def test_04_a_second_file_of_another_country(tmp_path: Path) -> None:
    german = [f"{pay:,.2f}".translate(str.maketrans(",.", ".,")) for pay in OTHER["pay"]]
    rows, _ = second(tmp_path, OTHER.assign(pay=german, since=OTHER["since"].dt.strftime("%d.%m.%Y")), "held.tsv")
    assert np.allclose(rows["pay"], OTHER["pay"])
    assert rows["since"].tolist() == OTHER["since"].tolist()


def test_04_truth_values_in_parquet_and_capitals_in_a_workbook(tmp_path: Path) -> None:
    rows, notes = second(tmp_path, OTHER.assign(hired=OTHER["hired"] == "yes"), "held.parquet")
    assert rows["hired"].tolist() == OTHER["hired"].tolist()
    assert "'True' as 'yes'" in notes
    capital = OTHER.rename(columns=str.upper).assign(HIRED=OTHER["hired"].str.upper(), EXTRA=1)
    rows, notes = second(tmp_path, capital, "held.xlsx")
    assert rows["hired"].tolist() == OTHER["hired"].tolist()
    assert "'DEPT' of the file was read as 'dept'" in notes


@pytest.mark.parametrize(
    ("column", "words"), [("sex", {"F": "female", "M": "male"}), ("hired", {"yes": "ja", "no": "nein"})]
)
def test_04_words_that_may_mean_something_else_are_refused(column: str, words: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        second(tmp_path, OTHER.assign(**{column: OTHER[column].map(words)}), "held.csv")
    assert all(repr(word) in str(error.value) for word in (*words, *words.values()))


def test_04_a_column_without_values_is_never_silent(tmp_path: Path) -> None:
    _, notes = second(tmp_path, OTHER.assign(age="unknown"), "held.csv")
    assert "'age' has no value in any row of the file; in the table, 300 of 300 rows have one" in notes


ODD = {
    "bytes that are text": (pa.array([b"north", b"south"] * 150), True),
    "bytes that are none": (pa.array([b"\x00\x01", b"\xff"] * 150), False),
    "a map": (pa.array([[("a", 1)]] * 300, pa.map_(pa.string(), pa.int64())), False),
    "a decimal": (pa.array([1, 2] * 150, pa.int64()).cast(pa.decimal128(21, 2)), True),
    "a date of no end": (pa.array([dt.date(9999, 12, 31), dt.date(2021, 1, 1)] * 150), True),
    "words of a dictionary": (pa.array(["a", "b"] * 150).dictionary_encode(), True),
}


@pytest.mark.parametrize("what", ODD)
def test_19_one_odd_column_never_blocks_a_table(what: str, tmp_path: Path) -> None:
    values, is_kept = ODD[what]
    table = pa.Table.from_pandas(PEOPLE, preserve_index=False).append_column("odd", values)
    pq.write_table(table, tmp_path / "t.parquet")
    found = read(tmp_path / "t.parquet")
    assert found.schema.names == [*PEOPLE.columns, *(["odd"] if is_kept else [])]
    assert is_kept == (not any("'odd' was left out" in note for note in found.notes))


def test_19_groups_that_a_database_stores_as_bytes(tmp_path: Path) -> None:
    table = pa.Table.from_pandas(PEOPLE.assign(sex=PEOPLE["sex"].str.encode("utf-8")), preserve_index=False)
    pq.write_table(table, tmp_path / "t.parquet")
    found = read(tmp_path / "t.parquet", holdout=tmp_path / "t.parquet")
    assert found.frame["sex"].tolist() == PEOPLE["sex"].tolist()


def test_19_a_frame_with_odd_values_and_numbers_for_headers() -> None:
    odd = PEOPLE.assign(tags=[{1, 2}] * 300, wave=1 + 2j)
    assert load(odd, **ROLES).schema.names == ["age", "sex", "hired"]
    numbered = PEOPLE.set_axis([0, 1, 2], axis=1)
    assert load(numbered, target="2", positive="yes", sensitive=["1"]).schema.names == ["0", "1", "2"]


LABELS = {
    "decimal comma": (["1,0", "0,0"], "1,0", "1"),
    "per cent": (["100%", "0%"], "100%", "100"),
    "True for 1": (["True", "False"], "1", "True"),
    "two decimals": (["2.00", "1.00"], "2.00", "2"),
    "capitals": (["YES", "NO"], "yes", "YES"),
    "a full stop": ([">50K.", "<=50K."], ">50K", ">50K."),
}


@pytest.mark.parametrize("what", LABELS)
@pytest.mark.parametrize("name", ["t.csv", "t.xlsx"])
def test_20_a_label_as_the_file_or_a_person_writes_it(what: str, name: str, tmp_path: Path) -> None:
    (yes, no), told, meant = LABELS[what]
    frame = PEOPLE.assign(hired=PEOPLE["hired"].map({"yes": yes, "no": no}))
    assert read(written(frame, tmp_path / name), positive=told).schema.positive == meant


def test_20_labels_that_parquet_stores_as_floats_or_truth_values(tmp_path: Path) -> None:
    floats = PEOPLE.assign(hired=(PEOPLE["hired"] == "yes").astype(float).where(PEOPLE["age"] > 20))
    assert read(written(floats, tmp_path / "f.parquet"), positive="1.0").schema.positive == "1"
    truths = PEOPLE.assign(hired=PEOPLE["hired"] == "yes")
    assert read(written(truths, tmp_path / "t.feather"), positive="yes").schema.positive == "True"
    with pytest.raises(Exception, match="no value 'maybe'"):
        read(tmp_path / "t.feather", positive="maybe")
