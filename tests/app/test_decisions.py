"""Decisions of a model: chosen on the Data page, audited on the Audit page."""

import numpy as np
import pandas as pd
import pytest

from core.data.decision_columns import decision_columns
from core.data.decision_roles import DecisionRoles
from core.data.schema_editing import with_inferred_roles
from core.data.sources.upload import from_frame
from core.pipeline import audit_model_decisions
from core.runs.run_folder import find_runs
from tests.app.decided import BUTTON, csv, held, press, table
from tests.app.seen import labels, open_section, upload, words


@pytest.fixture
def page(opened):
    return opened("data")


def test_columns_named_like_decisions_are_proposed_and_are_no_features(page):
    upload(page, "decided.csv", csv())
    assert held(page).value == "Decisions of a model"
    assert page.selectbox(key="target").value == "y_true"
    assert page.multiselect(key="predictions").value == ["y_pred"]
    assert page.multiselect(key="scores").value == ["score"]
    assert page.number_input(key="rule-number-score").value == 0.5
    assert page.session_state["dataset"].schema.features == []
    assert "Next: audit the decisions" in labels(page)
    assert "'score' selects from 0.5 on" in words(page)


def test_a_table_of_people_is_none_of_decisions(page):
    upload(page, "people.csv", table().drop(columns=["y_pred", "score"]).assign(age=30).to_csv(index=False).encode())
    assert held(page).value == "People and an outcome"
    assert not page.multiselect(key="sensitive").label.startswith("Predicted")
    assert "Next: audit this table" in labels(page)


def test_who_says_otherwise_is_warned_that_models_would_learn_from_them(page):
    upload(page, "decided.csv", csv())
    held(page).set_value("People and an outcome").run()
    assert not page.exception
    assert page.session_state["dataset"].schema.features == ["y_pred", "score"]
    page.multiselect(key="sensitive").set_value(["sex"]).run()
    assert "“y_pred”, “score”: named like the decisions of a model" in words(page)
    assert words(page).count("named like the decisions of") == 1
    held(page).set_value("Decisions of a model").run()
    assert page.session_state["dataset"].schema.features == []
    assert page.multiselect(key="scores").value == ["score"]


def test_any_column_can_be_chosen_and_is_given_back(page):
    upload(page, "decided.csv", csv(tool=["1", "0"] * 200, points=np.arange(400) % 9))
    page.multiselect(key="predictions").set_value(["tool", "y_pred"]).run()
    assert page.session_state["dataset"].schema.features == ["points"]
    page.multiselect(key="predictions").set_value(["y_pred"]).run()
    assert set(page.session_state["dataset"].schema.features) == {"tool", "points"}
    page.multiselect(key="predictions").set_value([]).run()
    page.multiselect(key="scores").set_value([]).run()
    assert "No column holds decisions yet. Choose “Predicted labels” or “Scores”." in words(page)
    assert "Next: audit the decisions" not in labels(page)
    assert not page.exception


def test_a_score_that_is_no_probability_waits_for_its_threshold_or_share(page):
    upload(page, "decided.csv", csv(decile_score=np.arange(400) % 10 + 1))
    assert page.number_input(key="rule-number-decile_score").value is None
    assert "'decile_score' runs from 1 to 10. Type the lowest score that is selected." in words(page)
    assert "Next: audit the decisions" not in labels(page)
    page.number_input(key="rule-number-decile_score").set_value(5.0).run()
    assert "'decile_score' selects from 5 on." in words(page)
    assert "Next: audit the decisions" in labels(page)
    page.selectbox(key="rule-decile_score").set_value("The highest share").run()
    assert page.number_input(key="rule-number-decile_score").value == 10
    assert "(top 10%)" in words(page)
    assert not page.exception


def test_labels_that_the_outcome_never_has_are_said_and_the_roles_are_kept(page):
    upload(page, "decided.csv", csv(told=["good", "bad"] * 200))
    page.multiselect(key="predictions").set_value(["told"]).run()
    assert "'told' has other words than the outcome. Choose which of them predicts it." in words(page)
    page.switch_page("pages/audit.py").run()
    assert "Choose them on the Data page" in labels(page)
    page.switch_page("pages/data.py").run()
    assert page.multiselect(key="predictions").value == ["told"]
    page.selectbox(key="positive-told").set_value("good").run()
    assert not page.exception
    assert "In 'told', 'good' stands for '1' of 'y_true', and 'bad' for '0'." in words(page)
    assert "Next: audit the decisions" in labels(page)
    page.selectbox(key="positive").set_value("0").run()
    assert page.selectbox(key="positive-told").value is None


def test_a_usual_word_for_a_good_decision_is_understood_and_can_be_changed(page):
    frame = table(decision=np.where(table()["y_pred"] == 1, "approve", "reject")).drop(columns=["y_pred", "score"])
    frame["repaid"] = np.where(frame.pop("y_true") == 1, "yes", "no")
    upload(page, "loans.csv", frame.rename(columns={"decision": "model_decision"}).to_csv(index=False).encode())
    assert held(page).value == "Decisions of a model"
    assert page.multiselect(key="predictions").value == ["model_decision"]
    assert page.selectbox(key="positive-model_decision").label == "“model\\_decision” predicts “yes” with"
    assert page.selectbox(key="positive-model_decision").value == "approve"
    page.selectbox(key="positive-model_decision").set_value("reject").run()
    assert "In 'model_decision', 'reject' stands for 'yes' of 'repaid'" in words(page)
    assert not page.exception


def test_models_below_one_another_are_told_apart_by_a_column(page, tmp_path):
    both = pd.concat([table().assign(maker=maker) for maker in ("bank", "bureau")])
    upload(page, "long.csv", both.to_csv(index=False).encode())
    page.selectbox(key="model-column").set_value("maker").run()
    assert not page.exception
    assert page.session_state["dataset"].schema.features == []
    assert "maker" not in page.multiselect(key="predictions").options
    page.multiselect(key="scores").set_value([]).run()
    page.switch_page("pages/audit.py").run()
    assert "The decisions of each model that “maker” names, “y_pred”" in words(page)
    press(page)
    assert "“bureau”" in words(page)
    (run,) = find_runs(tmp_path)
    assert run.manifest.read()["models"] == ["bank", "bureau"]
    page.switch_page("pages/data.py").run()
    page.segmented_control(key="way").set_value("Earlier run").run()
    press(page, "Use its table")
    assert page.selectbox(key="model-column").value == "maker"
    held(page).set_value("People and an outcome").run()
    assert set(page.session_state["dataset"].schema.features) == {"maker", "y_pred", "score"}


def test_too_many_models_are_said_beside_the_column(page):
    upload(page, "long.csv", csv(maker=[f"m{number % 60}" for number in range(400)]))
    page.selectbox(key="model-column").set_value("maker").run()
    assert "names 60 models with 2 decisions each, more than the 50" in words(page)
    assert "Choose another value for “Names of the models”" in words(page)
    assert "Next: audit the decisions" not in labels(page)


def test_decisions_alone_are_nothing_to_learn_from(page):
    upload(page, "decided.csv", csv())
    page.switch_page("pages/train.py").run()
    assert "no other column to learn from" in words(page)
    assert "Start training" not in [button.label for button in page.button]
    assert "Next: make a fairer version" not in labels(page.switch_page("pages/audit.py").run())
    upload(page.switch_page("pages/data.py").run(), "more.csv", csv(age=np.arange(400) % 50))
    assert "Next: make a fairer version" in labels(page.switch_page("pages/audit.py").run())
    page.switch_page("pages/train.py").run()
    assert "Start training" in [button.label for button in page.button]


def test_a_column_that_becomes_the_outcome_is_no_decision_any_more(page):
    upload(page, "decided.csv", csv())
    page.selectbox(key="target").set_value("y_pred").run()
    assert not page.exception
    assert page.multiselect(key="predictions").value == []
    assert page.multiselect(key="scores").value == ["score"]


def test_a_run_with_two_rules_for_a_score_is_opened_again(page, tmp_path):
    dataset = with_inferred_roles(from_frame(table(), "file.csv"))
    columns = tuple(decision_columns([], ["score", "score@top10%"], dataset.schema.names))
    audit_model_decisions(dataset, DecisionRoles(columns), out=tmp_path / "twice")
    page.segmented_control(key="way").set_value("Earlier run").run()
    press(page, "Use its table")
    assert page.multiselect(key="scores").value == ["score"]
    assert page.number_input(key="rule-number-score").value == 0.5
    assert page.number_input(key="rule-number-score-1").value == 10
    page.number_input(key="rule-number-score-1").set_value(20.0).run()
    assert not page.exception
    assert page.number_input(key="rule-number-score").value == 0.5
    assert "(top 20%)" in words(page)


def test_the_decisions_are_audited_and_a_reload_shows_them_again(page, app, tmp_path):
    upload(page, "decided.csv", csv())
    page.number_input(key="rule-number-score").set_value(0.4).run()
    page.switch_page("pages/audit.py").run()
    seen = words(page)
    assert "The decisions of 2 models, “y_pred”, “score” (≥ 0.4), are compared with the outcome “y_true”" in seen
    assert "Nothing is trained" in seen
    assert "Train and test models" not in [button.label for button in page.button]
    press(page)
    assert "Wrongly predicted not “1”, by group, sex, decisions of a model" in words(open_section(page, "mistakes"))
    assert "Whom does each threshold select?" in words(open_section(page, "scores"))
    assert "Verdicts on equal rates" in words(open_section(page, "verdicts"))
    assert BUTTON not in [button.label for button in page.button]
    (run,) = [folder.path for folder in find_runs(tmp_path)]
    assert (run / "report.html").exists()
    assert app.query_params["run"] == run.name
    assert "Nothing was trained" in words(page.switch_page("pages/compare.py").run())
    for name in ("start", "train", "methods", "generate", "compare", "report", "audit"):
        assert not page.switch_page(f"pages/{name}.py").run().exception
    for name in ("dataset", "loaded", "decisions", "cached", "dataset_key", "subject"):
        del page.session_state[name]
    page.run()
    assert not page.exception
    assert "Verdicts on equal rates" in words(open_section(page, "verdicts"))
    page.switch_page("pages/data.py").run()
    assert page.number_input(key="rule-number-score").value == 0.4
    assert "400 rows, 4 columns" in words(page)


def test_decisions_are_judged_against_a_reference_outcome_too(page):
    upload(page, "decided.csv", csv(later=np.random.default_rng(1).integers(0, 2, 400)))
    page.multiselect(key="sensitive").set_value(["sex"]).run()
    open_section(page, "outcome").selectbox(key="reference").set_value("later").run()
    assert "later" not in page.multiselect(key="predictions").options
    page.switch_page("pages/audit.py").run(timeout=60)
    press(page)
    assert "Judged by the reference outcome “later”, mistakes of “y_pred”" in words(page)
    open_section(page, "tables")
    (tables,) = (one.options for one in page.selectbox if one.label == "Table")
    assert "By group, sex, decisions of a model, against the reference outcome" in tables
