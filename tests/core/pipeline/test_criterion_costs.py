"""What each fairness goal would cost, on the demo table."""

from dataclasses import replace

import pandas as pd
import pytest

from core.audit.thresholds.criterion_costs import GOALS, NOTHING, ratio
from core.data.column import Kind
from core.data.holdout_split import split
from core.data.sources.load import load
from core.errors import DataError
from core.pipeline.criterion_costs import criterion_costs
from core.report.charts.criterion_costs import figure
from core.report.tables.criterion_costs import cost_table


@pytest.fixture(scope="module")
def costs():
    return criterion_costs(load("demo", rows=3000, seed=0))


def test_each_goal_is_reached_best_by_its_own_choice(costs) -> None:
    (found,) = [one for one in costs if one.attribute == "sex"]
    for criterion, goal in GOALS.items():
        by_choice = {choice: ratio(follow, goal) for choice, follow in found.choices.items()}
        assert by_choice[criterion] > by_choice[NOTHING]
    assert found.choices["demographic_parity"].disparities["selection"] < 0.05
    assert found.choices[NOTHING].disparities["selection"] > 0.1
    assert found.choices[NOTHING].accuracy >= found.choices["demographic_parity"].accuracy


def test_rows_that_a_run_holds_out_take_no_part() -> None:
    dataset = load("demo", rows=1500, seed=0)
    parts = split(dataset)
    labels = parts.holdout["approved"]
    turned = parts.holdout.assign(approved=labels.map({"no": "yes", "yes": "no"}).astype(labels.dtype))
    with_test_rows = replace(dataset, frame=parts.train, holdout=turned)
    ours, theirs = criterion_costs(dataset), criterion_costs(with_test_rows)
    assert [one.rows for one in ours] == [one.rows for one in theirs]
    for one, other in zip(ours, theirs, strict=True):
        assert one.rows <= len(parts.train)
        assert all(follow.accuracy == other.choices[choice].accuracy for choice, follow in one.choices.items())


def test_picture_and_table_tell_the_same(costs) -> None:
    for one in costs:
        drawn = figure(one)
        assert drawn.table == cost_table(one)
        assert len(drawn.table.rows) == 1 + len(GOALS)
        (rows,) = drawn.spec["datasets"].values()
        assert len(rows) == len(GOALS) * (1 + len(GOALS))


def test_more_than_two_outcomes_are_refused() -> None:
    demo = load("demo", rows=300, seed=0)
    frame = demo.frame.assign(approved=pd.Series(["low", "middle", "high"] * 100, dtype="str"))
    schema = demo.schema.edited("approved", kind=Kind.CATEGORICAL).replaced(positive="high")
    with pytest.raises(DataError, match="two values"):
        criterion_costs(type(demo)(**{**vars(demo), "frame": frame, "schema": schema}))
