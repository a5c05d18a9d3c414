import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.audit.statistics.paired import paired_difference


@pytest.mark.parametrize(
    ("counts", "bounds"),
    [  # Newcombe (1998), paired data, table of method 10
        ((36, 12, 2, 0), (0.0569, 0.3404)),
        ((53, 1, 0, 0), (-0.0496, 0.0977)),
        ((54, 0, 0, 0), (-0.0664, 0.0664)),
    ],
)
def test_the_interval_is_that_of_the_paper(counts, bounds):
    assert [round(float(bound), 4) for bound in paired_difference(*counts)] == list(bounds)


def test_it_covers_the_true_difference_in_19_of_20_samples():
    rng = np.random.default_rng(0)
    counts = rng.multinomial(150, [0.4, 0.05, 0.2, 0.35], size=4_000).T
    low, high = paired_difference(*counts)
    assert 0.935 <= float(((low <= -0.15) & (high >= -0.15)).mean()) <= 0.975


@given(st.lists(st.integers(0, 60), min_size=4, max_size=4).filter(any))
def test_it_holds_the_figure_and_turns_round_with_before_and_after(counts):
    both, gained, lost, neither = counts
    low, high = (float(bound) for bound in paired_difference(both, gained, lost, neither))
    back_low, back_high = (float(bound) for bound in paired_difference(both, lost, gained, neither))
    assert -1 - 1e-9 <= low - 1e-9 <= (gained - lost) / sum(counts) <= high + 1e-9 <= 1 + 2e-9
    assert (low, high) == pytest.approx((-back_high, -back_low), abs=1e-9)
