"""Dates as files write them: every form is read, and written back as it was."""

from datetime import datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.casting import cast_column
from core.data.column import Column, Kind
from core.data.forms.date_formats import parse_dates
from core.data.forms.dates import DateForm, compact_form, date_forms, with_century
from core.data.inference.column_kinds import infer_column
from core.data.inference.date_kinds import date_order
from core.data.io.table_writer import format_values

FORMS = [
    "%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%-d.%-m.%Y",
    "%-m/%-d/%Y", "%d-%b-%y", "%d %B %Y", "%b %d, %Y", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S+01:00",
    "%Y-%m-%d %H:%M:%S +0100", "%Y-%m-%dT%H:%MZ", "%m/%d/%Y %I:%M %p", "%d/%m/%Y %H:%M", "%-m/%-d/%Y %-I:%M %p",
    "%d.%m.%y %H:%M", "%Y-%m-%d %H:%M:%S.%f", "%d-%^b-%y", "%-m/%-d/%Y %-I:%M %P", "%Y-%m-%dT%H:%M:%S.%3fZ",
]  # fmt: skip
MOMENTS = st.lists(
    st.datetimes(datetime(1990, 1, 1), datetime(2030, 12, 31)),
    min_size=30,
    max_size=60,
    unique_by=lambda one: one.date(),
)


def text(*values):
    return pd.Series(values, dtype="str")


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=10, deadline=None)
@given(moments=MOMENTS)
def test_what_is_read_in_a_form_is_written_in_it(form, moments):
    # One date tells day and month apart; one has a number without leading zeros.
    moments = [datetime(2001, 2, 3, 4, 5, 6), datetime(2001, 12, 31, 23, 59, 59, 7), *moments]
    written = pd.Series(DateForm(form).write(pd.Series(moments)), dtype="str")
    column, _ = infer_column(written, "seen")
    assert column.kind is Kind.DATETIME, column.reason
    typed, notes = cast_column(written, column)
    assert not notes
    assert format_values(typed, column) == written.tolist()


def test_a_date_that_fits_both_orders_leaves_both():
    forms = date_forms(text("01/02/24", "03/04/24"))
    assert [form.order for form in forms] == ["day", "month"]
    assert [form.order for form in date_forms(text("31/02/24"))] == []


def test_the_other_dates_of_the_file_decide():
    raw = pd.DataFrame({"a": text("01/02/2024", "03/04/2024"), "b": text("31/01/2024", "01/02/2024")})
    assert date_order(raw) == "day"
    assert date_order(raw[["a"]]) is None
    assert date_order(raw.assign(c=text("01/31/2024", "02/28/2024"))) is None


def test_an_ambiguous_column_is_asked_about_with_an_example():
    column, notes = infer_column(text("01/02/2024", "03/04/2024"), "seen")
    assert column.kind is Kind.CATEGORICAL
    assert "'01/02/2024' is 1 February 2024 or 2 January 2024" in notes[-1]
    assert "date_order" in notes[-1]


@pytest.mark.parametrize(("name", "year"), [("birth_date", 1945), ("expires", 2045)])
def test_nobody_is_born_in_the_future(name, year):
    written = text("05.10.45", "31.12.99")
    column, notes = infer_column(written, name)
    typed, _ = cast_column(written, column)
    born = year if name == "expires" else 1945
    assert typed.dt.year.tolist()[0] in (born, 1945)
    assert name != "birth_date" or typed.dt.year.max() <= datetime.now().year  # a year
    assert any("two-digit years are read as" in note for note in notes)
    assert format_values(typed, column) == written.tolist()


def test_dates_up_to_twenty_years_ahead_stay_ahead():
    form = with_century(DateForm("%d.%m.%y"), text("01.01.30"), past=False)
    assert form.parse(text("01.01.30"))[0].year == 2030


def test_several_time_zones_are_converted_and_said():
    column, notes = infer_column(text("2024-01-31T08:00:00+01:00", "2024-07-31T08:00:00+02:00"), "seen")
    typed, _ = cast_column(text("2024-01-31T08:00:00+01:00", "2024-07-31T08:00:00+02:00"), column)
    assert typed.dt.hour.tolist() == [7, 6]
    assert any("converted to UTC" in note for note in notes)
    assert format_values(typed, column) == ["2024-01-31T07:00:00+00:00", "2024-07-31T06:00:00+00:00"]


def test_whole_numbers_are_days_only_where_that_is_certain():
    days = pd.Series(pd.date_range("2020-01-28", periods=40).strftime("%Y%m%d"), dtype="str")
    assert infer_column(days, "amount")[0].kind is Kind.DATETIME
    assert infer_column(days.head(3), "hire_date")[0].kind is Kind.DATETIME
    assert infer_column(days.head(3), "amount")[0].kind is not Kind.DATETIME
    assert compact_form(text("20240230")) is None
    assert infer_column(text(*(str(20_000_000 + 37_000 * place) for place in range(40))), "pay")[0].kind is Kind.INTEGER


def test_whole_numbers_that_are_days_are_written_as_they_were():
    days = pd.Series(pd.date_range("2020-01-28", periods=40).strftime("%Y%m%d"), dtype="str")
    column, _ = infer_column(days, "day")
    typed, _ = cast_column(days, column)
    assert format_values(typed, column) == days.tolist()


@pytest.mark.parametrize("value", ["9999-12-31", "0001-01-01"])
def test_far_days_are_read_and_written(value):
    column, _ = infer_column(text(value, "2024-01-31"), "until")
    typed, _ = cast_column(text(value, "2024-01-31"), column)
    assert format_values(typed, column) == [value, "2024-01-31"]


@pytest.mark.parametrize("values", [("8:15", "23:59"), ("01:27 AM", "12:05 PM"), ("08:15:30", "00:00:00")])
def test_times_of_a_day_are_read_and_written(values):
    column, _ = infer_column(text(*values), "starts")
    assert "time of day" in column.reason
    typed, _ = cast_column(text(*values), column)
    assert format_values(typed, column) == list(values)


def test_whole_days_with_a_decimal_point_are_dates():
    days = ["19640105.0", "19991231.0"]
    column, _ = infer_column(text(*days), "birth")
    typed, _ = cast_column(text(*days), column)
    assert (typed.dt.year.tolist(), format_values(typed, column)) == ([1964, 1999], days)


@pytest.mark.parametrize("value", ["8:75", "1:2", "a:b", "", ":", "29:00:00", "2024-13-01T08:00", "1.5", "3/4"])
def test_what_is_no_date_is_none(value):
    assert date_forms(text(value)) == []


def test_schemas_of_before_still_load():
    column = Column.model_validate({"name": "day", "kind": "datetime", "datetime_format": "%Y-%m-%d"})
    assert column.date_form == DateForm("%Y-%m-%d")


def test_a_column_with_a_zone_that_is_missing_in_every_row_of_a_file_has_no_dates():
    typed = parse_dates(pd.Series([None, None], dtype="str"), "%Y-%m-%dT%H:%M:%S+01:00")
    assert typed.isna().all()
    assert typed.dtype == "datetime64[us]"
