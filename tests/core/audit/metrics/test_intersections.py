import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

from core.audit.estimate import Tag
from core.audit.metrics import intersections
from core.audit.record_set import RecordSet
from core.audit.records import Status
from tests.core.audit.metrics.test_impact_ratios import table

CROSSED = Tag("original", "A", "sex × race", "yes")
GROUP = st.tuples(st.integers(0, 400), st.integers(1, 400)).map(lambda part: (min(part), max(part)))


@given(st.lists(GROUP, min_size=2, max_size=8))
def test_bounds_enclose_the_rate_whatever_the_counts(groups):
    rates, low, high = intersections.shrunk_rates(*zip(*groups, strict=True))
    assert ((low >= 0) & (low < rates) & (rates < high) & (high <= 1)).all()


@given(st.lists(st.integers(0, 50), min_size=2, max_size=8))
def test_groups_of_one_size_keep_their_order(hits):
    rates, *_ = intersections.shrunk_rates(hits, [50] * len(hits))
    order = np.argsort(hits, kind="stable")
    assert (np.diff(rates[order]) >= -1e-12).all()


def test_where_nobody_is_selected_the_bound_is_about_that_of_the_rule_of_three():
    _, _, high = intersections.shrunk_rates([0, 0], [400, 400])
    assert 3 / 800 * 0.4 < high[0] < 3 / 400


def test_small_groups_are_drawn_further_than_large_ones():
    rates, low, high = intersections.shrunk_rates([9, 900, 300, 350, 310], [10, 1000, 1000, 1000, 1000])
    assert 0.9 - rates[0] > 10 * (0.9 - rates[1]) > 0
    assert high[0] - low[0] > 5 * (high[1] - low[1])


def test_alike_groups_share_one_rate_and_much_of_their_precision():
    rates, low, high = intersections.shrunk_rates([20] * 10, [100] * 10)
    assert rates == pytest.approx(0.2, abs=0.01)
    assert high[0] - low[0] < 0.14  # Wilson's is .156


def test_intervals_hold_the_true_rates():
    rng, hits = np.random.default_rng(0), []
    trials = np.array([8, 20, 40, 80, 150, 400])
    for _ in range(300):
        true = rng.beta(6, 14, size=6)
        _, low, high = intersections.shrunk_rates(rng.binomial(trials, true), trials)
        hits.append((low <= true) & (true <= high))
    assert np.mean(hits) > 0.92
    assert np.mean(hits, axis=0).min() > 0.9


def test_shrunk_rates_err_less_than_raw_ones_where_groups_are_small():
    rng, raw, shrunk = np.random.default_rng(1), [], []
    trials = np.array([6, 10, 15, 200])
    for _ in range(200):
        true = rng.beta(6, 14, size=4)
        hits = rng.binomial(trials, true)
        raw.append((hits / trials - true) ** 2)
        shrunk.append((intersections.shrunk_rates(hits, trials)[0] - true) ** 2)
    assert (np.mean(shrunk, axis=0) < np.mean(raw, axis=0))[:3].all()
    assert np.mean(shrunk, axis=0)[0] < np.mean(raw, axis=0)[0] / 2


@pytest.mark.parametrize(("rate", "top"), [(0.25, 0.5), (0.5, 0.5), (0.02, 0.1), (0.0, 0.3)])
def test_with_the_needed_rows_the_test_decides_in_four_of_five_samples(rate, top):
    top_rows = 20_000
    need = int(intersections.rows_to_decide([rate], top, top_rows)[0])
    rng, draws = np.random.default_rng(0), 20_000

    def decided(rows):
        p, q = rng.binomial(rows, rate, draws) / rows, rng.binomial(top_rows, top, draws) / top_rows
        null = 0.8 * q * (1 - 0.8 * q) / rows + 0.64 * q * (1 - q) / top_rows
        return np.mean(np.abs(p - 0.8 * q) > ndtri(0.975) * np.sqrt(null))

    # The normal approximation is rough where few are selected.
    assert decided(need) >= 0.74
    assert decided(max(need // 2, 1)) < 0.74 or need < 30


def test_at_four_fifths_or_beside_a_small_top_group_no_number_is_enough():
    assert np.isnan(intersections.rows_to_decide([0.4], 0.5, 10**9)[0])
    assert np.isnan(intersections.rows_to_decide([0.35], 0.5, 20)[0])
    assert intersections.rows_to_decide([0.35], 0.5, 10_000)[0] > 0


def test_crossed_attributes_say_which_groups_are_too_small():
    one = table({"f × x": (2, 12), "f × y": (120, 400), "m × x": (200, 400), "m × (missing)": (5, 40)}, minimum=30)
    found = intersections.category_records(one, CROSSED, rate="selection_rate", minimum=30)
    small = RecordSet(found).one(metric="selection_rate_shrunk", group="f × x")
    assert small.status is Status.SMALL_N
    assert "12 rows, fewer than 30" in small.note
    assert small.value > 2 / 12
    need = {record.group: record for record in RecordSet(found).where(metric="n_to_decide")}
    assert set(need) == {"f × x", "f × y"}
    assert need["f × x"].n == 12
    assert "too few" in need["f × x"].note
    assert need["f × y"].value == intersections.rows_to_decide([0.3], 0.5, 400)[0]


def test_single_attributes_have_impact_ratios_only():
    one = table({"f": (20, 40), "m": (20, 50)})
    found = intersections.category_records(one, Tag("x", "A", "sex", "yes"), rate="selection_rate", minimum=30)
    assert not [record for record in found if "shrunk" in record.metric or record.metric == "n_to_decide"]


def test_nothing_is_decided_where_nobody_is_selected():
    one = table({"f × x": (0, 50), "m × x": (0, 50)})
    found = intersections.category_records(
        one, CROSSED, rate="selection_rate", minimum=30, degenerate_reason="Degenerate."
    )
    assert {record.status for record in RecordSet(found).where(metric="n_to_decide")} == {Status.UNDEFINED}
    assert {record.status for record in RecordSet(found).where(metric="selection_rate_shrunk")} == {Status.DEGENERATE}
