import json

import pytest

from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.report.charts import theme
from core.report.charts.error_rates import error_rates
from core.report.output.html import drawing


def rate(metric, group, value, source="original", protocol="A"):
    return Record(
        source=source,
        split="holdout",
        protocol=protocol,
        metric=metric,
        sensitive="sex",
        group=group,
        value=value,
        low=value - 0.05,
        high=value + 0.05,
        n=100,
        positive="approved",
    )


@pytest.fixture
def records():
    return RecordSet(
        rate(metric, group, value, source)
        for metric, group, value in (("fnr", "f", 0.4), ("fnr", "m", 0.2), ("fpr", "f", 0.1), ("fpr", "m", 0.3))
        for source in ("original", "synthetic", "constant")
    )


def test_who_is_wrongly_denied_and_who_wrongly_gets_it_are_two_pictures(records):
    missed, wrong = error_rates(records, "sex", "A")
    assert missed.title.startswith("Wrongly predicted not “approved”")
    assert "with “approved”" in missed.caption
    assert wrong.title.startswith("Wrongly predicted “approved”")
    assert "without “approved”" in wrong.caption


def test_every_rate_is_drawn_with_its_interval_and_the_guess_is_not(records):
    missed, _ = error_rates(records, "sex", "A")
    spec = json.dumps(missed.spec)
    assert spec.count('"value": 0.4') == 2  # original and synthetic
    assert '"low": 0.15000000000000002' in spec
    assert "constant" not in spec
    assert theme.PALETTE["synthetic"] in spec
    assert drawing(missed).picture.startswith("<svg")
    assert {row[1].text for row in missed.table.rows} == {"f", "m"}


def test_decisions_of_a_model_are_over_all_rows():
    (missed,) = error_rates(RecordSet([rate("fnr", "f", 0.4, "score", "model")]), "sex", "model")
    assert "the model predicts otherwise" in missed.caption
    assert "kept aside" not in missed.caption


def test_no_picture_without_figures(records):
    assert error_rates(records, "sex", "B") == []
    assert error_rates(records, "age", "A") == []
    assert error_rates(RecordSet(), "sex", "A") == []
