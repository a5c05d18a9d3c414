"""Odd tables and odd synthetic files through the command line: reported and explained, no figure invented, no crash."""

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from core.audit import adversary
from core.audit.record_set import RecordSet
from core.audit.records import Record, Status
from core.cli.main import app
from core.data.sources.demo import demo_table
from core.downstream_classifiers import random_forest

REAL, MADE = demo_table(400, 1).frame, demo_table(320, 2).frame
ROLES = ["--target", "approved", "--positive", "yes", "--sensitive", "sex"]
CLASSIFIERS = ("A", "B", "D")


@pytest.fixture(autouse=True)
def small_classifiers(monkeypatch):
    monkeypatch.setattr(random_forest, "TREES", 10)
    monkeypatch.setattr(adversary, "ROUNDS", 10)


@pytest.fixture
def audit(tmp_path):
    """Runs the verb on two frames written as CSV."""

    def run(real, made=None):
        real.to_csv(tmp_path / "real.csv", index=False)
        files = [str(tmp_path / "real.csv")]
        if made is not None:
            made.to_csv(tmp_path / "made.csv", index=False)
            files += ["--synthetic", str(tmp_path / "made.csv")]
        return CliRunner().invoke(app, ["audit", *files, *ROLES, "--pictures", "none", "--json"])

    return run


def told(result):
    """The records and the notes of an audit that went to its end, none of whose figures is invented."""
    assert result.exit_code == 0, result.stderr
    content = json.loads(result.stdout)
    records = [Record(**one) for one in content["records"]]
    for record in records:
        assert (record.value is None) == (record.status is Status.UNDEFINED)
        if record.value is None:
            assert record.note
            assert record.low is record.high is None
        else:
            assert np.isfinite(record.value)
    return records, " ".join([*content["notes"], *(one["sentence"] for one in content["data_checks"])])


def refused(result, *words):
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    for word in words:
        assert word in result.stderr


def test_a_group_without_positives(audit):
    real = REAL.assign(approved=REAL["approved"].where(REAL["sex"] != "female", "no"))
    records, _ = told(audit(real, MADE))
    odds = RecordSet(records).where(source="original", protocol="A", metric="equalized_odds_ratio", positive="yes")
    assert {record.status for record in odds} == {Status.UNDEFINED}
    assert "'female', the group has no row with the positive outcome" in odds[0].note


def test_one_row(audit):
    refused(audit(REAL.iloc[:1], MADE), "has 1 row,", "add rows")
    records, notes = told(audit(REAL, MADE.iloc[:1]))
    assert "The file has 1 row, the original 320 rows" in notes
    assert {record.status for record in RecordSet(records).where(source="made", protocol="A")} == {Status.UNDEFINED}


def test_no_variation_in_predictions(audit):
    constant = {name: REAL[name].iloc[0] for name in REAL.columns if name not in ("sex", "approved")}
    records, notes = told(audit(REAL.assign(**constant), MADE))
    assert "same value in every row" in notes
    blind = RecordSet(records).where(source="original", protocol="B", metric="accuracy", positive="yes", sensitive=None)
    assert {record.status for record in blind} == {Status.DEGENERATE}
    refused(audit(REAL.assign(approved="yes")), "'approved' has the same value", "Give another --target")


def test_one_outcome_in_the_synthetic_file(audit):
    records, notes = told(audit(REAL, MADE.assign(approved="yes")))
    assert "Target 'approved' is always 'yes' in the file" in notes
    for protocol in CLASSIFIERS:
        assert {record.status for record in RecordSet(records).where(source="made", protocol=protocol)} == {
            Status.UNDEFINED
        }


@pytest.mark.parametrize("name", ["income", "approved", "sex"])
def test_a_missing_column(audit, name):
    refused(audit(REAL, MADE.drop(columns=[name])), "'made.csv'", f"lacks column {name!r}", "add the missing data")


def test_further_columns_in_another_order(audit):
    turned = MADE.assign(extra=1, more="x")[["more", *reversed(MADE.columns), "extra"]]
    records, notes = told(audit(REAL, turned))
    assert "Left out, because it is not in the schema: columns 'more', 'extra'" in notes
    assert not [record for record in records if record.metric.endswith((":extra", ":more"))]
    assert RecordSet(records).where(source="made", protocol="A", metric="accuracy")[0].value is not None


def test_other_categories(audit):
    _, notes = told(audit(REAL, MADE.assign(education="Unheard of")))
    assert "Column 'education': 320 rows hold values that the original does not have ('Unheard of')" in notes
    renamed = MADE["approved"].map({"yes": "granted", "no": "refused"})
    refused(audit(REAL, MADE.assign(approved=renamed)), "'granted', 'refused' in the file and 'no', 'yes' in the table")
    refused(audit(REAL, MADE.assign(sex="divers")), "'divers' in the file and 'female', 'male' in the table")


def test_a_file_with_one_group_alone(audit):
    records, notes = told(audit(REAL, MADE[MADE["sex"] == "male"]))
    assert "the file has no row of 'female'" in notes
    gone = RecordSet(records).where(source="made", metric="coverage", group="female")
    assert [record.status for record in gone] == [Status.UNDEFINED]


def test_other_types(audit):
    refused(audit(REAL, MADE.assign(age="old")), "Column 'age', row 1", "not a whole number")
    refused(audit(REAL, MADE.assign(application_date="soon")), "Column 'application_date'", "not a date")
    _, notes = told(audit(REAL, MADE.assign(age=MADE["age"].astype(float) + 0.4, education=np.arange(len(MADE)))))
    assert "Column 'age': 320 numbers with fractions were rounded" in notes
    assert "Column 'education': 320 rows hold values" in notes


def test_another_row_count(audit):
    _, notes = told(audit(REAL, pd.concat([MADE] * 4, ignore_index=True)))
    assert "The file has 1,280 rows, the original 320 rows" in notes


def test_all_rows_identical(audit):
    records, notes = told(audit(REAL, pd.concat([MADE.iloc[:1]] * 300, ignore_index=True)))
    assert "All rows of the file are identical" in notes
    for protocol in CLASSIFIERS:
        assert {record.status for record in RecordSet(records).where(source="made", protocol=protocol)} == {
            Status.UNDEFINED
        }
    refused(audit(pd.concat([REAL.iloc[:1]] * 300, ignore_index=True)), "same value in every row")


def test_nothing_but_missing_values(audit):
    _, notes = told(audit(REAL, pd.DataFrame({name: [None] * 40 for name in MADE.columns})))
    assert "Target 'approved' is missing in every row of the file" in notes
    assert "All rows of the file are identical" in notes


def test_no_rows(audit):
    refused(audit(REAL, MADE.iloc[:0]), "has no rows")


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["demo", "--synthetic", "nope.csv"], "--synthetic: "),
        (["demo", "--holdout", "nope.csv"], "--holdout: "),
        (["nope.csv", *ROLES], "DATA: "),
        (["nope.zip", *ROLES], "DATA: "),
    ],
)
def test_an_absent_file_is_named_with_its_argument(arguments, name):
    result = CliRunner().invoke(app, ["audit", *arguments, "--pictures", "none"])
    assert result.exit_code == 1
    assert f"{name}There is no file" in " ".join(result.stderr.split())


def test_a_favourable_value_that_is_not_there_is_refused_with_those_that_are(tmp_path):
    REAL.to_csv(tmp_path / "real.csv", index=False)
    files = [str(tmp_path / "real.csv"), *ROLES, "--pictures", "none"]
    refused(
        CliRunner().invoke(app, ["audit", *files, "--favorable", "maybe"]), "'no', 'yes'. Give another --favorable."
    )
    refused(CliRunner().invoke(app, ["audit", *files, "--margin", "2"]), "--margin")


def test_requirements_are_about_the_favourable_outcome(tmp_path):
    REAL.to_csv(tmp_path / "real.csv", index=False)
    files = [str(tmp_path / "real.csv"), *ROLES, "--pictures", "none"]
    wanted = ["--require", "original data base_rate by sex in female >= 0.5"]
    good = CliRunner().invoke(app, ["audit", *files, *wanted, "--favorable", "no", "--json"])
    assert good.exit_code == 0, good.stderr
    assert {one["record"]["positive"] for one in json.loads(good.stdout)["requirements"]} == {"no"}
    assert CliRunner().invoke(app, ["audit", *files, *wanted, "--favorable", "yes"]).exit_code == 3


def test_a_reference_outcome_judges_too_and_a_wrong_one_is_refused(tmp_path):
    REAL.to_csv(tmp_path / "real.csv", index=False)
    MADE.drop(columns="deserved").to_csv(tmp_path / "made.csv", index=False)
    files = [str(tmp_path / "real.csv"), "--synthetic", str(tmp_path / "made.csv"), *ROLES, "--pictures", "none"]
    records, notes = told(CliRunner().invoke(app, ["audit", *files, "--reference", "deserved", "--json"]))
    assert {one.source for one in records if one.protocol == "B reference"} == {"constant", "original", "made"}
    assert not [one for one in records if one.source == "made" and one.metric.endswith(":deserved")]
    assert "deserved" not in notes
    refused(CliRunner().invoke(app, ["audit", *files, "--reference", "age"]), "'age' has the value", "--reference")
    refused(CliRunner().invoke(app, ["audit", *files, "--reference", "nowhere"]), "--reference", "no column 'nowhere'")
