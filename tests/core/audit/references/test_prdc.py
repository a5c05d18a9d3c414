"""Density and coverage against the authors' own package, prdc 0.2 (Naeem et al. 2020)."""

import os
from pathlib import Path

import numpy as np
import prdc
import pytest

from core.audit.metrics import fidelity
from core.data.encoding.distance_space import fit_distance_space
from core.data.sampling import sample_positions
from core.data.sources.load import load
from tests.core.audit.tables import SCHEMA, people

DATA = Path(os.environ.get("EVENHAND_DATA", Path(__file__).parents[5] / "shared" / "data"))
TOLERANCE = 1e-12


def both(reference, points):
    ours = fidelity.density_coverage(reference, points)
    theirs = prdc.compute_prdc(np.asarray(reference, float), np.asarray(points, float), fidelity.NEIGHBOURS)
    return [one.value for one in ours], [theirs["density"], theirs["coverage"]]


@pytest.mark.parametrize(("size", "dimensions", "shift"), [(300, 2, 0.0), (500, 20, 0.3), (200, 5, 3.0)])
def test_equal_on_points(size, dimensions, shift):
    rng = np.random.default_rng(size)
    ours, theirs = both(rng.normal(size=(size, dimensions)), rng.normal(shift, 1, size=(size + 57, dimensions)))
    assert ours == pytest.approx(theirs, abs=TOLERANCE)


def test_equal_on_rows_with_categories_and_gaps():
    train, rows = people(700), people(600, 1)
    space = fit_distance_space(SCHEMA, train, [rows])
    ours, theirs = both(space.encode(train), space.encode(rows))
    assert ours == pytest.approx(theirs, abs=TOLERANCE)


@pytest.mark.slow
@pytest.mark.skipif(not (DATA / "adult").is_dir(), reason="Adult is not there; set EVENHAND_DATA to its folder.")
def test_equal_on_adult_but_for_rows_that_lie_on_the_edge_of_a_ball(monkeypatch):
    # Rows of whole numbers and categories lie exactly on the edge of a ball now and then; rounding decides there.
    monkeypatch.setenv("EVENHAND_DATA", str(DATA))
    data = load("adult")
    space = fit_distance_space(data.schema, data.frame, [data.holdout])
    reference = space.encode(data.frame.iloc[sample_positions(len(data.frame), 5000, 3)])
    ours, theirs = both(reference, space.encode(data.holdout.iloc[sample_positions(len(data.holdout), 5000, 4)]))
    assert ours == pytest.approx(theirs, abs=1e-3)
