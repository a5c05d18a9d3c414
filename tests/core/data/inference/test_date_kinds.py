"""Columns of dates: found in the forms that people use, and told apart from amounts and codes."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest

from core.data.casting import cast_column, cast_to_schema
from core.data.column import Kind
from core.data.inference.column_kinds import infer_column, infer_schema
from core.data.io.table_writer import csv_text, format_values
from core.data.schema import Schema


def frame(**columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(columns, dtype="str")


def written_back(raw: pd.DataFrame) -> list[str]:
    schema, _ = infer_schema(raw)
    assert [column.kind for column in schema.columns] == [Kind.DATETIME] * raw.shape[1]
    restored = Schema.model_validate_json(schema.model_dump_json())
    return csv_text(cast_to_schema(raw, restored)[0], restored).splitlines()[1:]


@pytest.mark.parametrize(
    "values",
    [
        ["05/31/21", "12/03/20"],
        ["31.5.21", "3.12.20"],
        ["20-Feb-21", "03-Mar-20"],
        ["20210131", "20201203"],
        ["2021-01-31T05:42:01+01:00", "2021-03-16T03:05:27+01:00"],
        ["2021-01-31T05:42:01Z", "2021-03-16T03:05:27Z"],
        ["2021-01-31 05:42-0530", "2021-03-16 03:05-0530"],
        ["06/18/2021 06:32 PM", "03/22/2021 12:13 AM"],
        ["18.06.2021 6:32 pm", "22.03.2021 12:13 am"],
        ["9999-12-31", "0001-01-01"],
    ],
)
def test_dates_are_read_and_written_as_they_were(values: list[str]) -> None:
    assert written_back(frame(hire_date=values)) == values


def test_amounts_codes_and_short_columns_are_no_dates() -> None:
    consecutive = [f"202101{day:02d}" for day in range(1, 29)]
    for name, values in {
        "order": consecutive,
        "salary": ["20210131", "20201203"],
        "hire_date": ["20210131", "20211331"],
        "price": [str(value) for value in range(20_100_000, 20_200_000, 9_973)],
        "amount": ["20210101", "20210102", "20210103", "20210104", "20210105", "20210106"],
    }.items():
        assert infer_column(pd.Series(values, dtype="str"), name)[0].kind is Kind.INTEGER


def test_many_numbers_that_are_all_days_are_dates_without_a_telling_header() -> None:
    days = pd.date_range("2018-01-31", periods=40, freq="77D").strftime("%Y%m%d")
    values = pd.Series([*days, "99991231"], dtype="str")
    found, _ = infer_column(values, "x7")
    assert (found.kind, found.datetime_format) == (Kind.DATETIME, "%Y%m%d")
    assert written_back(frame(x7=values.tolist())) == values.tolist()


def test_other_dates_of_the_file_decide_the_order_of_day_and_month() -> None:
    raw = frame(paid=["01/02/2024", "03/04/2024"], opened=["05/31/23", "06/01/23"])
    schema, notes = infer_schema(raw)
    assert schema.column("paid").datetime_format == "%m/%d/%Y"
    assert any("'paid': the month is read first, as in the other dates of the file" in note for note in notes)
    assert cast_to_schema(raw, schema)[0]["paid"].dt.month.tolist() == [1, 3]
    undecided, notes = infer_schema(raw.assign(closed=["31/05/2023", "01/06/2023"]))
    assert undecided.column("paid").kind is Kind.CATEGORICAL
    assert any("'01/02/2024' is 1 February 2024 or 2 January 2024" in note for note in notes)


def test_no_birth_is_in_a_year_to_come() -> None:
    year = datetime.now(UTC).year
    soon = [f"30.12.{(year + more) % 100:02d}" for more in (0, 1, 2)]
    birth, notes = infer_column(pd.Series(soon, dtype="str"), "date_of_birth")
    assert birth.first_year == year - 99
    assert any(f"two-digit years are read as {year - 99} to {year}" in note for note in notes)
    ends, _ = infer_column(pd.Series(soon, dtype="str"), "contract_until")
    assert ends.first_year + 99 >= year + 2


@pytest.mark.parametrize("name", ["birth_date", "visit", "contract_until"])
@pytest.mark.parametrize("form", ["%d.%m.%Y", "%Y-%m-%d", "%m/%d/%y", "%d.%m.%y", "%Y%m%d"])
def test_days_that_are_still_to_come_this_year_are_of_this_year(name: str, form: str) -> None:
    year = datetime.now(UTC).year
    days = pd.date_range(f"{year}-11-20", f"{year}-12-31").strftime(form)
    found, _ = infer_column(pd.Series(days, dtype="str"), name)
    assert found.kind is Kind.DATETIME
    typed, _ = cast_column(pd.Series(days, dtype="str"), found)
    assert set(typed.dt.year) == {year}
    assert format_values(typed, found) == days.tolist()


def test_several_zones_are_said_and_held_in_utc() -> None:
    raw = frame(seen=["2021-01-01T05:42:01+01:00", "2021-07-16T03:05:27+02:00"])
    schema, notes = infer_schema(raw)
    assert notes == ("Column 'seen': its times have several time zones and were converted to UTC.",)
    cast = cast_to_schema(raw, schema)[0]
    assert csv_text(cast, schema).splitlines()[1:] == ["2021-01-01T04:42:01+00:00", "2021-07-16T01:05:27+00:00"]
