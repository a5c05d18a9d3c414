"""Whether fairness carries over to another learner, as the report tells it."""

import pytest

from core.audit.glossary import PROTOCOLS as ENTRIES
from core.audit.glossary import with_classifier
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.report.tables.other_classifiers import PROTOCOLS, sentences, table

OWN = "a random forest"
RATIOS = {
    ("original", "A"): 0.3,
    ("original", "B"): 0.5,
    ("original", "A boosting"): 0.25,
    ("original", "B boosting"): 0.45,
    ("synthetic", "A"): 0.99,
    ("synthetic", "B"): 0.98,
    ("synthetic", "A boosting"): 0.9,
    ("synthetic", "B boosting"): 0.95,
}


@pytest.fixture
def mine():
    found = []
    for (source, protocol), ratio in RATIOS.items():
        where = {"source": source, "protocol": protocol, "positive": "yes", "split": "holdout", "n": 100}
        found.append(Record(metric="accuracy", value=0.8, low=0.7, high=0.9, **where))
        found.append(Record(metric="demographic_parity_ratio", sensitive="sex", value=ratio, **where))
    return RecordSet(found)


def test_the_own_classifier_comes_first_and_each_source_has_all(mine):
    rows = [[cell.text for cell in row] for row in table(mine, OWN).rows]
    assert [row[:2] for row in rows[:3]] == [["original", OWN], ["original", OWN], ["original", "gradient boosting"]]
    assert len(rows) == len(RATIOS)
    assert rows[-1] == ["synthetic", "gradient boosting", "model does not see the group", "0.800", "0.950"]


def test_the_sentence_spans_all_classifiers(mine):
    (told,) = sentences(mine, OWN)
    assert told == (
        "By sex, the parity ratio is 0.250 to 0.500 from original rows and 0.900 to 0.990 from synthetic rows, over 2 "
        "classifiers that see the group or do not."
    )


def test_without_other_classifiers_there_is_nothing_to_tell(mine):
    alone = mine.where(protocol=("A", "B"))
    assert table(alone, OWN).rows == ()
    assert sentences(alone, OWN) == []


def test_every_protocol_of_another_classifier_has_an_entry():
    assert set(PROTOCOLS) <= set(ENTRIES)
    assert with_classifier("A", "logistic") in PROTOCOLS
