"""Thresholds through the command line."""

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from core.cli.main import app
from tests.core.audit.thresholds.made import NAMES, rows

MADE = rows(2000)
FRAME = pd.DataFrame(
    {"group": np.asarray(NAMES)[MADE.grouping.codes], "y_true": MADE.labels, "score": MADE.scores, "y_pred": MADE.now}
)
ROLES = ["--target", "y_true", "--positive", "1", "--sensitive", "group"]


@pytest.fixture
def run(tmp_path):
    def call(frame, *options):
        frame.to_csv(tmp_path / "rows.csv", index=False)
        return CliRunner().invoke(app, ["thresholds", str(tmp_path / "rows.csv"), *ROLES, *options])

    return call


def test_thresholds_are_handed_on_as_a_file_and_do_what_they_say(run, tmp_path):
    result = run(FRAME, "--score", "score", "--out", str(tmp_path / "t.csv"))
    assert result.exit_code == 0, result.stderr
    found = pd.read_csv(tmp_path / "t.csv")
    assert list(found) == ["model", "attribute", "rule", "group", "share", "threshold"]
    mine = found[found["rule"] == "equal selection rates"].set_index("group")["threshold"]
    rates = [(FRAME.loc[FRAME["group"] == name, "score"] >= mine[name]).mean() for name in NAMES]
    assert np.ptp(rates) < 0.08
    assert "What each rule costs, score, group" in result.stdout
    assert "Laws against discrimination may forbid that." in result.stdout


def test_json_has_every_table_and_an_endless_threshold_is_a_text(run):
    result = run(FRAME, "--score", "score", "--prediction", "y_pred", "--json", "--tolerance", "0.05")
    assert result.exit_code == 0, result.stderr
    content = json.loads(result.stdout)
    assert set(content) == {"thresholds", "prices", "groups", "alternatives", "notes"}
    assert content["prices"][0]["rule"] == "today's decisions"
    assert {one["tolerance"] for one in content["alternatives"]} == {0.05}
    assert all(one["threshold"] is not None for one in content["thresholds"])


def test_labels_alone_have_no_thresholds(run):
    result = run(FRAME, "--prediction", "y_pred")
    assert result.exit_code == 1
    assert "Give --score" in result.stderr


def test_groups_that_are_too_small_are_said(run):
    few = FRAME.head(60)
    result = run(few, "--score", "score")
    assert result.exit_code == 1
    assert "Fewer than two groups have 30 rows and both outcomes in each half" in result.stderr


def test_models_of_a_long_file_have_thresholds_and_are_no_alternatives_of_one_another(run):
    both = pd.concat([FRAME.assign(maker="bank"), FRAME.assign(maker="bureau", score=FRAME["score"] ** 2)])
    result = run(both.drop(columns="y_pred"), "--score", "score@0.4", "--model-column", "maker", "--json")
    assert result.exit_code == 0, result.stderr
    content = json.loads(result.stdout)
    assert {one["model"] for one in content["prices"]} == {"bank", "bureau"}
    assert content["alternatives"] == []
    assert any("share no rows" in note for note in content["notes"])
