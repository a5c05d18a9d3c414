"""The classifiers of an audit are judged by the reference outcome too; none learns from it or is trained again."""

import numpy as np
import pandas as pd
import pytest

from core.audit.record_set import RecordSet
from core.audit.reference_figures import FIGURES
from core.audit.run import audit
from core.data.column import Column
from core.downstream_classifiers import random_forest
from tests.core.audit.tables import SCHEMA, people, table_input

SECOND = Column(name="second", kind="categorical", role="ignored")
JUDGED = SCHEMA.replaced(columns=(*SCHEMA.columns, SECOND), reference="second")
PLAIN = JUDGED.replaced(reference=None)
TRAIN, HOLDOUT, MADE = (people(n, seed, gap=1.5) for n, seed in ((500, 0), (300, 1), (500, 2)))
ADDRESS = ("source", "protocol", "metric", "sensitive", "group", "positive", "seed", "split")


@pytest.fixture(autouse=True)
def small_forest(monkeypatch):
    monkeypatch.setattr(random_forest, "TREES", 5)


def judged_by(second, schema=JUDGED, **others):
    """The records of an audit of two draws of rows, with this reference outcome in the test rows."""
    train = TRAIN.assign(second=TRAIN["hired"])
    holdout = HOLDOUT.assign(second=pd.array(second, dtype="str"))
    draws = {"made": {0: MADE, 1: people(500, 3, gap=1.5)}}
    decided = np.arange(300) % 2
    decisions = {"decisions": pd.DataFrame({"score": decided.astype(float), "selected": decided})}
    given = {"seeds": (0, 1), "refits": 2, "decisions": decisions} | others
    return RecordSet(audit(table_input(schema, train, holdout, {"made": MADE}, draws=draws, **given)))


def by_address(records):
    return {tuple(getattr(one, name) for name in ADDRESS): one for one in records}


def of_target(record):
    """The address of the same figure against the target."""
    protocol = record.protocol.removesuffix(" reference")
    return (record.source, protocol, *(getattr(record, name) for name in ADDRESS[2:]))


def against(records):
    return records.filter(lambda one: one.protocol.endswith(" reference") and one.protocol != "data reference")


def test_a_reference_equal_to_the_target_gives_the_targets_figures():
    records = judged_by(HOLDOUT["hired"])
    target, reference = by_address(records), against(records)
    assert {one.protocol for one in reference} == {
        *("A reference", "B reference", "change reference", "change B reference"),
        *("generators reference", "generators B reference"),
    }
    assert {one.source for one in reference} == {"constant", "original", "made", "decisions"}
    assert {one.metric.removeprefix("deviation:") for one in reference} == FIGURES
    for one in reference:
        same = target[of_target(one)]
        assert one.model_copy(update={"protocol": same.protocol}) == same


def test_other_figures_do_not_depend_on_it():
    plain = judged_by(HOLDOUT["hired"], PLAIN)
    flipped = HOLDOUT["hired"].map({"yes": "no", "no": "yes"})
    judged = judged_by(flipped).filter(lambda one: not one.protocol.endswith(" reference"))
    assert list(plain) == list(judged)


def test_the_other_outcome_turns_the_rates_around():
    records = judged_by(HOLDOUT["hired"].map({"yes": "no", "no": "yes"}), decisions={}).shown
    where = {"source": "original", "sensitive": "sex", "group": "f", "positive": "yes"}
    rates = {
        (protocol, metric): records.one(protocol=protocol, metric=metric, **where).value
        for protocol in ("A", "A reference")
        for metric in ("tpr", "fpr", "accuracy")
    }
    assert rates["A reference", "tpr"] == pytest.approx(rates["A", "fpr"])
    assert rates["A reference", "fpr"] == pytest.approx(rates["A", "tpr"])
    assert rates["A reference", "accuracy"] == pytest.approx(1 - rates["A", "accuracy"])


def test_rows_without_it_are_left_out_and_counted():
    some = HOLDOUT["hired"].where(np.arange(300) % 3 > 0)
    found = against(judged_by(some, refits=0))
    overall = found.shown.where(metric="accuracy", sensitive=None, positive="yes")
    assert {one.n for one in overall.without(protocol=("generators reference", "generators B reference"))} >= {200}
    assert all("100 of 300 rows have no reference outcome" in one.note for one in found)
    assert not against(judged_by([None] * 300, refits=0))


def test_no_classifier_is_trained_twice(monkeypatch):
    trees = []
    grow = random_forest._votes

    def counted(*given):
        trees.append(1)
        return grow(*given)

    monkeypatch.setattr(random_forest, "_votes", counted)
    judged_by(HOLDOUT["hired"], refits=0, seeds=(0,))
    with_it = len(trees)
    judged_by(HOLDOUT["hired"], PLAIN, refits=0, seeds=(0,))
    assert 0 < with_it == len(trees) - with_it
