"""Whole numbers that identify rows, and quantities that do not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.data.column import Kind, Role
from core.data.inference.column_kinds import infer_column

RNG = np.random.default_rng(11)


def inferred(numbers: np.ndarray, name: str) -> tuple[Kind, Role, str]:
    column, _ = infer_column(pd.Series(numbers.astype(str), dtype="str"), name)
    return column.kind, column.role, column.reason


@pytest.mark.parametrize(
    ("numbers", "name", "why"),
    [
        (np.arange(1, 401), "lfd", "no number repeats, though about 196 would by chance"),
        (RNG.permutation(np.arange(5_000, 5_400)), "matriculation", "though about 196"),
        (RNG.choice(np.arange(100_000, 1_000_000), 800, replace=False), "ref2", "evenly among all numbers of 6 digits"),
        (RNG.choice(np.arange(100_000, 130_000), 60, replace=False), "Staff No", "the header names a number"),
        (np.arange(1, 401) * 3, "customer_id", "the header names a key"),
        (RNG.permutation(np.arange(7_000, 7_900)), "x", "would by chance"),
        (np.r_[1_001:1_251, 90_001:90_351], "x", "would by chance"),  # two series, as after a merger
        (np.r_[1_001:1_021, 90_001:90_031], "emp_no", "the header names a number"),
        (np.repeat(np.arange(40) * 37 + 1_000, 5), "MRN", "what a person is known by"),
    ],
)
def test_identifiers_come_with_the_reason(numbers: np.ndarray, name: str, why: str) -> None:
    kind, role, reason = inferred(numbers, name)
    assert (kind, role) == (Kind.IDENTIFIER, Role.IGNORED)
    assert why in reason


@pytest.mark.parametrize(
    ("numbers", "name"),
    [
        (RNG.integers(20_000, 98_000, 1_500), "income"),
        (np.unique(RNG.lognormal(12, 0.6, 600).round()).astype(int), "fnlwgt"),
        (RNG.choice(np.arange(100_000, 400_000), 300, replace=False), "capital"),
        (np.unique(RNG.lognormal(10.5, 0.5, 150).round()).astype(int), "salary"),
        (np.arange(1950, 2021), "year"),
        (RNG.permutation(np.arange(1, 301)), "rank"),
        (RNG.permutation(np.arange(18, 68)), "age"),
        (RNG.integers(0, 10, 400), "number of cards"),
        (np.arange(1, 11), "x"),
    ],
)
def test_quantities_stay_quantities(numbers: np.ndarray, name: str) -> None:
    assert inferred(numbers, name)[0] is Kind.INTEGER


@pytest.mark.parametrize("name", ["zip", "ZIP_code", "PLZ", "postcode"])
def test_postal_codes_without_leading_zeros_are_categories(name: str) -> None:
    assert inferred(RNG.choice([10115, 20095, 80331], 300), name)[:2] == (Kind.CATEGORICAL, Role.FEATURE)
