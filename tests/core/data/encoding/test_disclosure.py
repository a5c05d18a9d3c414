"""An encoding that is handed on decodes the same codes and holds no value of a single person."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.column import Column, Kind, Role
from core.data.encoding.columns import CategoricalCode, EncodingSettings, NumericCode
from core.data.encoding.disclosure import COMMON_ROWS, coarsened
from core.data.encoding.table import TableEncoding, fit_encoding
from core.data.schema import Schema
from core.errors import ConfigError

RNG = np.random.default_rng(0)


def table_of(values: pd.Series, **more: object) -> tuple[pd.DataFrame, Schema]:
    count = len(values)
    frame = pd.DataFrame({"x": values, "s": np.resize(["a", "b"], count), "y": np.resize(["no", "no", "yes"], count)})
    columns = (
        Column(name="x", **{"kind": Kind.NUMERICAL, **more}),
        Column(name="s", kind=Kind.CATEGORICAL, role=Role.SENSITIVE if "role" not in more else Role.FEATURE),
        Column(name="y", kind=Kind.CATEGORICAL, role=Role.TARGET),
    )
    return frame, Schema(columns=columns, positive="yes")


def numeric(encoding: TableEncoding) -> NumericCode:
    code = encoding.columns[0]
    assert isinstance(code, NumericCode)
    return code


def stored(code: NumericCode) -> set[float]:
    return {*code.edges, *(number for part in code.bins for number in (*part.common, *part.knots))}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-60, 60), min_size=60, max_size=200), st.sampled_from([1, 5]))
def test_no_number_of_fewer_than_five_rows_is_stored(numbers: list[int], rare_rows: int) -> None:
    frame, schema = table_of(pd.Series(pd.array(numbers, dtype="Int64")), kind=Kind.INTEGER)
    fitted = fit_encoding(frame, schema, EncodingSettings(rare_rows=rare_rows))
    code = numeric(coarsened(fitted, frame, schema))
    counts = frame["x"].value_counts()
    assert not {float(value) for value in counts.index[counts < COMMON_ROWS]} & stored(code)
    assert code.size == numeric(fitted).size
    decoded = code.decode(np.arange(code.size), np.random.default_rng(0))
    assert decoded.between(min(numbers), max(numbers)).all()


def test_the_distribution_stays_and_extremes_go() -> None:
    values = np.round(np.concatenate([RNG.lognormal(10, 0.5, 5000), [9e7, -4e6]]), 2)
    frame, schema = table_of(pd.Series(values))
    fitted = fit_encoding(frame, schema, EncodingSettings())
    coarse = coarsened(fitted, frame, schema)
    codes = fitted.encode(frame, schema).codes[:, 0]
    before, after = (numeric(one).decode(codes, np.random.default_rng(1)) for one in (fitted, coarse))
    for quantile in (0.02, 0.25, 0.5, 0.75, 0.98):
        assert after.quantile(quantile) == pytest.approx(before.quantile(quantile), rel=0.01)
    assert after.max() < 1e6
    assert after.min() > 0
    assert not (stored(numeric(fitted)) | stored(numeric(coarse))) & set(values)


def test_groups_and_sides_of_cut_points_are_kept() -> None:
    ages = np.concatenate([RNG.integers(20, 60, 300), [12, 80, 81]])
    frame, schema = table_of(pd.Series(ages), kind=Kind.INTEGER, role=Role.SENSITIVE, bin_edges=(18.0, 40.0, 75.0))
    schema = schema.replaced(min_group_size=2)
    fitted = fit_encoding(frame, schema, EncodingSettings())
    code = numeric(coarsened(fitted, frame, schema))
    codes = fitted.encode(frame, schema).codes[:, 0]
    back = code.decode(codes, np.random.default_rng(0)).to_numpy(dtype=float)
    edges = schema.column("x").bin_edges
    assert (np.searchsorted(edges, back, side="right") == np.searchsorted(edges, ages, side="right")).all()
    assert not {12.0, 80.0, 81.0} & set(back)


def test_counts_of_categories_are_rounded() -> None:
    frame, schema = table_of(pd.Series([*["p"] * 61, *["q"] * 32, *["r"] * 7, "z"]), kind=Kind.CATEGORICAL)
    code = coarsened(fit_encoding(frame, schema, EncodingSettings()), frame, schema).columns[0]
    assert isinstance(code, CategoricalCode)
    assert (code.kept, code.counts, code.merged) == (("p", "q", "r"), (60, 30, 5), 1)


def test_a_category_of_few_people_is_refused_by_name() -> None:
    frame, schema = table_of(pd.Series([*["p"] * 61, "z"]), kind=Kind.CATEGORICAL)
    with pytest.raises(ConfigError, match="'x' has a category that fewer than 5"):
        coarsened(fit_encoding(frame, schema, EncodingSettings(rare_rows=1)), frame, schema)
