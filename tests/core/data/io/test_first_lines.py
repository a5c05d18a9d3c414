"""Headers after titles, beside saved indices, or not there at all: the same table is read, or the cause is named."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from core.data.io.delimited_text import read_csv
from core.data.io.table_files import read_table
from core.errors import DataError

ROWS = "age,sex\n70,F\n57,M\n49,F\n"


@pytest.mark.parametrize(
    ("text", "noted"),
    [
        ("sep=,\n" + ROWS, ""),
        ('"sep=;"\r\n' + ROWS.replace(",", ";"), ""),
        ("sep=^\n" + ROWS.replace(",", "^"), ""),
        ("Report of May 2024\n\n" + ROWS, "'Report of May 2024'"),
        ("# made by a tool\n# version 2, draft\n" + ROWS, "The first 2 lines"),
        ("age,sex,\n70,F,\n57,M,\n49,F,\n", ""),
        ("age,sex\n70,F,\n57,M,\n49,F,\n", ""),
        ("age,sex,\n70,F\n57,M\n49,F\n", ""),
        ("age,sex,,,\n70,F,,,\n57,M,,,\n49,F,,,\n", ""),
        (",age,sex\n0,70,F\n4,57,M\n7,49,F\n", "numbers the rows"),
        ("Unnamed: 0.1,Unnamed: 0,age,sex\n0,0,70,F\n1,1,57,M\n2,2,49,F\n", "numbers the rows"),
        ('"age","sex"\n"1",70,"F"\n"2",57,"M"\n"3",49,"F"\n', "numbers the rows"),  # R's write.table
        ("age,sex\n70,F\n57,M\nage,sex\n49,F\n", "repeats the header"),
        ("age,sex,age\n70,F,70\n57,M,57\n49,F,49\n", "same values"),
        (ROWS.replace("\n", "\r"), ""),  # an old Macintosh
    ],
)
def test_the_table_is_read_from_what_programs_write_around_it(text: str, noted: str) -> None:
    frame, notes = read_csv(text.encode(), "t.csv")
    assert list(frame.columns) == ["age", "sex"]
    assert frame.to_numpy().tolist() == [["70", "F"], ["57", "M"], ["49", "F"]]
    assert (noted in " ".join(notes)) if noted else notes == ()


def test_titles_over_a_wide_table_in_a_spreadsheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [["Staff, May"], [], [None, "age", "sex", "hired"], [0, 70, "F", "yes"], [1, 57, "M", "no"]]:
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    frame, notes = read_table(tmp_path / "t.xlsx")
    assert frame.to_numpy().tolist() == [["70", "F", "yes"], ["57", "M", "no"]]
    assert len(notes) == 2


@pytest.mark.parametrize(
    "text",
    [
        "70,360,M,yes\n57,535,F,yes\n49,428,M,no\n31,220,F,yes\n",
        "70\t360\tM\t4\t4\n57\t535\tF\t4\t4\n49\t428\tM\t4\t4\n",
        "M;yes;12,5\nF;no;13,0\nM;no;14,5\nF;yes;9,5\n",
        "0.3,7.25,1\n0.1,8.5,0\n0.9,2.5,1\n",
    ],
)
def test_a_first_row_of_data_is_named(text: str) -> None:
    with pytest.raises(DataError, match=r"first row of 't\.csv' looks like data.*Write the names of the columns"):
        read_csv(text.encode(), "t.csv")


@pytest.mark.parametrize(
    "text",
    [
        "0,1,2\n5,7,1\n6,2,0\n",
        "country,2019,2020,2021\nA,1,2,3\nB,4,5,6\n",
        "country,2010,2015,2020\nA,1,2,3\nB,4,5,6\n",
        "yes,no\n1,0\n0,1\n",
        "id,M\nM,1\nF,0\n",
        "1\n2\n3\n",
    ],
)
def test_names_that_are_numbers_or_words_stay_names(text: str) -> None:
    frame, _ = read_csv(text.encode(), "t.csv")
    assert list(frame.columns) == text.split("\n", maxsplit=1)[0].split(",")


def test_a_column_with_values_and_no_name_is_named() -> None:
    with pytest.raises(DataError, match=r"Column 3 of 't\.csv' has no name"):
        read_csv(b"age,sex,\n70,F,x\n57,M,\n", "t.csv")
    with pytest.raises(DataError, match="'age' occurs more than once"):
        read_csv(b"age,age\n70,71\n57,58\n", "t.csv")
