"""Drawn dates are days of the real calendar, of the step of the real ones, and no rare person's."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.data.column import Column, Kind
from core.data.encoding.columns import Code, EncodingSettings, NumericCode, fit_column

RNG = np.random.default_rng(3)
DAYS = np.datetime64("2015-01-01") + RNG.integers(0, 3000, 800)


def fitted(moments: np.ndarray, options: EncodingSettings | None = None) -> Code:
    column = Column(name="c", kind=Kind.DATETIME)
    return fit_column(pd.Series(moments).astype("datetime64[us]"), column, options or EncodingSettings())


def drawn(moments: np.ndarray, options: EncodingSettings | None = None) -> pd.Series:
    code = fitted(moments, options)
    restored = type(code).model_validate_json(code.model_dump_json())
    codes = code.encode(pd.Series(moments).astype("datetime64[us]"))
    return restored.decode(np.repeat(codes, 3), np.random.default_rng(1))


@pytest.mark.parametrize("style", ["quantile", "equal_width"])
def test_dates_keep_the_step_of_the_real_ones(style: str) -> None:
    options = EncodingSettings(style=style)
    working = DAYS[np.is_busday(DAYS)]
    assert np.is_busday(drawn(working, options).to_numpy().astype("datetime64[D]")).all()
    assert not np.is_busday(drawn(DAYS, options).to_numpy().astype("datetime64[D]")).all()
    months = DAYS.astype("datetime64[M]")
    assert (drawn(months, options).dt.day == 1).all()
    years = drawn(DAYS.astype("datetime64[Y]"), options)
    assert (years.dt.strftime("%m-%d") == "01-01").all()
    hours = (DAYS.astype("datetime64[h]") + RNG.integers(0, 24, 800)).astype("datetime64[us]")
    back = drawn(hours, options)
    assert (back.dt.minute == 0).all()
    assert back.dt.hour.nunique() > 10


@pytest.mark.parametrize("moments", [DAYS, DAYS[np.is_busday(DAYS)], DAYS.astype("datetime64[M]")])
def test_dates_lie_between_the_real_ones(moments: np.ndarray) -> None:
    back = drawn(moments, EncodingSettings(rare_rows=1))
    assert back.min() >= pd.Timestamp(moments.min())
    assert back.max() <= pd.Timestamp(moments.max())


def test_a_rare_extreme_date_is_nobodys_in_drawn_rows() -> None:
    first, last = np.datetime64("1931-04-17"), np.datetime64("2024-09-30")
    back = drawn(np.concatenate([DAYS, [first, last]]))
    assert back.min() > pd.Timestamp(first)
    assert back.max() < pd.Timestamp(last)


@pytest.mark.parametrize("end", ["9999-12-31", "0001-01-01", "2999-12-31"])
def test_an_open_end_is_a_value_of_its_own(end: str) -> None:
    far = np.repeat(np.datetime64(end, "D"), 60)
    code = fitted(np.concatenate([DAYS, far]))
    assert isinstance(code, NumericCode)
    plain = fitted(DAYS)
    assert isinstance(plain, NumericCode)
    assert abs(len(code.bins) - len(plain.bins)) <= 1
    back = drawn(np.concatenate([DAYS, far]))
    is_end = back == pd.Timestamp(end).as_unit("us")
    assert is_end.mean() == pytest.approx(60 / 860)
    assert back[~is_end].between("2015-01-01", "2023-12-31").all()
    assert (back == back.dt.normalize()).all()


def test_the_last_date_before_open_ends_is_protected_too() -> None:
    last = np.datetime64("2024-09-30")
    far = np.repeat(np.datetime64("9999-12-31", "D"), 60)
    back = drawn(np.concatenate([DAYS, [last], far]))
    assert back[back.dt.year < 9999].max() < pd.Timestamp(last)


def test_a_rare_open_end_does_not_come_out() -> None:
    back = drawn(np.concatenate([DAYS, np.repeat(np.datetime64("9999-12-31", "D"), 3)]))
    assert back.dt.year.max() < 2025


def test_an_encoding_from_before_is_read() -> None:
    code = fitted(DAYS)
    before = code.model_dump(exclude={"calendar"})
    assert NumericCode.model_validate(before).model_dump() == code.model_dump()
