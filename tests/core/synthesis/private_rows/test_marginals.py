"""Columns that are made again from counts with noise."""

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy.stats import norm

from core.audit.metrics.fidelity import column_shape
from core.data.column import Column, Kind, Role
from core.data.schema import Schema
from core.synthesis.private_rows.marginals import NoisyCounts, cut, histogram_names, made_again, modelled

ROWS = 20_000


@pytest.fixture
def counts() -> NoisyCounts:
    return NoisyCounts(np.random.default_rng(3), deviation=10.0, threshold=60.0)


def made(kind: Kind, values: pd.Series, counts: NoisyCounts) -> tuple[pd.Series, int]:
    return made_again(Column(name="x", kind=kind), values, len(values), counts)


def test_a_single_value_passes_the_threshold_as_often_as_stated() -> None:
    strict = NoisyCounts(np.random.default_rng(0), deviation=1.0, threshold=1.6)
    kept, noisy = strict.of(np.arange(ROWS))
    assert len(kept) / ROWS == pytest.approx(norm.sf(0.6), abs=0.01)  # rounded first, norm.sf(0.5) pass: .034 more
    assert (noisy == np.rint(noisy)).all()


NUMBERS = {
    "integers": (Kind.INTEGER, pd.Series(np.random.default_rng(0).poisson(40, ROWS), dtype="Int64")),
    "lognormal": (Kind.NUMERICAL, pd.Series(np.random.default_rng(0).lognormal(3, 2, ROWS).round(2))),
    "both signs": (Kind.NUMERICAL, pd.Series(np.random.default_rng(0).normal(0, 5, ROWS).round(1))),
    "large": (Kind.INTEGER, pd.Series(np.random.default_rng(0).integers(100_000, 900_000, ROWS), dtype="Int64")),
    "times": (
        Kind.DATETIME,
        pd.Series(pd.Timestamp("2001-01-01") + pd.to_timedelta(np.arange(ROWS) % 4000, unit="D")).astype(
            "datetime64[us]"
        ),
    ),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_keep_their_distribution_and_their_type(name: str, counts: NoisyCounts) -> None:
    kind, values = NUMBERS[name]
    found, _ = made(kind, values, counts)
    assert column_shape(values, found, Column(name="x", kind=kind)) > 0.95
    assert found.dtype == values.dtype


def test_decimals_and_days_are_kept(counts: NoisyCounts) -> None:
    money, _ = made(*NUMBERS["lognormal"], counts)
    assert np.allclose(money, money.round(2))
    times, _ = made(*NUMBERS["times"], counts)
    assert (times == times.dt.normalize()).all()


def test_a_value_of_one_row_is_never_seen(counts: NoisyCounts) -> None:
    kind, values = NUMBERS["integers"]
    giant = values.copy()
    giant.iloc[7] = 987_654_321
    assert made(kind, giant, counts)[0].max() < 1_000
    names = pd.Series(["a"] * 9_999 + ["b"] * 10_000 + ["Zaphod"])
    found, lost = made(Kind.CATEGORICAL, names, counts)
    assert set(found) == {"a", "b"}
    assert not lost


def test_rare_categories_are_counted_as_lost(counts: NoisyCounts) -> None:
    names = pd.Series(["a"] * 15_000 + [f"rare {number}" for number in range(5_000)])
    found, lost = made(Kind.CATEGORICAL, names, counts)
    assert set(found) == {"a"}
    assert lost == pytest.approx(5_000, abs=100)


@pytest.mark.parametrize("kind", [Kind.CATEGORICAL, Kind.NUMERICAL])
def test_missing_values_stay_as_frequent(kind: Kind, counts: NoisyCounts) -> None:
    values: list[object] = [None] * 4_000 + (["a"] * 16_000 if kind is Kind.CATEGORICAL else [1.5] * 16_000)
    found, _ = made(kind, pd.Series(values, dtype="str" if kind is Kind.CATEGORICAL else "float64"), counts)
    assert found.isna().mean() == pytest.approx(0.2, abs=0.01)


def test_a_column_of_which_nothing_is_left_is_missing(counts: NoisyCounts) -> None:
    for kind, values in (
        (Kind.CATEGORICAL, pd.Series(map(str, range(500)))),
        (Kind.NUMERICAL, pd.Series(10.0 ** np.arange(-250, 250))),
    ):
        found, lost = made(kind, values, counts)
        assert found.isna().all()
        assert lost == 500


def test_cutting_is_the_same_for_all_numbers_of_a_cell() -> None:
    assert cut(np.asarray([1234.0, 1024.0, 1279.9, 1280.0, -0.3]), 2).tolist() == [1024, 1024, 1024, 1280, -0.25]


def test_one_row_adds_at_most_one_to_each_histogram() -> None:
    """The number of histograms is the squared sensitivity of all counts together."""
    columns = (
        Column(name="a", kind=Kind.NUMERICAL),
        Column(name="s", kind=Kind.CATEGORICAL, role=Role.SENSITIVE),
        Column(name="t", kind=Kind.DATETIME),
        Column(name="y", kind=Kind.BOOLEAN, role=Role.TARGET),
        Column(name="i", kind=Kind.IDENTIFIER, role=Role.IGNORED),
    )
    schema = Schema(columns=columns, positive="True")
    assert [column.name for column in modelled(schema)] == ["s", "a", "t", "y"]
    full = pd.DataFrame(
        {
            "a": [0.25, 3.0, np.nan],
            "s": ["x", "y", None],
            "t": pd.to_datetime(["2001-02-03 04:05:06", None, "2001-02-03 00:00:00"]).astype("datetime64[us]"),
            "y": pd.array([True, False, True], dtype="boolean"),
        }
    )
    every = counted(full, schema)
    for row in range(len(full)):
        without = counted(full.drop(index=row), schema)
        moved = sum((every[place] - without[place]) ** 2 for place in every)
        assert 0 < moved <= len(histogram_names(schema))


class Recorder(NoisyCounts):
    """Exact counts, kept by call and value."""

    def of(self, values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.float64]]:
        distinct, counts = super().of(values)
        call = self.random.calls = self.random.calls + 1  # type: ignore[attr-defined]
        self.random.seen.update({(call, value): int(n) for value, n in zip(distinct, counts, strict=True)})  # type: ignore[attr-defined]
        return distinct, counts


class NoNoise:
    def __init__(self) -> None:
        self.calls = 0
        self.seen: Counter[tuple[int, object]] = Counter()

    def random(self, size: int) -> NDArray[np.float64]:
        raise NotImplementedError

    def standard_normal(self, size: int) -> NDArray[np.float64]:
        return np.zeros(size)


def counted(frame: pd.DataFrame, schema: Schema) -> Counter[tuple[int, object]]:
    """Return every count that is taken of a table, without noise."""
    source = NoNoise()
    for column in modelled(schema):
        made_again(column, frame[column.name], len(frame), Recorder(source, deviation=0.0, threshold=0.0))  # type: ignore[arg-type]
    return source.seen
