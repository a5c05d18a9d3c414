"""Periods: calendar periods of dates, ordered labels, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from core.data.column import Column
from core.data.periods import PeriodColumn, period_column, read_periods, without_periods
from core.data.schema import Schema
from core.errors import ConfigError, DataError


def schema(kind):
    return Schema(
        columns=(Column(name="y", kind="integer", role="target"), Column(name="when", kind=kind)), positive="1"
    )


def read(values, kind, length=None):
    return read_periods(pd.DataFrame({"when": values}), schema(kind), PeriodColumn("when", length))


def days(count, step=1):
    return pd.Series(pd.date_range("2024-01-15", periods=count, freq=f"{step}D"))


def test_dates_are_put_in_calendar_periods_in_order_of_time():
    periods, notes = read(days(4, 40)[::-1].reset_index(drop=True), "datetime", "quarter")
    assert (periods.names, periods.codes.tolist()) == (("2024Q1", "2024Q2"), [1, 1, 0, 0])
    assert notes == ["Periods are the quarters of 'when', from 2024Q1 to 2024Q2."]


def test_the_shortest_length_that_fits_is_chosen():
    assert read(days(300), "datetime")[0].names[0] == "2024-01"
    assert read(days(1_000), "datetime")[0].names[0] == "2024Q1"
    assert read(days(3_000), "datetime")[0].names[0] == "2024"


def test_labels_are_ordered_and_numbers_by_size():
    assert read(pd.array([10, 9, 10], "Int64"), "integer")[0].names == ("9", "10")
    periods, notes = read(pd.array(["b", "a", None], "str"), "categorical")
    assert (periods.names, periods.codes.tolist()) == (("a", "b"), [1, 0, -1])
    assert notes[0] == "Periods are the values of 'when', in this order: a, b."
    assert notes[1].startswith("1 rows have no value of 'when'")


def test_too_many_and_too_few_periods_are_refused():
    with pytest.raises(DataError, match="makes 30 periods, more than the 24"):
        read(pd.array(np.arange(30), "Int64"), "integer")
    with pytest.raises(DataError, match="makes 100 periods"):
        read(days(3_000), "datetime", "month")
    with pytest.raises(DataError, match="only one period"):
        read(days(3), "datetime", "year")
    with pytest.raises(DataError, match="missing in every row"):
        read(pd.array([None, None], "str"), "categorical")


def test_a_length_needs_dates():
    with pytest.raises(DataError, match="holds no dates"):
        read(pd.array(["a", "b"], "str"), "categorical", "month")
    with pytest.raises(ConfigError, match="no column holds dates"):
        period_column(None, "month")
    with pytest.raises(ConfigError, match="no period 'week'"):
        period_column("when", "week")
    assert period_column(None, None) is None
    assert period_column("when", "year") == PeriodColumn("when", "year")


def test_the_column_is_no_feature_and_has_no_second_use():
    table = schema("datetime")
    assert without_periods(table, PeriodColumn("when")).features == []
    for name, taken, words in (
        ("y", (), "the target"),
        ("z", (), "no column 'z'"),
        ("when", ("when",), "something else"),
    ):
        with pytest.raises(DataError, match=words):
            without_periods(table, PeriodColumn(name), taken)
