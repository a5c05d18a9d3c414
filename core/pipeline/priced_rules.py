"""Thresholds for the scores of models, and what each choice costs on rows on which it was not made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from core.audit.display_names import attribute_title
from core.audit.thresholds import frames
from core.audit.thresholds.repair import ScoredRows, repair
from core.events import Event, Listener, ignore
from core.report.tables import thresholds as tables
from core.report.tables.base import Table
from core.runs.run_folder import RunFolder

STAGE: Final = "thresholds"
USELESS: Final = (
    "Left out are rules of fairlearn's that select nearly everybody or nobody, since they make rates alike by being "
    "useless"
)
_FILES: Final = ("repair_thresholds", "repair_prices", "repair_groups")


@dataclass(frozen=True)
class PricedRules:
    """Rules for models and attributes; the columns are those of `core.audit.thresholds.frames`.

    Args:
        thresholds: The rules to hand on.
        prices: What each rule costs over all groups.
        groups: Who gains and who loses, by group.
    """

    thresholds: pd.DataFrame
    prices: pd.DataFrame
    groups: pd.DataFrame

    def tables(self, confidence: float) -> list[Table]:
        """Return, for each model and attribute, the prices, who gains and who loses, and the thresholds."""
        found = []
        for model, attribute in dict.fromkeys(zip(self.prices["model"], self.prices["attribute"], strict=True)):
            parts = [_of(frame, model, attribute) for frame in (self.prices, self.groups, self.thresholds)]
            found += [
                tables.price_table(parts[0], confidence),
                tables.group_table(parts[1], confidence),
                tables.threshold_table(parts[2]),
            ]
        return found

    def prices_of_each(self, confidence: float) -> list[Table]:
        """Return the prices only, for each model and attribute."""
        return self.tables(confidence)[::3]

    def save(self, folder: RunFolder) -> None:
        """Save the rules in a run."""
        for name, frame in zip(_FILES, (self.thresholds, self.prices, self.groups), strict=True):
            folder.artifacts.save_table(name, frame)


def priced_rules(
    models: Mapping[str, Mapping[str, ScoredRows]], seed: int, listener: Listener = ignore
) -> tuple[PricedRules | None, list[str]]:
    """Choose thresholds for every goal, model and attribute; ``None`` if there are none for any.

    Args:
        models: Each model's rows by attribute.
        seed: Seed of the halves and of rules by lot.
        listener: Receives progress.

    Returns:
        The rules, and a note for each model and attribute without any and on rules that were left out.
    """
    work = [(name, *item) for name, rows in models.items() for item in rows.items()]
    parts, notes, useless = [], [], []
    for step, (model, attribute, rows) in enumerate(work, 1):
        found = repair(rows, seed)
        parts.append([make(model, attribute, found) for make in (frames.thresholds, frames.prices, frames.groups)])
        if found.reason:
            notes.append(f"No thresholds for {model!r} by {attribute!r}. {found.reason}")
        if found.useless:
            useless.append(f"{model}, {attribute_title(attribute)} ({'; '.join(found.useless)})")
        listener(Event(STAGE, step, len(work), message=f"Thresholds of {model} by {attribute}."))
    if useless:
        notes.append(f"{USELESS}: {', '.join(useless)}.")
    if not any(len(part[0]) for part in parts):
        return None, notes
    return PricedRules(*(pd.concat(part, ignore_index=True) for part in zip(*parts, strict=True))), notes


def read_priced_rules(folder: RunFolder) -> PricedRules | None:
    """Read the rules of a run; ``None`` if it has none."""
    if not all(folder.artifacts.has_table(name) for name in _FILES):
        return None
    return PricedRules(*(folder.artifacts.table(name) for name in _FILES))


def _of(frame: pd.DataFrame, model: str, attribute: str) -> pd.DataFrame:
    return frame[(frame["model"] == model) & (frame["attribute"] == attribute)]
