"""Made tables of the size of a small export, and how tests write and load them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from core.data.dataset import Dataset
from core.data.encoding.columns import EncodingSettings
from core.data.encoding.table import fill_schema_columns, fit_encoding
from core.data.sources.load import load

ROWS = 300
ROLES = {"target": "hired", "positive": "yes", "sensitive": ["sex"]}


def people(rows: int = ROWS, seed: int = 5) -> pd.DataFrame:
    """Return people with an age, a sex and an outcome."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "age": rng.integers(18, 80, rows),
            "sex": pd.Series(rng.choice(["F", "M"], rows), dtype="str"),
            "hired": pd.Series(rng.choice(["yes", "no"], rows, p=[0.4, 0.6]), dtype="str"),
        }
    )


def written(frame: pd.DataFrame, path: Path) -> Path:
    """Write a frame in the format that the name of the file tells. Return its path."""
    ways = {
        ".csv": lambda: frame.to_csv(path, index=False),
        ".gz": lambda: frame.to_csv(path, index=False),
        ".tsv": lambda: frame.to_csv(path, index=False, sep="\t"),
        ".xlsx": lambda: frame.to_excel(path, index=False),
        ".parquet": lambda: frame.to_parquet(path, index=False),
        ".feather": lambda: frame.to_feather(path),
        ".dta": lambda: frame.to_stata(path, write_index=False),
    }
    ways[path.suffix]()
    return path


def read(path: Path, **options: object) -> Dataset:
    """Load a table of hired people."""
    return load(path, **{**ROLES, **options})  # type: ignore[arg-type]


def drawn(data: Dataset) -> pd.DataFrame:
    """Return typed rows that the encoding of a table draws."""
    encoding = fit_encoding(data.frame, data.schema, EncodingSettings())
    rows = encoding.decode(encoding.encode(data.frame, data.schema), np.random.default_rng(0))
    return fill_schema_columns(rows, data.schema)
