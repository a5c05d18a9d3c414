"""Siblings of the shared cases on what a person should know: weights, predictions, spellings, giveaways."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.audit.record_set import RecordSet
from core.data.checks.check import check_data
from core.data.dataset import Dataset
from core.data.decision_columns import DecisionColumn, SelectionRule
from core.data.decision_roles import DecisionRoles
from core.data.inference.decision_columns import proposed
from core.data.sources.load import load
from core.pipeline import audit_model_decisions
from tests.cases.siblings import ROWS, people, read, written

RNG = np.random.default_rng(9)
WEIGHTS = RNG.integers(20, 900, ROWS)


def told(found: Dataset) -> dict[str, str]:
    """What the checks find, by the name of the first remedy."""
    issues = check_data(found.frame, found.schema)
    return {issue.remedies[0].name: issue.sentence for issue in issues if issue.remedies}


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("PERWT", "ipums.csv.gz"),
        ("pspwght", "ess.dta"),
        ("_LLCPWT", "brfss.parquet"),
        ("WTMEC2YR", "nhanes.xlsx"),
        ("W_FSTUWT", "pisa.tsv"),
        ("hh_weight", "panel.csv"),
        ("factor_expansion", "encuesta.csv"),
    ],
)
def test_07_weights_of_public_surveys(name: str, file: str, tmp_path: Path) -> None:
    found = read(written(people().assign(**{name: WEIGHTS + 0.25}), tmp_path / file))
    assert f"'{name}' is named as if it held weights" in told(found)[f"exclude:{name}"]


@pytest.mark.parametrize("name", ["weight_kg", "birth_weight", "weightlifting", "wait"])
def test_07_the_weight_of_a_body_is_none(name: str, tmp_path: Path) -> None:
    assert told(read(written(people().assign(**{name: WEIGHTS}), tmp_path / "t.csv"))) == {}


DECISIONS = people().assign(
    **{
        "Scored Labels": RNG.choice(["yes", "no"], ROWS),
        "Scored Probabilities": RNG.random(ROWS).round(3),
        "prediction(hired)": RNG.choice(["yes", "no"], ROWS),
        "confidence(yes)": RNG.random(ROWS).round(3),
        "ypred": RNG.choice(["yes", "no"], ROWS),
        "propensity": RNG.random(ROWS).round(3),
    }
)


@pytest.mark.parametrize(
    "names",
    [("Scored Labels", "Scored Probabilities"), ("prediction(hired)", "confidence(yes)"), ("ypred", "propensity")],
)
@pytest.mark.parametrize("file", ["t.csv", "t.xlsx"])
def test_06_what_tools_call_a_prediction_is_recognised(names: tuple[str, str], file: str, tmp_path: Path) -> None:
    frame = DECISIONS[["age", "sex", "hired", *names]]
    found = read(written(frame, tmp_path / file))
    proposal = proposed(found.schema, found.frame)
    assert (proposal.predictions, proposal.scores) == ((names[0],), (names[1],))


def test_06_rates_are_of_the_predictions_in_the_file(cases: Path) -> None:
    found = load(cases / "06-file-of-predictions/input.csv", target="y_true", positive="1", sensitive=["group"])
    proposal = proposed(found.schema, found.frame)
    assert (proposal.predictions, proposal.scores) == (("y_pred",), ("score",))


def rates(found: Dataset, column: DecisionColumn, tmp_path: Path, group: str) -> dict[str, pd.Series]:
    """Return the selection rate, and the two error rates' complements, of each group as the audit has them."""
    result = audit_model_decisions(found, DecisionRoles((column,)), out=tmp_path / "run")
    records = RecordSet(result.records).main
    return {
        metric: pd.Series({one.group: one.value for one in records.where(metric=metric, sensitive=group)}).sort_index()
        for metric in ("selection_rate", "tpr", "fpr")
    }


@pytest.mark.slow
def test_06_the_audit_is_of_the_predictions_in_the_file(cases: Path, tmp_path: Path) -> None:
    found = load(cases / "06-file-of-predictions/input.csv", target="y_true", positive="1", sensitive=["group"])
    measured = rates(found, DecisionColumn("y_pred"), tmp_path, "group")
    assert measured["selection_rate"].round(4).tolist() == [0.5107, 0.2891]
    assert measured["tpr"].round(4).tolist() == [0.8604, 0.7120]
    assert measured["fpr"].round(4).tolist() == [0.1485, 0.0920]
    at_half = DecisionColumn("score", is_score=True, rule=SelectionRule(threshold=0.5))
    assert rates(found, at_half, tmp_path / "score", "group")["selection_rate"].round(4).tolist() == [0.5107, 0.2891]


def test_06_scored_labels_of_a_workbook_have_their_own_rates(tmp_path: Path) -> None:
    found = read(written(DECISIONS, tmp_path / "t.xlsx"))
    measured = rates(found, DecisionColumn("Scored Labels"), tmp_path, "sex")
    right = (DECISIONS["Scored Labels"] == "yes").groupby(DECISIONS["sex"]).mean()
    assert measured["selection_rate"].to_dict() == pytest.approx(right.to_dict())


SPELLINGS = {
    "a blank that does not break": ("F\u00a0", "F"),
    "a character that nobody sees": ("\u200bF", "F"),
    "composed accents": ("Fe\u0301minin", "F\u00e9minin"),
    "blanks within": ("non  binary", "Non binary"),
}


@pytest.mark.parametrize("what", SPELLINGS)
@pytest.mark.parametrize("file", ["t.csv", "t.xlsx", "t.parquet"])
def test_11_spellings_that_nobody_sees(what: str, file: str, tmp_path: Path) -> None:
    odd, usual = SPELLINGS[what]
    sex = np.where(people()["sex"] == "M", "M", np.where(people()["age"] < 30, odd, usual))
    path = written(people().assign(sex=pd.Series(sex, dtype="str")), tmp_path / file)
    assert "merge:sex" in told(read(path))
    assert set(read(path, apply=["merge:sex"]).frame["sex"]) == {"M", usual}


def test_11_people_who_were_entered_again_under_new_numbers(tmp_path: Path) -> None:
    rich = people().assign(pay=RNG.integers(20_000, 90_000, ROWS), dept=RNG.choice(["IT", "HR", "Sales"], ROWS))
    twice = pd.concat([rich, rich.head(40)], ignore_index=True)
    twice.insert(0, "id", np.arange(1, len(twice) + 1))
    path = written(twice, tmp_path / "t.csv")
    assert (
        "40 of 340 rows are the same as an earlier row in all columns but 'id'" in told(read(path))["drop-duplicates"]
    )
    edited = read(path, apply=["drop-duplicates"])
    assert edited.schema.edits[0].text == "keep one of each row, whatever its 'id'"
    coarse = people()[["sex", "hired"]].assign(id=np.arange(1, ROWS + 1), city=RNG.choice(["A", "B"], ROWS))
    assert "drop-duplicates" not in told(read(written(coarse, tmp_path / "t.csv")))


HIRED = people()["hired"] == "yes"
LEAKS = {
    "a date that only refusals have": pd.Series(RNG.choice(["2021-03-01", "2021-03-08"], ROWS)).where(~HIRED),
    "the last stage of a process": pd.Series(np.where(HIRED, "offer", RNG.choice(["cv", "call", "on site"], ROWS))),
    "a salary in the contract": pd.Series(RNG.integers(30, 60, ROWS) * 100.0).where(HIRED),
    "an outcome in another language": pd.Series(np.where(HIRED, "ja", "nein")),
}


@pytest.mark.parametrize("what", LEAKS)
@pytest.mark.parametrize("file", ["t.csv", "t.xlsx"])
def test_22_what_is_only_known_with_the_outcome(what: str, file: str, tmp_path: Path) -> None:
    path = written(people().assign(note=LEAKS[what]), tmp_path / file)
    assert "tells the target 'hired' by itself" in told(read(path))["exclude:note"]
    assert "note" not in read(path, apply=["exclude:note"]).schema.features
