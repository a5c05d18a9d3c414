import numpy as np
import pandas as pd
import pytest

from core.audit.metrics import group_fidelity
from core.audit.record_set import RecordSet
from core.audit.records import Status
from core.data.encoding.distance_space import fit_distance_space
from tests.core.audit.tables import SCHEMA, people

TRAIN, HOLDOUT = people(900), people(900, 1)
METRICS = ("group_share", "column_shapes", "density", "coverage", "c2st_auc")


def records(rows, source="synthetic"):
    return group_fidelity.records(SCHEMA, TRAIN, HOLDOUT, rows, source)


@pytest.fixture(scope="module")
def control():
    return records(None, "original")


def test_every_group_has_every_figure_beside_real_against_real(control):
    made = records(people(700, 2))
    for metric in METRICS:
        for group in ("f", "m"):
            assert RecordSet(made).one(metric=metric, group=group).value is not None
            assert RecordSet(control).one(metric=metric, group=group, split="holdout").value is not None


def test_erasing_a_group_shows():
    some = people(900, 2)
    made = records(some[(some["sex"] == "m") | (np.arange(900) % 6 == 0)])
    share = RecordSet(made).one(metric="group_share", group="f")
    real = RecordSet(records(None, "original")).one(metric="group_share", group="f", split="train")
    assert share.high < real.low
    assert f"{real.value:.3f}" in share.note


def test_a_group_that_lost_its_variety_shows_and_the_other_does_not(control):
    made = people(900, 2)
    first = made[made["sex"] == "f"].iloc[0]
    for name in ("age", "pay", "town", "since", "member"):
        made.loc[made["sex"] == "f", name] = first[name]
    made = records(made)
    gone, kept = (RecordSet(made).one(metric="coverage", group=group) for group in ("f", "m"))
    assert gone.value < 0.1
    assert kept.high > RecordSet(control).one(metric="coverage", group="m", split="holdout").low
    assert RecordSet(made).one(metric="c2st_auc", group="f").value > 0.9
    assert RecordSet(made).one(metric="c2st_auc", group="m").low < 0.5
    assert RecordSet(made).one(metric="column_shapes", group="f").value < 0.5


def test_a_group_that_is_gone_is_said_and_a_small_one_is_marked():
    men = people(900, 2).query("sex == 'm'")
    made = records(men)
    assert RecordSet(made).one(metric="group_share", group="f").value == 0
    for metric in METRICS[1:]:
        gone = RecordSet(made).one(metric=metric, group="f")
        assert gone.status is Status.UNDEFINED
        assert gone.note
    few = pd.concat([men, people(60, 3).query("sex == 'f'").iloc[:12]])
    small = RecordSet(records(few)).one(metric="coverage", group="f")
    assert small.status is Status.SMALL_N
    assert "12 rows" in small.note


def test_a_group_that_only_the_generator_has_is_said():
    made = people(900, 2)
    made.loc[:99, "sex"] = "x"
    made = records(made)
    assert RecordSet(made).one(metric="group_share", group="x").value == pytest.approx(100 / 900)
    assert "real train rows have no row" in RecordSet(made).one(metric="density", group="x").note


def test_the_neighbour_test_keeps_its_level_on_few_rows():
    space = fit_distance_space(SCHEMA, TRAIN, [HOLDOUT])
    inside = []
    for seed in range(40):
        one = group_fidelity.two_sample(space, people(60, 100 + seed), people(60, 300 + seed))
        inside.append(one.low <= 0.5 <= one.high)
    assert np.mean(inside) >= 0.9


def test_no_attribute_no_records():
    assert not group_fidelity.records(SCHEMA.edited("sex", role="feature"), TRAIN, HOLDOUT, None, "original")
