"""The hold-out evaluator: labels and groups of the tested rows, and every figure of one set of predictions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.estimate import Tag
from core.audit.metrics import fairness, impact_ratios, intersections, utility
from core.audit.metrics.formulas import Predictions
from core.audit.metrics.names import CHANCE_LIMIT, CHANCE_MEAN
from core.audit.records import Record
from core.audit.statistics.confusion import GroupCounts, count, polarities, single_group
from core.data import groups
from core.data.compared_groups import ComparedGroups
from core.data.groups import GroupedFrame, Grouping
from core.data.schema import Schema
from core.data.weights import Weights


@dataclass(frozen=True)
class HoldoutEvaluator:
    """The tested rows with their outcomes and the groups of every attribute, computed once.

    Args:
        frame: The tested rows.
        schema: Roles, positive value, minimum group size.
        outcomes: Names of the positive and the negative outcome.
        compared: The compared groups of each attribute; those without an entry compare what has enough of these rows.
        weights: How much each row counts; by default once.
    """

    frame: pd.DataFrame
    schema: Schema
    outcomes: tuple[str, str]
    compared: Mapping[str, ComparedGroups] = field(default_factory=dict)
    weights: Weights | None = None
    rows: GroupedFrame = field(init=False)

    def __post_init__(self) -> None:
        """Read labels and groups."""
        object.__setattr__(self, "rows", GroupedFrame(self.frame, self.schema, self.weights))
        _ = self.rows.labels  # raises here if the target cannot be read

    @property
    def labels(self) -> NDArray[np.int8]:
        """True outcomes, 0 or 1, shape (m,)."""
        return self.rows.labels

    @property
    def groupings(self) -> dict[str, Grouping]:
        """The groups of every attribute, single and crossed."""
        return self.rows.groupings

    def compared_in(self, attribute: str) -> ComparedGroups:
        """Return the compared groups of an attribute."""
        return self.compared.get(attribute) or ComparedGroups(self.schema.min_group_size)

    @property
    def truth(self) -> NDArray[np.object_]:
        """The target's values as text, shape (m,)."""
        return groups.as_text(self.frame[self.schema.target])

    def counts(self, predictions: NDArray[np.int8]) -> GroupCounts:
        """Return the confusion counts over all rows."""
        return count(self.labels, predictions, single_group(len(self.labels), self.weights))

    def records(self, scores: NDArray[np.float64], predictions: NDArray[np.int8], tag: Tag) -> list[Record]:
        """Return every utility and fairness figure of one set of predictions, in both polarities.

        Args:
            scores: Score of the positive outcome, shape (m,).
            predictions: 0 or 1, shape (m,).
            tag: Source, protocol, seed and split.
        """
        overall = self.counts(predictions)
        degenerate_reason = utility.degenerate_reason(overall)
        records = []
        for (positive, counts), sign in zip(polarities(overall, self.outcomes), (1, -1), strict=True):
            labels = self.labels if sign == 1 else (1 - self.labels).astype(np.int8)
            one = Tag(tag.source, tag.protocol, None, positive, tag.seed, tag.split)
            predicted = Predictions(counts, labels, sign * scores, self.weights)
            records += utility.utility_records(predicted, one, degenerate_reason)
        for name, grouping in self.groupings.items():
            by_group = count(self.labels, predictions, grouping)
            for positive, counts in polarities(by_group, self.outcomes):
                one = Tag(tag.source, tag.protocol, name, positive, tag.seed, tag.split)
                records += fairness.fairness_records(
                    counts, one, compared=self.compared_in(name), degenerate_reason=degenerate_reason
                )
        return records

    def category_records(self, predictions: NDArray[np.int8], tag: Tag) -> list[Record]:
        """Impact ratios of the mean selections of several classifiers, and of crossed attributes the shrunk rates.

        Both polarities have records, as a ratio of rates depends on the outcome that counts as positive.

        Args:
            predictions: 0 or 1, shape (classifiers, m).
            tag: Source, protocol and split.
        """
        flaws = [utility.degenerate_reason(self.counts(one)) for one in predictions]
        records = []
        for name, grouping in self.groupings.items():
            minimum = self.schema.min_group_size
            for positive, selections in zip(self.outcomes, (predictions, 1 - predictions), strict=True):
                table = impact_ratios.categories(grouping, selections, minimum)
                one = Tag(tag.source, tag.protocol, name, positive, tag.seed, tag.split)
                records += intersections.category_records(
                    table, one, rate="selection_rate", minimum=minimum, degenerate_reason=next(filter(None, flaws), "")
                )
        return records

    def undefined(self, tag: Tag, why: str) -> list[Record]:
        """Return the same records without values; ``why`` is the note of each."""
        blank = {"value": None, "low": None, "high": None, "interval": None, "status": "undefined", "note": why}
        nothing = np.zeros(len(self.labels), dtype=np.int8)
        return [
            Record.model_validate({**record.model_dump(), **blank})
            for record in self.records(nothing.astype(float), nothing, tag)
            if record.metric not in (CHANCE_LIMIT, CHANCE_MEAN)
        ]
