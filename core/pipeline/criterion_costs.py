"""What each fairness goal would cost on a table, before a model is trained: from cross-fitted scores alone.

A classifier that sees all features and the groups scores each row without having seen it. Thresholds by group then
serve each goal: those at which the calibration of a run aims. Test rows take no part, so that a goal is not chosen by
them. The figures are those of the rows on which thresholds are chosen, so they flatter: the rows of a run, and the
classifiers trained on them, do not reach them.
"""

from __future__ import annotations

import numpy as np

from core.audit.thresholds.criterion_costs import GOALS, NOTHING, CriterionCosts
from core.audit.thresholds.explorer import Explorer, Follow
from core.audit.thresholds.repair import ScoredRows
from core.data.dataset import Dataset
from core.data.encoding.columns import EncodingSettings
from core.data.encoding.table import fit_encoding
from core.data.groups import GroupedFrame, is_binary
from core.data.holdout_split import split, stratified_sample
from core.downstream_classifiers.catalog import THRESHOLD
from core.errors import DataError
from core.synthesis.label_repair.criteria import compared_outcomes, thresholds
from core.synthesis.label_repair.out_of_fold import cross_fitted_probabilities

MOST_ROWS = 20_000
ITERATIONS = 100


def criterion_costs(dataset: Dataset, *, seed: int = 0) -> list[CriterionCosts]:
    """Return the costs for every attribute; those with fewer than two large groups are left out.

    Args:
        dataset: A table with an outcome of two values. Its test rows are not used: those that came with it, or those
            that a run with this seed and the usual share would hold out.
        seed: Seed of the split, of the sample, of folds and of the classifier. At most 20,000 rows are used.

    Raises:
        DataError: The outcome has more than two values, or no attribute has two groups to compare.
    """
    schema, frame = dataset.schema, dataset.frame
    if not is_binary(frame, schema):
        raise DataError(
            f"Goals are compared for outcomes of two values, and {schema.target!r} has more; give a threshold or "
            "choose another outcome."
        )
    frame = split(dataset, seed=seed).train
    if len(frame) > MOST_ROWS:
        frame = stratified_sample(frame, schema, MOST_ROWS / len(frame), seed)
    rows = GroupedFrame(frame, schema)
    encoding = fit_encoding(frame, schema, EncodingSettings())
    matrix = encoding.predictors(encoding.encode(frame, schema), with_groups=True)
    labels = rows.labels
    scores = cross_fitted_probabilities(matrix, labels.astype(np.int64), iterations=ITERATIONS, seed=seed)[:, 1]
    found = []
    for attribute, grouping in rows.groupings.items():
        now, favours_positive = (scores >= THRESHOLD).astype(np.int8), schema.favorable != "negative"
        scored = ScoredRows(labels, scores, now, grouping, schema.min_group_size, favours_positive)
        compared = scored.comparable()
        if len(compared) > 1:
            kept = scored.in_groups(compared)
            base_rate = float(kept.labels.mean())
            constant = max(base_rate, 1 - base_rate)
            found.append(CriterionCosts(attribute, len(kept.labels), constant, _choices(kept)))
    if not found:
        raise DataError("No attribute has two groups with enough rows and both outcomes, so no goal can be compared.")
    return found


def _choices(rows: ScoredRows) -> dict[str, Follow]:
    """Return what follows from the thresholds at which calibration would aim for each criterion."""
    explorer = Explorer(rows.search(rows.grouping.names), THRESHOLD, (), ())
    choices = {NOTHING: explorer.follow(THRESHOLD)}
    for criterion in GOALS:
        compared = compared_outcomes(criterion, favours_positive=rows.favours_positive)
        labels, groups = rows.labels.astype(np.int64), rows.grouping.codes
        found = thresholds(compared, rows.scores, labels, groups, len(rows.grouping.names))
        choices[criterion] = explorer.follow(found)
    return choices
