"""The published behaviour of the protocols on Adult: shared/SCIENCE.md section 2, real train rows."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.audit.metrics import fidelity
from core.audit.metrics.membership import membership
from core.audit.protocols.holdout_evaluator import HoldoutEvaluator
from core.audit.protocols.tabular import measure, on_rows
from core.audit.record_set import RecordSet
from core.data import groups
from core.data.column import Role
from core.data.encoding.distance_space import fit_distance_space
from core.data.sources.load import load

DATA = Path(os.environ.get("EVENHAND_DATA", Path(__file__).parents[4] / "shared" / "data"))
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (DATA / "adult").is_dir(), reason="Adult is not there; set EVENHAND_DATA to its folder."),
]


@pytest.fixture(scope="module")
def adult():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVENHAND_DATA", str(DATA))
        data = load("adult")
    schema = data.schema
    for name in schema.sensitive:
        schema = schema if name == "sex" else schema.edited(name, role=Role.FEATURE)
    return data.frame, data.holdout, schema


@pytest.mark.parametrize(("with_sensitive", "accuracy", "parity"), [(True, 0.863, 0.319), (False, 0.862, 0.311)])
def test_forest_on_real_rows(adult, with_sensitive, accuracy, parity):
    train, holdout, schema = adult
    outcomes = groups.positive_name(schema), groups.negative_name(schema, train)
    fit = on_rows(schema, "original", train, train, holdout, with_sensitive=with_sensitive)
    records = measure(fit, HoldoutEvaluator(holdout, schema, outcomes), 0).records
    where = {"positive": outcomes[0], "group": None}
    assert RecordSet(records).one(metric="accuracy", sensitive=None, **where).value == pytest.approx(
        accuracy, abs=0.004
    )
    assert RecordSet(records).one(metric="auc", **where).value == pytest.approx(0.914, abs=0.004)
    ratio = RecordSet(records).one(metric="demographic_parity_ratio", **where)
    assert ratio.value == pytest.approx(parity, abs=0.025)
    assert ratio.low < parity < ratio.high


def test_ceiling_of_fidelity(adult):
    train, holdout, schema = adult
    records = fidelity.records(schema, train, holdout, None, "original")
    assert RecordSet(records).one(metric="density").value == pytest.approx(1.02, abs=0.03)
    assert RecordSet(records).one(metric="coverage").value == pytest.approx(0.978, abs=0.01)
    assert RecordSet(records).one(metric="c2st_auc").value == pytest.approx(0.5, abs=0.02)
    assert RecordSet(records).one(metric="alpha_precision").value == pytest.approx(0.99, abs=0.01)
    assert RecordSet(records).one(metric="beta_recall").value == pytest.approx(0.94, abs=0.01)


def noisy(frame, schema, seed=0):
    """The same people: numbers moved by a twentieth of their spread, one value in twenty shuffled among rows."""
    rng, made = np.random.default_rng(seed), frame.reset_index(drop=True)
    for column in schema.columns:
        values = made[column.name]
        if column.is_numeric:
            moved = values.astype(float) + rng.normal(0, 0.05 * values.astype(float).std(), len(made))
            made[column.name] = moved.round().astype(values.dtype)
        else:
            chosen = rng.random(len(made)) < 0.05
            made.loc[chosen, column.name] = values[chosen].sample(frac=1, random_state=seed).to_numpy()
    return made


@pytest.mark.parametrize(
    ("memorised", "least", "most"),
    [(1.0, 0.8, 1.0), (0.1, 0.5, 0.6), (0.0, 0.46, 0.54)],  # rows of train people in the file, AUC of the attack
)
def test_a_planted_memoriser_is_found_out(adult, memorised, least, most):
    table, holdout, schema = adult
    order = np.random.default_rng(0).permutation(len(table))
    train, strangers = table.iloc[order[:16_000]], table.iloc[order[16_000:]]
    count = int(memorised * len(train))
    rows = pd.concat([noisy(train.iloc[:count], schema), strangers.iloc[: len(train) - count]], ignore_index=True)
    found = membership(fit_distance_space(schema, train, [holdout, rows]), train, holdout, rows).auc
    assert least < found.value < most
    assert (found.low > 0.5) == (memorised == 1) or memorised == 0.1
