"""The section on the four-fifths rule, from made-up records."""

import pytest

from core.audit.records import Record, Status
from core.report.frameworks.catalog import sheets
from tests.core.report.frameworks.test_sheets import EMPLOYMENT, by_key, facts
from tests.core.report.samples import sample_records


def test_four_fifths_says_which_side_and_nothing_wider():
    common = {"source": "original", "protocol": "A", "sensitive": "sex", "positive": ">50K"}
    records = [
        *sample_records(),
        Record(metric="impact_ratio", group="Female", value=0.79, **common),
        Record(metric="impact_ratio", group="Male", value=0.8, **common),
        Record(
            metric="impact_ratio", group="(missing)", value=None, status=Status.UNDEFINED, note="Left out.", **common
        ),
        Record(metric="impact_ratio_p", group="Female", value=0.04, **common),
        Record(metric="impact_ratio_moved", group="Female", value=0.81, **common),
    ]
    assert "four_fifths" not in by_key(sheets(facts(records)))
    sheet = by_key(sheets(facts(records, said=EMPLOYMENT)))["four_fifths"]
    rows = [[cell.text for cell in row] for row in sheet.parts[0].tables[0].rows]
    assert [(row[2], row[3]) for row in rows] == [
        ("Female", "too few rows to tell"),
        ("Male", "no gap beyond the margin"),
        ("(missing)", "too few rows to tell"),
    ]
    assert "outside US employment it has no standing" in sheet.lead


def test_without_impact_ratios_there_is_no_four_fifths_section():
    assert "four_fifths" not in by_key(sheets(facts(said=EMPLOYMENT)))


@pytest.mark.parametrize(
    ("favorable", "guess", "said"),
    [(None, "", "not declared."), ("positive", "the name says so", "not declared but guessed, as the name says so")],
)
def test_four_fifths_of_an_undeclared_outcome_has_no_verdict_and_says_so(favorable, guess, said):
    common = {"source": "original", "protocol": "A", "sensitive": "sex", "positive": ">50K"}
    records = [*sample_records(), Record(metric="impact_ratio", group="Female", value=0.5, **common)]
    found = facts(records, said={"decision": "us-employment", "favorable": favorable, "favorable_guess": guess})
    part = by_key(sheets(found))["four_fifths"].parts[0]
    assert said in part.fields[0].text
    assert "verdict" not in part.tables[0].header
