import numpy as np
import pandas as pd
import pytest

from core.audit.data_kind import Tabular
from core.audit.record_set import RecordSet
from core.audit.run import audit
from tests.core.audit.tables import SCHEMA, people, table_input

TRAIN, HOLDOUT = people(400, gap=1.5), people(300, 1, gap=1.5)


@pytest.fixture(scope="module")
def records():
    decided = np.where(HOLDOUT["pay"].fillna(0) > 33, 1, 0)
    decisions = {"decisions": pd.DataFrame({"score": 0.2 + 0.1 * decided, "selected": decided})}
    found = audit(
        table_input(
            SCHEMA,
            TRAIN,
            HOLDOUT,
            {"synthetic": people(400, 2)},
            decisions=decisions,
            seeds=(0,),
            kind=Tabular("logistic"),
        )
    )
    return RecordSet(found)


@pytest.mark.parametrize("protocol", ["change", "change B"])
def test_changes_are_measured_in_both_polarities(records, protocol):
    mine = records.where(source="synthetic", protocol=protocol, sensitive="sex", group=None)
    by_outcome = {name: mine.where(positive=name) for name in ("yes", "no")}
    assert {one.metric for one in by_outcome["yes"]} == {one.metric for one in by_outcome["no"]}
    for metric in ("equalized_odds_difference", "demographic_parity_difference"):
        yes, no = (by_outcome[name].one(metric=metric) for name in ("yes", "no"))
        assert (yes.value, yes.low, yes.high) == pytest.approx((no.value, no.low, no.high), abs=1e-12)
    ratios = [by_outcome[name].one(metric="demographic_parity_ratio").value for name in ("yes", "no")]
    assert ratios[0] != ratios[1]


def test_each_change_is_after_minus_before_of_its_own_polarity(records):
    letter = records.where(protocol="A", seed=0, sensitive="sex", group=None)
    for positive in ("yes", "no"):
        where = {"metric": "equalized_odds_ratio", "positive": positive}
        before, after = (letter.one(source=source, **where) for source in ("original", "synthetic"))
        changed = records.one(source="synthetic", protocol="change", sensitive="sex", group=None, **where)
        assert changed.value == pytest.approx(after.value - before.value)


def test_changes_of_groups_fit_their_rates_and_who_moved(records):
    for group in ("f", "m"):
        where = {"sensitive": "sex", "group": group, "positive": "yes"}
        before, after = (
            records.one(source=source, protocol="B", metric="tpr", **where) for source in ("original", "synthetic")
        )
        changed = records.one(source="synthetic", protocol="change B", metric="tpr", **where)
        assert changed.value == pytest.approx(after.value - before.value)
        lost, gained = (
            records.one(source="synthetic", protocol="B", metric=f"true_positives_{way}", **where).value
            for way in ("lost", "gained")
        )
        assert changed.value == pytest.approx(gained - lost)


def test_a_methods_own_decisions_are_compared_as_they_are_and_not_by_a_threshold(records):
    where = {"metric": "selection_rate", "sensitive": "sex", "group": "f", "positive": "yes"}
    before = records.one(source="original", protocol="A", **where)
    after = records.one(source="decisions", protocol="A", **where)
    assert after.value > 0
    assert records.one(source="decisions", protocol="change", **where).value == pytest.approx(
        after.value - before.value
    )
    assert (
        records.one(
            source="decisions", protocol="change", metric="equalized_odds_difference", sensitive="sex", positive="no"
        ).value
        is not None
    )


def test_the_original_has_no_change(records):
    assert not records.where(source="original", metric=("decisions_lost", "true_positives_lost"))
