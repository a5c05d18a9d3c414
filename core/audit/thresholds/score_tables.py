"""The curves of the scores of models, by group: a table of each kind, with a row for each point."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import pandas as pd

from core.audit.metrics.score_curves import reliability_table, roc_table, share_table
from core.audit.thresholds.repair import ScoredRows
from core.data.groups import CROSS

RELIABILITY, ROC, SHARES = "reliability", "roc", "score-shares"
CURVES: Final[dict[str, Callable[..., pd.DataFrame]]] = {
    RELIABILITY: reliability_table,
    ROC: roc_table,
    SHARES: share_table,
}


def score_tables(models: Iterable[tuple[str, Mapping[str, ScoredRows]]]) -> dict[str, pd.DataFrame]:
    """Return the curves of scores by name in `CURVES`, of groups with enough rows; no table where there is no curve.

    Combinations of attributes have none: most of their groups are small.

    Args:
        models: The name of each model, and the rows that it scored by attribute.
    """
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in CURVES}
    for model, by_attribute in models:
        for attribute, rows in by_attribute.items():
            sizes = zip(rows.grouping.names, rows.grouping.sizes, strict=True)
            large = [name for name, n in sizes if n >= rows.minimum]
            if CROSS in attribute or not large:
                continue
            kept = rows.in_groups(large)
            for name, make in CURVES.items():
                made = make(kept.labels, kept.scores, kept.grouping)
                if len(made):
                    parts[name].append(made.assign(model=model, attribute=attribute))
    return {name: pd.concat(found, ignore_index=True) for name, found in parts.items() if found}
