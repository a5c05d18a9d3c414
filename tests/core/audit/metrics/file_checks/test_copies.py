import numpy as np
import pandas as pd
import pytest

from core.audit.metrics.catalog import kind_of
from core.audit.metrics.file_checks import copies
from core.audit.record_set import RecordSet
from core.audit.records import Status
from tests.core.audit.tables import SCHEMA, people

TRAIN, HOLDOUT = people(700), people(400, 1)


def found(rows, train=TRAIN, holdout=HOLDOUT):
    return RecordSet(copies.records(SCHEMA, train, holdout, rows, "f"))


def excess(rows, split, **real):
    return of_kind(found(rows, **real)).one(split=split)


def of_kind(records, name="copied_rows_excess"):
    return records.filter(lambda one: kind_of(one.metric) == name)


def test_shares_of_copied_rows_are_counted_by_hand():
    rows = pd.concat([TRAIN.iloc[:350].assign(id="x"), people(350, 2)], ignore_index=True)
    records = found(rows)
    inside = records.one(metric="copied_rows:near", split="train")
    assert inside.n == 400  # one block of as many train rows as hold-out rows
    chosen = np.sort(np.random.default_rng(21).choice(700, 400, replace=False))
    assert inside.value == pytest.approx((chosen < 350).mean(), abs=0.01)
    assert records.one(metric="copied_rows:near", split="holdout").value < 0.01


@pytest.mark.parametrize("moved", [0.0, 0.05])
def test_a_twentieth_of_copies_and_near_copies_is_found(moved):
    known = TRAIN.iloc[:35].assign(pay=lambda frame: frame["pay"] + moved)
    one = excess(pd.concat([known, people(665, 2)], ignore_index=True), "train")
    assert one.low > 0
    assert one.value == pytest.approx(0.05, abs=0.02)
    assert excess(pd.concat([known, people(665, 2)], ignore_index=True), "holdout").low < 0


def test_the_test_rows_are_found_with_and_without_the_train_rows():
    assert excess(HOLDOUT, "holdout").low > 0.9
    both = pd.concat([TRAIN, HOLDOUT], ignore_index=True)
    assert excess(both, "holdout").low > 0.5  # told by real rows in place of the file
    assert abs(excess(both, "train").value) < 0.05


def test_fresh_rows_are_no_copies():
    assert sum(excess(people(700, 10 + s), split).low > 0 for s in range(10) for split in ("train", "holdout")) <= 1


def test_values_drawn_column_by_column_are_no_copies():
    schema = SCHEMA.replaced(columns=tuple(SCHEMA.column(name) for name in ("pay", "sex", "hired")))
    rng = np.random.default_rng(0)
    names = ["pay", "sex", "hired"]
    rows = pd.DataFrame({name: TRAIN[name].array[rng.permutation(700)] for name in names})
    records = RecordSet(copies.records(schema, TRAIN[names], HOLDOUT[names], rows, "f"))
    assert records.one(metric="copied_rows:near", split="train").value > 0.2  # the pay of one, the sex of another
    assert of_kind(records).one(split="train").low < 0


def test_a_few_exact_copies_are_not_hidden_by_near_ones_of_chance():
    schema = SCHEMA.replaced(columns=tuple(SCHEMA.column(name) for name in ("pay", "sex", "hired")))
    names = ["pay", "sex", "hired"]
    rows = pd.concat([TRAIN[names].iloc[:35], people(665, 2)[names]], ignore_index=True)
    records = RecordSet(copies.records(schema, TRAIN[names], HOLDOUT[names], rows, "f"))
    assert records.one(metric="copied_rows:near", split="holdout").value > 0.1
    assert records.one(metric="copied_rows_excess:exact", split="train").low > 0


def test_rows_that_repeat_are_left_out_and_too_few_are_undefined():
    names = ["town", "sex", "hired"]
    schema = SCHEMA.replaced(columns=tuple(SCHEMA.column(name) for name in names))
    one = RecordSet(copies.records(schema, TRAIN[names], HOLDOUT[names], TRAIN[names], "f"))
    assert {record.status for record in of_kind(one)} == {Status.UNDEFINED}
    assert excess(TRAIN, "train", holdout=HOLDOUT.iloc[:19]).status is Status.UNDEFINED


def test_copies_with_one_category_or_one_number_changed_are_found():
    town = TRAIN["town"].map(
        dict(zip(*[TRAIN["town"].unique()] * 2, strict=True)) | {TRAIN["town"].iloc[0]: "elsewhere"}
    )
    for change in ({"town": town.fillna("elsewhere")}, {"pay": TRAIN["pay"] + 400.0}):
        known = TRAIN.assign(**change).iloc[:35]
        one = excess(pd.concat([known, people(665, 2)], ignore_index=True), "train")
        assert one.low > 0.01
        assert one.value == pytest.approx(0.05, abs=0.03)
