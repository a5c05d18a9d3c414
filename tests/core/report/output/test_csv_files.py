import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.audit.records import Record
from core.errors import DataError
from core.report.output.csv_files import as_csv, file_name, save_tables
from core.report.output.html import tables_of
from core.report.tables.base import Cell, Table, count_cell, figure_cell
from tests.core.report.samples import concluded, sample_records


def test_every_table_is_a_file_that_can_be_read(tmp_path):
    found = tables_of(sample_records(), concluded(sample_records()), ["A note."], {})
    made = save_tables(found, tmp_path / "tables")
    assert len({path.name for path in made}) == len(found)
    for path in made:
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
        assert len({len(row) for row in rows}) == 1


def test_figures_are_given_in_full():
    record = Record(source="a", protocol="A", metric="m", value=1 / 3, low=0.1, high=0.5, n=1234)
    undefined = Record(source="b", protocol="A", metric="m", status="undefined")
    rows = (
        (Cell("a"), count_cell(record), figure_cell(record)),
        (Cell("b"), count_cell(undefined), figure_cell(undefined)),
    )
    text = as_csv(Table("t", "", ("source", "n", "m"), rows))
    assert list(csv.reader(io.StringIO(text))) == [
        ["source", "n", "m", "m low", "m high", "m n", "m status"],
        ["a", "1234", repr(1 / 3), "0.1", "0.5", "1234", "ok"],
        ["b", "–", "", "", "", "", "undefined"],
    ]


@given(st.text(), st.text())
def test_file_names_stay_in_their_folder(number, title):
    name = file_name(number, title)
    assert name.isascii()
    assert "/" not in name
    assert "\\" not in name
    assert not name.startswith(".") or name == ".csv"


def test_a_file_in_the_place_of_the_folder_is_said(tmp_path):
    (tmp_path / "x").write_text("mine")
    with pytest.raises(DataError, match="is a file"):
        save_tables([], tmp_path / "x")
