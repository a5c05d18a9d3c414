import numpy as np
import pytest

from core.audit.thresholds import frames
from core.audit.thresholds.alternatives import Decided, alternatives
from core.audit.thresholds.explorer import Explorer
from core.audit.thresholds.repair import repair
from core.report.tables.threshold_explorer import follow_table, point_table
from core.report.tables.thresholds import alternatives_table, group_table, price_table, threshold_table
from tests.core.audit.thresholds.made import NAMES, rows


@pytest.fixture(scope="module")
def made():
    return rows(3000)


@pytest.fixture(scope="module")
def repaired(made):
    return repair(made)


def test_prices_are_people_per_thousand_and_say_what_the_rule_uses(repaired):
    table = price_table(frames.prices("m", "group", repaired), 0.9)
    assert [row[1].text for row in table.rows[:4]] == ["score", "score", "score and group", "score, group and lot"]
    assert table.rows[0][3].text == "–"
    for row, one in zip(table.rows, repaired.rules, strict=True):
        assert int(row[2].text) == round(1000 * one.price.accuracy.value)
        assert row[2].interval.startswith(f"[{1000 * one.price.accuracy.low:.0f}, ")
    assert "90 % interval" in table.caption
    assert f"{repaired.told_on:,}" in table.caption


def test_today_nobody_gains_or_loses(repaired):
    table = group_table(frames.groups("m", "group", repaired), 0.95)
    today = [row for row in table.rows if row[0].text == "today's decisions"]
    assert [row[1].text for row in today] == list(NAMES)
    assert {row[4].text for row in today} == {"–"}


def test_shares_of_a_lot_add_up(repaired):
    frame = frames.thresholds("m", "group", repaired)
    assert frame.groupby(["rule", "group"])["share"].sum().to_numpy() == pytest.approx(1)
    table = threshold_table(frame)
    assert len(table.rows) == len(frame)
    assert table.rows[0][1].text == "(all groups)"
    assert "all" in {row[2].text for row in table.rows}


def test_alternatives_say_how_many_were_tried_and_none_is_listed_twice(made):
    found = alternatives([Decided("m", made.now, made.scores)], made, tolerance=0.02)
    table = alternatives_table(frames.alternatives("group", found), 0.95)
    assert f"{found.tried} choices" in table.caption
    keys = [(row[1].text, row[2].text) for row in table.rows]
    assert len(set(keys)) == len(keys)


def test_the_table_at_hand_and_the_points_follow_from_the_same_counts(made):
    found = Explorer.of(made)
    point = found.separate[1]
    table = point_table(found, "m", "group")
    row = next(row for row in table.rows if (row[0].text, row[1].text) == ("equal selection rates", "by group"))
    followed = found.follow(point.thresholds)
    assert int(row[3].text) == round(1000 * followed.accuracy)
    assert int(row[5].text) == round(1000 * followed.disparities["selection"])
    at = follow_table(followed, point.thresholds, "m", "group")
    assert [int(one[3].text) for one in at.rows] == [round(1000 * rate) for rate in followed.rates["favourable"]]


def test_today_moves_nobody(made):
    found = Explorer.of(made)
    assert found.follow(found.today).moved == pytest.approx(np.zeros(3))
    assert {row[-1].text for row in follow_table(found.follow(found.today), np.full(3, 0.5), "m", "g").rows} == {"0"}
