"""The command bias-audit: counts, people, bad input and the summary."""

import json

import pytest
from typer.testing import CliRunner

from core.cli.main import app

COUNTS = "Gender,# of Applicants,# Selected\nMale,1390,667\nFemale,1181,555\nUnknown,250,\n"
PEOPLE = "sex,race,hired\n" + "f,x,yes\nf,x,no\nm,y,yes\nm,y,yes\n" * 20


@pytest.fixture
def told(tmp_path):
    def run(content, *options):
        file = tmp_path / "file.csv"
        file.write_text(content, encoding="utf-8")
        return CliRunner().invoke(app, ["bias-audit", str(file), *options])

    return run


def test_counts_give_figures_and_a_summary(told, tmp_path):
    page = tmp_path / "summary.html"
    result = told(COUNTS, "--unknown", "Unknown", "--summary", str(page), "--json")
    assert result.exit_code == 0, result.output
    records = json.loads(result.stdout)["records"]
    ratios = {one["group"]: round(one["value"], 3) for one in records if one["metric"] == "impact_ratio"}
    assert ratios == {"Male": 1.0, "Female": 0.979}
    assert "0.979" in page.read_text(encoding="utf-8")


def test_people_give_the_verdict_of_four_fifths(told):
    result = told(PEOPLE, "--selection", "hired=yes")
    assert result.exit_code == 0, result.output
    assert "Impact ratios by the four-fifths rule, sex and race combined" in result.output
    assert "gap found" in result.output


@pytest.mark.parametrize(
    ("content", "options", "sentence"),
    [
        (COUNTS, (), "Line 3: column '# Selected' holds nothing where a count must stand"),
        (PEOPLE, (), "No column is named like the number of applicants"),
        (PEOPLE, ("--selection", "hired"), "write it like hired=yes"),
        (PEOPLE, ("--selection", "hired=maybe"), "nowhere holds 'maybe'"),
        ("town,applicants,selected\na,2,1\n", (), "No column is named like sex or race"),
    ],
)
def test_what_is_wrong_is_said(told, content, options, sentence):
    result = told(content, *options)
    assert result.exit_code == 1
    assert sentence in " ".join(result.output.split())
