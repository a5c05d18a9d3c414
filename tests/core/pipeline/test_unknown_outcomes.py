"""Rows whose outcome is unknown: selection rates over all rows, and whose outcomes are missing."""

import numpy as np
import pandas as pd
import pytest

from core.audit.record_set import RecordSet
from core.data.decision_columns import DecisionColumn
from core.data.decision_roles import DecisionRoles
from core.data.sources.load import load
from core.data.weights import WeightColumn
from core.errors import DataError
from core.findings.conclusions import conclude
from core.pipeline import audit_model_decisions

N = 800
RNG = np.random.default_rng(0)
SEX = RNG.choice(["f", "m"], N)
SAID = (RNG.random(N) < np.where(SEX == "f", 0.3, 0.6)).astype(int)
# The outcome is known for those whom the model selected, and for few others.
KNOWN = (SAID == 1) | (RNG.random(N) < 0.3)
TRUTH = pd.array(np.where(RNG.random(N) < 0.7, SAID, 1 - SAID), "Int64")
TRUTH[~KNOWN] = pd.NA
WEIGHT = np.exp(RNG.normal(0, 0.4, N))
FRAME = pd.DataFrame({"sex": SEX, "y": TRUTH, "said": SAID, "risk": 0.2 + 0.6 * SAID, "w": WEIGHT})


def audited(frame, *columns, out=None, **roles):
    dataset = load(frame, target="y", positive="1", sensitive=["sex"])
    return audit_model_decisions(dataset, DecisionRoles(columns or (DecisionColumn("said"),), **roles), out=out)


@pytest.mark.parametrize("weight", [None, WeightColumn("w")])
def test_selection_rates_are_of_all_rows_and_error_rates_of_those_with_an_outcome(weight):
    records = RecordSet(audited(FRAME, weight=weight).records).where(positive="1", source="said")
    weights = np.ones(N) if weight is None else WEIGHT
    for sex in ("f", "m"):
        mine = sex == SEX
        every = records.one(protocol="all_rows", metric="selection_rate", group=sex)
        assert every.value == pytest.approx(np.average(SAID[mine], weights=weights[mine]), abs=1e-12)
        known = records.one(protocol="model", metric="selection_rate", group=sex)
        rows = mine & KNOWN
        assert known.value == pytest.approx(np.average(SAID[rows], weights=weights[rows]), abs=1e-12)
        assert known.value > every.value + 0.1
    rates = [np.average(SAID[one == SEX], weights=weights[one == SEX]) for one in ("f", "m")]
    gap = records.one(protocol="all_rows", metric="demographic_parity_difference")
    assert gap.value == pytest.approx(rates[1] - rates[0], abs=1e-12)


def test_whose_outcome_is_missing_is_given_by_group_and_noted(tmp_path):
    result = audited(FRAME, out=tmp_path / "run")
    found = RecordSet(result.records).where(metric="missing:y", protocol="all_rows")
    expected = {sex: (~KNOWN)[sex == SEX].mean() for sex in ("f", "m")}
    assert {one.group: one.value for one in found} == pytest.approx(expected, abs=1e-12)
    assert any("is given for all rows too" in note for note in result.notes)
    assert "Decisions on all rows" in (tmp_path / "run" / "report.html").read_text(encoding="utf-8")


def test_scores_select_among_all_rows():
    records = RecordSet(audited(FRAME, DecisionColumn("risk", is_score=True)).records)
    every = records.where(source="risk", protocol="all_rows", metric="selection_rate", positive="1")
    expected = {sex: SAID[sex == SEX].mean() for sex in ("f", "m")}
    assert {one.group: one.value for one in every} == pytest.approx(expected, abs=1e-12)


def test_a_table_whose_outcomes_are_all_known_has_no_such_figures():
    result = audited(FRAME[KNOWN].reset_index(drop=True))
    assert not [one for one in result.records if one.protocol == "all_rows"]
    assert not any("for all rows too" in note for note in result.notes)


def test_a_model_without_a_decision_on_a_known_outcome_is_refused():
    said = pd.array(SAID, "Int64")
    said[KNOWN] = pd.NA
    with pytest.raises(DataError, match="'said' has no decision on a row whose outcome is known"):
        audited(FRAME.assign(said=said))


def test_outcomes_that_are_unknown_more_often_in_a_group_are_told_and_selection_is_judged_over_all_rows():
    rng = np.random.default_rng(5)
    sex = rng.choice(["f", "m"], 3_000)
    said = (rng.random(3_000) < np.where(sex == "m", 0.7, 0.5)).astype(int)
    truth = pd.array(np.where(rng.random(3_000) < 0.8, said, 1 - said), "Int64")
    truth[(sex == "f") & (said == 0) & (rng.random(3_000) < 0.75)] = pd.NA  # refused women: nobody knows
    result = audited(pd.DataFrame({"sex": sex, "y": truth, "said": said}))
    conclusions = conclude(result.records, result.schema)
    assert conclusions.sentences[0].startswith("The outcome “y” is unknown for ")
    (finding,) = [one for one in conclusions.of("selection_rates") if one.claim.figure.source == "said"]
    assert finding.claim.group == "f"
    assert finding.claim.figure.value == pytest.approx(said[sex == "m"].mean() - said[sex == "f"].mean(), abs=1e-12)
    assert "most frequent for m" in " ".join(conclusions.sentences)


def test_outcomes_that_are_unknown_alike_in_all_groups_are_no_finding():
    truth = FRAME["y"].mask(np.random.default_rng(6).random(N) < 0.3)
    result = audited(FRAME.assign(y=truth.fillna(1).mask(truth.isna() & (np.arange(N) % 3 == 0))))
    assert not [one for one in conclude(result.records, result.schema).of("missing_decisions") if one.sentence]
