"""Fairness through unawareness, measured: how far the sensitive attribute itself moves a classifier's score.

A classifier that sees the attribute predicts the same rows again, with the attribute replaced by that of each group in
turn and everything else unchanged (attribute flips). DECAF (van Breugel et al., NeurIPS 2021) and the benchmark tool
FairX take the difference of two mean scores. There, opposite effects on two kinds of rows cancel, and only two groups
are possible. Here the range over groups is computed for each row. It is the direct effect on one classifier: effects
through other columns are not included, so that withholding the attribute always gives 0.

A range is never below 0, and a classifier also fits what chance puts into the attribute: .02 for two groups and .05 for
five that mean nothing (a random forest on 300 to 10,000 rows). So the same is measured for classifiers that were
trained with the attribute shuffled among the rows. What goes beyond their mean is more than chance.

If the attribute means nothing, the real one is a further shuffle. So the excess varies by ``s^2 (1 + 1 / K)``, with the
variance ``s^2`` between K shuffles, and its interval is that of a prediction, with t of K - 1 degrees of freedom (Hahn
and Meeker 1991, sec. 4.7). Altmann et al. (2010) test importances by the same shuffles. The part of the tested rows is
added in quadrature.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.estimate import Estimate, estimate, undefined
from core.audit.statistics import means
from core.audit.statistics.refits import spread
from core.data import groups
from core.data.encoding.ordinal import OrdinalEncoding
from core.data.encoding.values import Matrix, texts
from core.data.sampling import sample_positions
from core.data.schema import Schema

MAX_ROWS = 5_000


@dataclass(frozen=True)
class AttributeFlips:
    """The values that replace the sensitive columns.

    Args:
        attribute: Name of the attribute, crossed if there are several columns.
        positions: Which columns of the feature matrix are sensitive, shape (k,).
        replacements: Their encoded values for each group, shape (G, k).
        minimum: Train rows that a group needs to be included.
    """

    attribute: str
    positions: NDArray[np.intp]
    replacements: Matrix
    minimum: int

    def copies(self, tested: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return at most 5,000 of the tested rows, shape (m, d), once per group: shape (G * c, d), group by group."""
        chosen = tested[self.sampled_rows(len(tested))]
        result = np.tile(chosen, (len(self.replacements), 1))
        result[:, self.positions] = np.repeat(self.replacements, len(chosen), axis=0)
        return result

    def sampled_rows(self, count: int) -> NDArray[np.intp]:
        """Return which of ``count`` tested rows are predicted again; none if there are fewer than two groups."""
        return sample_positions(count, MAX_ROWS if len(self.replacements) > 1 else 0, 18)

    def gap(self, scores: NDArray[np.float64]) -> Estimate:
        """Return the mean over rows of the highest minus the lowest score over groups, 0 to 1.

        Args:
            scores: Scores of the copies, shape (G * c,).
        """
        if len(self.replacements) < 2:
            return undefined(f"Undefined: fewer than two groups have {self.minimum} train rows.", 0)
        gaps = np.ptp(scores.reshape(len(self.replacements), -1), axis=0)
        value, low, high = means.mean(gaps)
        return estimate(value, max(low, 0.0), min(high, 1.0), "normal over rows", gaps.size)

    def beyond_chance(self, scores: NDArray[np.float64], by_chance: NDArray[np.float64]) -> tuple[Estimate, Estimate]:
        """Return `gap` of classifiers that learned from shuffled attributes, and how far the real one exceeds it.

        Args:
            scores: Scores of the copies, shape (G * c,).
            by_chance: Those of K classifiers that learned from shuffled attributes, at least two, shape (K, G * c).
        """
        if len(self.replacements) < 2:
            return (nothing := self.gap(scores)), nothing
        groups, shuffles = len(self.replacements), len(by_chance)
        real = np.ptp(scores.reshape(groups, -1), axis=0)
        shuffled = np.ptp(by_chance.reshape(shuffles, groups, -1), axis=1)
        half = spread(shuffled.mean(axis=1))
        chance = _widened(shuffled.mean(axis=0), half / np.sqrt(shuffles))
        excess = _widened(real - shuffled.mean(axis=0), half * np.sqrt(1 + 1 / shuffles))
        kind = f"normal over rows, and t over {shuffles} shuffles"
        return (
            estimate(chance[0], max(chance[1], 0.0), min(chance[2], 1.0), kind, real.size),
            estimate(excess[0], max(excess[1], -1.0), min(excess[2], 1.0), kind, real.size),
        )

    @property
    def note(self) -> str:
        """A note on what was replaced."""
        together = " The sensitive columns are replaced together." if len(self.positions) > 1 else ""
        return f"Predicted as each of {len(self.replacements)} groups.{together}"


def _widened(values: NDArray[np.float64], half: float) -> tuple[float, float, float]:
    """Return the mean over rows, shape (n,), and its bounds, with a further half width in quadrature."""
    value, low, high = means.mean(values)
    return value, value - float(np.hypot(value - low, half)), value + float(np.hypot(high - value, half))


def flips(schema: Schema, train: pd.DataFrame, encoding: OrdinalEncoding) -> AttributeFlips | None:
    """Return the most frequent sensitive values of each group of the real train rows; ``None`` without such columns.

    With several sensitive columns the groups are crossed. Groups smaller than the schema's minimum are left out.

    Args:
        schema: Roles, minimum group size.
        train: Typed real train rows.
        encoding: That of the classifier's features.
    """
    names = [column.name for column in encoding.columns]
    columns = [name for name in schema.sensitive if name in names]
    if not columns:
        return None
    rows = train.iloc[typical_rows(schema, train, columns)]
    positions = np.asarray([names.index(name) for name in columns], dtype=np.intp)
    replacements = encoding.encode(rows)[:, positions]
    return AttributeFlips(groups.attribute_name(columns), positions, replacements, schema.min_group_size)


def typical_rows(schema: Schema, train: pd.DataFrame, columns: Sequence[str]) -> list[int]:
    """Return, for each large group, the position of a row with its most frequent values; ties go by name."""
    members = groups.group_labels(train, schema, columns)
    combined = groups.CROSS.join(["{}"] * len(columns))
    result = []
    for group in sorted(set(members), key=groups.group_order(schema, columns)):
        group_rows = np.flatnonzero(members == group)
        if len(group_rows) < schema.min_group_size:
            continue
        parts = [texts(train[name].iloc[group_rows]) for name in columns]
        keys = [combined.format(*one) for one in zip(*parts, strict=True)]
        _, first, counts = np.unique(keys, return_index=True, return_counts=True)
        result.append(int(group_rows[first[counts.argmax()]]))
    return result
