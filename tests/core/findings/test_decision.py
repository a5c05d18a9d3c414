import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from core.audit.records import Record
from core.audit.statistics.intervals import wilson
from core.findings.decision import decide, holm, p_of_rates, p_value
from core.findings.finding import VerdictKind


def figure(value, low, high, note=""):
    return Record(source="s", protocol="A", metric="d", value=value, low=low, high=high, note=note)


@pytest.mark.parametrize(
    ("found", "p", "verdict"),
    [
        (figure(0.2, 0.1, 0.3), 0.001, VerdictKind.GAP),
        (figure(0.06, 0.02, 0.1), 0.004, VerdictKind.GAP),
        (figure(0.06, 0.02, 0.1), 0.2, VerdictKind.UNDECIDED),
        (figure(0.01, 0.004, 0.016), 0.0004, VerdictKind.NO_GAP),
        (figure(0.0, 0.0, 0.04), 1.0, VerdictKind.NO_GAP),
        (figure(0.1, 0.0, 0.2), 1.0, VerdictKind.UNDECIDED),
        (figure(-0.1, -0.2, 0.0), 1.0, VerdictKind.NO_GAP),
        (figure(0.3, None, None), None, VerdictKind.UNDECIDED),
        (figure(None, None, None, "Undefined: no rows."), None, VerdictKind.UNDECIDED),
    ],
)
def test_the_verdict_holds_the_interval_against_0_and_against_the_margin(found, p, verdict):
    said, reason = decide(found, 0.05, p, 0.05)
    assert said is verdict
    assert reason.endswith(".")


def test_a_gap_says_whether_it_is_beyond_the_margin():
    assert "beyond the margin 0.050." in decide(figure(0.2, 0.1, 0.3), 0.05, 0.0, 0.05)[1]
    assert "is open" in decide(figure(0.06, 0.02, 0.1), 0.05, 0.004, 0.05)[1]


@settings(max_examples=15)  # the reference takes a tenth of a second
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_the_correction_is_that_of_the_reference(p_values):
    assert holm(p_values) == pytest.approx(list(multipletests(p_values, method="holm")[1]), abs=1e-9)


def test_a_list_without_tests_needs_no_correction():
    assert holm([]) == []


@given(st.floats(0.001, 1), st.floats(0.0005, 0.5))
def test_the_p_value_turns_where_the_interval_reaches_0(value, below):
    p = p_value(figure(value, value - below, 1.0))
    assert (p <= 0.05 + 1e-9) == (value - below > 0)


def counted(hits, sizes):
    """Rates of groups with the intervals that an audit gives them."""
    low, high = wilson(np.asarray(hits), np.asarray(sizes))
    bounds = zip(hits, sizes, low, high, strict=True)
    where = {"source": "original", "protocol": "data", "metric": "base_rate", "interval": "wilson"}
    return [
        Record(group=str(place), value=hit / size, low=float(least), high=float(most), n=size, **where)
        for place, (hit, size, least, most) in enumerate(bounds)
    ]


@pytest.mark.parametrize("rate", [0.03, 0.3, 0.7])
@pytest.mark.parametrize("sizes", [(30, 3000, 2000, 500), (40, 40, 40), (31, 35, 60, 90, 200, 5000)])
def test_groups_with_one_true_rate_are_called_unequal_in_few_tables(rate, sizes):
    random = np.random.default_rng(0)
    found = [p_of_rates(counted(random.binomial(sizes, rate), sizes)) for _ in range(1000)]
    assert np.mean(np.asarray(found) <= 0.05) < 0.07


def test_a_sure_difference_of_two_large_groups_is_not_hidden_by_a_small_third_one():
    """Two-year recidivism of COMPAS by race: the largest difference is that to 31 Asian people."""
    rates = counted([1514, 1281, 320, 219, 23], [3175, 2103, 509, 343, 31])
    assert p_of_rates(rates) < 1e-15
    largest = max(rates, key=lambda one: one.value)
    assert p_of_rates([rates[0], largest]) > 1e-4


def test_rates_that_are_no_plain_counts_have_no_p_value_of_their_own():
    rates = counted([10, 20, 30], [100, 100, 100])
    assert p_of_rates([one.model_copy(update={"interval": "wilson, 4 refits"}) for one in rates]) is None
    assert p_of_rates(rates[:1]) is None
    assert p_of_rates(counted([10, 10, 10], [100, 100, 100])) == 1.0
