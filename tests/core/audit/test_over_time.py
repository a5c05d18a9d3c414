"""Decisions over time: figures by period, and the intervals of their changes."""

import numpy as np
import pandas as pd
import pytest

from core.audit.model_decisions import DecisionsInput, audit_decisions
from core.audit.over_time import change
from core.audit.record_set import RecordSet
from core.audit.statistics.intervals import difference
from core.data.column import Column
from core.data.model_decisions import Decisions
from core.data.periods import Periods
from core.data.schema import Schema
from core.findings.conclusions import conclude
from core.findings.finding import Topic, VerdictKind

SCHEMA = Schema(
    columns=(
        Column(name="y", kind="integer", role="target"),
        Column(name="sex", kind="categorical", role="sensitive"),
    ),
    positive="1",
    favorable="positive",
)
NAMES = ("2021", "2022", "2023")


def audited(fall=0.0, n=6_000, seed=0):
    """Return the records of a model that selects women less often in the last year by ``fall``, and its rows."""
    rng = np.random.default_rng(seed)
    sex, when = rng.choice(["f", "m"], n), rng.integers(0, 3, n)
    selected = (rng.random(n) < 0.5 - fall * ((sex == "f") & (when == 2))).astype(np.int8)
    frame = pd.DataFrame({"y": pd.array(rng.integers(0, 2, n), "Int64"), "sex": pd.array(sex, "str")})
    model = Decisions("risk", np.arange(n), None, selected)
    records = audit_decisions(DecisionsInput(SCHEMA, frame, [model], periods=Periods(NAMES, when)))
    return records, sex, when, selected


def test_figures_of_a_period_are_those_of_its_rows():
    records, sex, when, selected = audited(0.2)
    mine = RecordSet(records).where(source="risk", protocol="over_time", positive="1")
    assert list(dict.fromkeys(one.split for one in mine)) == list(NAMES)
    for code, name in enumerate(NAMES):
        rate = {one: selected[(sex == one) & (when == code)].mean() for one in ("f", "m")}
        for group, value in rate.items():
            found = mine.one(metric="selection_rate", group=group, split=name)
            assert found.value == pytest.approx(value, abs=1e-12)
        gap = mine.one(metric="demographic_parity_difference", split=name)
        assert gap.value == pytest.approx(abs(rate["f"] - rate["m"]), abs=1e-12)


def test_a_change_of_a_rate_has_newcombes_interval():
    records, sex, when, selected = audited(0.2)
    found = RecordSet(records).where(source="risk", positive="1", metric="selection_rate", group="f", split="2023")
    for protocol, other in (("change_since_first", 0), ("change_since_previous", 1)):
        now, then = (selected[(sex == "f") & (when == code)] for code in (2, other))
        one = found.one(protocol=protocol)
        low, high = difference(now.sum(), len(now), then.sum(), len(then))
        assert (one.value, one.low, one.high) == pytest.approx((now.mean() - then.mean(), low, high), abs=1e-12)
        assert one.n == len(now) + len(then)


def test_a_change_to_an_undefined_figure_is_undefined():
    first = RecordSet(audited()[0]).where(protocol="over_time", metric="tpr")[0]
    lacking = first.model_copy(update={"value": None, "low": None, "high": None, "split": "2022"})
    assert change(first, lacking).note == "Undefined: there is no such figure in 2022."


def test_a_group_that_lost_is_told_and_a_growing_gap():
    conclusions = conclude(audited(0.2)[0], SCHEMA)
    gaps = [one for one in conclusions.of("over_time") if one.verdict is VerdictKind.GAP]
    assert {(one.claim.figure.split, one.claim.group) for one in gaps} == {("2023", "f"), ("2023", None)}
    told = " ".join(conclusions.sentences)
    assert "fewer get “y = 1” in the decisions of “risk” in 2023 than in 2021" in told
    assert "the gap between groups by sex in “y = 1” grew by" in told


def test_an_open_gap_does_not_say_that_no_group_lost():
    """Two groups lose alike: that both lost is found, and how their gap changed may stay open."""
    questions = {one.claim.topic: one.claim.question for one in conclude(audited(0.2)[0], SCHEMA).of("over_time")}
    assert questions == {
        Topic.GAP: "whether gaps grew over time",
        Topic.HARM: "whether a group gets the favourable outcome less often than in the first period",
    }


def test_decisions_that_stay_the_same_are_no_change():
    alarms = [
        one
        for seed in range(12)
        for one in conclude(audited(seed=seed, n=1_500)[0], SCHEMA).of("over_time")
        if one.verdict is VerdictKind.GAP
    ]
    assert len(alarms) <= 1


def test_changes_cover_the_truth():
    inside = []
    for seed in range(80):
        found = RecordSet(audited(0.1, n=1_200, seed=seed)[0])
        one = found.one(
            protocol="change_since_first", metric="selection_rate", group="f", split="2023", source="risk", positive="1"
        )
        inside.append(one.low <= -0.1 <= one.high)
    assert 0.88 <= np.mean(inside) <= 1  # 80 draws: three standard errors below .95 are .88
