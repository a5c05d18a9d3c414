import numpy as np
import pandas as pd
import pytest

from core.audit.model_decisions import DecisionsInput, audit_decisions
from core.audit.record_set import RecordSet
from core.audit.records import Status
from core.data.model_decisions import Decisions
from core.data.schema import Column, Schema
from core.errors import ConfigError
from core.findings.conclusions import conclude

SCHEMA = Schema(
    columns=(
        Column(name="y", kind="integer", role="target"),
        Column(name="sex", kind="categorical", role="sensitive"),
        Column(name="town", kind="categorical"),
    ),
    positive="1",
    favorable="positive",
    strata=("town",),
)


def people(n=2_000, seed=0):
    rng = np.random.default_rng(seed)
    sex = rng.choice(["f", "m"], n)
    chance = np.where(sex == "f", 0.35, 0.5)
    frame = pd.DataFrame(
        {
            "y": pd.array((rng.random(n) < chance).astype(int), "Int64"),
            "sex": pd.array(sex, "str"),
            "town": pd.array(rng.choice(["a", "b"], n), "str"),
        }
    )
    score = np.clip(0.5 * chance + 0.4 * frame["y"].to_numpy(float) + 0.2 * rng.random(n), 0, 1)
    return frame, score


FRAME, SCORE = people()


def decided(name, scores, rows=None, *, keep=True):
    rows = np.arange(len(FRAME)) if rows is None else rows
    return Decisions(name, rows, scores[rows] if keep else None, (scores[rows] >= 0.5).astype(np.int8))


def audited(*models, frame=FRAME, schema=SCHEMA):
    return RecordSet(audit_decisions(DecisionsInput(schema, frame, models)))


def test_rates_by_group_are_counted_by_hand():
    records = audited(decided("risk", SCORE)).where(source="risk", protocol="model", positive="1")
    selected, y = SCORE >= 0.5, FRAME["y"].to_numpy(float) == 1
    for sex in ("f", "m"):
        mine = (FRAME["sex"] == sex).to_numpy()
        assert records.one(metric="selection_rate", group=sex).value == pytest.approx(selected[mine].mean(), abs=1e-12)
        assert records.one(metric="tpr", group=sex).value == pytest.approx(selected[mine & y].mean(), abs=1e-12)
        assert records.one(metric="fpr", group=sex).value == pytest.approx(selected[mine & ~y].mean(), abs=1e-12)
        error = y[mine] - SCORE[mine]
        assert records.one(metric="brier", group=sex).value == pytest.approx((error**2).mean(), abs=1e-12)
        assert records.one(metric="calibration_in_the_large", group=sex).value == pytest.approx(error.mean(), abs=1e-12)


def test_labels_alone_have_no_ranking_and_no_calibration():
    records = audited(decided("labels", SCORE, keep=False)).where(source="labels", protocol="model")
    assert {one.status for one in records.where(metric="auc")} == {Status.UNDEFINED}
    assert not records.where(metric=("brier", "calibration_in_the_large"))
    assert records.where(metric="tpr")


def test_a_model_that_lacks_decisions_is_measured_on_its_rows():
    rows = np.flatnonzero(np.arange(len(FRAME)) % 4 != 0)
    records = audited(decided("all", SCORE), decided("some", SCORE, rows))
    sizes = {name: records.at("accuracy", source=name, protocol="model").n for name in ("all", "some")}
    assert sizes == {"all": 2_000, "some": 1_500}


def test_models_below_one_another_count_each_person_once():
    frame = pd.concat([FRAME, FRAME], ignore_index=True)
    first, second = np.arange(2_000), np.arange(2_000, 4_000)
    scores = np.concatenate([SCORE, 1 - SCORE])
    models = [decided("good", scores, first), decided("bad", scores, second)]
    long = RecordSet(audit_decisions(DecisionsInput(SCHEMA, frame, models, people=first)))
    wide = audited(decided("good", SCORE), decided("bad", 1 - SCORE))
    assert list(long) == list(wide)


def test_every_figure_is_of_all_rows_and_nothing_was_trained():
    records = audited(decided("risk", SCORE))
    assert {one.split for one in records} == {"all"}
    assert {one.protocol for one in records} == {"data", "conditional", "model", "conditional model"}


def test_findings_name_the_model_who_is_worse_off_and_the_primary_question():
    conclusions = conclude(list(audited(decided("risk", SCORE))), SCHEMA)
    told = " ".join(conclusions.sentences)
    assert "In the decisions of “risk”, “1” is rarest for f" in told
    assert "by “risk”" in told
    (primary,) = [one for one in conclusions.findings if one.claim.primary]
    assert (primary.claim.figure.source, primary.claim.figure.protocol) == ("risk", "model")


def test_a_model_needs_a_name_of_its_own():
    with pytest.raises(ConfigError, match="cannot be named 'original'"):
        audited(decided("original", SCORE))
    with pytest.raises(ConfigError, match="No model is named"):
        audited()


def test_whom_a_model_leaves_out_is_told_first_and_its_rates_by_group_are_withheld():
    women = (FRAME["sex"] == "f").to_numpy()
    rows = np.flatnonzero(~(women & (SCORE < 0.5)))  # no score for the women whom it would refuse
    records = audited(decided("risk", SCORE, rows))
    lacking = records.where(metric="missing_decisions", sensitive="sex")
    shares = {one.group: one.value for one in lacking}
    assert shares == {"f": pytest.approx((SCORE[women] < 0.5).mean(), abs=1e-12), "m": 0.0}
    conclusions = conclude(list(records), SCHEMA)
    assert "“risk” has no decision for" in conclusions.sentences[0]
    rates = [one for one in conclusions.of("selection_rates") if one.claim.figure.source == "risk"]
    assert rates
    assert all(one.withheld for one in rates)
    assert not audited(decided("risk", SCORE)).where(metric="missing_decisions")
