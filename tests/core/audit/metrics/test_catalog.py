"""What every declaration keeps to, and the declared formulas beside scikit-learn's and fairlearn's."""

import fairlearn.metrics as fair
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as reference

from core.audit.estimate import Tag
from core.audit.metrics import catalog, fairness, utility
from core.audit.metrics.catalog import GAPS, GROUP_RATES, METRICS, OVERALL
from core.audit.metrics.declaration import Metric, Over, Place
from core.audit.metrics.formulas import DetectableGap, Disparity, Predictions, Rate
from core.audit.record_set import RecordSet
from core.audit.records import Status
from core.audit.run import audit
from core.audit.statistics.confusion import GroupCounts, count
from core.data.compared_groups import ComparedGroups
from core.data.groups import Grouping
from core.report.tables import base
from tests.core.audit.tables import SCHEMA, counts_by_group, people, table_input, with_groups

TAG = Tag("original", "A", "sex", "yes")
WITH_FORMULA = [one for one in METRICS.values() if one.formula is not None]
cells = st.lists(st.tuples(*[st.integers(0, 40)] * 4).filter(any), min_size=2, max_size=4)


def counted(groups) -> GroupCounts:
    return counts_by_group({f"g{place}": one for place, one in enumerate(groups)})


def estimates(metric: Metric, groups):
    counts = counted(groups)
    labels, predictions, _ = with_groups({f"g{place}": one for place, one in enumerate(groups)})
    found = []
    if isinstance(metric.formula, Disparity | DetectableGap):
        return [metric.formula.over_groups(counts)]
    if Over.GROUPS in metric.over:
        found += metric.formula.by_group(counts, 1)
    if metric.name in OVERALL:
        found.append(metric.formula.overall(Predictions(counts, labels, predictions.astype(float))))
    return found


def test_names_are_declared_once():
    declared = [one for family in families() for one in family]
    assert len(declared) == len({one.name for one in declared}) == len(METRICS)


def families():
    return (
        catalog.RATES,
        catalog.PERFORMANCE,
        catalog.DISPARITIES,
        catalog.SELECTIONS,
        catalog.REFERENCE,
        catalog.CLASSES,
        catalog.NUMBERS,
        catalog.OUTCOMES,
        catalog.FIDELITY,
        catalog.PRIVACY,
        catalog.FILE_CHECKS,
        catalog.DEPENDENCE,
        catalog.EXPLANATION,
        catalog.GENERATION,
    )


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_words_are_there(metric):
    assert metric.label
    assert metric.sentence.endswith(".")
    assert not metric.limit or metric.limit.endswith(".")
    assert all(bound is None or np.isfinite(bound) for bound in metric.bounds)


def test_headlines_and_paired_changes_have_a_formula_or_a_module():
    assert set(catalog.HEADLINES) <= set(catalog.PAIRED)
    assert set(catalog.PAIRED) - {one.name for one in WITH_FORMULA} == set(catalog.placed(Place.CLASSES)[:1]) | {
        "multiclass_accuracy_difference"
    }


@pytest.mark.parametrize("metric", WITH_FORMULA, ids=lambda one: one.name)
@settings(max_examples=30, deadline=None)
@given(groups=cells)
def test_values_lie_within_bounds_and_intervals_hold_them(metric, groups):
    found = estimates(metric, groups)
    assert found
    for one in found:
        if one.value is None:
            assert one.status is Status.UNDEFINED
            assert one.note.startswith("Undefined: ")
            assert one.low is None
        else:
            low, high = metric.bounds
            assert low <= one.value <= high
            assert one.low is None or low <= one.low <= one.value <= one.high <= high


@pytest.mark.parametrize("metric", WITH_FORMULA, ids=lambda one: one.name)
def test_undefined_where_the_denominator_is_0(metric):
    """Each formula meets tables with one filled cell only; a gap, which needs two groups, meets a single group."""
    sides = [(5, 0, 0, 0), (0, 5, 0, 0), (0, 0, 5, 0), (0, 0, 0, 5)]
    lacking = [side for side in sides if any(one.value is None for one in estimates(metric, [side, side]))]
    if isinstance(metric.formula, Rate):
        expected = [side for side in sides if metric.formula.trials(counted([side])).sum() == 0]
        assert lacking == expected
    elif isinstance(metric.formula, Disparity | DetectableGap):
        assert all(estimates(metric, [side])[0].value is None for side in sides)
    else:
        assert lacking


def theirs(name, y, p):
    tn, _, fn, _ = reference.confusion_matrix(y, p, labels=[0, 1]).ravel()
    return {
        "selection_rate": lambda: fair.selection_rate(y, p),
        "tpr": lambda: fair.true_positive_rate(y, p),
        "fpr": lambda: fair.false_positive_rate(y, p),
        "tnr": lambda: fair.true_negative_rate(y, p),
        "fnr": lambda: fair.false_negative_rate(y, p),
        "precision": lambda: reference.precision_score(y, p),
        "npv": lambda: reference.precision_score(y, p, pos_label=0),
        "fdr": lambda: 1 - reference.precision_score(y, p),
        "for": lambda: fn / (fn + tn),
        "accuracy": lambda: reference.accuracy_score(y, p),
    }[name]()


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(*[st.integers(1, 40)] * 4), min_size=2, max_size=4))
def test_rates_by_group_and_predictive_parity_equal_the_references(groups):
    labels, predictions, members = with_groups({f"g{place}": one for place, one in enumerate(groups)})
    found = RecordSet(
        fairness.fairness_records(count(labels, predictions, Grouping.of(members)), TAG, compared=ComparedGroups(1))
    )
    for name in GROUP_RATES:
        for group in set(members):
            mine = members == group
            ours = found.one(metric=name, group=group)
            assert ours.value == pytest.approx(theirs(name, labels[mine], predictions[mine]), abs=1e-12)
    frame = fair.MetricFrame(
        metrics=reference.precision_score, y_true=labels, y_pred=predictions, sensitive_features=members
    )
    assert found.one(metric="predictive_parity_ratio").value == pytest.approx(frame.ratio(), abs=1e-12)
    assert found.one(metric="predictive_parity_difference").value == pytest.approx(frame.difference(), abs=1e-12)


@settings(max_examples=20, deadline=None)
@given(st.tuples(*[st.integers(1, 40)] * 4))
def test_complements_add_up_to_1(one):
    counts = counted([one])
    for pair in (("tpr", "fnr"), ("fpr", "tnr"), ("precision", "fdr"), ("npv", "for")):
        assert sum(float(GROUP_RATES[name].value(counts)[0]) for name in pair) == pytest.approx(1)


def test_one_declaration_puts_a_metric_everywhere():
    found = audit(table_input(SCHEMA, people(400), people(300, 1), {"synthetic": people(400, 2)}, seeds=(0,)))
    records = RecordSet(found).main
    for name in ("tnr", "fnr", "npv", "fdr", "for"):
        mine = records.where(metric=name, protocol="A", source="synthetic", sensitive="sex")
        assert {one.group for one in mine} == {"f", "m"}
        assert all(one.interval == "wilson, this classifier" for one in mine)
        assert METRICS[name].label in base.group_table(records, "A", "sex").header
    for name in ("predictive_parity_ratio", "predictive_parity_difference"):
        assert METRICS[name].label in base.fairness_table(records, "sex").header
        change = records.one(metric=name, protocol="change", source="synthetic", sensitive="sex")
        assert change.interval == "paired mover, resampled correlation, this classifier"
    undeclared = {catalog.kind_of(one.metric) for one in found} - set(METRICS)
    assert undeclared == set()
    changes = ("change", "change B")
    for one in RecordSet(found).without(protocol=changes).without(value=None):
        low, high = METRICS[catalog.kind_of(one.metric)].bounds
        assert low is None or low <= one.value, one
        assert high is None or one.value <= high, one


def test_the_audit_measures_what_is_declared():
    labels, predictions, members = with_groups({"a": (9, 4, 6, 11), "b": (8, 5, 7, 10)})
    counts = count(labels, predictions, Grouping.of(members))
    by_group = {one.metric for one in fairness.fairness_records(counts, TAG, compared=ComparedGroups(1))}
    assert by_group == {
        *GROUP_RATES,
        *GAPS,
        "demographic_parity_ratio_null_mean",
        "demographic_parity_ratio_null_p10",
    }
    overall = utility.utility_records(Predictions(counts, labels, predictions.astype(float)), TAG, "")
    assert {one.metric for one in overall} == set(OVERALL)
