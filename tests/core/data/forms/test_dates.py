"""Dates in the forms that files have: read, and written back as they were."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.forms.dates import DATE_FORMATS, date_formats, parse_dates, written_dates


def text(*values: str) -> pd.Series:
    return pd.Series(values, dtype="str")


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(DATE_FORMATS),
    st.lists(st.datetimes(dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31)), min_size=1, max_size=5),
    st.sampled_from([None, 1890, 1947]),
)
def test_what_is_written_is_read_and_written_again(
    date_format: str, moments: list[dt.datetime], first_year: int | None
) -> None:
    first = first_year or 1969
    if "%y" in date_format:
        days = [moment.replace(day=min(moment.day, 28)) for moment in moments]
        moments = [day.replace(year=first + day.year % 100) for day in days]
    written = written_dates(pd.Series(moments, dtype="datetime64[us]"), date_format)
    back = parse_dates(text(*written), date_format, first_year)
    assert back.notna().all()
    assert written_dates(back, date_format) == written
    whole = pd.Series(moments, dtype="datetime64[us]").dt.normalize()
    if date_format != "%Y-%m":
        assert (back.dt.normalize() == whole).all()


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(DATE_FORMATS),
    st.lists(st.datetimes(dt.datetime(1970, 1, 1), dt.datetime(2060, 12, 31)), min_size=1, max_size=5),
)
def test_the_form_is_found_from_the_text(date_format: str, moments: list[dt.datetime]) -> None:
    written = text(*written_dates(pd.Series(moments, dtype="datetime64[us]"), date_format))
    found = date_formats(written)
    assert found
    for one in found:
        assert written_dates(parse_dates(written, one), one) == written.tolist()
    assert any(parse_dates(written, one).equals(parse_dates(written, date_format)) for one in found)


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (["20-Feb-21", "03-Mar-20"], ["%d-%b-%y"]),
        (["20-FEB-2021", "3-MAR-2020"], ["%-d-%^b-%Y"]),
        (["5/31/21", "12/3/21"], ["%-m/%-d/%y"]),
        (["01 May 2024", "02 May 2024"], ["%d %b %Y"]),
        (["2021-01-01T05:42:01+01:00", "2021-03-16T03:05:27+01:00"], ["%Y-%m-%dT%H:%M:%S+01:00"]),
        (["2021-01-01 05:42+0100", "2021-03-16 03:05+0200"], ["%Y-%m-%d %H:%M+0000"]),
        (["2021-01-01T05:42:01.250Z", "2021-03-16T03:05:27.000Z"], ["%Y-%m-%dT%H:%M:%S.%3fZ"]),
        (["06/18/2021 06:32 PM", "03/22/2021 08:13 AM"], ["%m/%d/%Y %I:%M %p"]),
        (["31/12/2021, 6:32:05 pm"], ["%d/%m/%Y, %-I:%M:%S %P"]),
        (["9999-12-31", "0001-01-01"], ["%Y-%m-%d"]),
        (["31/02/2021"], []),
        (["plan 9", "a"], []),
        (["192.168.1.1"], []),
        (["1.5", "2.25"], []),
        (["555-1234"], []),
    ],
)
def test_forms(values: list[str], found: list[str]) -> None:
    assert date_formats(text(*values)) == found


def test_times_of_several_zones_are_held_in_one() -> None:
    moments = parse_dates(
        text("2021-01-01 05:42+0100", "2021-03-16 03:05+0200", "2021-03-16 03:05"), "%Y-%m-%d %H:%M+0000"
    )
    assert written_dates(moments.dropna(), "%Y-%m-%d %H:%M+0000") == ["2021-01-01 04:42+0000", "2021-03-16 01:05+0000"]
    assert moments.isna().tolist() == [False, False, True]


def test_years_of_two_digits_lie_in_their_hundred_years() -> None:
    read = parse_dates(text("29/02/00", "28/02/00", "01/01/25", "01/01/26"), "%d/%m/%y", 1926)
    assert read.dt.year.tolist() == [2000, 2000, 2025, 1926]
    assert parse_dates(text("29/02/00"), "%d/%m/%y", 1850).isna().all()  # 1900 had no such day
