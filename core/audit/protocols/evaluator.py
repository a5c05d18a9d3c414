"""The rows that classifiers are tested on, read once, and every figure of one set of predictions for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.estimate import Tag
from core.audit.metrics import fairness, impact_ratios, intersections, multiclass, utility
from core.audit.metrics.formulas import Predictions
from core.audit.records import Record
from core.audit.statistics.confusion import count, polarities
from core.data import groups
from core.data.schema import Schema


@dataclass(frozen=True)
class HoldoutEvaluator:
    """Tested rows, read once: outcomes and the groups of every attribute.

    Args:
        frame: The tested rows.
        schema: Roles, positive value, minimum group size.
        outcomes: Names of the positive and the negative outcome.
    """

    frame: pd.DataFrame
    schema: Schema
    outcomes: tuple[str, str]
    labels: NDArray[np.int8] = field(init=False)
    members: dict[str, NDArray[np.object_]] = field(init=False)
    orders: dict[str, Callable[[str], object]] = field(init=False)

    def __post_init__(self) -> None:
        """Read labels and groups."""
        object.__setattr__(self, "labels", groups.target_labels(self.frame, self.schema))
        members = {
            groups.attribute_name(columns): groups.group_labels(self.frame, self.schema, columns)
            for columns in groups.attributes(self.schema)
        }
        object.__setattr__(self, "members", members)
        attributes = groups.attributes(self.schema)
        orders = {groups.attribute_name(columns): groups.group_order(self.schema, columns) for columns in attributes}
        object.__setattr__(self, "orders", orders)

    @property
    def truth(self) -> NDArray[np.object_]:
        """The target's values as text, shape (m,)."""
        return groups.as_text(self.frame[self.schema.target])

    @property
    def grouped(self) -> multiclass.Grouped:
        """The groups of every attribute, as figures over all classes take them."""
        return multiclass.Grouped(self.members, self.orders, self.schema.min_group_size)

    def records(self, scores: NDArray[np.float64], predictions: NDArray[np.int8], tag: Tag) -> list[Record]:
        """Every utility and fairness figure of one set of predictions, in both polarities.

        Args:
            scores: Score of the positive outcome, shape (m,).
            predictions: 0 or 1, shape (m,).
            tag: Source, protocol, seed and split.
        """
        everyone = count(self.labels, predictions, np.full(len(self.labels), "all", dtype=object))
        flawed = utility.flaw(everyone)
        found = []
        for (positive, counts), sign in zip(polarities(everyone, self.outcomes), (1, -1), strict=True):
            labels = self.labels if sign == 1 else (1 - self.labels).astype(np.int8)
            one = Tag(tag.source, tag.protocol, None, positive, tag.seed, tag.split)
            found += utility.utility_records(Predictions(counts, labels, sign * scores), one, flawed)
        for name, members in self.members.items():
            by_group = count(self.labels, predictions, members, self.orders[name])
            for positive, counts in polarities(by_group, self.outcomes):
                one = Tag(tag.source, tag.protocol, name, positive, tag.seed, tag.split)
                minimum = self.schema.min_group_size
                found += fairness.fairness_records(counts, one, minimum=minimum, flaw=flawed)
        return found

    def category_records(self, predictions: NDArray[np.int8], tag: Tag) -> list[Record]:
        """Impact ratios of the mean selections of several classifiers, and of crossed attributes the shrunk rates.

        Args:
            predictions: 0 or 1, shape (classifiers, m).
            tag: Source, protocol and split; of the main polarity only.
        """
        everyone = np.full(len(self.labels), "all", dtype=object)
        flaws = [utility.flaw(count(self.labels, one, everyone)) for one in predictions]
        found = []
        for name, members in self.members.items():
            minimum = self.schema.min_group_size
            table = impact_ratios.categories(members, predictions, minimum, self.orders[name])
            one = Tag(tag.source, tag.protocol, name, self.outcomes[0], tag.seed, tag.split)
            found += intersections.category_records(
                table, one, rate="selection_rate", minimum=minimum, flaw=next(filter(None, flaws), "")
            )
        return found

    def undefined(self, tag: Tag, why: str) -> list[Record]:
        """The same records without a value, each saying why."""
        blank = {"value": None, "low": None, "high": None, "interval": None, "status": "undefined", "note": why}
        nothing = np.zeros(len(self.labels), dtype=np.int8)
        return [
            Record.model_validate({**record.model_dump(), **blank})
            for record in self.records(nothing.astype(float), nothing, tag)
            if not record.metric.startswith("demographic_parity_ratio_null")
        ]
