import numpy as np

from core.audit.statistics.parity_null import simulated_parity


def test_parity_null_tells_chance_from_difference():
    races = [159, 480, 1561, 135, 13946]  # Adult's hold-out
    average, null_p10 = simulated_parity(races, 0.2)
    assert 0.7 < average < 0.82
    assert null_p10 < average
    assert simulated_parity(races, 0.2) == simulated_parity(races, 0.2)
    assert np.isnan(simulated_parity([50, 50], 0.0)).all()
    assert simulated_parity([50, 50], 1.0) == (1.0, 1.0)
