"""The decisions of models through the command line."""

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.cli.main import app

N = 600
RNG = np.random.default_rng(2)
GROUP = RNG.choice(["A", "B"], N)
Y = (RNG.random(N) < np.where(GROUP == "A", 0.5, 0.3)).astype(int)
SCORE = np.round(np.clip(0.2 + 0.4 * Y + 0.4 * RNG.random(N), 0, 1), 4)
FRAME = pd.DataFrame({"group": GROUP, "y_true": Y, "score": SCORE, "y_pred": (SCORE >= 0.5).astype(int)})
ROLES = ["--target", "y_true", "--positive", "1", "--sensitive", "group"]


@pytest.fixture
def audit(tmp_path):
    """Runs the verb on a frame written as CSV."""

    def run(frame, *options):
        frame.to_csv(tmp_path / "rows.csv", index=False)
        arguments = [str(tmp_path / "rows.csv"), *ROLES, "--pictures", "none", "--json", *options]
        return CliRunner().invoke(app, ["audit", *arguments])

    return run


def invoke(*arguments):
    return CliRunner().invoke(app, ["audit", *arguments, *ROLES, "--pictures", "none", "--json"])


def told(result):
    assert result.exit_code == 0, result.stderr
    content = json.loads(result.stdout)
    notes = [*content["notes"], *(one["sentence"] for one in content["data_checks"])]
    return RecordSet([Record(**one) for one in content["records"]]), notes


def refused(result, words):
    assert result.exit_code == 1
    assert words in result.stderr


def test_decisions_are_read_and_nothing_is_trained(audit):
    records, notes = told(audit(FRAME, "--prediction", "y_pred", "--score", "score@0.5"))
    for source in ("y_pred", "score"):
        rates = records.where(source=source, protocol="model", metric="selection_rate", positive="1")
        found = {one.group: one.value for one in rates if one.group}
        assert found == pytest.approx(FRAME.groupby("group")["y_pred"].mean().to_dict(), abs=1e-12)
    assert {one.protocol for one in records} == {"data", "model"}
    assert not any("classifiers learn" in note for note in notes)


def test_a_forgotten_option_is_noted_with_what_to_do(audit):
    _, notes = told(audit(FRAME.assign(letter=np.where(Y == 1, "offer", "regret"))))
    (named,) = [note for note in notes if "named like" in note]
    assert named.startswith("Features 'y_pred', 'score' are named like the decisions of models")
    assert any("Feature 'letter' tells the target 'y_true' by itself in 100 % of the rows" in note for note in notes)


def test_rows_of_several_models_below_one_another(audit, tmp_path):
    long = pd.concat([FRAME.assign(model_id=17), FRAME.assign(model_id=18, score=1 - SCORE)])
    options = ["--score", "score@top25%", "--model-column", "model_id", "--out", str(tmp_path / "run")]
    records, _ = told(audit(long, *options))
    assert {one.source for one in records.where(protocol="model")} == {"constant", "17", "18"}
    assert records.at("accuracy", source="18", protocol="model").n == N
    assert records.where(metric="base_rate", group="A")[0].n == (GROUP == "A").sum()
    html = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "All 1,200 rows with decisions were measured" in html
    assert "counted over the 600 rows of" in html
    _, notes = told(audit(long, "--score", "score"))
    assert any("give it as the model column" in note for note in notes)


def test_a_requirement_on_a_model(audit):
    wanted = "score model demographic_parity_ratio by group >= 0.99"
    assert audit(FRAME, "--score", "score", "--require", wanted).exit_code == 3


def test_what_does_not_go_together_is_refused(audit):
    refused(audit(FRAME, "--prediction", "y_pred", "--synthetic", "made.csv"), "Leave --synthetic out.")
    refused(audit(FRAME, "--model-column", "y_pred"), "Give --prediction, or give --score.")
    many = pd.concat([FRAME.assign(model_id=place) for place in range(60)])
    refused(audit(many, "--score", "score", "--model-column", "model_id"), "names 60 models, more than the 50")


def test_weights_count_and_are_told(audit):
    weights = np.where(GROUP == "A", 1.5, 4.0) * np.where(Y == 1, 1.0, 2.5)
    frame = FRAME.assign(w=weights)
    records, notes = told(audit(frame, "--score", "score", "--weight", "w"))
    rates = records.where(source="score", protocol="model", metric="selection_rate", positive="1")
    chosen = FRAME["y_pred"].to_numpy()
    expected = {one: np.average(chosen[one == GROUP], weights=weights[one == GROUP]) for one in ("A", "B")}
    assert {one.group: one.value for one in rates if one.group} == pytest.approx(expected, abs=1e-12)
    assert any("weighted by 'w'" in note for note in notes)
    _, notes = told(audit(FRAME.assign(sample_weight=weights), "--score", "score"))
    assert any("'sample_weight' is named as if it held weights" in note for note in notes)


def test_replicate_weights_are_named_by_a_pattern(audit):
    weights = np.random.default_rng(0).uniform(1, 3, len(FRAME))
    cluster = np.arange(len(FRAME)) % 6
    columns = {f"PW{place + 1}": weights * np.where(cluster == place, -0.1, 1.2) for place in range(6)}
    frame = FRAME.assign(PW=weights, **columns)
    given = ("--score", "score", "--weight", "PW")
    _, notes = told(audit(frame, *given))
    assert any("'PW1' to 'PW6' are named as replicate weights of 'PW' are, but are not used" in note for note in notes)
    _, notes = told(audit(frame, *given, "--replicate-weights", "PW*", "--replicate-method", "successive-difference"))
    assert any("6 columns of replicate weights, 'PW1' to 'PW6' (successive-difference)" in note for note in notes)
    assert any("replicate weights are below 0" in note for note in notes)
    refused(audit(frame, *given, "--replicate-weights", "PW*"), "Give --replicate-method")
    refused(audit(frame, *given, "--replicate-method", "brr"), "no columns hold any")
    once = (*given, "--replicate-method", "brr", "--replicate-weights")
    refused(audit(frame, *once, "PW1"), "Only column 'PW1'")
    refused(audit(frame, *once, "R*"), "no column 'R*' of replicate weights")
    frame.loc[3, "PW2"] = np.nan
    refused(audit(frame, *once, "PW*"), "'PW2' is missing in 1 rows")


def test_several_files_are_periods(tmp_path):
    shifted = FRAME.assign(score=np.where(GROUP == "A", FRAME["score"] * 0.5, FRAME["score"]))
    for name, frame in (("2024", FRAME), ("2025", shifted)):
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    paths = [str(tmp_path / "2025.csv"), f"later={tmp_path / '2024.csv'}"]
    records, notes = told(invoke(*paths, "--score", "score"))
    assert "Periods are in this order: 2025, later." in notes
    rates = records.where(protocol="over_time", metric="selection_rate", positive="1", group="A")
    assert [one.split for one in rates] == ["2025", "later"]
    assert rates[0].value < rates[1].value
    (change,) = records.where(protocol="change_since_first", metric="selection_rate", positive="1", group="A")
    assert change.value == pytest.approx(rates[1].value - rates[0].value)
    met = invoke(*paths, "--score", "score", "--require", "no gap in over_time")
    assert met.exit_code == 3
    refused(invoke(*paths), "Several files are given, each a period, but no column holds decisions")
    refused(invoke(*paths, "--score", "score", "--period", "month"), "Leave --period out")
    shifted.drop(columns="y_pred").to_csv(tmp_path / "odd.csv", index=False)
    refused(
        invoke(paths[0], str(tmp_path / "odd.csv"), "--score", "score"), "Period 'odd' does not have the columns of"
    )


def test_weights_that_cannot_be_used_are_refused(audit):
    frame = FRAME.assign(w=np.where(np.arange(N) == 3, -1.0, 2.0))
    refused(audit(frame, "--score", "score", "--weight", "w"), "Column 'w' is negative in 1 rows")
    refused(audit(frame, "--weight", "w"), "no column holds decisions")
    refused(audit(frame, "--score", "score", "--weight", "nobody"), "no column 'nobody'")
    refused(audit(frame, "--score", "score", "--weight-kind", "frequency"), "Give --weight")


def test_rates_against_a_reference_group_and_against_all_rows(audit):
    records, _ = told(audit(FRAME, "--prediction", "y_pred", "--reference-group", "group=B"))
    mine = records.where(protocol="reference_group", positive="1")
    rates = [FRAME.loc[FRAME["group"] == name, "y_pred"].mean() for name in "AB"]
    one = mine.one(metric="difference_to_reference:selection_rate", group="A")
    assert one.value == pytest.approx(rates[0] - rates[1], abs=1e-12)
    records, _ = told(audit(FRAME, "--prediction", "y_pred", "--reference-group", "overall"))
    one = records.one(protocol="reference_group", positive="1", metric="ratio_to_reference:selection_rate", group="A")
    assert one.value == pytest.approx(rates[0] / FRAME["y_pred"].mean(), abs=1e-12)


def test_the_terminal_shows_selection_rates_against_the_reference_group(tmp_path):
    FRAME.to_csv(tmp_path / "rows.csv", index=False)
    given = [str(tmp_path / "rows.csv"), *ROLES, "--pictures", "none", "--prediction", "y_pred"]
    shown = CliRunner().invoke(app, ["audit", *given, "--reference-group", "group=B"]).stdout
    assert "Against the reference group, group" in shown
    assert "Against 'B'. Each rate of a group" in shown
    assert "Against" not in CliRunner().invoke(app, ["audit", *given]).stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--prediction", "y_pred", "--reference-group", "group=Z"], "no group 'Z'; its groups are 'A', 'B'"),
        (["--prediction", "y_pred", "--reference-group", "B"], "write it like race=White, or overall"),
        (["--reference-group", "group=A"], "no column holds decisions"),
    ],
)
def test_a_reference_group_that_cannot_be_is_said(audit, options, said):
    result = audit(FRAME, *options)
    assert result.exit_code == 1
    assert said in " ".join(result.stderr.split())


def test_decisions_over_time_and_a_requirement_on_their_change(audit, tmp_path):
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(N) % 360, unit="D")
    frame = FRAME.assign(day=days.strftime("%Y-%m-%d"))
    options = ["--prediction", "y_pred", "--period-column", "day", "--period", "quarter"]
    records, notes = told(audit(frame, *options, "--out", str(tmp_path / "run")))
    mine = records.where(protocol="over_time", metric="demographic_parity_difference", positive="1")
    assert [one.split for one in mine] == ["2024Q1", "2024Q2", "2024Q3", "2024Q4"]
    assert any("quarters of 'day'" in note for note in notes)
    html = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "Gaps over time" in html
    wanted = "y_pred change_since_first demographic_parity_difference by group <= -1"
    refusal = audit(frame, *options, "--require", wanted)
    assert refusal.exit_code == 3
    asked = json.loads(refusal.stdout)["requirements"]
    assert [one["record"]["split"] for one in asked] == ["2024Q2", "2024Q3", "2024Q4"]
    assert "in 2024Q4" in asked[-1]["why"]
    refused(audit(frame, "--period-column", "day"), "no column holds decisions to follow")
    refused(audit(frame, *options[:4], "--period", "week"), "no period 'week'")


def noted(audit, scores, *options):
    return " ".join(told(audit(FRAME.assign(score=scores), "--score", *(options or ["score"])))[1])


def test_what_is_odd_about_scores_is_told_in_a_sentence(audit):
    assert "0.5 selects every row; the scores may have another scale" in noted(audit, 100 * SCORE, "score@0.5")
    assert "3 selects no row" in noted(audit, SCORE, "score@3")
    assert "has the same score, 0.7, in every row" in noted(audit, np.full(N, 0.7))
    assert "rank people with '1' below the others: AUC" in noted(audit, 1 - SCORE)
    assert "below the others" not in noted(audit, SCORE)
    coarse = np.round(SCORE, 1)
    tied = int((coarse == 0.5).sum())
    assert f"{tied} of 600 rows have exactly the score 0.5 and are selected" in noted(audit, coarse)


def test_scores_that_look_like_log_odds_get_a_proposal(audit):
    odds = np.log(SCORE.clip(0.01, 0.99) / (1 - SCORE.clip(0.01, 0.99)))
    refused(audit(FRAME.assign(score=odds), "--score", "score"), "if these are log-odds, name score@0")
    records, _ = told(audit(FRAME.assign(score=odds), "--score", "score@0"))
    rates = records.where(source="score", protocol="model", metric="selection_rate", positive="1")
    assert {one.group: one.value for one in rates if one.group} == pytest.approx(
        FRAME.groupby("group")["y_pred"].mean().to_dict(), abs=1e-12
    )


def test_a_group_with_one_outcome_only_has_no_rate_of_the_other_and_says_so(audit):
    frame = FRAME.assign(y_true=np.where(GROUP == "A", 1, Y))
    records, _ = told(audit(frame, "--score", "score"))
    lacking = records.where(source="score", protocol="model", metric=("fpr", "auc"), group="A", positive="1")
    assert [one.value for one in lacking] == [None, None]
    assert all("outcome" in one.note for one in lacking)


def test_a_number_that_is_predicted_in_its_unit(audit, tmp_path):
    wage = 30_000 + 9_000 * RNG.normal(size=N)
    frame = FRAME.assign(wage=wage.round(2), pred=(wage - 3_000 * (GROUP == "A") + 2_000 * RNG.normal(size=N)).round(2))
    path, out = tmp_path / "numbers.csv", tmp_path / "run"
    frame.to_csv(path, index=False)
    arguments = [str(path), "--target", "wage", "--sensitive", "group", "--score", "pred", "--json", "--out", str(out)]
    records, notes = told(CliRunner().invoke(app, ["audit", *arguments]))
    errors = frame["pred"] - frame["wage"]
    found = {one.group: one.value for one in records.where(protocol="numbers", metric="mean_error").of_groups}
    assert found == pytest.approx(errors.groupby(frame["group"]).mean().to_dict(), abs=1e-9)
    assert any("counts as positive from its median" in note for note in notes)
    assert any("'pred' is read as predictions of 'wage', in its unit" in note for note in notes)
    rates = records.where(source="pred", protocol="model", metric="selection_rate").of_groups
    (positive,) = {str(one.positive) for one in rates if str(one.positive).startswith("≥ ")}
    threshold = float(positive.removeprefix("≥ "))
    assert ((frame["wage"] >= threshold) == (frame["wage"] >= frame["wage"].median())).all()
    tail = rates.where(positive=positive)
    above = (frame["pred"] >= threshold).groupby(frame["group"]).mean()
    assert {one.group: one.value for one in tail} == pytest.approx(above.to_dict(), abs=1e-12)
    assert "Predicted numbers" in (out / "report.html").read_text(encoding="utf-8")
    wanted = "pred numbers mean_error_difference by group <= 100"
    assert CliRunner().invoke(app, ["audit", *arguments[:-2], "--require", wanted]).exit_code == 3
