"""The curves of the scores of protocol A's classifiers, by group: one classifier for each source, on hold-out rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from core.audit.display_names import source_name
from core.audit.protocols.tabular import on_rows
from core.audit.records import ORIGINAL
from core.audit.thresholds.repair import ScoredRows
from core.audit.thresholds.score_tables import score_tables
from core.data.groups import GroupedFrame
from core.data.schema import Schema
from core.downstream_classifiers.catalog import CLASSIFIERS
from core.downstream_classifiers.default import ClassifierName

_SEED = 0


def classifier_score_tables(
    schema: Schema, frames: Mapping[str, pd.DataFrame], holdout: pd.DataFrame, classifier: ClassifierName
) -> dict[str, pd.DataFrame]:
    """Train a classifier on each source, and return the curves of its scores of the hold-out rows.

    A score is the probability of the positive outcome. Rows without an outcome are left out.

    Args:
        schema: Columns and roles.
        frames: Rows by source; those of the real train rows are ``original``.
        holdout: Real hold-out rows, m of them; without rows there are no curves.
        classifier: Downstream classifier. It has the first seed of an audit.

    Returns:
        The tables of `score_tables`; sources that no classifier can learn from are left out.
    """
    return score_tables(_scored(schema, frames, holdout, classifier))


def _scored(
    schema: Schema, frames: Mapping[str, pd.DataFrame], holdout: pd.DataFrame, classifier: ClassifierName
) -> Iterator[tuple[str, dict[str, ScoredRows]]]:
    tested = GroupedFrame(holdout, schema)
    for source, frame in frames.items():
        rows = frame[frame[schema.target].notna()]
        fit = on_rows(schema, source, rows, frames[ORIGINAL], holdout, with_sensitive=True, classifier=classifier)
        if len(holdout) and not fit.why_untrainable():
            scores = CLASSIFIERS[classifier].probabilities(fit.labelled, fit.test, _SEED)[:, 1]
            now = (scores >= 0.5).astype("int8")
            minimum, favours = schema.min_group_size, schema.favorable != "negative"
            yield (
                f"Model of the {source_name(source)} rows",
                {
                    name: ScoredRows(tested.labels, scores, now, grouping, minimum, favours)
                    for name, grouping in tested.groupings.items()
                },
            )
