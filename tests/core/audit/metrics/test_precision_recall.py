import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.audit.metrics import fidelity, precision_recall, privacy
from core.audit.record_set import RecordSet
from core.audit.records import Status
from tests.core.audit.tables import SCHEMA, people


def draws(n, d, seed, spread=1.0):
    return np.random.default_rng(seed).normal(0, spread, (n, d))


def scores(reference, points):
    return [one.value for one in precision_recall.precision_recall(reference, points)]


def test_rows_of_the_same_law_come_near_to_one():
    precision, recall = scores(draws(2000, 2, 0), draws(2000, 2, 1))
    assert precision > 0.95
    assert recall > 0.92
    same = draws(500, 3, 0)
    assert scores(same, same) == [1, pytest.approx(1)]


def test_balls_hold_the_shares_that_the_definition_asks_for():
    rng = np.random.default_rng(0)
    real, made = rng.normal(size=(80, 2)), rng.normal(0.3, 1.2, size=(80, 2))
    grid = (np.arange(80) + 0.5) / 80  # between the steps: with 80 rows each ball is one of 80
    out, away = (np.linalg.norm(part - real.mean(axis=0), axis=1) for part in (real, made))
    precision = [np.mean(away <= np.quantile(out, a, method="inverted_cdf")) for a in grid]
    own = np.sort(np.linalg.norm(real[:, None] - real[None], axis=2), axis=1)[:, 5]
    between = np.linalg.norm(real[:, None] - made[None], axis=2)
    outward = np.linalg.norm(made - made.mean(axis=0), axis=1)
    covered, ball = between.min(axis=1) <= own, outward[between.argmin(axis=1)]
    recall = [np.mean(covered & (ball <= np.quantile(outward, b, method="inverted_cdf"))) for b in grid]
    precision_score, recall_score = (1 - 2 * np.abs(np.array(share) - grid).mean() for share in (precision, recall))
    found = scores(real, made)
    assert found[0] == pytest.approx(precision_score)
    # A synthetic row that is nearest to several real rows is a tie of its own radius: half of it counts, not all.
    assert found[1] == pytest.approx(recall_score, abs=2 / 80)


def test_a_scale_of_its_own_has_a_known_precision():
    # Uniform in one dimension: the ball that holds a of the real rows holds 2a of rows spread half as wide.
    real, made = np.linspace(-1, 1, 2001)[:, None], np.linspace(-0.5, 0.5, 2001)[:, None]
    assert scores(real, made)[0] == pytest.approx(1 - 2 * (1 / 8 + 1 / 8), abs=2e-3)
    assert scores(real, real + 100) == [0, 0]


def test_a_lost_mode_lowers_recall_and_not_precision():
    modes = np.repeat([[-5.0], [5.0]], 1000, axis=0)
    precision, recall = scores(modes + draws(2000, 2, 0), modes[:1000].repeat(2, axis=0) + draws(2000, 2, 1))
    assert precision > 0.9
    assert recall < 0.6


def test_far_rows_lower_precision():
    made = draws(1000, 2, 1)
    made[:400] *= 50
    assert scores(draws(1000, 2, 0), made)[0] < 0.7


def test_the_two_tables_count_with_as_many_rows():
    found = precision_recall.precision_recall(draws(300, 2, 0), draws(900, 2, 1))
    assert [one.n for one in found] == [300, 300]
    few = precision_recall.precision_recall(draws(5, 2, 0), draws(900, 2, 1))
    assert {one.status for one in few} == {Status.UNDEFINED}


@pytest.mark.parametrize(("dimensions", "expected"), [(1, 1 / 3), (2, 0.3785)])
def test_fresh_rows_are_authentic_as_often_as_neighbours_are_not_mutual(dimensions, expected):
    rng = np.random.default_rng(dimensions)
    found = precision_recall.authenticity(rng.random((6000, dimensions)), rng.random((6000, dimensions)))
    assert found.mean() == pytest.approx(expected, abs=0.025)


def test_fresh_rows_of_some_columns_are_authentic_half_of_the_time():
    assert precision_recall.authenticity(draws(3000, 4, 0), draws(3000, 4, 1)).mean() == pytest.approx(0.48, abs=0.05)


def test_a_memoriser_is_not_authentic_and_a_stranger_is():
    train = draws(800, 3, 0)
    assert precision_recall.authenticity(train, train).max() == 0
    assert precision_recall.authenticity(train, train + draws(800, 3, 1, 1e-3)).mean() < 0.02
    assert precision_recall.authenticity(train, train + 50).mean() == 1


def test_each_row_is_compared_with_its_own_nearest_train_row():
    # The train rows near 100 lie far apart, those near 0 close together; the published code mixes up the two.
    train = np.array([[0.0], [0.1], [0.2], [100.0], [120.0], [150.0]])
    assert precision_recall.authenticity(train, np.array([[101.0], [0.5], [-0.05], [175.0]])).tolist() == [0, 1, 0, 0]


def test_a_copy_of_a_row_that_stands_twice_is_a_tie():
    train = np.array([[0.0], [0.0], [3.0]])
    assert precision_recall.authenticity(train, np.array([[0.0], [3.0]])).tolist() == [0.5, 0]


grids = arrays(float, st.tuples(st.integers(6, 25), st.just(2)), elements=st.integers(-3, 3).map(float))


@settings(max_examples=40, deadline=None)
@given(grids, grids, st.randoms())
def test_figures_are_bounded_and_blind_to_the_order_of_rows(reference, points, rng):
    size = min(len(reference), len(points))
    reference, points = reference[:size], points[:size]
    orders = [rng.sample(range(size), size) for _ in range(2)]
    shuffled = reference[orders[0]], points[orders[1]]
    found = scores(reference, points)
    assert all(0 <= value <= 1 for value in found)
    assert scores(*shuffled) == pytest.approx(found, abs=1e-9)
    hits = precision_recall.authenticity(reference, points)
    assert set(hits) <= {0, 0.5, 1}
    assert precision_recall.authenticity(*shuffled).tolist() == hits[orders[1]].tolist()


def test_every_source_has_its_records_beside_those_of_the_holdout():
    train, holdout = people(500), people(400, 1)
    poor = people(450, 2).assign(pay=lambda frame: frame["pay"] * 5)
    for metric, room, better in (("alpha_precision", fidelity, True), ("authenticity", privacy, False)):
        ceiling = RecordSet(room.records(SCHEMA, train, holdout, None, "original")).one(metric=metric)
        found = RecordSet(room.records(SCHEMA, train, holdout, poor, "synthetic")).one(metric=metric)
        assert (ceiling.value > found.value) is better
    recall = RecordSet(fidelity.records(SCHEMA, train, holdout, poor, "synthetic")).one(metric="beta_recall")
    assert recall.n == 450


def test_copies_of_any_train_row_count_however_many_there_are():
    train, holdout = people(7000), people(300, 1)
    copies = train.sample(600, random_state=0)
    mixed = pd.concat([copies, people(600, 2)], ignore_index=True)
    values = [
        RecordSet(privacy.records(SCHEMA, train, holdout, rows, "synthetic")).one(metric="authenticity")
        for rows in (copies, mixed, people(600, 2))
    ]
    assert values[0].value == 0
    assert values[1].high < values[2].low
    assert values[2].interval == "wilson"
    alone = privacy.records(SCHEMA, train.iloc[:1], holdout, copies, "synthetic")
    assert RecordSet(alone).one(metric="authenticity").status is Status.UNDEFINED
