import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from core import pipeline
from core.audit.records import Record
from core.cli.main import app
from core.cli.options import parse_bin_edges, shares
from core.config import run_config
from core.data.sources.catalog import load
from core.data.sources.demo import demo_table
from core.errors import ConfigError, DataError
from core.pipeline import RunResult, stages
from core.runs.run_folder import RunFolder
from core.runs.state import Status
from tests.core.report.samples import sample_records

VERBS = ["demo", "run", "resume", "audit", "generate", "report", "verify", "compare", "sheets", "benchmark", "app"]


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
    audited(RunResult(None, sample_records(), ["A note."]))
    result = shell.invoke(app, ["audit", "demo", "--json"])
    content = json.loads(result.stdout)
    assert [Record(**found) for found in content["records"]] == sample_records()
    assert content["notes"] == ["A note."]
    assert content["paths"] == {}


def test_without_json_tables_findings_and_notes_are_printed(shell, audited):
    audited(RunResult(None, sample_records(), ["A note [b]."]))
    result = shell.invoke(app, ["audit", "demo"])
    assert result.exit_code == 0
    for part in ("Fairness and utility, sex", "by sex: no gap found", "Note: A note [b]."):
        assert part in result.stdout


def test_report_is_written_anew_with_its_tables(shell, finished, tmp_path):
    result = shell.invoke(app, ["report", str(finished.path), "--tables", str(tmp_path / "tables")])
    assert result.exit_code == 0, result.stderr
    assert finished.report_html.exists()
    assert "tables are in" in result.stdout
    assert any(path.name.startswith("T7.1-utility") for path in (tmp_path / "tables").iterdir())


@pytest.mark.parametrize(("limit", "code"), [(0.8, 0), (0.81, 3)])
def test_a_requirement_decides_the_exit_code_of_a_report(shell, finished, limit, code):
    wanted = f"original A accuracy >= {limit}"
    result = shell.invoke(app, ["report", str(finished.path), "--require", wanted])
    assert result.exit_code == code, result.stderr
    assert ("not met" in result.stdout) == bool(code)


def test_a_requirement_that_cannot_be_decided_ends_with_3(shell, audited):
    audited(RunResult(None, sample_records(), []))
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


@pytest.mark.parametrize("text", ["age", "age=", "=3", "age=a,b"])
def test_cut_points_that_are_none_are_said(text):
    with pytest.raises(ConfigError, match="age=25,40,60"):
        parse_bin_edges([text])


@pytest.mark.parametrize("text", ["Female", "Female=", "=0.5", "Female=half"])
def test_shares_that_are_none_are_said(text):
    with pytest.raises(ConfigError, match=r"Female=0\.5"):
        shares([text])


def close_loop(shell, tmp_path):
    """A small file, one epoch: the run's JSON document, and its folder."""
    table, out = tmp_path / "people.csv", tmp_path / "run"
    demo_table(400, 1).frame.to_csv(table, index=False)
    roles = ["--target", "approved", "--positive", "yes", "--sensitive", "sex"]
    quick = ["--preset", "fast", "--epochs", "1", "--rows", "200", "--pictures", "none"]
    made = shell.invoke(app, ["run", str(table), *roles, *quick, "--out", str(out), "--json"])
    assert made.exit_code == 0, made.stderr
    return json.loads(made.stdout), RunFolder.open(out), table


def test_from_a_file_to_a_report_and_more_rows(shell, tmp_path, monkeypatch):
    monkeypatch.setattr(stages, "audit", lambda *_: sample_records())
    content, folder, table = close_loop(shell, tmp_path)
    assert set(content["paths"]) == {"run", "report", "synthetic"}
    assert folder.job.state().status == "done"
    report = folder.report_html.path.read_text()
    assert "people" in report
    assert str(tmp_path) not in report

    more = tmp_path / "more.csv"
    result = shell.invoke(app, ["generate", str(folder.path), "--rows", "50", "--out", str(more)])
    assert result.exit_code == 0, result.stderr
    assert len(more.read_text().splitlines()) == 51
    assert more.read_text().splitlines()[0] == table.read_text().splitlines()[0]


def test_a_run_that_was_cancelled_is_carried_to_its_end(shell, tmp_path, monkeypatch):
    monkeypatch.setattr(stages, "audit", lambda *_: sample_records())
    out = tmp_path / "run"
    pipeline.prepare(
        load("demo", rows=200),
        run_config(preset="fast", epochs=1, device="cpu", pictures="none", generator_draws=1),
        out,
    )
    RunFolder.open(out).job.update_state(status=Status.CANCELLED)
    result = shell.invoke(app, ["resume", str(out), "--json"])
    assert result.exit_code == 0, result.stderr
    assert set(json.loads(result.stdout)["paths"]) == {"run", "report", "synthetic"}

    asked = pipeline.request_generation(out, pipeline.GenerateRequest(rows=20))
    result = shell.invoke(app, ["resume", str(asked)])
    assert result.exit_code == 0, result.stderr
    assert "of the labels were changed" in result.stdout
    assert RunFolder.open(out).generations()[0].job.state().status is Status.DONE


@pytest.mark.slow
def test_the_whole_loop_with_its_audit(shell, tmp_path):
    content, folder, _ = close_loop(shell, tmp_path)
    found = {record["source"] for record in content["records"]}
    assert {"original", "constant", "teacher", "student", "synthetic"} <= found
    assert len(folder.metrics.read(Record)) == len(content["records"])


@pytest.mark.parametrize("value", ["0", "1.5", "-1", "nan"])
def test_a_target_out_of_its_range_names_the_option(shell, tmp_path, value):
    result = shell.invoke(app, ["run", "demo", "--target-dpr", value, "--out", str(tmp_path / "run")])
    assert result.exit_code == 2
    assert "--target-dpr" in result.stderr
    assert "above 0 and at most 1" in result.stderr.replace("\n", " ")
    assert not (tmp_path / "run").exists()


def test_a_target_without_the_channel_is_one_sentence(shell, tmp_path):
    given = ["run", "demo", "--target-dpr", "0.9", "--label-channel", "off", "--out", str(tmp_path / "run")]
    result = shell.invoke(app, given)
    assert result.exit_code == 1
    assert "Give --label-channel attribute_blind, or leave --target-dpr out." in result.stderr
    assert not (tmp_path / "run").exists()


def test_options_of_images_reach_the_data(shell, monkeypatch):
    given = []
    monkeypatch.setattr(
        pipeline, "audit_dataset", lambda dataset, **_: given.append(dataset) or RunResult(None, [], [])
    )
    result = shell.invoke(app, ["audit", "color-digits", "--bias", "0.5", "--image-size", "8", "--seed", "4"])
    assert result.exit_code == 0, result.stderr
    (dataset,) = given
    assert dataset.attachments.size == (8, 8)
    assert "50 %" in dataset.notes[0]
    assert "seed 4" in dataset.notes[0]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--bias", "0.5"], "A bias goes with color-digits"),
        (["--image-size", "32"], "An image size goes with images only"),
        (["--labels", "l.csv"], "A file of labels goes with a zip of images only"),
    ],
)
def test_options_of_images_are_refused_for_a_table(shell, options, said):
    result = shell.invoke(app, ["audit", "demo", *options])
    assert result.exit_code == 1
    assert said in result.stderr
