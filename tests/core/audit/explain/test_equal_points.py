import numpy as np
import pytest
from scipy.spatial.distance import pdist

from core.audit.explain.equal_points import REACH, spread_out
from core.audit.explain.projections import METHODS, latent_projection

PLACES = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0], [10.0, 10.0]])
WHICH = np.repeat(np.arange(4), [100, 25, 4, 1])


def test_rows_of_a_place_fill_a_disc_whose_area_grows_with_their_number():
    found = spread_out(PLACES, WHICH, 0)
    radius = np.linalg.norm(found - PLACES[WHICH], axis=1)
    largest = [radius[place == WHICH].max() for place in range(4)]
    assert largest[0] == pytest.approx(REACH * 10, rel=0.02)
    assert largest[1] == pytest.approx(largest[0] / 2, rel=0.05)
    assert largest[3] == 0
    assert pdist(found[WHICH == 0]).min() > 0.3


def test_rows_keep_their_place_and_a_seed_gives_one_picture():
    order = np.random.default_rng(0).permutation(len(WHICH))
    found = spread_out(PLACES, WHICH[order], 1)
    nearest = np.linalg.norm(found[:, None] - PLACES, axis=2).argmin(axis=1)
    assert (nearest == WHICH[order]).mean() > 0.8
    assert np.array_equal(found, spread_out(PLACES, WHICH[order], 1))


@pytest.mark.parametrize("method", [method for method in METHODS if method != "umap"])
def test_latents_that_are_codewords_are_drawn_as_discs(method):
    rng = np.random.default_rng(0)
    words = rng.normal(size=(20, 4))
    latents = {name: words[rng.integers(0, 20, 400)] for name in ("teacher", "student")}
    found = latent_projection(latents, rng.choice(["f", "m"], 400).tolist(), method)
    assert len(found.points[["x", "y"]].drop_duplicates()) == len(found.points)
    assert "20 different points hold all rows" in found.note
