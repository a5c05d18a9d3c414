"""Thresholds, what they cost, and alternatives, as tables with people per 1,000."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import pandas as pd

from core.audit.display_names import attribute_title
from core.audit.figure_text import percent
from core.audit.thresholds.goals import GOALS
from core.audit.thresholds.repair import TODAY
from core.report.tables.base import Cell, Table

AGAINST: Final = (
    "A rule with other thresholds for other groups uses the group at the moment of decision. Laws against "
    "discrimination may forbid that. A rule by lot also decides differently on two people of one group with one score. "
    "Ask somebody who knows the law before such a rule is used."
)
LIMIT: Final = (
    "Thresholds equalise rates of the outcome that was recorded. If that outcome is itself unfair, equal rates of it "
    "are no remedy."
)
_GOALS: Final = {goal.key: goal for goal in GOALS}
_PER_THOUSAND: Final = "Figures are people per 1,000 with their {} interval."


def price_table(prices: pd.DataFrame, confidence: float) -> Table:
    """Return what each rule costs over all groups; see `core.audit.thresholds.frames.prices`.

    Args:
        prices: Of one model and one attribute, at least one row.
        confidence: Level of the intervals.
    """
    first = prices.iloc[0]
    rows = [
        (
            Cell(str(row["rule"])),
            Cell(_use(row)),
            _cell(row, "accuracy"),
            _cell(row, "change", signed=True) if place else Cell("–"),
            *(_cell(row, goal.key) for goal in GOALS),
        )
        for place, row in enumerate(_rows(prices))
    ]
    by_lot = " By lot: as one draw decided." if prices["by_lot"].any() else ""
    return Table(
        f"What each rule costs, {_where(first)}",
        f"Thresholds were chosen on {first['chosen_on']:,} rows. The figures are those of the other "
        f"{first['told_on']:,}, on which none was chosen. {_PER_THOUSAND.format(percent(confidence))} Change: right "
        "decisions gained or lost against today's, on the same people. The last three columns: how many more per 1,000 "
        f"one group gets than another. Highest accuracy: the best threshold of this score. {meanings()}{by_lot}",
        ("rule", "uses", "right decisions", "change", *(f"differ in {goal.key}" for goal in GOALS)),
        tuple(rows),
    )


def group_table(groups: pd.DataFrame, confidence: float) -> Table:
    """Return who gains and who loses under each rule, by group; see `core.audit.thresholds.frames.groups`."""
    rows = [
        (
            Cell(str(row["rule"])),
            Cell(f"{row['group']}{'' if row['compared'] else ' (not compared)'}"),
            Cell(f"{row['n']:,}"),
            _cell(row, "favourable"),
            *(Cell("–") if row["rule"] == TODAY else _cell(row, name) for name in ("gained", "lost")),
            _cell(row, "accuracy"),
        )
        for row in _rows(groups)
    ]
    return Table(
        f"Who gains and who loses, {_where(groups.iloc[0])}",
        "Of 1,000 people of the group: how many get the favourable decision, how many gain it and how many lose it "
        f"against today's decisions, and how many decisions are right. Brackets: {percent(confidence)} interval.",
        ("rule", "group", "n", "favourable", "gain it", "lose it", "right decisions"),
        tuple(rows),
        labels=2,
    )


def threshold_table(thresholds: pd.DataFrame) -> Table:
    """Return the thresholds to hand on; see `core.audit.thresholds.frames.thresholds`."""
    rows = [
        (
            Cell(str(row["rule"])),
            Cell(str(row["group"])),
            Cell("all" if row["share"] > 1 - 1e-9 else f"{100 * row['share']:.3g} %"),
            Cell(score_text(float(row["threshold"]))),
        )
        for row in _rows(thresholds)
    ]
    return Table(
        f"Thresholds, {_where(thresholds.iloc[0])}",
        "A person is selected from this score on. Where a group has several lines, each person is assigned to one of "
        "them by lot, in these shares.",
        ("rule", "group", "share of its people", "selected from"),
        tuple(rows),
        labels=2,
    )


def alternatives_table(found: pd.DataFrame, confidence: float) -> Table:
    """Return as accurate choices with a smaller disparity, for one attribute; empty without any choice.

    Args:
        found: See `core.audit.thresholds.frames.alternatives`.
        confidence: Level of the intervals.
    """
    if found.empty:
        return Table("Less discriminatory alternatives", "", ())
    first = found.iloc[0]
    lacking = [goal.name for goal in GOALS if goal.key not in set(found["goal"])]
    none = f" No other choice as accurate was nearer to {' or '.join(lacking)}." if lacking else ""
    rows = []
    for place, (goals, row) in enumerate(_by_choice(found)):
        nearer = f"nearer to {', '.join(_GOALS[goal].name for goal in goals)}" if place else "most accurate"
        rows.append(
            (
                Cell(nearer),
                Cell(str(row["model"])),
                Cell("as today" if np.isnan(row["threshold"]) else f"from {score_text(float(row['threshold']))}"),
                _cell(row, "accuracy"),
                _cell(row, "change", signed=True) if place else Cell("–"),
                *(_cell(row, goal.key) for goal in GOALS),
            )
        )
    return Table(
        f"Less discriminatory alternatives, {attribute_title(str(first['attribute']))}",
        f"{first['tried']:,} choices of a model and one threshold for everybody were tried on {first['chosen_on']:,} "
        f"rows. As accurate as the most accurate one, to within {1000 * first['tolerance']:.3g} of 1,000 decisions and "
        f"as far as an interval can tell: {first['accepted']:,}, itself among them.{none} The figures are "
        f"those of the other {first['told_on']:,} rows. {_PER_THOUSAND.format(percent(confidence))} Change: against "
        "the most accurate choice, on the same people. The last three columns: how many more per 1,000 one group gets "
        f"than another. The most accurate choice is that of all models, each as it decides today or with one of these "
        "thresholds; “highest accuracy” elsewhere is the best threshold of one score, so the two may differ. "
        f"{meanings()}",
        (
            "choice",
            "model",
            "selects",
            "right decisions",
            "change",
            *(f"differ in {goal.key}" for goal in GOALS),
        ),
        tuple(rows),
        labels=3,
    )


def meanings() -> str:
    """Return what each goal asks for."""
    return " ".join(f"{goal.name.capitalize()}: {goal.meaning[0].lower()}{goal.meaning[1:]}" for goal in GOALS)


def score_text(threshold: float) -> str:
    """Return a threshold as people read it.

    >>> score_text(0.123456), score_text(float("inf")), score_text(float("-inf"))
    ('0.1235', 'nobody', 'everybody')
    """
    if np.isinf(threshold):
        return "nobody" if threshold > 0 else "everybody"
    return f"{threshold:.4g}"


def _use(row: pd.Series) -> str:
    if row["by_lot"]:
        return "score, group and lot"
    return "score and group" if row["uses_groups"] else "score"


def _where(row: pd.Series) -> str:
    return f"{row['model']}, {attribute_title(str(row['attribute']))}"


def _by_choice(found: pd.DataFrame) -> list[tuple[list[str], pd.Series]]:
    """Return each choice once, the most accurate one first, with the goals that it serves."""
    every: dict[tuple[str, str], tuple[list[str], pd.Series]] = {}
    for row in _rows(found):
        every.setdefault((row["model"], str(row["threshold"])), ([], row))[0].append(row["goal"])
    return list(every.values())


def _rows(frame: pd.DataFrame) -> Sequence[pd.Series]:
    return [row for _, row in frame.iterrows()]


def _cell(row: pd.Series, name: str, *, signed: bool = False) -> Cell:
    value, low, high = (float(row[f"{name}{ending}"]) for ending in ("", "_low", "_high"))
    if np.isnan(value):
        return Cell("undefined")
    text: Callable[[float], str] = _signed if signed else _plain
    return Cell(text(value), "" if np.isnan(low) else f"[{text(low)}, {text(high)}]")


def _plain(value: float) -> str:
    return f"{1000 * value:.0f}"


def _signed(value: float) -> str:
    return f"{1000 * value:+.0f}" if round(1000 * value) else "0"
