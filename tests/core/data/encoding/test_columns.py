"""Codes of single columns: what comes back has the type, the precision, the range and the law of what went in."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.column import Column, Kind
from core.data.encoding.columns import CategoricalCode, EncodingSettings, NumericCode, fit_column

RNG = np.random.default_rng(0)
PROTECTED = EncodingSettings()
OPEN = EncodingSettings(rare_rows=1)


def _back(values: pd.Series, kind: Kind, options: EncodingSettings = PROTECTED, **more: object) -> pd.Series:
    code = fit_column(values, Column(name="c", kind=kind, **more), options)
    return code.decode(code.encode(values), np.random.default_rng(1))


def test_a_spike_has_a_bin_of_its_own() -> None:
    values = pd.Series(np.where(RNG.random(2000) < 0.9, 0, RNG.integers(1, 100_000, 2000)), dtype="Int64")
    code = fit_column(values, Column(name="gain", kind=Kind.INTEGER), EncodingSettings())
    assert isinstance(code, NumericCode)
    zero = code.bins[int(code.encode(pd.Series([0], dtype="Int64"))[0])]
    assert zero.common == (0.0,)
    assert not zero.knots
    back = _back(values, Kind.INTEGER)
    assert ((back == 0) == (values == 0)).all()


def test_the_law_of_a_lumpy_column_returns() -> None:
    values = pd.Series(RNG.choice([20, 38, 40, 45, 60], p=[0.1, 0.1, 0.5, 0.2, 0.1], size=3000), dtype="Int64")
    assert (_back(values, Kind.INTEGER) == values).all()


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.integers(-(10**6), 10**6)), min_size=1, max_size=80).filter(
        lambda values: any(value is not None for value in values)
    )
)
def test_integers_stay_integers_in_range_and_missing_stays_missing(numbers: list[int | None]) -> None:
    values = pd.Series(pd.array(numbers, dtype="Int64"))
    back = _back(values, Kind.INTEGER, OPEN)
    assert str(back.dtype) == "Int64"
    assert (back.isna() == values.isna()).all()
    assert back.min() >= values.min()
    assert back.max() <= values.max()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(-(10**7), 10**7), min_size=1, max_size=80))
def test_decimals_hold(cents: list[int]) -> None:
    values = pd.Series(np.asarray(cents) / 100)
    back = _back(values, Kind.NUMERICAL, OPEN)
    assert np.allclose(back * 100, np.round(back * 100), atol=1e-6)
    assert back.min() >= values.min() - 1e-9
    assert back.max() <= values.max() + 1e-9


def test_dates_stay_dates() -> None:
    days = pd.Series(pd.Timestamp("2024-01-31") + pd.to_timedelta(RNG.integers(0, 900, 500), unit="D"))
    values = days.astype("datetime64[us]").mask(pd.Series(RNG.random(500) < 0.1))
    back = _back(values, Kind.DATETIME)
    assert back.dtype == values.dtype
    assert (back.isna() == values.isna()).all()
    assert (back.dropna() == back.dropna().dt.normalize()).all()


def test_the_last_moment_of_the_calendar_stays_in_its_year() -> None:
    moments = pd.Series(["0001-01-01", "9999-12-31T23:59:59.999999"] * 10).astype("datetime64[us]")
    code = fit_column(moments, Column(name="until", kind=Kind.DATETIME), EncodingSettings())
    drawn = code.decode(code.encode(moments), np.random.default_rng(0))
    assert drawn.dt.year.unique().tolist() == [1, 9999]


def test_booleans_stay_booleans() -> None:
    values = pd.Series([True, False, None, True] * 20, dtype="boolean")
    back = _back(values, Kind.BOOLEAN)
    assert back.dtype == values.dtype
    assert back.equals(values)


def test_rare_categories_never_come_out() -> None:
    values = pd.Series(["common"] * 90 + ["other"] * 20 + ["only me"], dtype="str")
    code = fit_column(values, Column(name="c", kind=Kind.CATEGORICAL), EncodingSettings())
    assert isinstance(code, CategoricalCode)
    assert code.merged == 1
    back = code.decode(np.full(500, code.encode(values.tail(1))[0]), np.random.default_rng(0))
    assert set(back) == {"common", "other"}


def test_only_rare_categories_come_out_as_a_token() -> None:
    values = pd.Series([f"name {index}" for index in range(10_000)], dtype="str")
    assert set(_back(values, Kind.CATEGORICAL)) == {"(rare)"}


def test_a_unique_extreme_is_not_reproduced() -> None:
    values = pd.Series([*RNG.normal(50_000, 9_000, 400).round(), 99_999_999.0])
    drawn = [float(_back(values, Kind.NUMERICAL).max()) for _ in range(3)]
    assert max(drawn) < 99_999_999.0


def test_without_protection_the_extreme_may_return() -> None:
    values = pd.Series([*RNG.normal(50_000, 9_000, 40).round(), 99_999_999.0])
    code = fit_column(values, Column(name="c", kind=Kind.NUMERICAL), OPEN)
    drawn = code.decode(np.full(400, code.encode(values.tail(1))[0]), np.random.default_rng(0))
    assert drawn.max() == pytest.approx(99_999_999.0)


def test_unseen_and_newly_missing_values_get_a_code() -> None:
    values = pd.Series(["a"] * 30 + ["b"] * 20, dtype="str")
    code = fit_column(values, Column(name="c", kind=Kind.CATEGORICAL), EncodingSettings())
    codes = code.encode(pd.Series(["never seen", None], dtype="str"))
    assert codes.tolist() == [0, 0]
    numeric = fit_column(pd.Series([1.0, 2.0, 2.0]), Column(name="n", kind=Kind.NUMERICAL), OPEN)
    assert numeric.encode(pd.Series([np.nan, -99.0, 99.0])).max() < numeric.size


def test_the_papers_eight_equal_bins() -> None:
    ages = pd.Series(RNG.integers(17, 91, 4000), dtype="Int64")
    code = fit_column(ages, Column(name="age", kind=Kind.INTEGER), EncodingSettings(bins=8, style="equal_width"))
    assert code.size == 8
    widths = np.diff([float(ages.min()), *code.edges])
    assert np.ptp(widths) <= 1.0
    gains = pd.Series(np.where(RNG.random(4000) < 0.9, 0, 500), dtype="Int64")
    binary = EncodingSettings(bins=8, style="equal_width", binary_columns=("gain",))
    assert fit_column(gains, Column(name="gain", kind=Kind.INTEGER), binary).size == 2


def test_cut_points_of_a_sensitive_column_are_edges() -> None:
    ages = pd.Series(RNG.integers(18, 80, 1000), dtype="Int64")
    back = _back(ages, Kind.INTEGER, bin_edges=(40.0,))
    assert ((back >= 40) == (ages >= 40)).all()
