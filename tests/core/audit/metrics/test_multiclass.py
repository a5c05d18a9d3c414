import numpy as np
import pytest
from sklearn import metrics as reference

from core.audit.estimate import Tag
from core.audit.metrics import multiclass
from core.audit.record_set import RecordSet
from core.audit.records import Status
from core.data.groups import Grouping


def test_more_than_two_classes():
    truth = np.array(["a"] * 6 + ["b"] * 3 + ["c"], object)
    predicted = np.array(["a"] * 5 + ["b"] + ["b"] * 3 + ["a"], object)
    records = multiclass.overall_records(truth, predicted, Tag("original", "A", seed=0))
    assert RecordSet(records).one(metric="multiclass_accuracy").value == 0.8
    expected = reference.f1_score(truth, predicted, average="macro", zero_division=0)
    assert RecordSet(records).one(metric="macro_f1").value == pytest.approx(expected)
    assert RecordSet(records).one(metric="worst_class_recall").value == 0
    assert RecordSet(records).one(metric="class_recall", positive="a").value == pytest.approx(5 / 6)


def grouped(seed=0, rows=600):
    """Three classes in two groups, the second of which is predicted worse; a third group of few rows."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(np.array(["a", "b", "c"], object), rows)
    members = np.where(rng.random(rows) < 0.5, "one", "two").astype(object)
    wrong = rng.random(rows) < np.where(members == "one", 0.1, 0.4)
    predicted = np.where(wrong, rng.choice(np.array(["a", "b", "c"], object), rows), truth).astype(object)
    members[:5] = "few"
    return truth, predicted, members


def test_accuracy_by_group_and_its_difference_are_those_of_the_groups_that_are_large_enough():
    truth, predicted, members = grouped()
    found = multiclass.group_records(truth, predicted, Grouping.of(members), Tag("original", "B", "group"), minimum=30)
    by_group = {r.group: r for r in found if r.metric == multiclass.ACCURACY}
    for group, record in by_group.items():
        assert record.value == pytest.approx((truth == predicted)[members == group].mean())
        assert record.low <= record.value <= record.high
    assert by_group["few"].status is Status.SMALL_N
    gap = RecordSet(found).one(metric=multiclass.GAP)
    assert gap.value == pytest.approx(by_group["one"].value - by_group["two"].value)
    assert 0 < gap.low < gap.value < gap.high
    assert "lowest in 'two', highest in 'one'" in gap.note
    assert "'few'" in gap.note


def test_the_worst_class_is_that_of_the_least_ratio_and_is_named():
    truth, predicted, members = grouped()
    keep = members != "few"
    truth, predicted, members = truth[keep], predicted[keep], members[keep]
    found = multiclass.group_records(truth, predicted, Grouping.of(members), Tag("original", "B", "group"), minimum=30)
    ratios = {}
    for name in "abc":
        rates = [(predicted == name)[members == group].mean() for group in ("one", "two")]
        ratios[name] = min(rates) / max(rates)
    worst = RecordSet(found).one(metric="worst_class_demographic_parity_ratio")
    assert worst.value == pytest.approx(min(ratios.values()))
    assert f"Worst class: {min(ratios, key=ratios.get)!r}" in worst.note
    assert RecordSet(found).one(metric="worst_class_equalized_odds_ratio").value < 1


def test_constant_predictions_are_degenerate_over_all_classes():
    truth, _, members = grouped()
    constant = np.full(len(truth), "a", dtype=object)
    found = multiclass.group_records(truth, constant, Grouping.of(members), Tag("original", "B", "group"), minimum=30)
    assert RecordSet(found).one(metric=multiclass.GAP).status is Status.DEGENERATE


def test_one_group_has_no_difference():
    truth, predicted, members = grouped()
    found = multiclass.group_records(
        truth, predicted, Grouping.of(np.full_like(members, "all")), Tag("x", "B", "g"), minimum=30
    )
    assert RecordSet(found).one(metric=multiclass.GAP).value is None
    assert RecordSet(found).one(metric="worst_class_demographic_parity_ratio").value is None
