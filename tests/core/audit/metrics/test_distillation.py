import numpy as np
import pandas as pd
import pytest

from core.audit import adversary
from core.audit.metrics import distillation, independence
from core.audit.record_set import RecordSet
from core.audit.records import Status
from core.data.groups import GroupedFrame
from tests.core.audit.tables import SCHEMA, people

COLUMNS = ["age", "pay", "sex"]


def told(labels, scores):
    from core.audit.estimate import Estimate
    from core.audit.statistics.intervals import auc

    value, low, high = auc(labels, scores)
    return adversary.AdversaryScores(labels, scores, Estimate(value, low, high, "delong", len(labels)))


def pairs(n: int, seed: int = 0, lift: float = 0.0):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, n)
    shared = labels + rng.normal(size=n)
    return labels, shared + 0.3 * rng.normal(size=n), shared + lift * labels + 0.3 * rng.normal(size=n)


def test_the_difference_is_of_the_aucs_and_narrower_than_unpaired():
    labels, first, second = pairs(800)
    one, two = told(labels, first), told(labels, second)
    found = distillation.auc_difference([(one, two)])
    assert found.value == pytest.approx(two.auc.value - one.auc.value)
    assert found.high - found.low < 0.5 * np.hypot(one.auc.high - one.auc.low, two.auc.high - two.auc.low)


def test_the_interval_is_delongs_by_a_bootstrap():
    labels, first, second = pairs(600, 1, lift=0.2)
    found = distillation.auc_difference([(told(labels, first), told(labels, second))])
    rng, drawn = np.random.default_rng(0), []
    for _ in range(400):
        chosen = rng.integers(0, 600, 600)
        drawn.append(told(labels[chosen], second[chosen]).auc.value - told(labels[chosen], first[chosen]).auc.value)
    assert found.high - found.low == pytest.approx(2 * 1.96 * np.std(drawn), rel=0.15)


def test_a_student_that_leaks_more_is_found_by_group():
    schema = SCHEMA.edited("town", role="sensitive")
    train, holdout = people(900), people(900, 1)
    rng = np.random.default_rng(0)

    def latents(lift):
        return tuple(
            rng.normal(size=(900, 2)) + lift * (frame["town"] == "A").to_numpy()[:, None] for frame in (train, holdout)
        )

    teacher, student = (
        independence.adversaries((GroupedFrame(train, schema), GroupedFrame(holdout, schema)), latents(lift))
        for lift in (0.0, 2.0)
    )
    found = distillation.leakage_records(teacher, student)
    by_group = {
        record.group: record for record in RecordSet(found).where(metric="adversary_auc_difference", sensitive="town")
    }
    assert by_group["A"].low > 0.2
    assert by_group[None].low > 0
    assert RecordSet(found).one(source="student", metric="adversary_auc", sensitive="town", group="A").value > 0.8
    assert {record.group for record in RecordSet(found).where(source="teacher", sensitive="sex")} == {"f"}


def test_adversaries_that_cannot_learn_leave_the_difference_undefined():
    train, holdout = people(20), people(40, 1)
    alone = independence.adversaries(
        (GroupedFrame(train, SCHEMA), GroupedFrame(holdout, SCHEMA)), (np.ones((20, 1)), np.ones((40, 1)))
    )
    found = distillation.leakage_records(alone, alone)
    assert {record.status for record in RecordSet(found).where(metric="adversary_auc_difference")} == {Status.UNDEFINED}


def decoded(n: int, share: float, rng):
    """Codes of the teacher, and codes that agree with them in about ``share`` of the cells."""
    teacher = rng.integers(0, 9, (n, 3))
    return teacher, np.where(rng.random((n, 3)) < share, teacher, teacher + 1)


def test_agreement_stands_beside_its_ceiling():
    frame, rng = people(2000), np.random.default_rng(0)
    teacher, again = decoded(2000, 0.8, rng)
    student = np.where(rng.random((2000, 3)) < 0.7, teacher, teacher + 2)
    drawn = {"teacher": teacher, "again": again, "student": student}
    found = distillation.agreement_records(SCHEMA, frame, COLUMNS, drawn, {"teacher": teacher, "student": teacher})
    overall = {"metric": "decoded_agreement", "sensitive": None}
    ceiling, mine = (RecordSet(found).one(source=name, **overall) for name in ("teacher", "student"))
    assert ceiling.low < 0.8 < ceiling.high
    assert mine.low < 0.7 < mine.high
    gap = RecordSet(found).one(metric="decoded_agreement_difference", group=None)
    assert gap.value == pytest.approx(mine.value - ceiling.value)
    assert gap.low < -0.1 < gap.high
    assert RecordSet(found).one(metric="decoded_agreement_mode", sensitive=None).value == 1
    assert {record.group for record in RecordSet(found).where(metric="decoded_agreement", sensitive="sex")} == {
        "f",
        "m",
    }
    assert not RecordSet(found).where(metric="decoded_agreement:sex")
    columns = [
        RecordSet(found).one(source="student", metric=f"decoded_agreement:{name}").value for name in ("age", "pay")
    ]
    assert np.mean(columns) == pytest.approx(mine.value)


def test_nothing_to_compare_leaves_no_record():
    codes = {name: np.zeros((5, 1), int) for name in ("teacher", "again", "student")}
    assert distillation.agreement_records(SCHEMA, people(5), ["sex"], codes, codes) == []
    empty = {name: part[:0] for name, part in codes.items()}
    assert distillation.agreement_records(SCHEMA, people(5).iloc[:0], ["age"], empty, empty) == []


def test_one_row_has_no_interval():
    codes = {name: np.zeros((1, 1), int) for name in ("teacher", "again", "student")}
    found = distillation.agreement_records(SCHEMA, pd.DataFrame(people(1)), ["age"], codes, codes)
    assert RecordSet(found).one(metric="decoded_agreement_difference", sensitive=None).low is None
