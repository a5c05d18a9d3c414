"""A table whose columns depend on each other exactly."""

import numpy as np
import pandas as pd

from core.data.column import Column
from core.data.schema import Schema

ROWS = 2_000
PLACES = {"1010": "Vienna", "1020": "Vienna", "8010": "Graz", "5020": "Salzburg"}
KINDS = {
    "sex": "categorical",
    "base": "integer",
    "bonus": "numerical",
    "total": "numerical",
    "start": "datetime",
    "end": "datetime",
    "pregnant": "categorical",
    "postcode": "categorical",
    "city": "categorical",
    "level": "integer",
    "senior": "boolean",
    "hired": "categorical",
}
_ROLES = {"sex": "sensitive", "hired": "target"}
SCHEMA = Schema(
    columns=tuple(Column(name=name, kind=kind, role=_ROLES.get(name, "feature")) for name, kind in KINDS.items()),
    positive="yes",
)


def related_table(seed: int) -> pd.DataFrame:
    """Return rows with a sum, an order, an implied value and two columns that others determine."""
    rng = np.random.default_rng(seed)
    sex = rng.choice(["F", "M"], ROWS)
    base, bonus = rng.integers(200, 600, ROWS) * 100, rng.integers(0, 900, ROWS) / 10
    start = pd.Timestamp("2019-01-01") + pd.to_timedelta(rng.integers(0, 900, ROWS), "D")
    postcode, level = rng.choice(list(PLACES), ROWS), rng.integers(1, 8, ROWS)
    return pd.DataFrame(
        {
            "sex": pd.Series(sex, dtype="str"),
            "base": pd.array(base, dtype="Int64"),
            "bonus": bonus,
            "total": base + bonus,
            "start": start.astype("datetime64[us]"),
            "end": (start + pd.to_timedelta(rng.integers(0, 200, ROWS), "D")).astype("datetime64[us]"),
            "pregnant": pd.Series(np.where(sex == "F", rng.choice(["yes", "no"], ROWS), "no"), dtype="str"),
            "postcode": pd.Series(postcode, dtype="str"),
            "city": pd.Series([PLACES[code] for code in postcode], dtype="str"),
            "level": pd.array(level, dtype="Int64"),
            "senior": pd.array(level > 4, dtype="boolean"),
            "hired": pd.Series(rng.choice(["yes", "no"], ROWS), dtype="str"),
        }
    )


def shuffled(frame: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return the table with every column shuffled by itself."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame({name: frame[name].array[rng.permutation(len(frame))] for name in frame})
