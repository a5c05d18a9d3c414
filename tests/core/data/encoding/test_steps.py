"""Drawn numbers are multiples of what all real ones are multiples of."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.column import Column, Kind
from core.data.encoding.columns import EncodingSettings, NumericCode
from core.data.encoding.disclosure import coarsened
from core.data.encoding.steps import decimals_of, grid_of, typed_numbers
from core.data.encoding.table import fit_encoding
from core.data.schema import Schema

RNG = np.random.default_rng(4)


@pytest.mark.parametrize(
    ("numbers", "kind", "step", "offset"),
    [
        (RNG.integers(150, 900, 400) * 100, Kind.INTEGER, 100, 0),
        (RNG.integers(1, 9000, 400) * 0.05, Kind.NUMERICAL, 0.05, 0),
        (RNG.integers(18, 90, 400), Kind.INTEGER, 1, 0),
        (RNG.integers(18, 90, 400) * 1000.0, Kind.NUMERICAL, 1000, 0),
        (RNG.integers(-40, 40, 400) * 2.5, Kind.NUMERICAL, 2.5, 0),
        (RNG.integers(0, 60, 400) + 0.99, Kind.NUMERICAL, 1, 0.99),
        (RNG.integers(-60, 60, 400) * 10 + 9.95, Kind.NUMERICAL, 10, 9.95),
        (RNG.integers(0, 500, 400) * 1000 + 999, Kind.INTEGER, 1000, 999),
        (RNG.integers(0, 80, 400) * 0.5 + 0.49, Kind.NUMERICAL, 0.5, 0.49),
    ],
)
def test_drawn_numbers_keep_the_step(numbers: np.ndarray, kind: Kind, step: float, offset: float) -> None:
    values = pd.Series(numbers).astype("Int64" if kind is Kind.INTEGER else "float64")
    frame = pd.DataFrame(
        {"pay": values, "sex": ["f", "m"] * 200, "hired": ["no", "yes", "yes", "no"] * 100}, dtype=None
    )
    roles = [
        Column(name=name, kind="categorical", role=role) for name, role in (("sex", "sensitive"), ("hired", "target"))
    ]
    schema = Schema(columns=(Column(name="pay", kind=kind), *roles), positive="yes")
    encoding = fit_encoding(frame, schema, EncodingSettings())
    code = encoding.columns[0]
    assert isinstance(code, NumericCode)
    assert (code.unit, code.offset) == pytest.approx((step, offset))
    for drawn in (code, coarsened(encoding, frame, schema).columns[0]):
        back = drawn.decode(code.encode(values), np.random.default_rng(0)).astype(float)
        assert np.allclose(np.round((back - offset) / step) * step + offset, back, rtol=0, atol=1e-9)
        assert back.nunique() > 20
        assert [repr(float(one)) for one in back] == [repr(round(float(one), 2)) for one in back]


def test_few_values_show_no_step() -> None:
    assert grid_of(np.array([12.0, 24.0, 36.0] * 50), Kind.INTEGER) == (1, 0)
    assert grid_of(np.array([4.99, 7.99] * 50), Kind.NUMERICAL) == (0.01, 0)
    assert grid_of(np.empty(0), Kind.NUMERICAL) == (1, 0)


@given(
    st.lists(st.integers(-(10**6), 10**6), min_size=12, max_size=60, unique=True),
    st.sampled_from([1, 5, 7, 250]),
    st.integers(0, 249),
)
@settings(max_examples=50, deadline=None)
def test_every_number_is_on_the_grid(counts: list[int], step: int, offset: int) -> None:
    numbers = np.asarray(counts, dtype=float) * step + offset
    assert grid_of(numbers, Kind.INTEGER).unit % step == 0
    for scaled, kind in ((numbers, Kind.INTEGER), (numbers / 100, Kind.NUMERICAL)):
        found = grid_of(scaled, kind)
        assert 0 <= found.offset < found.unit
        assert np.allclose(found.nearest(scaled), scaled, rtol=0, atol=1e-6)


def test_sums_have_the_decimals_of_their_column() -> None:
    rng = np.random.default_rng(5)
    base, bonus = rng.integers(100, 9000, 400), rng.integers(1, 900, 400)
    numbers = {"base": base / 100, "bonus": bonus / 100, "total": (base + bonus) / 100}
    frame = pd.DataFrame({**numbers, "sex": ["f", "m"] * 200, "hired": ["no", "yes", "yes", "no"] * 100})
    columns = [Column(name=name, kind="numerical") for name in numbers]
    roles = [
        Column(name=name, kind="categorical", role=role) for name, role in (("sex", "sensitive"), ("hired", "target"))
    ]
    schema = Schema(columns=(*columns, *roles), positive="yes")
    encoding = fit_encoding(frame, schema, EncodingSettings())
    assert "total = base + bonus" in [relation.text for relation in encoding.relations]
    drawn = encoding.decode(encoding.encode(frame, schema), np.random.default_rng(0))
    assert all(len(repr(float(one)).partition(".")[2]) <= 2 for one in drawn["total"])
    assert np.allclose(drawn["total"], drawn["base"] + drawn["bonus"], atol=1e-9)


def test_the_largest_numbers_are_their_own_nearest_value():
    numbers = np.asarray([1.0, 0.0, 1.5, 2.5, 1e308, -1e308])
    grid = grid_of(numbers, Kind.NUMERICAL)
    assert grid.nearest(numbers).tolist() == numbers.tolist()
    assert decimals_of(numbers) == 1
    assert typed_numbers(numbers, Kind.NUMERICAL, "x", 1).tolist() == numbers.tolist()


def test_columns_of_the_largest_numbers_are_encoded_and_drawn():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": rng.choice([1e308, -1.2e308, 1.5], 80), "sex": rng.choice(["f", "m"], 80)})
    frame["hired"] = rng.choice(["yes", "no"], 80)
    kinds = {"x": ("numerical", "feature"), "sex": ("categorical", "sensitive"), "hired": ("categorical", "target")}
    schema = Schema(columns=[Column(name=n, kind=k, role=r) for n, (k, r) in kinds.items()], positive="yes")
    with np.errstate(over="raise"):
        encoding = fit_encoding(frame, schema, EncodingSettings())
        drawn = encoding.decode(encoding.encode(frame, schema), np.random.default_rng(0))
    assert np.isfinite(drawn["x"]).all()
