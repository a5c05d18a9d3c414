"""Made-up tables of many shapes: one hidden ability moves every feature and the outcome."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.data.column import Column, Kind, Role
from core.data.schema import Schema


@dataclass(frozen=True)
class Shape:
    """The kind of a made-up table.

    Args:
        rows: Train and hold-out rows together.
        numbers: Numeric columns.
        integers: Integer columns with ties.
        categories: Categorical columns.
        rare: Share of the rarest origin.
        gaps: Share of missing values in each feature.
        levels: Values of a categorical column.
        origins: Groups by origin; more than three share the rows evenly.
    """

    rows: int = 1_500
    numbers: int = 2
    integers: int = 1
    categories: int = 2
    rare: float = 0.177
    gaps: float = 0.0
    levels: int = 4
    origins: int = 3


SHAPES = {
    "mixed columns": Shape(),
    "categories with few distinct rows": Shape(numbers=0, integers=0, categories=5),
    "numbers only": Shape(numbers=5, integers=0, categories=0),
    "one number": Shape(numbers=1, integers=0, categories=0),
    "300 rows": Shape(rows=300),
    "5,000 rows": Shape(rows=5_000),
    "rare groups": Shape(rare=0.02),
    "missing values": Shape(gaps=0.1),
    "integers with ties": Shape(numbers=0, integers=4, categories=1),
}


def schema_of(shape: Shape) -> Schema:
    """Return the schema of a made-up table: features, sex and origin, and whether someone was hired."""
    kinds = ((Kind.NUMERICAL, shape.numbers), (Kind.INTEGER, shape.integers), (Kind.CATEGORICAL, shape.categories))
    features = [Column(name=f"{kind.value}_{place}", kind=kind) for kind, count in kinds for place in range(count)]
    people = [Column(name=name, kind=Kind.CATEGORICAL, role=Role.SENSITIVE) for name in ("sex", "origin")]
    target = Column(name="hired", kind=Kind.CATEGORICAL, role=Role.TARGET)
    return Schema(columns=(*features, *people, target), positive="yes")


def people(shape: Shape, rows: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw typed rows. One hidden ability moves every feature and the outcome; sex and origin move it a little.

    Args:
        shape: The columns.
        rows: How many.
        rng: Randomness.
    """
    sex = np.where(rng.random(rows) < 0.45, "f", "m")
    names, shares = ["A", "B", "C"], [0.5, 0.5 - shape.rare, shape.rare]
    if shape.origins != len(names):
        names, shares = [f"O{place}" for place in range(shape.origins)], [1 / shape.origins] * shape.origins
    origin = rng.choice(names, rows, p=shares)
    ability = rng.normal(0, 1, rows) - (sex == "f") - 0.8 * (origin == "C")
    made: dict[str, object] = {}
    for column in schema_of(shape).columns[:-3]:
        values = ability + rng.normal(0, 0.9, rows)
        if column.kind is Kind.NUMERICAL:
            made[column.name] = np.where(rng.random(rows) < shape.gaps, np.nan, 30 + 8 * values)
        elif column.kind is Kind.INTEGER:
            made[column.name] = pd.array(np.round(40 + 6 * values), dtype="Int64")
        else:
            cut = np.digitize(values, [-1.0, 0.0, 1.0] if shape.levels == 4 else np.linspace(-3, 3, shape.levels - 1))
            words = (
                ["low", "mid", "high", "top"] if shape.levels == 4 else [f"v{place}" for place in range(shape.levels)]
            )
            made[column.name] = pd.array(np.asarray(words, dtype=object)[cut], dtype="str")
        if column.kind is not Kind.NUMERICAL:
            made[column.name] = pd.Series(made[column.name]).mask(rng.random(rows) < shape.gaps)
    hired = np.where(ability + rng.normal(0, 0.7, rows) > 0.2, "yes", "no")
    texts = {"sex": sex, "origin": origin, "hired": hired}
    return pd.DataFrame(made | {name: pd.array(values, dtype="str") for name, values in texts.items()})
