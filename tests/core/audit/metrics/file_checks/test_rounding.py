import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.audit.metrics.file_checks.rounding import rounded_alike, step_of
from tests.core.audit.tables import SCHEMA, people

TRAIN, HOLDOUT = people(700), people(400, 1)


def rounded(rows, step):
    return rows.assign(pay=(rows["pay"] / step).round() * step)


@pytest.mark.parametrize("step", [1.0, 5.0])
def test_real_numbers_are_rounded_as_the_file_s_are(step):
    mine, train, holdout = rounded_alike(SCHEMA, rounded(people(700, 2), step), TRAIN, HOLDOUT)
    for part in (mine, train, holdout):
        known = part["pay"].dropna()
        assert np.allclose(known / step, np.round(known / step))
    assert np.allclose(train["pay"], TRAIN["pay"], atol=step / 2 + 1e-9, equal_nan=True)


def test_numbers_as_fine_as_real_ones_and_lost_values_are_left_alone():
    for rows in (people(700, 2), TRAIN.assign(pay=30.0), TRAIN.assign(pay=np.where(np.arange(700) % 2, 10.0, 20.0))):
        _, train, _ = rounded_alike(SCHEMA, rows, TRAIN, HOLDOUT)
        assert train["pay"].equals(TRAIN["pay"])


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.integers(-1000, 1000), min_size=3, max_size=30, unique=True), st.sampled_from([0.01, 0.5, 1, 20, 5e6])
)
def test_all_numbers_are_multiples_of_the_step(times, step):
    values = np.array(times) * step
    found = step_of(values)
    assert found is not None
    assert found >= step * 0.999
    assert np.allclose(np.round(values / found) * found, values)


def test_numbers_without_a_step_have_none():
    assert step_of(np.random.default_rng(0).normal(0, 1, 100)) is None
    assert step_of(np.array([np.nan, 1.0, 2.0])) is None
