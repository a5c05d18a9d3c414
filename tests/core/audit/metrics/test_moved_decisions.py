import numpy as np
import pytest
from fairlearn.metrics import false_positive_rate, selection_rate, true_positive_rate

from core.audit.estimate import Tag
from core.audit.metrics.moved_decisions import PairedDecisions
from core.audit.record_set import RecordSet
from core.audit.records import Status
from core.data.groups import Grouping

RNG = np.random.default_rng(0)
MEMBERS = np.array(["f"] * 120 + ["m"] * 180 + ["x"] * 10, dtype=object)
LABELS = RNG.integers(0, 2, 310).astype(np.int8)
BEFORE, AFTER, OTHER = (RNG.integers(0, 2, 310).astype(np.int8) for _ in range(3))
WITHIN, CHANGE = Tag("synthetic", "B"), Tag("synthetic", "change B")


def moved(pairs, labels=LABELS, members=MEMBERS):
    decisions = PairedDecisions(labels, pairs, ("yes", "no"), 30)
    return RecordSet(decisions.records({"sex": Grouping.of(members)}, WITHIN, CHANGE))


FOUND = moved([(BEFORE, AFTER)])


@pytest.mark.parametrize("group", [None, "f", "m"])
@pytest.mark.parametrize(("positive", "sign"), [("yes", 1), ("no", 0)])
def test_shares_are_those_counted_by_hand(group, positive, sign):
    mine = FOUND.where(group=group, positive=positive)
    rows = np.ones(310, dtype=bool) if group is None else group == MEMBERS
    had, has, truth = (part[rows] == sign for part in (BEFORE, AFTER, LABELS))
    assert mine.one(metric="decisions_lost").value == pytest.approx((had & ~has).mean())
    assert mine.one(metric="decisions_gained").value == pytest.approx((~had & has).mean())
    assert mine.one(metric="true_positives_lost").value == pytest.approx((had & ~has)[truth].mean())
    assert mine.one(metric="true_positives_gained").value == pytest.approx((~had & has)[truth].mean())
    assert mine.one(metric="true_positives_gained").n == truth.sum()


@pytest.mark.parametrize("group", ["f", "m"])
@pytest.mark.parametrize(
    ("metric", "rate"), [("selection_rate", selection_rate), ("tpr", true_positive_rate), ("fpr", false_positive_rate)]
)
def test_changes_are_differences_of_fairlearns_rates(group, metric, rate):
    rows = group == MEMBERS
    expected = rate(LABELS[rows], AFTER[rows]) - rate(LABELS[rows], BEFORE[rows])
    one = FOUND.one(metric=metric, group=group, positive="yes")
    assert one.value == pytest.approx(expected, abs=1e-12)
    assert one.low < one.value < one.high


def test_the_other_polarity_mirrors():
    for metric, other in (("selection_rate", "selection_rate"), ("tpr", "fpr")):
        yes, no = FOUND.one(metric=metric, group="f", positive="yes"), FOUND.one(metric=other, group="f", positive="no")
        assert (yes.value, yes.low, yes.high) == pytest.approx((-no.value, -no.high, -no.low))
    lost = FOUND.one(metric="decisions_lost", group="m", positive="yes")
    assert lost.value == FOUND.one(metric="decisions_gained", group="m", positive="no").value


def test_small_groups_are_marked_and_a_group_without_positives_has_no_figure():
    assert {one.status for one in FOUND.where(group="x")} == {Status.SMALL_N}
    found = moved([(BEFORE, AFTER)], labels=np.where(MEMBERS == "f", 0, LABELS).astype(np.int8))
    one = found.one(metric="tpr", group="f", positive="yes")
    assert (one.value, one.status) == (None, Status.UNDEFINED)
    assert "no row with the positive outcome" in one.note


def test_seeds_are_averaged():
    both = moved([(BEFORE, AFTER), (BEFORE, OTHER)])
    second = moved([(BEFORE, OTHER)])
    where = {"metric": "tpr", "group": "m", "positive": "yes"}
    assert both.one(**where).value == pytest.approx((FOUND.one(**where).value + second.one(**where).value) / 2)
    assert len(both) == len(FOUND)
    assert both.one(**where).seed is None
