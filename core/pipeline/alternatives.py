"""Less discriminatory alternatives among the models and thresholds of an audit of decisions, by attribute."""

from __future__ import annotations

import pandas as pd

from core.audit.model_decisions import DecisionsInput
from core.audit.thresholds import frames
from core.audit.thresholds.alternatives import alternatives
from core.audit.thresholds.scored import shared_rows
from core.report.tables import thresholds as tables
from core.report.tables.base import Table


def find_alternatives(inputs: DecisionsInput, tolerance: float, seed: int) -> tuple[pd.DataFrame, list[str]]:
    """Return as accurate choices with a smaller disparity, for every attribute, and why there are none for others."""
    models, by_attribute = shared_rows(inputs)
    if not models:
        return pd.DataFrame(), ["The models share no rows, so they are not compared as alternatives of one another."]
    parts, notes = [], []
    for attribute, rows in by_attribute.items():
        found = alternatives(models, rows, tolerance, seed)
        parts.append(frames.alternatives(attribute, found))
        if found.reason:
            notes.append(f"No alternatives by {attribute!r}. {found.reason}")
    return pd.concat(parts, ignore_index=True), notes


def alternatives_tables(found: pd.DataFrame, confidence: float) -> list[Table]:
    """Return a table for each attribute."""
    if found.empty:
        return []
    return [tables.alternatives_table(part, confidence) for _, part in found.groupby("attribute", sort=False)]
