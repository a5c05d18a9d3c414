"""Curves of scores and alternatives that an audit of decisions saves, and their places in the report."""

import re

import numpy as np
import pandas as pd
import pytest
import vl_convert

from core.audit.metrics.calibration import reliability
from core.data.column import Column
from core.data.decision_columns import DecisionColumn, decision_columns
from core.data.decision_roles import DecisionRoles
from core.data.schema import Schema
from core.data.sources.upload import from_frame
from core.pipeline import audit_model_decisions, verify, write_tables
from core.pipeline.score_plots import read_alternatives, read_repair, read_score_tables
from core.pipeline.thresholds import choose_thresholds
from core.report.output.csv_files import file_name
from core.runs.run_folder import RunFolder
from tests.core.audit.thresholds.made import NAMES, rows

MADE = rows(1500)
FRAME = pd.DataFrame(
    {
        "group": np.asarray(NAMES)[MADE.grouping.codes],
        "y": np.where(MADE.labels == 1, "yes", "no"),
        "risk": MADE.scores,
        "points": (10 * MADE.scores).astype(int),
    }
)
SCHEMA = Schema(
    columns=(
        Column(name="group", kind="categorical", role="sensitive"),
        Column(name="y", kind="categorical", role="target"),
        Column(name="risk", kind="numerical"),
        Column(name="points", kind="integer"),
    ),
    positive="yes",
)


def audited(folder, *scores, predictions=()):
    dataset = from_frame(FRAME, "file.csv", SCHEMA)
    roles = DecisionRoles(tuple(decision_columns(predictions, scores, FRAME.columns)))
    audit_model_decisions(dataset, roles, out=folder)
    return RunFolder.open(folder)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return audited(tmp_path_factory.mktemp("scores") / "run", "risk@0.4", "risk@0.6", "points@5")


def test_each_score_is_drawn_once_whichever_rules_select_by_it(run):
    titles = [figure.title for figure in read_score_tables(run).figures()]
    assert titles == [
        "Do the chances come true? risk ≥ 0.4, group",
        "Whom does each threshold select? risk ≥ 0.4, group",
        "Who has which score? risk ≥ 0.4, group",
        "Whom does each threshold select? points, group",
        "Who has which score? points, group",
    ]


def test_what_is_drawn_and_listed_are_the_bins_of_each_group(run):
    figure = read_score_tables(run).figures()[0]
    mine = MADE.grouping.codes == 1
    wanted = reliability(MADE.labels[mine], MADE.scores[mine])
    listed = [row for row in figure.table.rows if row[0].text == NAMES[1]]
    assert [int(row[2].text) for row in listed] == wanted.n.tolist()
    assert [float(row[4].text) for row in listed] == pytest.approx(wanted.share, abs=5e-4)
    for one in read_score_tables(run).figures():
        assert one.caption
        assert one.table.rows
        assert vl_convert.vegalite_to_svg(one.spec).startswith("<svg")


def test_the_report_has_curves_and_alternatives_and_agrees_with_its_hashes(run):
    text = run.report_html.path.read_text("utf-8")
    assert "Scores by group" in text
    assert "Do the chances come true? risk ≥ 0.4, group" in text
    assert "Less discriminatory alternatives, group" in text
    assert re.search(r"choices of a model and one threshold for everybody were\s+tried", text)
    assert all(one.agrees for one in verify(run.path))


def test_alternatives_are_read_back_as_a_table(run):
    (table,) = read_alternatives(run)
    assert table.rows[0][0].text == "most accurate"
    assert {row[1].text for row in table.rows} <= {"risk ≥ 0.4", "risk ≥ 0.6", "points"}
    assert "as today" in {row[2].text for row in table.rows} or "from" in table.rows[0][2].text


def test_the_report_tells_what_repair_costs_as_the_command_does(run):
    dataset = from_frame(FRAME, "file.csv", SCHEMA)
    roles = DecisionRoles(tuple(decision_columns((), ("risk@0.4", "points@5"), FRAME.columns)))
    told = [table for table in choose_thresholds(dataset, roles).tables() if "alternatives" not in table.title]
    kept = read_repair(run)
    assert [table.rows for table in kept] == [table.rows for table in told]
    assert [table.title for table in kept[:3]] == [
        f"{what}, risk ≥ 0.4, group" for what in ("What each rule costs", "Who gains and who loses", "Thresholds")
    ]
    text = run.report_html.path.read_text("utf-8")
    assert "Thresholds and repair" in text
    assert "What each rule costs, risk ≥ 0.4, group" in text


def test_the_tables_of_scores_are_exported_with_the_others(run, tmp_path):
    exported = {path.name: path for path in write_tables(run.path, tmp_path / "tables")}
    kept = [*read_score_tables(run).figures(), *read_alternatives(run), *read_repair(run)]
    for one in kept:
        assert sum(file_name("", one.title)[:-4] in name for name in exported) == 1, one.title
    prices = next(path for name, path in exported.items() if "what-each-rule-costs-risk" in name)
    today = pd.read_csv(prices).iloc[0]
    assert today["right decisions"] == read_repair(run)[0].rows[0][2].plain()


def test_the_report_of_decisions_speaks_of_no_training_and_of_no_other_rows(run):
    text = run.report_html.path.read_text("utf-8")
    assert "Decisions beside the outcome" in text
    assert "A model whose decisions are in the file." in text
    assert "Rows that the model learned from" in text
    for stranger in ("random forest", "A file from elsewhere", "Fidelity", "No synthetic rows were given"):
        assert stranger not in text


def test_labels_of_one_model_have_neither(tmp_path):
    dataset = from_frame(FRAME.assign(said=FRAME["y"]).drop(columns=["risk", "points"]), "file.csv", _with_said())
    audit_model_decisions(dataset, DecisionRoles((DecisionColumn("said"),)), out=tmp_path / "run")
    run = RunFolder.open(tmp_path / "run")
    assert read_score_tables(run).figures() == []
    assert read_alternatives(run) == []
    assert read_repair(run) == []
    assert "Thresholds and repair" not in run.report_html.path.read_text("utf-8")
    assert "Scores by group" not in run.report_html.path.read_text("utf-8")


def _with_said():
    kept = tuple(column for column in SCHEMA.columns if column.role != "feature")
    kept = tuple(column for column in kept if column.name in ("group", "y"))
    return Schema(columns=(*kept, Column(name="said", kind="categorical")), positive="yes")
