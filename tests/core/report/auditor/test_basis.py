"""What an audit rests on is said once, with where its test rows come from."""

from core.report.auditor.basis import population, reproduction
from tests.core.report.samples import concluded, sample_records

MANIFEST = {
    "name": "people.csv",
    "rows": {"train": 100, "holdout": 20},
    "official_split": True,
    "options": {"holdout": "later.csv"},
    "data_changes": [{"name": "merge:sex", "sentence": "Decided: write 'f' as 'F' (20 rows).", "rows": 20}],
    "config": {"seed": 0},
}


def test_rows_that_a_decision_changed_are_counted_once():
    found = population(concluded(sample_records()), ["Decided: write 'f' as 'F' (20 rows)."], MANIFEST)
    (said,) = [text for text in found.points if "write" in text]
    assert said.count("20 rows") == 1


def test_the_file_of_test_rows_is_named():
    found = population(concluded(sample_records()), [], MANIFEST)
    assert any("later.csv" in text for text in found.sentences)
    assert "HOLDOUT is later.csv" in reproduction(MANIFEST).sentences[0]
