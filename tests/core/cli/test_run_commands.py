import json

import pytest
from typer.testing import CliRunner

from core import pipeline
from core.cli.main import app
from core.config import run_config
from core.data.sources.demo import demo_table
from core.data.sources.load import load
from core.pipeline import stages
from core.runs.run_folder import RunFolder
from core.runs.state import Status
from tests.core.report.samples import sample_records


@pytest.fixture
def shell():
    return CliRunner()


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
    monkeypatch.setattr(stages, "audit", lambda *_, **_options: sample_records())
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

    model = tmp_path / "model.zip"
    result = shell.invoke(app, ["export", str(folder.path), "--to", str(model)])
    assert result.exit_code == 0, result.stderr
    assert f"The generator is in {model}" in result.stdout
    assert "It holds no train row" in result.stdout
    result = shell.invoke(app, ["generate", str(model), "--rows", "20", "--seed", "3", "--out", str(more)])
    assert result.exit_code == 0, result.stderr
    assert len(more.read_text().splitlines()) == 21
    result = shell.invoke(app, ["export", str(folder.path), "--to", str(tmp_path / "model.pt")])
    assert result.exit_code == 1
    assert "Give another --to" in result.stderr


def test_a_run_that_was_cancelled_is_carried_to_its_end(shell, tmp_path, monkeypatch):
    monkeypatch.setattr(stages, "audit", lambda *_, **_options: sample_records())
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
    assert "another outcome than the real pattern gave them" in result.stdout
    assert RunFolder.open(out).generations()[0].job.state().status is Status.DONE


@pytest.mark.slow
def test_the_whole_loop_with_its_audit(shell, tmp_path):
    content, folder, _ = close_loop(shell, tmp_path)
    found = {record["source"] for record in content["records"]}
    assert {"original", "constant", "teacher", "student", "synthetic"} <= found
    assert len(pipeline.all_records(folder)) == len(content["records"])
