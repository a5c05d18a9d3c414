"""Charts of rates name groups so that a reader can tell them apart."""

import json

import pytest

from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.report.charts.rates import base_rates


def drawn(*names):
    base = {"source": "original", "protocol": "data", "metric": "base_rate", "sensitive": "sex", "n": 50}
    found = [Record(**base, group=name, value=0.5, low=0.4, high=0.6) for name in names]
    return json.dumps(base_rates(RecordSet(found), "sex").spec, ensure_ascii=False)


@pytest.mark.parametrize("name", [" Female", "Female ", "Fe  male"])
def test_blanks_are_shown_where_two_names_would_look_the_same(name):
    spec = drawn(name, " ".join(name.split()), "not known")
    assert f'"{name.replace(" ", "␣")}"' in spec
    assert f'"{name}"' not in spec
    assert '"not known"' in spec
