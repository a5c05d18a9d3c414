import numpy as np
import pytest

from core.audit.metrics.catalog import METRICS, PAIRED
from core.audit.metrics.formulas import Disparity, Predictions, Rate, Score
from core.audit.statistics import bootstrap_correlation, intervals
from core.audit.statistics.confusion import GroupCounts, count
from core.data.groups import Grouping


def figures(*names):
    return {name: METRICS[name].formula.resampled for name in names}


def rows(n: int, seed: int = 0):
    """Labels, predictions before and after (two draws), scores and groups of rows that agree for the most part."""
    rng = np.random.default_rng(seed)
    members = np.where(rng.random(n) < 0.4, "f", "m").astype(object)
    merit = rng.normal(size=n)
    scores = np.stack([0.8 * merit + 0.6 * rng.normal(size=n) for _ in range(3)])
    scores[0] -= 0.5 * (members == "f")
    labels = (merit + rng.normal(size=n) > 0.5).astype(np.int8)
    return labels, (scores > 0.5).astype(np.int8), members, scores


def test_the_counts_of_resamples_are_those_of_rows_on_average():
    labels, predictions, members, _ = rows(400)
    tables = bootstrap_correlation._resampled(labels, predictions, members, np.random.default_rng(0))
    for before, table in zip(predictions, tables, strict=True):
        counts = count(labels, before, Grouping.of(members))
        order = np.argsort(list(dict.fromkeys(members)))  # names come in the order of the rows there
        for expected, found in zip((counts.tp, counts.fp, counts.fn, counts.tn), table, strict=True):
            assert found.mean(axis=0)[order] == pytest.approx(expected, rel=0.05, abs=1)
        assert (table.sum(axis=0) == table.sum(axis=0)[0]).all()


def test_figures_are_those_of_the_audit():
    labels, predictions, members, _ = rows(400)
    counts = count(labels, predictions[0], Grouping.of(members))
    resamples = GroupCounts((), *(part[None].astype(float) for part in (counts.tp, counts.fp, counts.fn, counts.tn)))
    predicted = Predictions(counts, labels, predictions[0].astype(float))
    for metric in PAIRED:
        formula = METRICS[metric].formula
        if isinstance(formula, Disparity):
            assert formula.resampled(resamples)[0] == pytest.approx(formula.over_groups(counts).value, abs=1e-12)
        elif isinstance(formula, Rate | Score):
            assert formula.resampled(resamples)[0] == pytest.approx(formula.overall(predicted).value, abs=1e-12)


def test_the_same_predictions_move_together_and_strangers_do_not():
    labels, predictions, members, _ = rows(3000)
    same = bootstrap_correlation.resampled_correlation(
        labels, predictions[[0, 0, 1]], members, figures("demographic_parity_ratio", "accuracy")
    )
    assert same["demographic_parity_ratio"].each[0] == pytest.approx(1)
    assert 0 < same["accuracy"].each[1] < 0.95
    chance = np.random.default_rng(5).integers(0, 2, (2, 3000)).astype(np.int8)
    strangers = bootstrap_correlation.resampled_correlation(
        labels, chance, members, figures("demographic_parity_difference")
    )
    assert abs(strangers["demographic_parity_difference"].each[0]) < 0.25


def test_correlations_of_auc_are_those_of_a_bootstrap():
    labels, _, _, scores = rows(1500)
    found = bootstrap_correlation.auc_correlation(labels, scores)
    rng, drawn = np.random.default_rng(0), []
    for _ in range(400):
        chosen = rng.integers(0, 1500, 1500)
        drawn.append([intervals.auc(labels[chosen], one[chosen])[0] for one in scores])
    expected = np.corrcoef(np.transpose(drawn))
    assert found.each == pytest.approx(expected[0, 1:], abs=0.1)
    assert found.common == pytest.approx(np.sqrt(expected[1, 2]), abs=0.1)


def test_resamples_without_a_figure_are_counted():
    labels = np.array([1, 0] * 20, np.int8)
    members = np.repeat(np.array(["a", "b"], object), 20)
    predictions = np.zeros((2, 40), np.int8)
    predictions[:, 0] = 1  # the only selection: in a third of the resamples nobody is selected
    found = bootstrap_correlation.resampled_correlation(
        labels, predictions, members, figures("demographic_parity_ratio")
    )
    assert found["demographic_parity_ratio"].undefined == pytest.approx((1 - 1 / 20) ** 20, abs=0.08)
    nobody = bootstrap_correlation.resampled_correlation(
        labels, 0 * predictions, members, figures("demographic_parity_ratio")
    )
    assert nobody["demographic_parity_ratio"].undefined == 1
