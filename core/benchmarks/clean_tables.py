"""Tables without any gap, and what is concluded from them: each "gap found" is a false alarm.

A clean table has an outcome that depends on its features only, and sensitive attributes that depend on nothing. It is
audited beside a second draw of the same law that was made without it, as an honest synthetic file is.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from core.audit.inputs import AuditInput
from core.audit.run import audit
from core.data.column import Column, Kind, Role
from core.data.examples import Examples
from core.data.schema import Schema
from core.findings.conclusions import Conclusions, conclude

ROWS: Final = 1_500
TABLE, FILE = VARIANTS = ("table alone", "table and honest file")
"""What is audited."""
SCHEMA: Final = Schema(
    columns=(
        Column(name="sex", kind=Kind.CATEGORICAL, role=Role.SENSITIVE),
        Column(name="race", kind=Kind.CATEGORICAL, role=Role.SENSITIVE),
        Column(name="age", kind=Kind.NUMERICAL),
        Column(name="years", kind=Kind.INTEGER),
        Column(name="field", kind=Kind.CATEGORICAL),
        Column(name="hired", kind=Kind.CATEGORICAL, role=Role.TARGET),
    ),
    positive="yes",
    favorable="positive",
)
_SOURCE: Final = "file.csv"


def clean_table(seed: int, rows: int = ROWS, draw: int = 0) -> pd.DataFrame:
    """Return a table of two sexes and four races in which neither has to do with anything else.

    Args:
        seed: Number of the table.
        rows: Its rows.
        draw: 0 for the table itself; others are further tables of the same law.
    """
    rng = np.random.default_rng([2026, seed] if draw == 0 else [2026, seed, draw])
    age, years = rng.normal(40, 10, rows), rng.poisson(6, rows)
    field = rng.choice(["law", "trade", "arts"], rows, p=[0.3, 0.5, 0.2])
    score = 0.05 * (age - 40) + 0.25 * (years - 6) + 0.8 * (field == "law") - 0.2
    hired = rng.random(rows) < 1 / (1 + np.exp(-score))
    return pd.DataFrame(
        {
            "sex": rng.choice(["f", "m"], rows),
            "race": rng.choice(["a", "b", "c", "d"], rows, p=[0.5, 0.25, 0.15, 0.1]),
            "age": age,
            "years": years,
            "field": field,
            "hired": np.where(hired, "yes", "no"),
        }
    )


def clean_conclusions(seed: int, rows: int = ROWS) -> dict[str, Conclusions]:
    """Return the conclusions on a clean table, of which a fifth is held out: alone, and with an honest file beside it.

    One audit serves both. The records of the real rows do not depend on the file (a test compares them).
    """
    frame = clean_table(seed, rows)
    cut = rows * 4 // 5
    train, holdout = Examples(frame.iloc[:cut]), Examples(frame.iloc[cut:].reset_index(drop=True))
    file = Examples(clean_table(seed, cut, draw=1))
    records = audit(AuditInput(SCHEMA, train, holdout, sources={_SOURCE: file}, holdout_independent=True))
    alone = [record for record in records if record.source != _SOURCE]
    return {TABLE: conclude(alone, SCHEMA), FILE: conclude(records, SCHEMA)}
