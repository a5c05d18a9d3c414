import numpy as np
import pandas as pd
import pytest

from core.audit.metrics import privacy
from core.audit.record_set import RecordSet
from core.audit.records import Status
from tests.core.audit.tables import SCHEMA, people


def test_planted_copies_are_found_whatever_their_identifier():
    train, holdout = people(400), people(400, 1)
    rows = pd.concat([people(90, 2), train.iloc[:10].assign(id="new")], ignore_index=True)
    found = privacy.records(SCHEMA, train, holdout, rows, "synthetic")
    assert RecordSet(found).one(metric="exact_copies_all").value == pytest.approx(0.1)
    assert RecordSet(found).one(metric="exact_copies", split="train", group=None).value == pytest.approx(0.1)
    assert RecordSet(found).one(metric="exact_copies", split="holdout", group=None).value == 0


def test_a_memoriser_lies_nearer_to_train_than_strangers_do():
    train, holdout = people(500), people(500, 1)
    near = train.assign(pay=train["pay"] + 0.01)
    memorised = privacy.records(SCHEMA, train, holdout, near, "synthetic")
    fresh = privacy.records(SCHEMA, train, holdout, people(500, 2), "synthetic")
    assert RecordSet(memorised).one(metric="distance_share", group=None).value > 0.95
    assert (
        RecordSet(fresh).one(metric="distance_share", group=None).low
        < 0.5
        < RecordSet(fresh).one(metric="distance_share", group=None).high
    )
    assert RecordSet(memorised).one(metric="nndr_median").value < RecordSet(fresh).one(metric="nndr_median").value


def test_ties_count_half_and_rounding_is_a_tie():
    found = privacy.nearer_to_train(np.array([1.0, 1.0, 2.0, 1.0]), np.array([1.0, 1.0 + 1e-9, 1.0, 2.0]))
    assert found.tolist() == [0.5, 0.5, 0, 1]


def test_rows_that_are_all_the_same_have_no_second_nearest():
    same = pd.concat([people(1, 3)] * 60, ignore_index=True)
    found = privacy.records(SCHEMA, same, people(60, 1), same, "synthetic")
    assert RecordSet(found).one(metric="nndr_median").value is None
    assert RecordSet(found).one(metric="exact_copies_all").value == 1


def test_a_group_whose_people_are_copied_is_named():
    train, holdout = people(900), people(900, 1)
    women = train[train["sex"] == "f"]
    rows = pd.concat([people(600, 2).query("sex == 'm'"), women.assign(pay=women["pay"] + 0.01)], ignore_index=True)
    found = privacy.records(SCHEMA, train, holdout, rows, "synthetic")
    shares = {group: RecordSet(found).one(metric="distance_share", group=group) for group in ("f", "m")}
    assert shares["f"].value > 0.95
    assert shares["m"].low < 0.5 < shares["m"].high
    planted = privacy.records(SCHEMA, train, holdout, pd.concat([rows, women]), "synthetic")
    copies = {group: RecordSet(planted).one(metric="exact_copies", split="train", group=group) for group in ("f", "m")}
    assert copies["f"].value > 0.5 - 1e-9
    assert copies["m"].value == 0


def test_rows_of_a_rare_group_are_all_measured():
    train, holdout = people(300), people(300, 1)
    rows = people(9000, 2).assign(sex=lambda frame: np.where(np.arange(len(frame)) < 40, "f", "m"))
    rows["sex"] = rows["sex"].astype("str")
    found = privacy.records(SCHEMA, train, holdout, rows, "synthetic")
    assert RecordSet(found).one(metric="distance_share", group="f").n == 40
    few = privacy.records(SCHEMA, train, holdout, rows.iloc[20:], "synthetic")
    assert RecordSet(few).one(metric="distance_share", group="f").status is Status.SMALL_N
    assert RecordSet(found).one(metric="distance_share", group=None).n == privacy.MAX_POINTS


def test_the_reference_row_is_half_the_holdout():
    found = privacy.records(SCHEMA, people(400), people(300, 1), None, "original")
    share = RecordSet(found).one(metric="distance_share", group=None)
    assert share.low < 0.5 < share.high
    assert "Real rows, not synthetic" in share.note
    lonely = privacy.records(SCHEMA, people(40), people(1, 1), None, "original")
    assert RecordSet(lonely).one(metric="distance_share", group=None).value is None
