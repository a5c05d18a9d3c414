import numpy as np
import pytest
from sklearn import metrics as reference

from core.audit.estimate import Tag
from core.audit.metrics import classes
from core.audit.records import figure


def test_more_than_two_classes():
    truth = np.array(["a"] * 6 + ["b"] * 3 + ["c"], object)
    predicted = np.array(["a"] * 5 + ["b"] + ["b"] * 3 + ["a"], object)
    records = classes.overall_records(truth, predicted, Tag("original", "A", seed=0))
    assert figure(records, metric="multiclass_accuracy").value == 0.8
    expected = reference.f1_score(truth, predicted, average="macro", zero_division=0)
    assert figure(records, metric="macro_f1").value == pytest.approx(expected)
    assert figure(records, metric="worst_class_recall").value == 0
    assert figure(records, metric="class_recall", positive="a").value == pytest.approx(5 / 6)
