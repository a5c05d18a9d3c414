"""What rows are worth by replicate weights, against the variances computed by hand."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from core.audit.metrics.catalog import GROUP_RATES
from core.audit.metrics.declarations.rates import SELECTION_RATE, TPR
from core.audit.metrics.formulas import Disparity
from core.audit.statistics import intervals
from core.audit.statistics.confusion import count, single_group
from core.audit.statistics.design import replicated_counts, widening
from core.audit.statistics.extremes import greatest_error
from core.audit.statistics.means import mean_error
from core.audit.statistics.stratified import risk_difference, worth
from core.data.groups import Grouping
from core.data.replicates import Replicates
from core.data.weights import Weights

RNG = np.random.default_rng(11)
N, R = 900, 30
CLUSTER = np.arange(N) % R
LABELS = (RNG.random(N) < 0.5).astype(np.int8)
SELECTED = (RNG.random(N) < 0.2 + 0.6 * (CLUSTER / R)).astype(np.int8)
SCORES = RNG.random(N) + 0.3 * LABELS
GROUP = RNG.integers(0, 2, N)
WEIGHT = np.exp(RNG.normal(0, 0.3, N))
REPLICATES = WEIGHT[:, None] * (CLUSTER[:, None] != np.arange(R)) * R / (R - 1)
FACTOR = (R - 1) / R
WEIGHTS = Weights(WEIGHT, WEIGHT**2, Replicates(REPLICATES, FACTOR))
GROUPING = Grouping(("sex",), ("a", "b"), GROUP, WEIGHTS)


def variance(figure):
    """Return the variance of a figure of weights, by the formula."""
    return FACTOR * sum((figure(one) - figure(WEIGHT)) ** 2 for one in REPLICATES.T)


def rate(weights, mask):
    return np.average(SELECTED[mask], weights=weights[mask])


@pytest.mark.parametrize("group", [0, 1])
def test_a_rate_is_as_certain_as_its_replicates_say(group):
    mask = group == GROUP
    hits, trials = SELECTION_RATE.counts(count(LABELS, SELECTED, GROUPING))
    p = rate(WEIGHT, mask)
    assert hits[group] / trials[group] == pytest.approx(p, abs=1e-12)
    expected = p * (1 - p) / variance(lambda one: rate(one, mask)) / float(widening(R - 1)) ** 2
    assert trials[group] == pytest.approx(expected, rel=0.1)  # ten more draws take part
    assert trials[group] < 0.6 * mask.sum()


def test_rates_of_rows_drawn_alone_have_their_usual_intervals():
    each = Weights(np.ones(300), np.ones(300), Replicates((1 - np.eye(300)) * 300 / 299, 299 / 300))
    hits = (np.arange(300) < 75).astype(np.int8)
    with_replicates, plain = (
        GROUP_RATES["selection_rate"].by_group(count(hits, hits, single_group(300, one)), 1)[0] for one in (each, None)
    )
    assert (with_replicates.low, with_replicates.high) == pytest.approx((plain.low, plain.high), abs=1e-3)


def test_a_rate_that_does_not_vary_counts_kishs_rows():
    squares = 1.0
    k, n = replicated_counts(
        ([0.0], [40.0], [40.0 * squares]), (np.zeros((5, 1)), np.full((5, 1), 40.0)), 0.8, [10_000]
    )
    assert (k[0], n[0]) == pytest.approx((0, 40), abs=0.05)


def test_a_group_in_one_cluster_is_no_more_certain_than_its_rows():
    """Every replicate drops it or has the same rate, so they do not tell how the rate varies."""
    mask = CLUSTER == 3
    alone = WEIGHTS[mask]
    rows = mask.sum()
    _, trials = SELECTION_RATE.counts(count(LABELS[mask], SELECTED[mask], single_group(rows, alone)))
    assert trials[0] <= alone.effective + 1e-9 <= rows + 1e-9
    _, error, _ = mean_error(LABELS[mask].astype(float), alone)
    assert error == pytest.approx(mean_error(LABELS[mask].astype(float), Weights(WEIGHT[mask], WEIGHT[mask] ** 2))[1])


def test_the_gap_of_groups_in_the_same_clusters_varies_as_its_replicates_do():
    counts = count(LABELS, SELECTED, GROUPING)
    hits, trials = SELECTION_RATE.counts(counts)
    rates = hits / trials
    correlation = SELECTION_RATE.correlation(counts)
    assert correlation[0, 1] > 0.4
    found = greatest_error(rates * (1 - rates) / trials, correlation) / widening(R - 1)
    expected = np.sqrt(variance(lambda one: rate(one, GROUP == 0) - rate(one, GROUP == 1)))
    assert found == pytest.approx(expected, rel=0.05)
    gap = Disparity("difference", (SELECTION_RATE,)).over_groups(counts)
    alone = intervals.difference(hits[1], trials[1], hits[0], trials[0])
    assert gap.high - gap.low < 0.9 * float(alone[1] - alone[0])


def test_rates_of_a_pooled_and_a_flipped_count_keep_their_replicates():
    counts = count(LABELS, SELECTED, GROUPING)
    assert TPR.counts(counts.flipped().flipped())[1] == pytest.approx(TPR.counts(counts)[1])
    part = counts.subset(np.asarray([False, True]))
    assert SELECTION_RATE.counts(part)[1] == pytest.approx(SELECTION_RATE.counts(counts)[1][1:])
    whole = SELECTION_RATE.counts(count(LABELS, SELECTED, single_group(N, WEIGHTS)))
    assert SELECTION_RATE.counts(part.pooled())[1] == pytest.approx(SELECTION_RATE.counts(part)[1])
    assert whole[1][0] < N / 2


def test_the_auc_varies_as_those_of_the_replicates():
    value, error, _ = intervals.auc_error(LABELS, SCORES, WEIGHTS)
    assert value == pytest.approx(roc_auc_score(LABELS, SCORES, sample_weight=WEIGHT))
    expected = np.sqrt(variance(lambda one: roc_auc_score(LABELS, SCORES, sample_weight=one)))
    assert error == pytest.approx(expected)


def test_the_difference_within_strata_varies_as_its_replicates_do():
    strata = np.arange(N) % 3

    def counts(weights):
        parts = []
        for group in (0, 1):
            masks = [(group == GROUP) & (strata == one) for one in range(3)]
            parts += [[(weights * SELECTED)[mask].sum() for mask in masks], [weights[mask].sum() for mask in masks]]
        return tuple(np.asarray(one) for one in parts)

    base, each = counts(WEIGHT), [counts(one) for one in REPLICATES.T]
    repeated = tuple(np.stack(one) for one in zip(*each, strict=True))
    share = worth(base, repeated, WEIGHTS.replicates)
    found = risk_difference(*(part * share for part in base), level=0.95)
    expected = np.sqrt(variance(lambda one: risk_difference(*counts(one), level=0.95).value)) * widening(R - 1)
    assert (found.high - found.low) / 2 / 1.96 == pytest.approx(expected, rel=0.05)
