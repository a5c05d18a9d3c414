import numpy as np
import pytest

from core.audit.metrics.privacy import nearer_to_train
from core.audit.statistics import intervals
from core.audit.statistics.nearest_neighbors import nearest, nearest_row
from core.audit.statistics.reference_draw import effective_points


@pytest.mark.parametrize("memorised", [0.0, 0.3])
@pytest.mark.parametrize(("points", "references"), [(1500, 250), (300, 400)])
def test_the_interval_holds_what_equal_draws_of_reference_rows_give_on_average(points, references, memorised):
    """Nominal 95 % in 300 draws of points and reference rows in three dimensions."""
    rng = np.random.default_rng([points, round(10 * memorised)])
    shares, ours, plain = [], [], []
    for _ in range(300):
        train, holdout, made = (rng.normal(size=(n, 3)) for n in (references, references, points))
        copied = rng.random(points) < memorised
        made[copied] = train[rng.integers(0, references, copied.sum())] + 0.4 * rng.normal(size=(copied.sum(), 3))
        (near, to_train), (other, to_holdout) = nearest_row(made, train), nearest_row(made, holdout)
        hits = nearer_to_train(near, other)
        effective = effective_points(hits, to_train, to_holdout, references)
        shares.append(hits.mean())
        ours.append(intervals.wilson(hits.mean() * effective, effective))
        plain.append(intervals.wilson(hits.sum(), points))
    mean = np.mean(shares)
    held, before = (np.mean([low <= mean <= high for low, high in found]) for found in (ours, plain))
    assert 0.925 <= held <= 0.985
    assert before < held if points > references else before <= held


def test_points_of_one_reference_row_are_one_trial():
    zeros = np.zeros(40, dtype=np.intp)
    assert effective_points(np.ones(40), zeros, zeros, 10) == pytest.approx(1)
    assert effective_points(np.ones(40), np.arange(40), zeros, 40) == pytest.approx(40)
    assert effective_points(np.array([1.0]), zeros[:1], zeros[:1], 1) == 1


def test_the_nearest_row_and_its_distance_agree():
    rng = np.random.default_rng(0)
    points, reference = rng.normal(size=(50, 4)), rng.normal(size=(30, 4))
    distances, rows = nearest_row(points, reference)
    assert distances == pytest.approx(nearest(points, reference, 1)[:, 0])
    assert distances == pytest.approx(np.linalg.norm(points - reference[rows], axis=1))
    assert nearest_row(reference, reference)[0].tolist() == [0.0] * 30
