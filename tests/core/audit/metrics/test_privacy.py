import numpy as np
import pandas as pd
import pytest

from core.audit.metrics import privacy
from core.audit.records import figure
from tests.core.audit.tables import SCHEMA, people


def test_planted_copies_are_found_whatever_their_identifier():
    train, holdout = people(400), people(400, 1)
    rows = pd.concat([people(90, 2), train.iloc[:10].assign(id="new")], ignore_index=True)
    found = privacy.records(SCHEMA, train, holdout, rows, "synthetic")
    assert figure(found, metric="exact_copies_all").value == pytest.approx(0.1)
    assert figure(found, metric="exact_copies", split="train").value == pytest.approx(0.1)
    assert figure(found, metric="exact_copies", split="holdout").value == 0


def test_a_memoriser_lies_nearer_to_train_than_strangers_do():
    train, holdout = people(500), people(500, 1)
    near = train.assign(pay=train["pay"] + 0.01)
    memorised = privacy.records(SCHEMA, train, holdout, near, "synthetic")
    fresh = privacy.records(SCHEMA, train, holdout, people(500, 2), "synthetic")
    assert figure(memorised, metric="distance_share").value > 0.95
    assert figure(fresh, metric="distance_share").low < 0.5 < figure(fresh, metric="distance_share").high
    assert figure(memorised, metric="nndr_median").value < figure(fresh, metric="nndr_median").value


def test_ties_count_half():
    points = np.zeros((4, 1))
    share, ratio = privacy.distance_share(points, np.array([[1.0], [2.0]]), np.array([[-1.0], [5.0]]))
    assert share.value == 0.5
    assert ratio.value == 0.5
    assert privacy.distance_share(points, np.zeros((2, 1)), np.ones((2, 1)))[1].value is None


def test_the_reference_row_is_half_the_holdout():
    found = privacy.records(SCHEMA, people(400), people(300, 1), None, "original")
    share = figure(found, metric="distance_share")
    assert share.low < 0.5 < share.high
    assert "no generator" in share.note
    lonely = privacy.records(SCHEMA, people(40), people(1, 1), None, "original")
    assert figure(lonely, metric="distance_share").value is None
