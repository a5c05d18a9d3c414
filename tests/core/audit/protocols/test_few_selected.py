"""An outcome that is given too rarely: when it is said, and the threshold that would give it as often as it is true."""

import numpy as np
import pandas as pd
import pytest

from core.audit.estimate import Tag
from core.audit.protocols.few_selected import matching_threshold, records
from core.audit.protocols.holdout_evaluator import HoldoutEvaluator
from core.audit.record_set import RecordSet
from core.data.column import Column
from core.data.schema import Schema

TAG = Tag("mine", "A")
SCHEMA = Schema(
    columns=(
        Column(name="sex", kind="categorical", role="sensitive"),
        Column(name="paid", kind="categorical", role="target"),
    ),
    positive="yes",
)


def evaluator(seed: int = 0, rows: int = 400) -> HoldoutEvaluator:
    rng = np.random.default_rng(seed)
    paid = np.where(rng.random(rows) < 0.3, "yes", "no")
    frame = pd.DataFrame({"sex": rng.choice(["f", "m"], rows), "paid": paid})
    return HoldoutEvaluator(frame, SCHEMA, ("yes", "no"))


def test_the_threshold_selects_as_many_as_have_the_outcome():
    rng = np.random.default_rng(0)
    labels = (rng.random(1000) < 0.2).astype(np.int8)
    scores = rng.random(1000)
    limit = matching_threshold(scores, labels)
    assert (scores >= limit).sum() == labels.sum()
    weights = rng.uniform(0.5, 3.0, 1000)
    limit = matching_threshold(scores, labels, weights)
    assert weights[scores >= limit].sum() == pytest.approx(weights[labels == 1].sum(), abs=3.0)
    assert matching_threshold(np.full(5, 0.2), np.array([0, 1, 0, 0, 0], np.int8)) is None
    assert matching_threshold(np.array([0.1, 0.9]), np.array([1, 1], np.int8)) == 0.9  # not everybody


def test_the_parity_ratio_is_that_at_the_threshold():
    rows = evaluator()
    scores = 0.3 * np.random.default_rng(1).random(400) + 0.1 * (rows.frame["sex"] == "m").to_numpy()
    selected = (scores >= 0.395).astype(np.int8)
    found = RecordSet(records([(selected, scores)], rows, TAG))
    shortfall, limit = found.one(metric="selection_shortfall"), found.one(metric="matching_threshold")
    have = int(rows.labels.sum())
    assert (shortfall.positive, shortfall.n) == ("yes", have)
    assert shortfall.value == pytest.approx(1 - selected.sum() / have)
    chosen = pd.Series(scores >= limit.value).groupby(rows.frame["sex"]).mean()
    assert found.one(metric="matched_parity_ratio", sensitive="sex").value == pytest.approx(chosen.min() / chosen.max())


def test_the_means_over_seeds_have_no_seed_and_the_rarer_outcome_is_named():
    rows = evaluator()
    nobody, everybody = np.zeros(400, np.int8), np.ones(400, np.int8)
    scores = np.random.default_rng(1).random(400)
    found = RecordSet(records([(nobody, scores), (nobody, scores[::-1])], rows, TAG))
    assert {(one.positive, one.seed) for one in found} == {("yes", None)}
    assert found.one(metric="selection_shortfall").value == 1.0
    other = RecordSet(records([(everybody, None)], rows, TAG))
    assert [(one.metric, one.positive) for one in other] == [("selection_shortfall", "no")]


def test_nothing_is_said_of_who_selects_about_as_many():
    rows = evaluator()
    half = np.where(np.arange(400) % 3 == 0, rows.labels, 0).astype(np.int8)
    assert half.sum() < 0.5 * rows.labels.sum()
    assert records([(half, None)], rows, TAG)
    assert not records([(rows.labels, None)], rows, TAG)
    assert not records([], rows, TAG)
