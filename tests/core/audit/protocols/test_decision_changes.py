import numpy as np
import pandas as pd
import pytest

from core.audit.protocols.decision_changes import decision_changes
from core.audit.protocols.holdout_evaluator import HoldoutEvaluator
from core.audit.record_set import RecordSet
from core.data.schema import Column, Kind, Role, Schema

SCHEMA = Schema(
    columns=(
        Column(name="sex", kind=Kind.CATEGORICAL, role=Role.SENSITIVE),
        Column(name="hired", kind=Kind.CATEGORICAL, role=Role.TARGET),
    ),
    positive="yes",
    min_group_size=4,
)


@pytest.fixture
def records():
    frame = pd.DataFrame({"sex": ["f"] * 4 + ["m"] * 6, "hired": ["yes", "no"] * 5})
    before = np.array([1, 1, 0, 0, 1, 1, 1, 1, 0, 0], dtype=np.int8)
    after = np.array([1, 1, 1, 0, 0, 0, 1, 1, 0, 1], dtype=np.int8)
    evaluator = HoldoutEvaluator(frame, SCHEMA, ("yes", "no"))
    return RecordSet(decision_changes(evaluator, before, after, "synthetic", "change"))


def value(records, metric, group, positive="yes"):
    return records.one(metric=metric, group=group, positive=positive).value


def test_losses_and_gains_are_shares_of_the_group(records):
    assert value(records, "decisions_lost", "m") == pytest.approx(2 / 6)
    assert value(records, "decisions_gained", "m") == pytest.approx(1 / 6)
    assert value(records, "decisions_lost", "f") == 0
    assert value(records, "decisions_gained", "f") == pytest.approx(1 / 4)


def test_rates_change_by_what_is_gained_less_what_is_lost(records):
    assert value(records, "selection_rate", "m") == pytest.approx(-1 / 6)
    # Of the three men who are positive (rows 4, 6, 8), row 4 is lost.
    assert value(records, "tpr", "m") == pytest.approx(-1 / 3)
    assert value(records, "fpr", "m") == pytest.approx(0.0)


def test_a_loss_of_one_outcome_is_a_gain_of_the_other(records):
    assert value(records, "decisions_lost", "m", "no") == value(records, "decisions_gained", "m", "yes")
    assert value(records, "selection_rate", "f", "no") == -value(records, "selection_rate", "f", "yes")
    assert value(records, "tpr", "m", "no") == -value(records, "fpr", "m", "yes")
