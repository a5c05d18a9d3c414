"""What the commands say of the data that a person should decide on, and what they do about it."""

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from core.cli.main import app
from core.modalities.reopen import reopened
from core.runs.run_folder import RunFolder

N = 160
RNG = np.random.default_rng(5)
ROLES = ["--target", "hired", "--positive", "yes", "--sensitive", "sex", "--pictures", "none"]


@pytest.fixture
def path(tmp_path):
    hired = RNG.choice(["yes", "no"], N)
    frame = pd.DataFrame(
        {
            "sex": RNG.choice(["Female", "Male", "male "], N, p=[0.5, 0.4, 0.1]),
            "points": RNG.normal(size=N).round(3),
            "age": RNG.integers(18, 70, N),
            "letter": np.where(hired == "yes", "offer", "regret"),
            "hired": hired,
        }
    )
    pd.concat([frame, frame.iloc[:15]]).to_csv(tmp_path / "people.csv", index=False)
    return tmp_path / "people.csv"


def call(command, *arguments):
    result = CliRunner().invoke(app, [command, *map(str, arguments), *ROLES])
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_each_finding_is_said_with_its_option(path):
    said = call("audit", path)
    assert "Check your data: Sensitive column 'sex' has values that differ only in case or blanks" in said
    for option in ("merge:sex", "exclude:letter", "drop-duplicates"):
        assert f"(--apply {option})" in said
    found = json.loads(call("audit", path, "--json"))["data_checks"]
    assert [one["check"] for one in found] == ["spellings", "giveaway", "duplicates"]


def test_what_is_applied_is_recorded_and_told(path, tmp_path):
    options = ("--apply", "merge:sex", "--apply", "exclude:letter", "--apply", "drop-duplicates")
    said = call("audit", path, *options, "--out", tmp_path / "run")
    assert "Check your data" not in said
    assert "keep one of each row (15 rows)" in said
    folder = RunFolder.open(tmp_path / "run")
    facts = folder.manifest.read()
    assert facts["data_checks"] == []
    assert [one["name"] for one in facts["data_changes"]] == ["merge:sex", "exclude:letter", "drop-duplicates"]
    assert sum(facts["rows"].values()) == N
    report = folder.report_html.path.read_text(encoding="utf-8")
    assert "Changes of the data" in report
    assert "nobody decided" not in report
    again = folder.schema.read()
    assert [edit.name for edit in again.edits] == ["merge:sex", "exclude:letter", "drop-duplicates"]


def test_what_is_not_decided_stands_in_report_and_summary(path, tmp_path):
    call("audit", path, "--out", tmp_path / "run")
    report = RunFolder.open(tmp_path / "run").report_html.path.read_text(encoding="utf-8")
    assert "The checks of the data found 3 things that nobody decided" in report
    assert "drop-duplicates" in report


def test_the_schema_of_a_run_changes_another_file_alike(path, tmp_path):
    call("audit", path, "--apply", "merge:sex", "--out", tmp_path / "run")
    said = call("audit", path, "--schema", tmp_path / "run" / "schema.json")
    assert "write 'male ' as 'Male'" in said
    assert "merge:sex" not in said


def test_a_run_that_is_opened_again_tells_what_was_changed_before(path, tmp_path):
    call("audit", path, "--apply", "merge:sex", "--apply", "exclude:letter", "--out", tmp_path / "run")
    again = reopened(RunFolder.open(tmp_path / "run"))
    assert [edit.name for edit in again.schema.edits] == ["exclude:letter"]
    assert any("write 'male ' as 'Male'" in note for note in again.notes)
    assert "letter" not in again.schema.features


def test_an_unknown_change_names_those_that_there_are(path):
    result = CliRunner().invoke(app, ["audit", str(path), *ROLES, "--apply", "fix"])
    assert result.exit_code != 0
    assert "There is no change 'fix' of the data; there are merge:COLUMN" in result.stderr
    assert "Give another --apply" in result.stderr


def test_a_run_keeps_what_was_decided_and_generates_without_it(path, tmp_path):
    decided = ("--apply", "merge:sex", "--apply", "exclude:letter")
    said = call("run", path, "--out", tmp_path / "run", *decided, "--preset", "fast", "--epochs", 1)
    assert "Check your data: 15 of 175 rows" in said
    made = pd.read_csv(tmp_path / "run" / "synthetic.csv", keep_default_na=False)
    assert set(made["sex"]) <= {"Female", "Male"}
    assert set(made["letter"]) == {""}
