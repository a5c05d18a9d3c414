"""The attacks find generators that copy, and nobody where rows are fresh."""

import numpy as np
import pandas as pd
import pytest

from core.audit.metrics.attacks import ATTACKS, Target, inference, linkability, rare_values, records, singling_out
from core.audit.metrics.privacy import records as privacy_records
from core.audit.records import Status
from core.data.column import Column
from core.data.encoding.distance_space import fit_distance_space
from core.data.schema import Schema
from tests.core.audit.tables import SCHEMA, people

TRAIN, HOLDOUT = people(1200), people(1200, 1)


def target(rows, train=TRAIN, holdout=HOLDOUT, schema=SCHEMA):
    return Target(schema, fit_distance_space(schema, train, [holdout, rows]), train, holdout, rows)


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_a_generator_that_copies_is_found_out(attack):
    found = attack(target(TRAIN))
    assert found.beyond.low > 0.05
    assert found.beyond.value == pytest.approx(found.members.value - found.strangers.value)


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_fresh_rows_tell_no_more_of_members_than_of_strangers(attack):
    found = [attack(target(people(800, 200 + s), people(800, s), people(800, 100 + s))).beyond for s in range(8)]
    assert np.mean([one.value for one in found]) == pytest.approx(0, abs=0.02)
    assert sum(one.low > 0 for one in found) <= 1


def schema_of(**kinds):
    return Schema(columns=tuple(Column(name=name, kind=kind, role=role) for name, (kind, role) in kinds.items()))


def test_a_person_is_singled_out_by_what_fits_one_row_and_of_the_people_them_alone():
    schema = schema_of(town=("categorical", "feature"), pay=("numerical", "feature"))
    towns = [f"t{n % 25}" for n in range(100)]
    mine = pd.DataFrame({"town": towns, "pay": np.repeat([1.0, 2.0, 3.0, 4.0], 25)})  # each pair once
    found = singling_out(target(mine, mine, mine.assign(pay=9.0), schema))
    assert found.members.value == 1.0
    assert found.strangers.value == 0.0  # a town alone fits four rows, and nobody has their pay


def test_copies_of_all_rows_are_found_with_few_hold_out_rows():
    few = people(60, 1)
    assert singling_out(target(TRAIN, TRAIN, few)).beyond.low > 0.05
    noise = TRAIN.assign(pay=TRAIN["pay"] + np.random.default_rng(0).normal(0, 0.1, len(TRAIN)))
    assert singling_out(target(noise, TRAIN, few)).beyond.low > 0.05


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_too_few_people_on_one_side_are_undefined(attack):
    found = attack(target(TRAIN, TRAIN, people(5, 1)))
    assert found.beyond.status is Status.UNDEFINED


def test_values_of_one_person_count_once():
    """Related columns come out together, so their values are no independent tries."""
    columns = {f"c{n}": ("integer", "feature") for n in range(12)}
    excluded = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        base = rng.normal(0, 1, 900)
        drawn = pd.DataFrame({name: np.round(1000 * base + n).astype(int) for n, name in enumerate(columns)})
        mine, theirs, rows = drawn[:400], drawn[400:500], drawn[500:]
        beyond = rare_values(target(rows, mine, theirs, schema_of(**columns))).beyond
        excluded += beyond.low > 0 or beyond.high < 0
    assert excluded <= 5


def test_halves_are_joined_through_the_row_that_holds_both():
    schema = schema_of(a=("numerical", "feature"), b=("numerical", "feature"))
    rng = np.random.default_rng(0)
    rows, others = (pd.DataFrame(rng.normal(size=(400, 2)), columns=["a", "b"]) for _ in range(2))
    found = linkability(target(rows, rows, others, schema))
    assert found.members.value == 1.0
    assert found.strangers.value < 0.5  # ten of 400 nearest of each half meet by chance in a fifth of cases


def test_a_value_is_guessed_from_the_nearest_row_and_a_number_within_a_twentieth_of_its_spread():
    schema = schema_of(id=("numerical", "feature"), pay=("numerical", "target"))
    mine = pd.DataFrame({"id": np.arange(100.0), "pay": 1e6 + np.linspace(10, 1000, 100)})  # zero is far away
    theirs = mine.assign(pay=mine["pay"] + 5000)
    spread = float(mine["pay"].std(ddof=0))
    for share, guessed in ((0.04, 1.0), (0.06, 0.0)):
        found = inference(target(mine.assign(pay=mine["pay"] + share * spread), mine, theirs, schema))
        assert (found.members.value, found.strangers.value) == (guessed, 0.0)


def test_values_of_one_person_are_counted_and_those_of_two_are_not():
    schema = schema_of(city=("categorical", "feature"))
    mine = pd.DataFrame({"city": [f"c{n}" for n in range(20)] + ["big"] * 20})
    theirs = pd.DataFrame({"city": [f"d{n}" for n in range(20)] + ["big", "c0"]})
    rows = pd.DataFrame({"city": ["big", "c0", "c1", "c2", "d7"]})
    found = rare_values(target(rows, mine, theirs, schema))
    assert found.members.value == pytest.approx(2 / 19)  # c0 is had by two
    assert found.strangers.value == pytest.approx(1 / 20)


def test_missing_values_and_a_single_column_are_no_trouble():
    holes = TRAIN.copy()
    holes.loc[::2, "pay"] = np.nan
    holes["age"] = pd.array([pd.NA] * len(holes), dtype="Int64")
    assert all(attack(target(holes, holes)).members.value is not None for attack in ATTACKS.values())
    schema = schema_of(sex=("categorical", "sensitive"))
    one = TRAIN[["sex"]]
    found = records(target(one, one, HOLDOUT[["sex"]], schema), "synthetic")
    assert {record.status for record in found} == {Status.UNDEFINED}
    assert all(record.note.startswith("Undefined: ") for record in found)


def test_they_stand_among_the_privacy_figures_with_their_control():
    found = privacy_records(SCHEMA, TRAIN, HOLDOUT, people(500, 2), "synthetic")
    for metric in ATTACKS:
        assert {record.split for record in found if record.metric == metric} == {"train", "holdout"}
        assert [record.interval for record in found if record.metric == f"{metric}_advantage"] == ["newcombe"]
