"""Numbers that could be two: the user says the decimal mark, and the rows are read anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.app.column_table import edited
from core.data.column import Kind, Role
from core.data.dataset import Dataset
from core.data.io.table_writer import csv_text
from core.data.schema_editing import choose_column, choose_decimal_mark, with_schema
from core.data.sources.load import load
from core.errors import ConfigError, SchemaError

ROWS = "".join(f"{1 + n % 9},{n % 7}{n % 5}5\t{'fm'[n % 2]}\t{n % 2}\n" for n in range(60))


@pytest.fixture
def doubtful(tmp_path: Path) -> Dataset:
    (tmp_path / "t.tsv").write_text("pay\tsex\thired\n" + ROWS)
    return load(tmp_path / "t.tsv")


def test_a_column_that_could_be_two_is_text_until_the_user_says(doubtful: Dataset) -> None:
    assert not doubtful.schema.column("pay").is_numeric
    assert any("say which decimal mark it has" in note and "decimal_mark" in note for note in doubtful.notes)
    text = doubtful.frame["pay"]
    for mark, first, kind in ((".", 1005, Kind.INTEGER), (",", 1.005, Kind.NUMERICAL)):
        chosen = with_schema(doubtful, choose_decimal_mark(doubtful.schema, doubtful, "pay", mark))
        assert chosen.frame["pay"][0] == first
        assert not any("'pay'" in note for note in chosen.notes)
        assert (chosen.schema.column("pay").kind, chosen.schema.column("pay").role) == (kind, Role.FEATURE)
        assert f'"{text[0]}"' in csv_text(chosen.frame, chosen.schema)
        again = with_schema(doubtful, choose_decimal_mark(chosen.schema, doubtful, "pay", "," if mark == "." else "."))
        assert again.frame["pay"][0] != first


def test_the_option_decides(doubtful: Dataset, tmp_path: Path) -> None:
    for mark, first in ((".", 1005), (",", 1.005)):
        assert load(tmp_path / "t.tsv", decimal_mark=mark).frame["pay"][0] == first
    with pytest.raises(ConfigError, match="goes with files of a table, not with"):
        load("demo", decimal_mark=",")


def test_a_point_between_thousands_that_was_read_as_decimals(tmp_path: Path) -> None:
    (tmp_path / "t.tsv").write_text("pay\tsex\thired\n" + ROWS.replace(",", "."))
    read = load(tmp_path / "t.tsv")
    assert read.frame["pay"][0] == 1.005
    assert any("If its points stand between thousands" in note for note in read.notes)
    line = {"column": "pay", "kind": "numbers", "role": "feature", "decimal mark": "comma"}
    chosen = with_schema(read, edited(read.schema, read, line, {"decimal mark": "comma"}))
    assert chosen.frame["pay"][0] == 1005
    assert csv_text(chosen.frame, chosen.schema).splitlines()[1] == "1.005,f,0"
    back = with_schema(read, edited(chosen.schema, read, line, {"decimal mark": "point"}))
    assert back.frame.equals(read.frame)


def test_what_fits_no_reading_is_said(doubtful: Dataset) -> None:
    with pytest.raises(SchemaError, match=r"'sex' has no numbers that need a decimal comma, e\.g\. 'f'"):
        choose_decimal_mark(doubtful.schema, doubtful, "sex", ",")
    with pytest.raises(SchemaError, match="'pay' can be read with a decimal point and with a decimal comma"):
        choose_column(doubtful.schema, doubtful.frame, "pay", Kind.INTEGER, Role.FEATURE)


def test_numbers_read_as_an_identifier_become_numbers_in_their_form(tmp_path: Path) -> None:
    lines = "".join(f"${5 + n // 10},{n % 10}00;{'fm'[n % 2]};{n % 2}\n" for n in range(60))
    (tmp_path / "t.csv").write_text("staff no;sex;hired\n" + lines)
    read = load(tmp_path / "t.csv")
    assert read.schema.column("staff no").kind is Kind.INTEGER
    text = with_schema(read, read.schema.edited("staff no", kind="identifier", role="ignored"))
    assert text.frame["staff no"][0] == "5000"
    chosen = with_schema(read, choose_column(text.schema, read.frame, "staff no", Kind.INTEGER, Role.FEATURE))
    assert csv_text(chosen.frame, chosen.schema).splitlines()[1] == '"$5,000",f,0'
