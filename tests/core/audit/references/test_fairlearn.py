"""Every metric shared with fairlearn, on the predictions of real forests; and the four deviations, one test each."""

import os
from pathlib import Path

import fairlearn.metrics as reference
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, precision_score

from core.audit.estimate import Tag
from core.audit.metrics import fairness
from core.audit.protocols.holdout_evaluator import HoldoutEvaluator
from core.audit.protocols.tabular import on_rows
from core.audit.record_set import RecordSet
from core.audit.records import Status
from core.audit.statistics.confusion import count
from core.data import groups
from core.data.compared_groups import ComparedGroups
from core.data.groups import GroupedFrame, Grouping
from core.data.holdout_split import split
from core.data.sources.load import load
from core.downstream_classifiers.catalog import CLASSIFIERS, THRESHOLD
from tests.core.audit.tables import SCHEMA, people, with_groups

DATA = Path(os.environ.get("EVENHAND_DATA", Path(__file__).parents[5] / "shared" / "data"))
EXACT = 1e-12
OVER_GROUPS = {
    "demographic_parity_ratio": reference.demographic_parity_ratio,
    "demographic_parity_difference": reference.demographic_parity_difference,
    "equalized_odds_ratio": reference.equalized_odds_ratio,
    "equalized_odds_difference": reference.equalized_odds_difference,
}
BY_GROUP = {
    "selection_rate": reference.selection_rate,
    "tpr": reference.true_positive_rate,
    "fpr": reference.false_positive_rate,
    "precision": precision_score,
    "accuracy": accuracy_score,
}


def compare(data):
    """All shared metrics of protocol A, seed 0, in both polarities, for each attribute and all crossed."""
    parts = split(data)
    schema, outcomes = data.schema, (groups.positive_name(data.schema), groups.negative_name(data.schema, data.frame))
    fit = on_rows(schema, "original", parts.train, parts.train, parts.holdout, with_sensitive=True)
    scores = CLASSIFIERS["forest"].probabilities(fit.labelled, fit.test, 0)[:, 1]
    predictions = (scores >= THRESHOLD).astype(np.int8)
    evaluator = HoldoutEvaluator(parts.holdout, schema, outcomes)
    records = evaluator.records(scores, predictions, Tag("original", "A"))
    compared = 0
    for name, grouping in evaluator.groupings.items():
        members = grouping.members
        sizes = pd.Series(members).value_counts()
        large = pd.Series(members).isin(sizes.index[sizes >= schema.min_group_size]).to_numpy()
        for positive, turned in zip(outcomes, (False, True), strict=True):
            y, p = ((1 - part if turned else part)[large] for part in (evaluator.labels, predictions))
            where = {"sensitive": name, "positive": positive}
            frame = reference.MetricFrame(metrics=BY_GROUP, y_true=y, y_pred=p, sensitive_features=members[large])
            for group, row in frame.by_group.iterrows():
                for metric in BY_GROUP:
                    ours = RecordSet(records).one(metric=metric, group=group, **where)
                    assert ours.value == pytest.approx(row[metric], abs=EXACT), (metric, group)
                    compared += 1
            for metric, theirs in OVER_GROUPS.items():
                ours = RecordSet(records).one(metric=metric, **where)
                assert ours.value == pytest.approx(theirs(y, p, sensitive_features=members[large]), abs=EXACT), metric
                compared += 1
    return compared


def test_equal_on_a_forest_of_the_demo():
    assert compare(load("demo", rows=4000)) >= 2 * (2 * 5 + 4)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["adult", "compas"])
def test_equal_on_a_forest_of_real_people(name, monkeypatch):
    if not (DATA / name).is_dir():
        pytest.skip(f"{name} is not there; set EVENHAND_DATA to the folder that holds it.")
    monkeypatch.setenv("EVENHAND_DATA", str(DATA))
    assert compare(load(name)) >= 2 * (2 * 5 + 4)


def records_of(sizes, minimum=30):
    labels, predictions, members = with_groups(sizes)
    counts = count(labels, predictions, Grouping.of(members))
    return fairness.fairness_records(counts, Tag("original", "A", "sex", "yes"), compared=ComparedGroups(minimum)), (
        labels,
        predictions,
        members,
    )


def test_deviation_1_a_group_without_positives_has_no_true_positive_rate():
    ours, (y, p, members) = records_of({"a": (20, 10, 10, 20), "b": (0, 10, 0, 40)})
    assert reference.equalized_odds_ratio(y, p, sensitive_features=members) == 0
    assert RecordSet(ours).one(metric="tpr", group="b").status is Status.UNDEFINED
    assert RecordSet(ours).one(metric="equalized_odds_ratio").status is Status.UNDEFINED
    assert RecordSet(ours).one(metric="equalized_odds_difference").status is Status.UNDEFINED


def test_deviation_2_people_who_do_not_say_are_a_group():
    frame = people(400, gap=1.0)
    frame["sex"] = frame["sex"].where(np.arange(400) >= 100)
    frame.loc[:99, "hired"] = "no"
    y = (frame["hired"] == "yes").to_numpy().astype(int)
    with pytest.raises(ValueError, match="missing values"):
        reference.demographic_parity_ratio(y, y, sensitive_features=frame["sex"].to_numpy(dtype=object))
    ours = fairness.base_rate_records(GroupedFrame(frame, SCHEMA), "original", "all", ("yes", "no"))
    assert RecordSet(ours).one(metric="base_rate", group="(missing)", positive="yes").n == 100
    assert RecordSet(ours).one(metric="demographic_parity_ratio", positive="yes").value == 0


@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
def test_deviation_3_zero_over_zero_is_no_ratio():
    ours, (y, p, members) = records_of({"a": (0, 0, 20, 20), "b": (0, 0, 10, 30)})
    assert not reference.demographic_parity_ratio(y, p, sensitive_features=members) >= 0
    ratio = RecordSet(ours).one(metric="demographic_parity_ratio")
    assert (ratio.value, ratio.status) == (None, Status.UNDEFINED)
    assert "0/0" in ratio.note


def test_deviation_4_small_groups_are_shown_and_take_no_part():
    ours, (y, p, members) = records_of({"a": (20, 10, 10, 20), "b": (10, 10, 20, 20), "tiny": (0, 0, 3, 2)})
    assert reference.demographic_parity_ratio(y, p, sensitive_features=members) == 0
    assert RecordSet(ours).one(metric="selection_rate", group="tiny").status is Status.SMALL_N
    assert RecordSet(ours).one(metric="demographic_parity_ratio").value == pytest.approx(20 / 30)
