"""Tables on which the share of positive outcomes moves easily, and what a run's rows do to it and to parity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core import pipeline
from core.config import run_config
from core.data.dataset import Dataset
from core.data.encoding.ordinal import fit_ordinal
from core.data.groups import group_labels, target_labels
from core.data.schema import Schema
from core.data.sources.load import load
from core.downstream_classifiers.base import LabelledMatrix
from core.downstream_classifiers.random_forest import RandomForest
from core.runs.artifacts import REAL
from core.runs.run_folder import RunFolder

MIN_GROUP_SHARE = 0.05
"""Groups with a smaller share of the rows are not compared; their rates are mostly chance."""


@dataclass(frozen=True)
class Rates:
    """The share of positive outcomes and parity of one seed.

    Args:
        real: Share of positive outcomes of the train rows.
        synthetic: Of as many synthetic rows.
        rows: Demographic parity ratio of the synthetic rows.
        classifier: That of a forest which is trained on the synthetic rows and selects from the hold-out rows.
        accuracy: Accuracy of the forest on the hold-out rows.
    """

    real: float
    synthetic: float
    rows: float
    classifier: float
    accuracy: float


def _three_groups() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    sex, age = rng.choice(["a", "b", "c"], 1500, p=[0.6, 0.3, 0.1]), rng.integers(18, 70, 1500)
    return _drawn(rng, 0.2 + 0.25 * (sex == "a") + 0.004 * (age - 40), sex=sex, age=age)


def _mostly_positive() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    race, years = rng.choice(["a", "b", "c"], 2000, p=[0.6, 0.3, 0.1]), rng.integers(0, 30, 2000)
    chance = 0.60 + 0.12 * (race == "a") - 0.15 * (race == "c") + 0.005 * (years - 15)
    return _drawn(rng, chance, race=race, years=years, site=rng.choice(list("wxyz"), 2000))


def _rare_outcome() -> pd.DataFrame:
    rng = np.random.default_rng(6)
    sex, grade = rng.choice(["F", "M"], 3000), rng.choice(["low", "middle", "high"], 3000)
    region = rng.choice(["north", "south"], 3000)
    chance = 0.03 + 0.05 * (sex == "M") + 0.06 * (grade == "high") + 0.02 * (region == "north")
    return _drawn(rng, chance, sex=sex, grade=grade, region=region)


def _drawn(rng: np.random.Generator, chance: np.ndarray, **columns: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({**columns, "hired": np.where(rng.random(len(chance)) < chance, "yes", "no")})


MADE: dict[str, tuple[Callable[[], pd.DataFrame], str]] = {
    "three groups": (_three_groups, "sex"),
    "mostly positive": (_mostly_positive, "race"),
    "a rare outcome": (_rare_outcome, "sex"),
}
BUILT_IN = {"demo": "origin", "adult": "sex", "compas": "race"}


def made_table(name: str) -> Dataset:
    """Return a table of `MADE`."""
    make, sensitive = MADE[name]
    return load(make(), target="hired", positive="yes", sensitive=[sensitive])


def measured(data: Dataset, seed: int, out: Path) -> Rates:
    """Return what a default run does with one seed; ``out`` gets the run."""
    pipeline.prepare(data, run_config(seed=seed, generator_draws=1, pictures="none", device="cpu"), out)
    pipeline.run_without_audit(out)
    folder = RunFolder.open(out)
    real, tested = (folder.artifacts.table(part) for part in REAL)
    made, schema = folder.synthetic.read(), folder.schema.read()
    selected, accuracy = _forest(made, tested, schema, seed)
    return Rates(
        real=float(target_labels(real, schema).mean()),
        synthetic=float(target_labels(made, schema).mean()),
        rows=_parity(target_labels(made, schema), made, schema),
        classifier=_parity(selected, tested, schema),
        accuracy=accuracy,
    )


def _forest(made: pd.DataFrame, tested: pd.DataFrame, schema: Schema, seed: int) -> tuple[np.ndarray, float]:
    encoding = fit_ordinal(schema, [*schema.features, *schema.sensitive], [made, tested])
    train = LabelledMatrix(encoding.encode(made), target_labels(made, schema).astype(int), encoding.matrix_columns)
    selected = RandomForest().probabilities(train, encoding.encode(tested), seed)[:, 1] >= 0.5
    return selected, float((selected == target_labels(tested, schema)).mean())


def _parity(positive: np.ndarray, frame: pd.DataFrame, schema: Schema) -> float:
    """Return the smallest group's rate over the largest, of groups with enough rows."""
    groups = pd.Series(positive.astype(float)).groupby(group_labels(frame, schema, list(schema.sensitive)))
    rates = groups.mean()[groups.size() >= MIN_GROUP_SHARE * len(frame)]
    return float(rates.min() / rates.max()) if rates.max() else float("nan")
