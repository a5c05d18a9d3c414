import json
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from core.cli.main import app
from core.runs.process import describe_worker
from core.runs.run_folder import DELETED, find_runs
from core.runs.titles import rename
from tests.kept_runs import generate_later, keep


@pytest.fixture
def shell():
    return CliRunner()


@pytest.fixture
def home(tmp_path):
    """Two runs: one long over, one of today."""
    keep(tmp_path / "runs" / "old")
    keep(tmp_path / "runs" / "new", started=datetime.now(UTC).isoformat(timespec="seconds"))
    rename(tmp_path / "runs" / "new", "Loans [bold]")
    return tmp_path / "runs"


def names(home):
    return [folder.path.name for folder in find_runs(home)]


def test_runs_are_listed_with_what_they_are(shell, home):
    result = shell.invoke(app, ["runs", "--runs", str(home)], env={"COLUMNS": "300"})
    assert result.exit_code == 0, result.stderr
    for words in ("old", "new", "Loans [bold]", "people · income = >50K · by sex · Evenhand", "done"):
        assert words in result.stdout


def test_as_json_with_search_and_age(shell, home):
    found = json.loads(shell.invoke(app, ["runs", "--runs", str(home), "--search", "loans", "--json"]).stdout)
    assert [(one["name"], one["title"], one["status"]) for one in found] == [("new", "Loans [bold]", "done")]
    assert found[0]["headline"]["sentence"]
    result = shell.invoke(app, ["runs", "--older-than", "30d", "--json"], env={"EVENHAND_RUNS": str(home)})
    assert [one["name"] for one in json.loads(result.stdout)] == ["old"]
    assert "No such run" in shell.invoke(app, ["runs", "--runs", str(home / "absent")]).stdout


def test_a_run_is_deleted_after_what_goes_was_named(shell, home):
    folder = find_runs(home)[1]
    generate_later(folder)
    result = shell.invoke(app, ["delete", str(folder.path)], input="n\n")
    assert (result.exit_code, names(home)) == (0, ["new", "old"])
    assert "1 later generation" in result.stdout
    result = shell.invoke(app, ["delete", str(folder.path)], input="y\n")
    assert (result.exit_code, names(home)) == (0, ["new"])
    again = shell.invoke(app, ["delete", str(folder.path), "--yes"])
    assert again.exit_code == 1
    assert "is not a run folder" in again.stderr


def test_without_an_answer_nothing_is_deleted(shell, home):
    assert shell.invoke(app, ["delete", str(home / "old")], input="").exit_code == 1
    assert names(home) == ["new", "old"]


def test_retention_deletes_what_is_old_and_leaves_what_is_in_progress(shell, home):
    busy = keep(home / "busy")
    generate_later(busy).job.save_process(describe_worker(1))
    (home / f"{DELETED}left").mkdir()
    result = shell.invoke(app, ["delete", "--older-than", "30d", "--runs", str(home), "--yes"])
    assert result.exit_code == 0, result.stderr
    assert names(home) == ["new", "busy"]
    assert "Cancel it first" in result.stderr
    assert not list(home.glob(f"{DELETED}*"))
    again = shell.invoke(app, ["delete", "--older-than", f"{timedelta(weeks=8).days}d", "--runs", str(home / "no")])
    assert "is that old" in again.stdout


@pytest.mark.parametrize(
    "arguments",
    [[], ["old", "--older-than", "3d"], ["--older-than", "soon"], ["--older-than", "-1d"]],
    ids=["nothing", "both", "no age", "negative"],
)
def test_what_is_unclear_is_wrong_usage(shell, home, arguments):
    result = shell.invoke(app, ["delete", "--runs", str(home), *arguments])
    assert result.exit_code == 2
    assert names(home) == ["new", "old"]
