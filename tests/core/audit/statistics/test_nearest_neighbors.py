import numpy as np
import pytest
from scipy.spatial.distance import cdist

from core.audit.statistics.nearest_neighbors import nearest


def test_are_the_nearest():
    rng = np.random.default_rng(0)
    one, two = rng.normal(size=(70, 4)), rng.normal(size=(90, 4))
    assert nearest(one, two, 3) == pytest.approx(np.sort(cdist(one, two), axis=1)[:, :3])


def test_a_copy_is_at_distance_zero_in_spite_of_rounding():
    points = np.random.default_rng(0).normal(size=(50, 100)).astype(np.float32) * 100
    assert (nearest(points, points, 1) == 0).all()
    assert nearest(points[:3], points[:1], 5).shape == (3, 1)
