"""Answers and bias audits that a user adds to a run: saved, computed from its rows, and shown in its report."""

import json

import pandas as pd
import pytest
from typer.testing import CliRunner

from core.audit.metrics.local_law_144 import BiasAuditColumns
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.cli.field_names import COMMAND_LINE
from core.cli.main import app
from core.config import run_config
from core.data.sources.demo import demo_table
from core.errors import ConfigError, RunError, SchemaError
from core.pipeline import is_report_outdated, map_bias_audit, save_answers, sheets, write_report
from core.report.frameworks.answers import Answers
from core.runs.bundle import SHAREABLE
from core.runs.run_folder import RunFolder
from core.runs.state import Status
from tests.core.report.samples import sample_records

COLUMNS = BiasAuditColumns(sex="sex", race_ethnicity="origin", selection="approved", selected="yes")


@pytest.fixture
def folder(tmp_path):
    """A finished run with made-up figures and real rows."""
    made = RunFolder.create(tmp_path / "run")
    table = demo_table(400)
    made.schema.save(table.schema.replaced(decision="us-employment"))
    made.artifacts.save_table("train", table.frame.head(300))
    made.artifacts.save_table("holdout", table.frame.tail(100))
    made.synthetic.save(table.frame.head(200))
    made.environment.save("cpu")
    made.config.save(run_config())
    made.metrics.save(sample_records())
    made.notes.save([])
    made.job.update_state(status=Status.DONE)
    write_report(made.path)
    return made


def texts(folder):
    return {field.key: field.text for sheet in sheets(folder.path) for field in sheet.fields}


def test_a_text_is_kept_shown_in_the_report_once_rewritten_and_taken_away(folder):
    save_answers(folder.path, {"eu_ai_act.origin": "A survey.", "sign_off.name": "Ada"})
    assert texts(folder)["eu_ai_act.origin"] == "A survey."
    assert is_report_outdated(folder.path)
    assert "A survey." not in folder.report_html.path.read_text()
    write_report(folder.path)
    assert not is_report_outdated(folder.path)
    assert "A survey." in folder.report_html.path.read_text()
    save_answers(folder.path, {"eu_ai_act.origin": ""})
    assert texts(folder)["eu_ai_act.origin"] == ""
    assert texts(folder)["sign_off.name"] == "Ada"


def test_a_field_that_is_not_there_is_named_and_nothing_is_kept(folder):
    with pytest.raises(ConfigError, match=r"'eu_ai_act\.orgin'; did you mean 'eu_ai_act\.origin'") as found:
        save_answers(folder.path, {"sign_off.name": "Ada", "eu_ai_act.orgin": "x"})
    assert found.value.field == "answers"
    assert not (folder.path / "answers.json").exists()


def test_a_run_that_is_not_finished_takes_no_answers(folder):
    folder.job.update_state(status=Status.FAILED)
    with pytest.raises(RunError, match="not finished"):
        save_answers(folder.path, {"sign_off.name": "Ada"})
    with pytest.raises(RunError, match="not finished"):
        map_bias_audit(folder.path, COLUMNS)


def test_a_bias_audit_is_refused_where_no_employment_decision_was_declared(folder):
    folder.schema.save(demo_table(1).schema)
    with pytest.raises(ConfigError, match="about US employment decisions") as found:
        map_bias_audit(folder.path, COLUMNS)
    assert found.value.problem.worded(COMMAND_LINE).endswith("Give --decision us-employment.")


def test_damaged_answers_are_said_and_not_overwritten(folder):
    (folder.path / "answers.json").write_text("{")
    with pytest.raises(RunError, match=r"answers\.json .* is damaged"):
        save_answers(folder.path, {"sign_off.name": "Ada"})
    assert (folder.path / "answers.json").read_text() == "{"


def test_counts_are_of_all_real_rows_and_one_source_for_json_sheet_and_report(folder):
    map_bias_audit(folder.path, COLUMNS)
    records = folder.metrics.read(Record)
    assert records[: len(sample_records())] == sample_records()
    rows = pd.concat([folder.artifacts.table("train"), folder.artifacts.table("holdout")])
    expected = rows.groupby("sex").size()
    mine = RecordSet(records).where(protocol="local_law_144", source="original", sensitive="sex", metric="applicants")
    assert {record.group: record.value for record in mine} == expected.to_dict()
    shown = sheets(folder.path)[0].parts[1].tables[0].rows
    assert [row[1].text for row in shown[:-1]] == [f"{count:,}" for count in expected]
    assert "NYC Local Law 144" in folder.report_html.path.read_text()
    assert RecordSet(records).where(protocol="local_law_144", source="synthetic", metric="assessed")[0].value == 200


def test_another_mapping_replaces_the_counts_and_none_takes_them_away(folder):
    save_answers(folder.path, {"sign_off.name": "Ada"})
    map_bias_audit(folder.path, COLUMNS)
    map_bias_audit(folder.path, BiasAuditColumns(sex="sex", selection="approved", selected="yes"))
    assert not RecordSet(folder.metrics.read(Record)).where(protocol="local_law_144", sensitive="origin")
    map_bias_audit(folder.path, None)
    assert folder.metrics.read(Record) == sample_records()
    assert folder.answers.read(Answers) == Answers(texts={"sign_off.name": "Ada"})
    assert "NYC Local Law 144" not in folder.report_html.path.read_text()


def test_a_mapping_that_does_not_fit_changes_nothing(folder):
    map_bias_audit(folder.path, COLUMNS)
    before = (folder.path / "metrics.json").read_bytes()
    with pytest.raises(SchemaError, match="no column 'gender'"):
        map_bias_audit(folder.path, COLUMNS.model_copy(update={"sex": "gender"}))
    assert (folder.path / "metrics.json").read_bytes() == before
    assert folder.answers.read(Answers).local_law_144 == COLUMNS


def test_a_new_run_in_the_folder_starts_without_answers_and_a_zip_has_them(folder):
    save_answers(folder.path, {"sign_off.name": "Ada"})
    assert "answers.json" in SHAREABLE
    RunFolder.create(folder.path)
    assert folder.answers.read(Answers) == Answers()


def verb(folder, *arguments):
    return CliRunner().invoke(app, ["sheets", str(folder.path), *arguments])


def test_the_verb_lists_fills_and_maps(folder, tmp_path):
    assert "eu_ai_act.origin: (b) Collection and origin (not filled in)" in verb(folder).stdout
    file = tmp_path / "mine.json"
    file.write_text(json.dumps({"eu_ai_act.origin": "Ein Fragebogen für alle."}), encoding="utf-8")
    mapped = ("--local-law-144", "sex=sex", "--local-law-144", "race=origin", "--selection", "approved=yes")
    result = verb(folder, "--answers", str(file), *mapped, "--json")
    assert result.exit_code == 0, result.stderr
    fields = {field["key"]: field for field in json.loads(result.stdout)["fields"]}
    assert fields["eu_ai_act.origin"]["text"] == "Ein Fragebogen für alle."
    assert fields["local_law_144.tool"]["origin"] == "not filled in"
    report = folder.report_html.path.read_text(encoding="utf-8")
    assert "Ein Fragebogen für alle." in report
    assert "NYC Local Law 144" in report
    assert verb(folder, "--local-law-144", "off").exit_code == 0
    assert "NYC Local Law 144" not in folder.report_html.path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--selection", "approved=yes"], "Give --local-law-144."),
        (["--local-law-144", "gender=sex"], "write sex=COLUMN or race=COLUMN"),
        (["--local-law-144", "sex=sex", "--local-law-144", "sex=origin"], "once each"),
        (["--local-law-144", "sex=sex", "--selection", "approved"], "write it like hired=yes"),
        (["--local-law-144", "sex=sex"], "either the column of the selection"),
        (["--local-law-144", "sex=sex", "--score", "education"], "is no score"),
        (["--answers", "nowhere.json"], "no file 'nowhere.json'"),
    ],
)
def test_what_the_verb_does_not_understand_is_one_sentence(folder, arguments, said):
    result = verb(folder, *arguments)
    assert result.exit_code == 1
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_file_of_answers_is_bounded_and_utf8(folder, tmp_path):
    file = tmp_path / "mine.json"
    file.write_bytes(b" " * 2_000_001)
    assert "larger than" in verb(folder, "--answers", str(file)).stderr
    file.write_bytes(b'{"sign_off.name": "\xe4"}')
    assert "not UTF-8" in verb(folder, "--answers", str(file)).stderr
