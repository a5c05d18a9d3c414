import numpy as np
import pandas as pd

from core.audit.metrics.file_checks import repeats
from core.audit.record_set import RecordSet
from tests.core.audit.tables import SCHEMA, people

TRAIN, HOLDOUT = people(700), people(400, 1)


def found(rows):
    return RecordSet(repeats.records(SCHEMA, TRAIN, HOLDOUT, rows, "f"))


def test_few_rows_written_many_times_repeat():
    many = people(700, 3).iloc[np.random.default_rng(0).integers(0, 40, 700)]
    assert found(many).one(metric="repeated_rows_excess").low > 0.9
    far = people(700, 3).assign(pay=lambda frame: frame["pay"] + 500)  # unlike any real row, and unlike each other
    assert found(far).one(metric="repeated_rows_excess").low < 0.01


def test_fresh_rows_and_columns_of_few_values_repeat_as_real_rows_do():
    one = found(people(700, 4))
    assert one.one(metric="repeated_rows_excess").low < 0.05
    assert one.one(metric="commonest_row_excess").low < 0
    names = ["town", "sex", "hired"]
    schema = SCHEMA.replaced(columns=tuple(SCHEMA.column(name) for name in names))
    one = RecordSet(repeats.records(schema, TRAIN[names], HOLDOUT[names], people(700, 5)[names], "f"))
    assert one.one(metric="repeated_rows_excess").low < 0.05
    assert one.one(metric="commonest_row_excess").low < 0


def test_a_group_made_from_a_few_people_is_named():
    rows = people(700, 3)
    group = np.flatnonzero(rows["sex"] == rows["sex"].iloc[0])
    places = np.arange(700)
    places[group] = np.random.default_rng(0).choice(group[:6], len(group))
    one = found(rows.iloc[places].reset_index(drop=True)).one(metric="repeated_rows_excess")
    assert (one.sensitive, one.group) == ("sex", rows["sex"].iloc[0])
    assert one.low > 0.8


def test_one_row_written_many_times_is_found():
    rows = people(700, 3)
    places = np.where(np.arange(700) % 15 == 0, 0, np.arange(700))
    one = found(rows.iloc[places].reset_index(drop=True)).one(metric="commonest_row_excess")
    assert one.low > 0.003
    assert abs(one.value - 1 / 45) < 0.01


def test_too_few_rows_are_undefined():
    one = found(people(39, 3)).one(metric="repeated_rows_excess")
    assert one.value is None
    assert "40 rows" in one.note
    assert pd.isna(one.low) or one.low is None


def test_of_many_real_rows_a_sample_is_looked_at(monkeypatch):
    whole = found(people(700, 4)).one(metric="commonest_row_excess")
    monkeypatch.setattr(repeats, "MOST_REAL_ROWS", 300)
    part = found(people(700, 4)).one(metric="commonest_row_excess")
    assert part.high - part.low > whole.high - whole.low
    assert part.low < 0
