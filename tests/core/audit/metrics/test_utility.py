import numpy as np
import pytest
from sklearn import metrics as reference

from core.audit.metrics import utility
from core.audit.metrics.catalog import OVERALL
from core.audit.metrics.formulas import Predictions
from tests.core.audit.tables import counts_by_group, with_groups


def counts_of(tp, fp, fn, tn):
    return counts_by_group({"all": (tp, fp, fn, tn)})


def test_equals_scikit_learn():
    labels, predictions, _ = with_groups({"all": (30, 10, 20, 140)})
    counts = counts_of(30, 10, 20, 140)
    theirs = {
        "accuracy": reference.accuracy_score,
        "balanced_accuracy": reference.balanced_accuracy_score,
        "precision": reference.precision_score,
        "recall": reference.recall_score,
        "f1": reference.f1_score,
    }
    assert set(theirs) | {"auc"} == set(OVERALL)
    for name, reference_value in theirs.items():
        ours = utility.overall(name, counts)
        assert ours.value == pytest.approx(reference_value(labels, predictions), abs=1e-12)
        assert 0 <= ours.low < ours.value < ours.high <= 1


@pytest.mark.parametrize(
    ("cells", "flawed"),
    [
        ((0, 0, 50, 150), True),  # always no
        ((25, 75, 25, 75), True),  # a coin
        ((40, 10, 10, 140), False),  # good
        ((9, 40, 1, 950), False),  # rare outcome: below the constant's accuracy, yet useful
        ((12, 10, 38, 140), True),  # a constant's accuracy, hardly above it in balance
    ],
)
def test_degenerate_is_no_better_than_a_constant(cells, flawed):
    assert bool(utility.degenerate_reason(counts_of(*cells))) is flawed


def test_one_outcome_only_is_undefined_where_it_must_be():
    counts = counts_of(0, 5, 0, 45)
    assert utility.overall("recall", counts).value is None
    assert utility.overall("balanced_accuracy", counts).value is None
    assert OVERALL["auc"].overall(Predictions(counts, np.zeros(50, np.int8), np.arange(50.0))).value is None
    assert utility.overall("accuracy", counts).value == 0.9
    assert utility.overall("precision", counts_of(0, 0, 5, 45)).value is None
    assert utility.overall("f1", counts_of(0, 0, 0, 50)).value is None
