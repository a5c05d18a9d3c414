import json

import pandas as pd
import pytest

from core.report.charts import repair_price
from core.report.output.html import drawing


@pytest.fixture
def curve():
    return pd.DataFrame(
        {
            "repair_level": [1.0, 0.0, 0.5],
            "labels_changed": [0.2, 0.0, 0.1],
            "demographic_parity_ratio": [0.95, 0.5, 0.8],
        }
    )


def test_each_amount_is_a_mark_and_a_line_of_the_table(curve):
    found = repair_price.figure(curve, 0.5, "sex", "A forest")
    assert [row[0].text for row in found.table.rows] == ["0", "0.5", "1"]
    assert [row[2].text for row in found.table.rows] == ["0.500", "0.800", "0.950"]
    assert "A forest learns" in found.caption
    picture = drawing(found).picture
    assert picture.startswith("<svg")
    assert ">amount 0.5<" in picture


def test_the_runs_own_amount_is_marked_also_between_two_that_were_measured(curve):
    spec = json.dumps(repair_price.figure(curve, 0.55, "sex", "A forest").spec)
    assert spec.count('"chosen": true') == spec.count('"amount": "0.5"')
    assert '"chosen": true' not in json.dumps(repair_price.figure(curve, None, "sex", "A forest").spec)


def test_amounts_without_a_ratio_are_left_out(curve):
    curve.loc[0, "demographic_parity_ratio"] = float("nan")
    assert len(repair_price.figure(curve, 0.5, "sex", "A forest").table.rows) == 2
    curve["demographic_parity_ratio"] = float("nan")
    assert repair_price.figure(curve, 0.5, "sex", "A forest") is None
