import pytest

from core.benchmarks.cluster_coverage import simulate


@pytest.fixture(scope="module")
def found():
    return {one.figure: one for one in simulate(80, draws=200)}


def test_weights_alone_promise_too_much_where_people_are_drawn_in_clusters(found):
    assert found["selection_rate, weights alone"].share < 0.85
    assert found["tpr, weights alone"].share < 0.92


def test_replicate_weights_keep_their_promise(found):
    shares = [one.share for name, one in found.items() if name.endswith("replicates")]
    assert len(shares) == 9
    assert min(shares) >= 0.9  # 200 draws: three standard errors below .95
    assert found["selection_rate, replicates"].width > 1.5 * found["selection_rate, weights alone"].width
