import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from core import pipeline
from core.audit.records import Record
from core.cli.main import app
from core.data.sources.demo import demo_table
from core.errors import DataError
from core.pipeline import RunResult, results
from core.runs.run_folder import RunFolder
from tests.core.report.samples import SCHEMA, sample_records

VERBS = [
    "demo",
    "run",
    "resume",
    "audit",
    "generate",
    "export",
    "report",
    "verify",
    "compare",
    "sheets",
    "benchmark",
    "app",
]


@pytest.fixture
def shell():
    return CliRunner()


@pytest.fixture
def finished(tmp_path):
    folder = RunFolder.create(tmp_path / "run")
    folder.schema.save(demo_table(20).schema)
    folder.metrics.save([Record(source="original", protocol="A", metric="accuracy", value=0.8)])
    folder.environment.save("cpu")
    return folder


@pytest.fixture
def audited(monkeypatch):
    """Replaces the audit by one that answers at once, or fails as told."""

    def install(answer):
        def audit_dataset(*_, **__):
            if isinstance(answer, BaseException):
                raise answer
            return answer

        monkeypatch.setattr(pipeline, "audit_dataset", audit_dataset)

    return install


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(shell, verb):
    result = shell.invoke(app, [verb, "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.stdout


def test_help_waits_for_no_slow_library():
    code = (
        "import sys\nfrom typer.testing import CliRunner\nfrom core.cli.main import app\n"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0\n"
        "sys.exit(' '.join({'torch', 'pandas', 'sklearn', 'altair'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)  # noqa: S603
    assert done.stderr.strip() == ""


def test_wrong_usage_ends_with_2(shell):
    assert shell.invoke(app, ["run"]).exit_code == 2
    assert shell.invoke(app, ["dance"]).exit_code == 2


def test_what_the_user_can_mend_is_one_sentence(shell):
    result = shell.invoke(app, ["audit", "no-such-table"])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert "no-such-table" in result.stderr


@pytest.mark.parametrize(
    ("failure", "code", "said"),
    [
        (DataError("Column 'a' is empty."), 1, "Column 'a' is empty."),
        (PermissionError(13, "Permission denied", "x.csv"), 1, "x.csv: Permission denied"),
        (KeyboardInterrupt(), 130, "Cancelled."),
        (ValueError("secret value of a row"), 70, "Unexpected ValueError"),
    ],
)
def test_every_end_has_its_exit_code(shell, audited, failure, code, said):
    audited(failure)
    result = shell.invoke(app, ["audit", "demo"])
    assert result.exit_code == code
    assert said in result.stderr
    assert "Traceback" not in result.output
    assert "secret" not in result.output


def test_an_unexpected_failure_leaves_type_and_place_but_no_value(shell, audited, finished):
    audited(ValueError("secret value of a row"))
    result = shell.invoke(app, ["audit", "demo", "--out", str(finished.path)])
    assert result.exit_code == 70
    log = finished.job.error_log.path.read_text()
    assert log.startswith("ValueError\n")
    assert "test_main.py" in log
    assert "secret" not in log
    assert "/" not in log


def test_json_is_all_there_is_on_stdout(shell, audited):
    audited(RunResult(None, sample_records(), ["A note."], SCHEMA))
    result = shell.invoke(app, ["audit", "demo", "--json"])
    content = json.loads(result.stdout)
    assert [Record(**found) for found in content["records"]] == sample_records()
    assert content["notes"] == ["A note."]
    assert content["paths"] == {}


def test_without_json_tables_findings_and_notes_are_printed(shell, audited):
    audited(RunResult(None, sample_records(), ["A note [b]."], SCHEMA))
    result = shell.invoke(app, ["audit", "demo"])
    assert result.exit_code == 0
    for part in ("Fairness and utility, sex", "below the margin of 50", "Note: A note [b]."):
        assert part in result.stdout


def test_report_is_written_anew_with_its_tables(shell, finished, tmp_path):
    result = shell.invoke(app, ["report", str(finished.path), "--tables", str(tmp_path / "tables")])
    assert result.exit_code == 0, result.stderr
    assert finished.report_html.exists()
    assert "tables are in" in result.stdout
    assert any(path.name.startswith("T7.1-utility") for path in (tmp_path / "tables").iterdir())


@pytest.mark.parametrize(
    ("option", "name", "has_annexes"),
    [("--pdf", "report.pdf", False), ("--annexes", "report-with-annexes.pdf", True)],
    ids=["short", "whole"],
)
def test_a_pdf_has_annexes_if_asked(shell, finished, monkeypatch, option, name, has_annexes):
    monkeypatch.setattr(results, "paged", lambda html, _: html.encode())
    result = shell.invoke(app, ["report", str(finished.path), option])
    assert result.exit_code == 0, result.stderr
    assert name in result.stdout.replace("\n", "")
    written = [path.name for path in finished.path.glob("*.pdf")]
    assert written == [name]
    assert (b'id="annexes"' in (finished.path / name).read_bytes()) == has_annexes


def test_the_first_screen_is_written_on_one_page(shell, finished, tmp_path):
    result = shell.invoke(app, ["report", str(finished.path), "--one-page", str(tmp_path / "new" / "page.html")])
    assert result.exit_code == 0, result.stderr
    assert "Fairness audit at a glance" in (tmp_path / "new" / "page.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("limit", "code"), [(0.8, 0), (0.81, 3)])
def test_a_requirement_decides_the_exit_code_of_a_report(shell, finished, limit, code):
    wanted = f"original A accuracy >= {limit}"
    result = shell.invoke(app, ["report", str(finished.path), "--require", wanted])
    assert result.exit_code == code, result.stderr
    assert ("not met" in result.stdout) == bool(code)


def test_a_requirement_that_cannot_be_decided_ends_with_3(shell, audited):
    audited(RunResult(None, sample_records(), [], SCHEMA))
    result = shell.invoke(app, ["audit", "demo", "--json", "--require", "nobody A accuracy >= 0"])
    assert result.exit_code == 3
    assert json.loads(result.stdout)["requirements"][0]["answer"] == "cannot be decided"


def test_a_requirement_is_read_before_anything_is_measured(shell, audited):
    audited(AssertionError("measured"))
    result = shell.invoke(app, ["audit", "demo", "--require", "synthetic A fairness >= 1"])
    assert result.exit_code == 1
    assert "no figure 'fairness'" in result.stderr


def test_compare_shows_both(shell, finished):
    result = shell.invoke(app, ["compare", str(finished.path), str(finished.path)])
    assert result.exit_code == 0, result.stderr
    assert "+0.000" in result.stdout


def test_a_run_is_compared_with_a_report_file(shell, finished):
    shell.invoke(app, ["report", str(finished.path)])
    result = shell.invoke(app, ["compare", str(finished.path), str(finished.report_html.path), "--json"])
    assert result.exit_code == 0, result.stderr
    assert [figure["difference"] for figure in json.loads(result.stdout)["figures"]] == [0.0]


def test_verify_names_what_differs_and_ends_with_1(shell, finished):
    finished.checksums.record()
    shell.invoke(app, ["report", str(finished.path)])
    for path in (finished.path, finished.report_html.path):
        result = shell.invoke(app, ["verify", str(path)])
        assert result.exit_code == 0, result.stdout
        assert "no difference" in result.stdout
    metrics = finished.path / "metrics.json"
    metrics.write_text(metrics.read_text().replace("0.8", "0.9"))
    result = shell.invoke(app, ["verify", str(finished.path)])
    assert result.exit_code == 1
    assert "metrics.json: " in result.stdout


def test_a_place_that_cannot_be_used_is_said_before_the_audit(shell, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    result = shell.invoke(app, ["audit", "demo", "--out", str(tmp_path)])
    assert result.exit_code == 1
    assert "holds files that are not a run" in result.stderr
    assert "Base rates" not in result.stderr


@pytest.mark.parametrize(
    "verb", [["report", "absent"], ["resume", "absent"], ["verify", "absent"], ["compare", "absent", "absent"]]
)
def test_a_run_that_is_not_there_is_said(shell, verb):
    result = shell.invoke(app, verb)
    assert result.exit_code == 1
    assert "not a run folder" in result.stderr
