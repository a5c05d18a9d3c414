"""A classifier, or a model, that selects almost nobody is said to do so, and equal rates of it are no verdict."""

import numpy as np
import pandas as pd
import pytest

import evenhand as eh
from core.findings.conclusions import conclude
from core.findings.finding import VerdictKind
from core.findings.rate_verdicts import rate_verdicts
from tests.core.findings.families.records import SCHEMA, figure

SCORED = {"target": "paid", "positive": "yes", "sensitive": "sex"}


def people(rows=1200, seed=0):
    """A table where 25 % have the outcome and a score says little of it: at .5 it selects almost nobody."""
    rng = np.random.default_rng(seed)
    sex, need = rng.choice(["f", "m"], rows), rng.normal(size=rows)
    chance = 1 / (1 + np.exp(1.2 - 0.4 * need - 0.3 * (sex == "m")))
    paid = np.where(rng.random(rows) < chance, "yes", "no")
    score = np.clip(chance + rng.normal(0, 0.05, rows), 0, 1)
    return pd.DataFrame({"need": need.round(2), "sex": sex, "paid": paid, "score": score.round(3)})


@pytest.fixture(scope="module")
def frame():
    return people()


@pytest.fixture(scope="module")
def decided(frame):
    return eh.audit(frame, **SCORED, score={"score": 0.5})


def test_a_model_is_said_to_select_almost_nobody_and_the_threshold_is_named(frame, decided):
    told = next(one for one in decided.summary if "far too rarely" in one or "to almost nobody" in one)
    chosen, have = int((frame["score"] >= 0.5).sum()), int((frame["paid"] == "yes").sum())
    assert chosen < 0.5 * have
    how = "to almost nobody" if chosen < 0.1 * have else "far too rarely"
    assert told.startswith(f"“score” gives “yes” {how}: {chosen} of the rows, though {have} have it")
    records = decided.to_frame()
    limit = records.loc[records["metric"] == "matching_threshold", "value"].item()
    assert f"A threshold of {limit:.3f} on the score would select as many as have it" in told
    assert abs(int((frame["score"] >= limit).sum()) - have) <= 3
    rates = (frame["score"] >= limit).groupby(frame["sex"]).mean()
    assert f"the parity ratio is then {rates.min() / rates.max():.3f}" in told


def test_labels_without_scores_name_no_threshold(frame):
    labelled = frame.drop(columns="score").assign(said=np.where(frame["score"] >= 0.5, "yes", "no"))
    found = eh.audit(labelled, **SCORED, prediction="said")
    (told,) = (one for one in found.summary if "far too rarely" in one or "to almost nobody" in one)
    assert told.endswith("Without scores that differ, no other threshold can be named.")


def test_a_model_that_selects_as_many_is_not_spoken_of(frame):
    limit = float(frame["score"].quantile(0.75))
    found = eh.audit(frame, **SCORED, score={"score": limit})
    assert not any("almost nobody" in one or "too rarely" in one for one in found.summary)
    assert "selection_shortfall" not in set(found.to_frame()["metric"])


def test_classifiers_of_the_audit_are_said_to_select_almost_nobody():
    rng = np.random.default_rng(3)
    frame = people(2500, 3).drop(columns="score").assign(more=rng.normal(size=2500))
    frame["paid"] = np.where(rng.random(2500) < 0.06 + 0.04 * (frame["need"] > 1), "yes", "no")
    found = eh.audit(frame, **SCORED, pictures="none")
    (told,) = (one for one in found.summary if "to almost nobody" in one)
    assert told.startswith("Classifiers that do not see the sensitive columns, trained on the original rows, give")
    assert "A threshold of 0." in told
    assert any(one.endswith("these rates rest on few decisions.") for one in found.summary)


def test_equal_rates_of_few_decisions_are_no_verdict():
    rates = [
        figure("demographic_parity_difference", 0.001, 0.0, 0.01, protocol="model", source="m", sensitive="sex"),
        figure("selection_rate", 0.01, protocol="model", source="m", sensitive="sex", group="a"),
        figure("selection_rate", 0.011, protocol="model", source="m", sensitive="sex", group="b"),
    ]
    few = figure("selection_shortfall", 0.95, protocol="model", source="m", n=300)
    for records, kind in ((rates, VerdictKind.NO_GAP), ([*rates, few], VerdictKind.UNDECIDED)):
        (verdict,) = rate_verdicts(conclude(records, SCHEMA))
        assert verdict.kind is kind
        assert ("So few rows get the outcome" in verdict.reason) == (few in records)


def test_mistakes_of_few_decisions_are_no_verdict():
    where = {"protocol": "model", "source": "m", "sensitive": "sex"}
    mistakes = [
        figure("equalized_odds_difference", 0.001, 0.0, 0.01, **where),
        *(figure(rate, 0.01, group=group, **where) for rate in ("tpr", "fpr") for group in ("a", "b")),
    ]
    few = figure("selection_shortfall", 0.95, protocol="model", source="m", n=300)
    for records, kind in ((mistakes, VerdictKind.NO_GAP), ([*mistakes, few], VerdictKind.UNDECIDED)):
        (finding,) = conclude(records, SCHEMA).of("error_rates")
        assert finding.verdict is kind
    assert "so few are selected that nobody can tell whether mistakes differ by sex" in finding.sentence
