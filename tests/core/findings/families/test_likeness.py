"""A file whose rows look nothing like real ones is said to do so, in the summary."""

import pytest

from core.audit.records import Record
from core.data.column import Column
from core.data.schema import Schema
from core.findings.conclusions import conclude

SCHEMA = Schema(columns=(Column(name="sex", kind="categorical", role="sensitive"),))


def told(source, low):
    figure = {"source": source, "protocol": "fidelity", "metric": "c2st_auc", "split": "holdout"}
    found = conclude([Record(**figure, value=low + 0.02, low=low, high=low + 0.03, n=600)], SCHEMA)
    return found, [one for one in found.sentences if "told apart nearly always" in one]


def test_rows_that_are_nearly_always_told_apart_are_told_of():
    found, (said,) = told("vendor", 0.96)
    assert said.startswith("Real test rows and “vendor” rows are told apart nearly always: of 100 pairs")
    assert "in 98" in said
    assert found.questions == ()  # a fact: it spends no error rate


@pytest.mark.parametrize(("source", "low"), [("vendor", 0.85), ("synthetic", 0.96)])
def test_nothing_is_said_of_what_is_told_apart_less_often_and_of_our_own_rows(source, low):
    assert told(source, low)[1] == []
