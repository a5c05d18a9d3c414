import numpy as np
import pandas as pd
import pytest
from scipy.stats import ks_2samp

from core.audit.metrics import fidelity
from core.audit.record_set import RecordSet
from tests.core.audit.tables import SCHEMA, people


def test_a_table_is_like_itself():
    frame = people(300)
    assert fidelity.column_shape(frame["age"], frame["age"], SCHEMA.column("age")) == 1
    deciles, correlations = fidelity.pair_trends(frame, frame, SCHEMA)
    assert (deciles.value, correlations.value) == (pytest.approx(1), pytest.approx(1))


def test_numbers_are_compared_by_kolmogorov_and_smirnov():
    one, two = people(300)["pay"], people(200, 1)["pay"] + 4
    full = one.dropna(), two.dropna()
    expected = 1 - ks_2samp(full[0], full[1]).statistic
    assert fidelity.column_shape(full[0], full[1], SCHEMA.column("pay")) == pytest.approx(expected)


def test_missing_values_have_a_mass_of_their_own():
    full = pd.Series(np.arange(100.0))
    half = full.where(full.index % 2 == 0)
    assert fidelity.column_shape(full, half, SCHEMA.column("pay")) == pytest.approx(0.5)
    none = pd.Series([np.nan] * 10)
    assert fidelity.column_shape(full, none, SCHEMA.column("pay")) == 0
    assert fidelity.column_shape(none, none, SCHEMA.column("pay")) == 1
    towns = pd.Series(["A"] * 10, dtype="str")
    assert fidelity.column_shape(towns, towns.where(towns.index < 4), SCHEMA.column("town")) == pytest.approx(0.4)


def test_breaking_a_dependence_lowers_trends_but_not_shapes():
    frame = people(3000)
    broken = frame.copy()
    broken["hired"] = frame["hired"].sample(frac=1, random_state=0).to_numpy()
    assert fidelity.pair_trends(frame, broken, SCHEMA)[0].value < 0.98
    assert fidelity.column_shape(frame["hired"], broken["hired"], SCHEMA.column("hired")) == 1


def test_density_and_coverage_follow_their_definition():
    rng = np.random.default_rng(0)
    reference, points = rng.normal(size=(200, 3)), rng.normal(size=(150, 3))
    between = np.linalg.norm(reference[:, None] - points[None], axis=2)
    own = np.sort(np.linalg.norm(reference[:, None] - reference[None], axis=2), axis=1)[:, 5]
    inside = between < own[:, None]
    density, coverage = fidelity.density_coverage(reference, points)
    assert density.value == pytest.approx(inside.sum(axis=0).mean() / 5)
    assert coverage.value == pytest.approx(inside.any(axis=1).mean())
    far, none = fidelity.density_coverage(reference, points + 100)
    assert (far.value, none.value) == (0, 0)
    assert fidelity.density_coverage(reference[:5], points)[0].value is None


def test_records_of_the_ceiling_and_of_a_poor_copy():
    train, holdout = people(600), people(400, 1)
    poor = people(500, 2).assign(pay=5.0)
    ceiling = fidelity.records(SCHEMA, train, holdout, None, "original")
    found = fidelity.records(SCHEMA, train, holdout, poor, "synthetic")
    assert abs(RecordSet(ceiling).one(metric="c2st_auc").value - 0.5) < 0.08
    assert RecordSet(found).one(metric="c2st_auc").value > 0.95
    for metric in ("pair_trends", "pair_trends_sdmetrics", "coverage"):
        assert RecordSet(found).one(metric=metric).value < RecordSet(ceiling).one(metric=metric).value
    overall = {"group": None}
    shapes = [RecordSet(part).one(metric="column_shapes", **overall).value for part in (found, ceiling)]
    assert shapes[0] < shapes[1]
    assert RecordSet(found).one(metric="column_shape:pay").value < 0.6
    assert not RecordSet(found).where(metric="column_shape:id")
