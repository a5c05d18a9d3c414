"""The record of less discriminatory alternatives, from made-up records."""

from core.report.frameworks.catalog import sheets
from core.report.tables.base import Cell, Table
from tests.core.report.frameworks.test_sheets import by_key, facts, field
from tests.core.report.samples import sample_records


def test_the_record_of_alternatives_says_what_was_compared_with_intervals():
    sheet = by_key(sheets(facts()))["less_discriminatory"]
    (table,) = sheet.parts[1].tables
    assert [row[0].text for row in table.rows] == ["original", "original", "synthetic", "synthetic"]
    assert all(cell.interval for row in table.rows for cell in row[3:] if cell.text not in {"–", "undefined"})
    assert any(cell.interval for row in table.rows for cell in row[3:])
    text = field([sheet], "less_discriminatory.searched").prefilled
    assert "4 classifiers" in text
    assert "test it on new rows" in text
    assert "original rows parity ratio" in field([sheet], "less_discriminatory.found").prefilled


def test_alternatives_among_models_and_thresholds_stand_in_the_record():
    table = Table("Less discriminatory alternatives, sex", "", ("choice",), ((Cell("most accurate"),),))
    original = [record for record in sample_records() if record.source == "original"]
    assert "less_discriminatory" not in by_key(sheets(facts(original)))
    sheet = by_key(sheets(facts(original, alternatives=[table])))["less_discriminatory"]
    assert list(sheet.parts[1].tables) == [table]
    assert "chosen on one half of the rows" in field([sheet], "less_discriminatory.searched").prefilled
