"""Cut points divide as the exact ones do, and are no value that only a few people have."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.data.inference.cut_points import FEW_PEOPLE, median_threshold, quantile_bin_edges

NUMBERS = arrays(
    np.float64, st.integers(9, 60), elements=st.floats(-1e9, 1e9, allow_nan=False).map(lambda one: int(one) + 0.37)
)


def few(values: pd.Series) -> set[float]:
    counts = values.value_counts()
    return set(counts[counts < FEW_PEOPLE].index)


@given(NUMBERS)
def test_the_median_divides_as_the_exact_one_does_and_is_nobodys_value(numbers: np.ndarray) -> None:
    values = pd.Series(numbers)
    threshold, median = median_threshold(values), values.median()
    if (values < median).any():
        assert ((values >= threshold) == (values >= median)).all()
        assert threshold not in few(values)


@given(NUMBERS, st.floats(1e10, 1e15))
def test_edges_beside_an_extreme_value_are_nobodys_value_and_leave_no_group_empty(
    numbers: np.ndarray, extreme: float
) -> None:
    values = pd.Series(np.append(numbers, extreme))
    edges = quantile_bin_edges(values)
    assert not set(edges) & few(values)
    assert (np.histogram(values, [-np.inf, *edges, np.inf])[0] > 0).all()


def test_a_value_that_many_people_have_may_be_an_edge_and_the_median() -> None:
    values = pd.Series(np.repeat([20.0, 30.0, 40.0], FEW_PEOPLE))
    assert median_threshold(values) == 30
    assert quantile_bin_edges(pd.Series(np.repeat([1.0, 2.0, 1e12], FEW_PEOPLE))) == (2.0, 1e12)


@pytest.mark.parametrize("pay", [[17_465.96, 21_692.21, 27_390.73], [0.001, 0.002, 0.0035]])
def test_pay_to_the_cent_is_not_given_away_as_a_threshold(pay: list[float]) -> None:
    threshold = median_threshold(pd.Series(pay))
    assert pay[0] < threshold < pay[1]
