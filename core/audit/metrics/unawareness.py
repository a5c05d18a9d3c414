"""Fairness through unawareness, measured: how far the sensitive attribute by itself moves a classifier's score.

A classifier that sees the attribute is asked again about the same rows with the attribute replaced by that of every
group in turn, all else left as it is. DECAF (van Breugel et al., NeurIPS 2021) and the benchmark tool FairX take the
difference of two mean scores, in which opposite effects on two kinds of rows cancel, and know two groups; here the
range over groups is taken row by row. It is a direct effect on one classifier only: what the attribute does through
other columns does not enter, so that 0 is what withholding the attribute always gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.estimate import Estimate, estimate, undefined
from core.audit.statistics import intervals
from core.data import groups
from core.data.encoding.ordinal import OrdinalEncoding
from core.data.encoding.values import Matrix, texts
from core.data.sampling import sample_positions
from core.data.schema import Schema

MAX_ROWS = 5_000


@dataclass(frozen=True)
class AttributeFlips:
    """What the sensitive columns are replaced by.

    Args:
        attribute: Its name, crossed of several columns.
        places: Which columns of the feature matrix are sensitive, shape (k,).
        stand_ins: Their encoded values for each group, shape (G, k).
        minimum: Train rows that a group must have to be among them.
    """

    attribute: str
    places: NDArray[np.intp]
    stand_ins: Matrix
    minimum: int

    def copies(self, tested: NDArray[np.floating]) -> NDArray[np.floating]:
        """At most 5,000 of the tested rows, shape (m, d), once as each group: shape (G * c, d), group after group."""
        chosen = tested[self.asked(len(tested))]
        found = np.tile(chosen, (len(self.stand_ins), 1))
        found[:, self.places] = np.repeat(self.stand_ins, len(chosen), axis=0)
        return found

    def asked(self, count: int) -> NDArray[np.intp]:
        """Which of ``count`` tested rows are asked again; none if there are not two groups."""
        return sample_positions(count, MAX_ROWS if len(self.stand_ins) > 1 else 0, 18)

    def gap(self, scores: NDArray[np.float64]) -> Estimate:
        """Mean over rows of the highest minus the lowest score that any group gives the row, 0 to 1.

        Args:
            scores: Scores of the copies, shape (G * c,).
        """
        if len(self.stand_ins) < 2:
            return undefined(f"Undefined: fewer than two groups have {self.minimum} train rows.", 0)
        gaps = np.ptp(scores.reshape(len(self.stand_ins), -1), axis=0)
        value, low, high = intervals.mean(gaps)
        return estimate(value, max(low, 0.0), min(high, 1.0), "normal over rows", gaps.size)

    @property
    def note(self) -> str:
        """What was replaced."""
        together = " The sensitive columns are replaced together." if len(self.places) > 1 else ""
        return f"Asked as each of {len(self.stand_ins)} groups.{together}"


def flips(schema: Schema, train: pd.DataFrame, encoding: OrdinalEncoding) -> AttributeFlips | None:
    """The most frequent combination of sensitive values in each group of the real train rows; nothing without any.

    Of several sensitive columns the groups are the crossed ones. Groups smaller than the schema's minimum are left out.

    Args:
        schema: Roles, minimum group size.
        train: Typed real train rows.
        encoding: That of the classifier's features.
    """
    names = [column.name for column in encoding.columns]
    columns = [name for name in schema.sensitive if name in names]
    if not columns:
        return None
    rows = train.iloc[typical(schema, train, columns)]
    places = np.asarray([names.index(name) for name in columns], dtype=np.intp)
    stand_ins = encoding.encode(rows)[:, places]
    return AttributeFlips(groups.attribute_name(columns), places, stand_ins, schema.min_group_size)


def typical(schema: Schema, train: pd.DataFrame, columns: Sequence[str]) -> list[int]:
    """Of each large group the position of a row with its most frequent combination; of several, the first by name."""
    members = groups.group_labels(train, schema, columns)
    combined = groups.CROSS.join(["{}"] * len(columns))
    found = []
    for group in sorted(set(members), key=groups.group_order(schema, columns)):
        mine = np.flatnonzero(members == group)
        if len(mine) < schema.min_group_size:
            continue
        parts = [texts(train[name].iloc[mine]) for name in columns]
        keys = [combined.format(*one) for one in zip(*parts, strict=True)]
        _, first, counts = np.unique(keys, return_index=True, return_counts=True)
        found.append(int(mine[first[counts.argmax()]]))
    return found
