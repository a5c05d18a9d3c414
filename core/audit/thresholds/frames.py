"""Rules, their prices and alternatives as tables of plain columns, to save, to show and to hand on.

A figure has three columns: its value, and its bounds with the endings ``_low`` and ``_high``; NaN where it has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from core.audit.estimate import Estimate
from core.audit.thresholds.alternatives import Alternatives
from core.audit.thresholds.repair import PricedRule, Repair

OTHERS: Final = "(all other groups)"


def prices(model: str, attribute: str, found: Repair) -> pd.DataFrame:
    """Return a row for each rule: accuracy, its change against today's decisions, and the disparity of every goal."""
    return pd.DataFrame(
        [
            _head(model, attribute, one)
            | {"uses_groups": one.rule is not None and one.rule.uses_groups}
            | {"by_lot": one.rule is not None and one.rule.is_random}
            | {"chosen_on": found.chosen_on, "told_on": found.told_on}
            | _figures({"accuracy": one.price.accuracy, "change": one.price.change, **one.price.disparities})
            for one in found.rules
        ]
    )


def groups(model: str, attribute: str, found: Repair) -> pd.DataFrame:
    """Return a row for each rule and group: who gets the favourable decision, who gains it and who loses it."""
    return pd.DataFrame(
        [
            _head(model, attribute, one)
            | {"group": group.group, "n": group.favourable.n, "compared": group.group in found.compared}
            | _figures({name: getattr(group, name) for name in ("favourable", "gained", "lost", "accuracy")})
            for one in found.rules
            for group in one.price.groups
        ]
    )


def thresholds(model: str, attribute: str, found: Repair) -> pd.DataFrame:
    """Return a row for each rule, group and step: the share of the group's people that is selected from a score on.

    A threshold of minus infinity selects everybody, one of infinity nobody.
    """
    return pd.DataFrame(
        [
            _head(model, attribute, one) | {"group": group, "share": share, "threshold": threshold}
            for one in found.rules
            if one.rule is not None
            for group, share, threshold in [
                *((group, step.share, step.threshold) for group, steps in one.rule.steps.items() for step in steps),
                (OTHERS if one.rule.steps else "(all groups)", 1.0, one.rule.otherwise),
            ]
        ]
    )


def alternatives(attribute: str, found: Alternatives) -> pd.DataFrame:
    """Return a row for each choice, the most accurate one first; ``goal`` is the disparity that it keeps small."""
    return pd.DataFrame(
        [
            {"attribute": attribute, "goal": one.goal, "model": one.choice.model}
            | {"threshold": np.nan if one.choice.threshold is None else one.choice.threshold}
            | {"tried": found.tried, "accepted": found.accepted, "tolerance": found.tolerance}
            | {"chosen_on": found.chosen_on, "told_on": found.told_on}
            | _figures({"accuracy": one.accuracy, "change": one.change, **one.disparities})
            for one in found.found
        ]
    )


def _head(model: str, attribute: str, one: PricedRule) -> dict[str, Any]:
    return {"model": model, "attribute": attribute, "rule": one.name}


def _figures(found: Mapping[str, Estimate]) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    for name, one in found.items():
        for ending, value in (("", one.value), ("_low", one.low), ("_high", one.high)):
            parts[f"{name}{ending}"] = np.nan if value is None else value
    return parts
