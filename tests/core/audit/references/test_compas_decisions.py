"""ProPublica's cuts of the COMPAS score, against fairlearn and scikit-learn: nothing is trained."""

import os
from pathlib import Path

import fairlearn.metrics as reference
import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

from core.audit.model_decisions import DecisionsInput, audit_decisions
from core.audit.record_set import RecordSet
from core.data.decision_columns import decision_columns, without_features
from core.data.groups import target_labels
from core.data.model_decisions import read_decisions
from core.data.sources.upload import load_upload
from tests.core.audit.references.test_fairlearn import BY_GROUP, DATA, EXACT, OVER_GROUPS

FILE = Path(os.environ.get("EVENHAND_COMPAS", DATA / "compas" / "compas-scores-two-years.csv"))


@pytest.fixture(scope="module")
def compas():
    if not FILE.exists():
        pytest.skip("The COMPAS file is not there.")
    table = load_upload(FILE)
    schema = table.schema.edited("two_year_recid", role="target").edited("race", role="sensitive")
    for name in schema.features + [one for one in schema.sensitive if one != "race"]:
        schema = schema.edited(name, role="ignored")
    schema = schema.replaced(positive="1")
    columns = decision_columns([], ["decile_score@5", "decile_score@8"], schema.names)
    schema = without_features(schema, columns)
    models = read_decisions(table.frame, schema, columns)
    return table.frame, schema, models, RecordSet(audit_decisions(DecisionsInput(schema, table.frame, models)))


@pytest.mark.parametrize("cut", [5, 8])
def test_every_shared_figure_equals_the_reference(compas, cut):
    frame, schema, models, records = compas
    y, race = target_labels(frame, schema), frame["race"].to_numpy(dtype=object)
    predicted = (frame["decile_score"].to_numpy(float) >= cut).astype(np.int8)
    mine = records.where(source=f"decile_score ≥ {cut}", protocol="model", positive="1", sensitive="race")
    large = np.isin(race, [name for name in set(race) if (race == name).sum() >= schema.min_group_size])
    for metric, function in OVER_GROUPS.items():
        value = function(y[large], predicted[large], sensitive_features=race[large])
        assert mine.one(metric=metric, group=None).value == pytest.approx(value, abs=EXACT)
    for metric, function in BY_GROUP.items():
        frame_of = reference.MetricFrame(metrics=function, y_true=y, y_pred=predicted, sensitive_features=race)
        for group, value in frame_of.by_group.items():
            assert mine.one(metric=metric, group=group).value == pytest.approx(value, abs=EXACT)
    assert len(models) == 2


def test_the_ranking_of_each_group_equals_that_of_the_reference(compas):
    frame, schema, _, records = compas
    y, race, score = (
        target_labels(frame, schema),
        frame["race"].to_numpy(dtype=object),
        frame["decile_score"].to_numpy(float),
    )
    mine = records.where(source="decile_score ≥ 5", protocol="model", metric="auc", sensitive="race")
    for group in sorted(set(race)):
        value = roc_auc_score(y[race == group], score[race == group])
        assert mine.one(group=group).value == pytest.approx(value, abs=EXACT)
    assert not records.where(metric="brier")  # a decile is no probability


def test_the_squared_error_of_probabilities_equals_that_of_the_reference():
    from core.audit.metrics.score_quality import figures

    rng = np.random.default_rng(0)
    y, score = rng.integers(0, 2, 500).astype(np.int8), rng.random(500)
    assert figures(y, score)["brier"].value == pytest.approx(brier_score_loss(y, score), abs=EXACT)
