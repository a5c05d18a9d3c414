import numpy as np
import pandas as pd
import pytest

from core.audit.metrics.membership import attack, membership
from core.audit.metrics.privacy import records
from core.audit.record_set import RecordSet
from core.audit.records import Status
from core.data.encoding.distance_space import fit_distance_space
from tests.core.audit.tables import SCHEMA, people

TRAIN, HOLDOUT = people(1200), people(1200, 1)


def noisy(frame, seed=0):
    """The same people, each number moved by a twentieth of its spread."""
    rng = np.random.default_rng(seed)
    age = (frame["age"].astype("Float64") + rng.normal(0, 0.75, len(frame))).round().astype("Int64")
    return frame.assign(age=age, pay=frame["pay"] + rng.normal(0, 0.4, len(frame)))


def attacked(rows, train=TRAIN, holdout=HOLDOUT):
    return membership(fit_distance_space(SCHEMA, train, [holdout, rows]), train, holdout, rows)


def found(rows, train=TRAIN, holdout=HOLDOUT):
    return attacked(rows, train, holdout).auc


def test_a_memoriser_is_found_out():
    one = found(noisy(TRAIN))
    assert one.value > 0.9
    assert one.low > 0.7
    assert one.n == 1200


def test_a_memoriser_of_a_tenth_is_seen_by_a_strict_attacker():
    null_p10 = pd.concat([noisy(TRAIN.iloc[:120]), people(1080, 2)], ignore_index=True)
    one = found(null_p10)
    assert 0.5 < one.value < 0.65  # an average over all members hides the few; the note does not
    accused = float(one.note.rpartition("recognises ")[2].partition("%")[0])
    assert accused > 4
    strict = attacked(null_p10)
    assert strict.recall.value == pytest.approx(accused / 100, abs=0.001)
    assert strict.recall.low < strict.recall.value < strict.recall.high
    assert 0 < strict.advantage.low < strict.advantage.value < strict.recall.value


def test_a_strict_attacker_has_no_advantage_on_fresh_rows():
    advantages = [attacked(people(800, s), people(800, 100 + s), people(800, 200 + s)).advantage for s in range(10)]
    assert sum(one.low <= 0 for one in advantages) == 10
    assert np.mean([one.value for one in advantages]) == pytest.approx(0, abs=0.01)


def test_fresh_rows_give_nobody_away():
    seeds = [(seed, 100 + seed, 200 + seed) for seed in range(10)]
    inside = [found(people(800, a), people(800, b), people(800, c)) for a, b, c in seeds]
    assert np.mean([one.value for one in inside]) == pytest.approx(0.5, abs=0.02)  # its standard error is .0065
    assert sum(one.low <= 0.5 <= one.high for one in inside) >= 8


def test_the_reference_shares_no_row_with_members_or_strangers():
    one = found(TRAIN, holdout=HOLDOUT.iloc[:101])
    assert "50 train rows against 50 hold-out rows, 51 further hold-out rows" in one.note


def test_equal_rows_are_no_division_by_zero():
    assert attack(np.zeros((2, 1)), np.zeros((1, 1)), np.zeros((1, 1))).tolist() == [0, 0]


def test_too_small_a_holdout_is_undefined():
    assert found(TRAIN, holdout=HOLDOUT.iloc[:19]).status is Status.UNDEFINED


def test_the_control_row_is_real_people_whom_nobody_learned_from():
    control = RecordSet(records(SCHEMA, TRAIN, HOLDOUT, None, "original")).one(metric="membership_auc")
    assert control.low < 0.5 < control.high
    assert "Real rows, not synthetic" in control.note
