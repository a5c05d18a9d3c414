"""Thresholds for the scores of models: what each choice costs, and as accurate choices with a smaller disparity."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from core.audit.statistics.confidence import DEFAULT_CONFIDENCE, intervals_at
from core.audit.thresholds.alternatives import TOLERANCE
from core.audit.thresholds.scored import scored_models
from core.data.dataset import Dataset
from core.data.decision_roles import DecisionRoles
from core.errors import ConfigError, DataError, give
from core.events import Listener, ignore
from core.pipeline.alternatives import alternatives_tables, find_alternatives
from core.pipeline.decision_input import read_input
from core.pipeline.priced_rules import PricedRules, priced_rules
from core.report.tables.base import Table


@dataclass(frozen=True)
class ThresholdResult:
    """What was found; the columns of the frames are those of `core.audit.thresholds.frames`.

    Args:
        thresholds: The rules to hand on.
        prices: What each rule costs over all groups.
        groups: Who gains and who loses, by group.
        alternatives: As accurate choices with a smaller disparity.
        notes: What was left out or could not be chosen.
        confidence: Level of the intervals.
    """

    thresholds: pd.DataFrame
    prices: pd.DataFrame
    groups: pd.DataFrame
    alternatives: pd.DataFrame
    notes: list[str]
    confidence: float

    def tables(self) -> list[Table]:
        """Return all tables: for each model and attribute its rules, then the alternatives by attribute."""
        rules = PricedRules(self.thresholds, self.prices, self.groups).tables(self.confidence)
        return [*rules, *alternatives_tables(self.alternatives, self.confidence)]

    def as_json(self) -> dict[str, Any]:
        """Return all frames as lists of rows; infinite thresholds are texts, since JSON has no such numbers."""
        told = self.thresholds.assign(
            threshold=[str(one) if np.isinf(one) else one for one in self.thresholds["threshold"]]
        )
        found = {"thresholds": told, "prices": self.prices, "groups": self.groups, "alternatives": self.alternatives}
        return {name: frame.to_dict("records") for name, frame in found.items()} | {"notes": self.notes}


def choose_thresholds(
    dataset: Dataset,
    roles: DecisionRoles,
    *,
    tolerance: float = TOLERANCE,
    seed: int = 0,
    confidence: float = DEFAULT_CONFIDENCE,
    listener: Listener = ignore,
) -> ThresholdResult:
    """Choose thresholds for every goal, model and attribute on one half of the rows; tell their price on the other.

    Args:
        dataset: The table; test rows that came with it are used with the others.
        roles: The columns with the decisions, at least one with scores. Weights are not used.
        tolerance: Loss of accuracy up to which an alternative counts as equally accurate, 0 to 1.
        seed: Seed of the halves and of rules by lot.
        confidence: Nominal coverage of all intervals.
        listener: Receives progress.

    Raises:
        EvenhandError: The data or a column cannot be used, no column holds scores, or no group can be compared.
    """
    if not any(one.is_score for one in roles.columns):
        raise ConfigError(
            "Thresholds are chosen from scores, and none is named.", field="score", remedies=[give("score")]
        )
    if not 0 <= tolerance <= 1:
        raise ConfigError(f"The tolerance is a share of the decisions, between 0 and 1, not {tolerance:g}.")
    table = read_input(dataset, replace(roles, weight=None))
    inputs, notes = table.inputs, table.notes
    with intervals_at(confidence):
        found, told = priced_rules(dict(scored_models(inputs)), seed, listener)
        if found is None:
            raise DataError(f"No thresholds can be chosen. {' '.join(dict.fromkeys(told))}", field="data")
        others, more = find_alternatives(inputs, tolerance, seed)
    return ThresholdResult(found.thresholds, found.prices, found.groups, others, [*notes, *told, *more], confidence)
