from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom

from core.audit.estimate import Tag
from core.audit.metrics.reference_group import DIFFERENCE, RATIO, check, records
from core.audit.record_set import RecordSet
from core.audit.statistics import intervals
from core.audit.statistics.confusion import count
from core.choices import OVERALL
from core.data.groups import Grouping
from core.data.weights import Weights
from core.errors import ConfigError
from tests.core.audit.thresholds.made import NAMES, rows

TAG = Tag("m", "reference_group", "group", "1", split="all")


@pytest.fixture(scope="module")
def counts():
    made = rows(900)
    return count(made.labels, made.now, made.grouping)


def test_rates_of_groups_are_compared_with_that_of_the_reference(counts):
    found = RecordSet(records(counts, "b", TAG, 30))
    assert {one.group for one in found} == {"a", "c"}
    tpr = counts.tp / (counts.tp + counts.fn)
    difference = found.one(metric=f"{DIFFERENCE}:tpr", group="a")
    assert difference.value == pytest.approx(tpr[0] - tpr[1], abs=1e-12)
    bounds = intervals.difference(counts.tp[0], (counts.tp + counts.fn)[0], counts.tp[1], (counts.tp + counts.fn)[1])
    assert [difference.low, difference.high] == pytest.approx([float(one) for one in bounds], abs=1e-12)
    assert found.one(metric=f"{RATIO}:tpr", group="c").value == pytest.approx(tpr[2] / tpr[1], abs=1e-12)
    assert "Against 'b'." in difference.note


def test_rates_are_compared_with_that_of_all_rows(counts):
    found = RecordSet(records(counts, OVERALL, TAG, 30))
    assert {one.group for one in found} == set(NAMES)
    selected, n = counts.tp + counts.fp, counts.n
    overall = selected.sum() / n.sum()
    for place, group in enumerate(NAMES):
        rate = selected[place] / n[place]
        one = found.one(metric=f"{DIFFERENCE}:selection_rate", group=group)
        assert one.value == pytest.approx(rate - overall, abs=1e-12)
        assert one.low < one.value < one.high
        assert found.one(metric=f"{RATIO}:selection_rate", group=group).value == pytest.approx(
            rate / overall, abs=1e-12
        )


def test_weighted_rates_are_compared_with_the_weighted_rate_of_all_rows():
    made = rows(900)
    weights = np.where(made.grouping.codes == 0, 5.0, 1.0) * np.random.default_rng(0).uniform(1, 2, 900)
    grouping = replace(made.grouping, weights=Weights.of(weights))
    found = RecordSet(records(count(made.labels, made.now, grouping), OVERALL, TAG, 30))
    overall = np.average(made.now, weights=weights)
    for place, group in enumerate(NAMES):
        mine = grouping.codes == place
        rate = np.average(made.now[mine], weights=weights[mine])
        difference = found.one(metric=f"{DIFFERENCE}:selection_rate", group=group)
        assert difference.value == pytest.approx(rate - overall, abs=1e-12)
        ratio = found.one(metric=f"{RATIO}:selection_rate", group=group)
        assert ratio.value == pytest.approx(rate / overall, abs=1e-12)


def test_intervals_against_all_rows_hold_the_truth():
    """Two groups of 200 and 300 rows with rates .2 and .4; the overall rate is that of these sizes."""
    rng, sizes, rates = np.random.default_rng(0), np.array([200, 300]), np.array([0.2, 0.4])
    overall = (sizes * rates).sum() / sizes.sum()
    hits = rng.binomial(sizes, rates, (500, 2))
    inside = {DIFFERENCE: 0, RATIO: 0}
    for draw in hits:
        zero = np.zeros(2, dtype=np.int64)
        made = type_counts(draw, zero, zero, sizes - draw)
        found = RecordSet(records(made, OVERALL, TAG, 30))
        for metric, truth in ((DIFFERENCE, rates[0] - overall), (RATIO, rates[0] / overall)):
            one = found.one(metric=f"{metric}:selection_rate", group="a")
            inside[metric] += one.low <= truth <= one.high
    least, most = binom.ppf([0.001, 0.999], 500, 0.95)
    assert all(least <= one <= most for one in inside.values())


def type_counts(tp, fp, fn, tn):
    from core.audit.statistics.confusion import GroupCounts

    return GroupCounts(("a", "b"), tp, fp, fn, tn)


def test_a_rate_of_nothing_and_a_reference_of_zero_are_undefined():
    made = type_counts(*(np.array(one) for one in ([5, 0], [0, 0], [5, 40], [40, 10])))
    found = RecordSet(records(made, "b", TAG, 30))
    ratio = found.one(metric=f"{RATIO}:tpr", group="a")
    assert ratio.value is None
    assert "the other rate is 0" in ratio.note
    assert found.one(metric=f"{DIFFERENCE}:precision", group="a").value is None


def test_small_groups_are_marked(counts):
    found = RecordSet(records(counts, "b", TAG, int(counts.n[2]) + 1))
    assert found.one(metric=f"{DIFFERENCE}:tpr", group="c").status.value == "small_n"
    assert found.one(metric=f"{DIFFERENCE}:tpr", group="a").status.value == "ok"


@pytest.mark.parametrize("given", [{"group": "z"}, {"sex": "a"}])
def test_an_unknown_group_or_attribute_is_said(given):
    groupings = {"group": Grouping.of(np.array(["a", "b"], object), columns=("group",))}
    with pytest.raises(ConfigError, match=r"z|sex"):
        check(given, groupings)
    check({"group": OVERALL}, groupings)
