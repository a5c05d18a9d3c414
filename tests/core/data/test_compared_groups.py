import numpy as np
import pandas as pd

from core.data.compared_groups import ComparedGroups, compared_in_rows, compared_in_tests
from core.data.groups import GroupedFrame
from tests.core.audit.tables import SCHEMA, people


def with_sexes(frame, shares, seed=0):
    rng = np.random.default_rng(seed)
    return frame.assign(sex=pd.array(rng.choice(list(shares), len(frame), p=list(shares.values())), dtype="str"))


TRAIN = with_sexes(people(500), {"f": 0.45, "m": 0.35, "x": 0.13, "z": 0.07})
HOLDOUT = with_sexes(people(200, 1), {"f": 0.45, "m": 0.4, "x": 0.1, "z": 0.05}, 1)


def test_a_group_needs_enough_real_rows_and_to_be_tested_enough_of_these():
    rows = GroupedFrame(TRAIN, SCHEMA), GroupedFrame(HOLDOUT, SCHEMA)
    assert HOLDOUT["sex"].value_counts()[["x", "z"]].max() < SCHEMA.min_group_size
    real, tested = compared_in_rows(*rows)["sex"], compared_in_tests(*rows)["sex"]
    assert real.names == {"f", "m", "x", "z"}
    assert tested.names == {"f", "m"}
    note = tested.note(["f", "m", "x"], [90, 80, 20])
    assert "fewer than 30 test rows: 'x', 'z'" in note
    assert "With the train rows there are enough of 'x', 'z'" in note


def test_without_a_set_groups_are_judged_by_the_rows_at_hand():
    here = ComparedGroups(30)
    assert here.mask(["a", "b"], [40, 20]).tolist() == [True, False]
    assert here.note(["a", "b"], [40, 20]) == "Left out for fewer than 30 rows: 'b'."
    assert here.absent(["a"]) == here.too_small(["a"], [3]) == []


def test_unknown_groups_need_not_occur():
    fixed = ComparedGroups(30, frozenset({"a", "(missing)", "a × (missing)"}))
    assert fixed.absent([]) == ["a"]
