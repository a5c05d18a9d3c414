import numpy as np
import pandas as pd
import pytest

from core.audit.model_decisions import DecisionsInput, audit_decisions
from core.audit.record_set import RecordSet
from core.audit.records import Status
from core.data.column import Column
from core.data.model_decisions import Decisions
from core.data.schema import Schema
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
    assert "In the decisions of “risk”, “y = 1” is rarest for f" in told
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


def judged(*models, missing=5):
    """Records of decisions with a reference outcome that a tenth of the people have other than on record."""
    rng = np.random.default_rng(3)
    y = FRAME["y"].to_numpy(int)
    founded = pd.array(np.where(rng.random(len(y)) < 0.1, 1 - y, y), "Int64")
    founded[:missing] = pd.NA
    schema = SCHEMA.replaced(
        columns=(*SCHEMA.columns, Column(name="second", kind="integer", role="ignored")), reference="second"
    )
    return founded, audited(*models, frame=FRAME.assign(second=founded), schema=schema), schema


def test_error_rates_against_the_reference_outcome_are_counted_by_hand():
    rows = np.flatnonzero(np.arange(len(FRAME)) % 4 != 0)
    founded, records, _ = judged(decided("risk", SCORE, rows))
    mine = records.where(source="risk", protocol="model reference", positive="1")
    sex, selected = FRAME["sex"].to_numpy(object)[rows], SCORE[rows] >= 0.5
    known = pd.notna(founded)[rows]
    truth = founded[rows].fillna(0).to_numpy(dtype=float) == 1
    for group in ("f", "m"):
        here = known & (sex == group)
        assert mine.one(metric="tpr", group=group).value == pytest.approx(selected[here & truth].mean(), abs=1e-12)
        assert mine.one(metric="fpr", group=group).value == pytest.approx(selected[here & ~truth].mean(), abs=1e-12)
        error = truth[here] - SCORE[rows][here]
        assert mine.one(metric="brier", group=group).value == pytest.approx((error**2).mean(), abs=1e-12)
    assert mine.at("accuracy", source="risk", protocol="model reference").n == int(known.sum())
    assert "have no reference outcome" in mine[0].note


def test_what_counts_decisions_alone_is_not_told_twice():
    _, records, _ = judged(decided("risk", SCORE))
    both = {one.metric for one in records.where(source="risk", protocol="model reference")}
    assert not both & {"selection_rate", "demographic_parity_ratio", "impact_ratio"}
    assert {"tpr", "fnr", "precision", "for", "equalized_odds_difference", "accuracy", "auc"} <= both


def test_the_figures_against_the_outcome_on_record_stay_as_they_were():
    _, records, _ = judged(decided("risk", SCORE))
    plain = audited(decided("risk", SCORE)).where(protocol=("model", "conditional model"))
    assert list(records.where(protocol=("model", "conditional model"))) == list(plain)


def test_a_finding_tells_both_outcomes():
    _, records, schema = judged(decided("risk", SCORE))
    told = [one for one in conclude(records, schema).of("reference_outcome") if one.claim.figure.source == "risk"]
    assert [one.claim.figure.protocol for one in told] == ["model reference"]
    assert told[0].sentence.startswith("Judged by the reference outcome “second”, mistakes of “risk” ")
    assert "By the recorded outcome they differ by" in told[0].sentence
    agree = [
        round(1000 * records.at("accuracy", source="risk", protocol=one).value) for one in ("model reference", "model")
    ]
    assert f"reference outcome for {agree[0]} of 1,000 people, with the recorded one for {agree[1]}" in told[0].sentence


def test_a_model_whose_rows_have_no_reference_outcome_has_no_figures_against_it():
    _, records, _ = judged(decided("some", SCORE, np.arange(500)), missing=500)
    assert not records.where(protocol="model reference")
