"""Thresholds for the scores of models: what each choice costs, and as accurate choices with a smaller disparity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from core.audit.estimate import Tag
from core.audit.glossary import MODEL
from core.audit.metrics import score_quality
from core.audit.statistics.confidence import DEFAULT_CONFIDENCE, intervals_at
from core.audit.thresholds.alternatives import TOLERANCE
from core.audit.thresholds.repair import ScoredRows
from core.audit.thresholds.scored import scored_models
from core.data.dataset import Dataset
from core.data.decision_roles import DecisionRoles
from core.data.groups import positive_name
from core.data.schema import Schema
from core.errors import ConfigError, DataError, give
from core.events import Listener, ignore
from core.findings.reversed_scores import reversed_scores
from core.pipeline.alternatives import alternatives_tables, find_alternatives
from core.pipeline.data_checks import checked
from core.pipeline.decision_input import read_input
from core.pipeline.priced_rules import PricedRules, priced_rules
from core.report.output.brief import as_html, as_text
from core.report.tables.base import Table

_MORE: Final = (
    "People per 1,000, on rows on which no threshold was chosen. Frames: thresholds, prices, groups, alternatives. "
    "Notes: notes."
)


@dataclass(frozen=True, repr=False)
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

    def __repr__(self) -> str:
        """Return what each rule costs, for a terminal."""
        return as_text(self.prices_of_each(), _MORE)

    def _repr_html_(self) -> str:
        """Return what each rule costs, for a notebook."""
        return as_html(self.prices_of_each(), _MORE)

    @property
    def _rules(self) -> PricedRules:
        return PricedRules(self.thresholds, self.prices, self.groups)

    def tables(self) -> list[Table]:
        """Return all tables: for each model and attribute its rules, then the alternatives by attribute."""
        return [*self._rules.tables(self.confidence), *alternatives_tables(self.alternatives, self.confidence)]

    def prices_of_each(self) -> list[Table]:
        """Return what each rule costs, a table for each model and attribute."""
        return self._rules.prices_of_each(self.confidence)

    def details(self) -> list[Table]:
        """Return the other tables: who gains and who loses, the thresholds, and the alternatives."""
        prices = {table.title for table in self.prices_of_each()}
        return [table for table in self.tables() if table.title not in prices]

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
    inputs = table.inputs
    notes = [*table.notes, *(issue.sentence for issue in checked(dataset, trains=False))]
    with intervals_at(confidence):
        models = dict(scored_models(inputs))
        found, told = priced_rules(models, seed, listener)
        if found is None:
            raise DataError(f"No thresholds can be chosen. {' '.join(dict.fromkeys(told))}", field="data")
        others, more = find_alternatives(inputs, tolerance, seed)
        every = [*notes, *_reversed(models, inputs.schema), *told, *more]
    return ThresholdResult(found.thresholds, found.prices, found.groups, others, every, confidence)


def _reversed(models: Mapping[str, Mapping[str, ScoredRows]], schema: Schema) -> list[str]:
    """Return a sentence on each model whose scores rank people the wrong way round."""
    positive, records = positive_name(schema), []
    for name, by_attribute in models.items():
        rows = next(iter(by_attribute.values()))
        ranking = score_quality.figures(rows.labels, rows.scores)["auc"]
        records.append(Tag(name, MODEL, positive=positive).record("auc", ranking))
    return reversed_scores(records, schema)
