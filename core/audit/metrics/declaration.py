"""What a metric's declaration says. The metrics themselves: `core.audit.metrics.declarations`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from core.audit.metrics.formulas import Formula


class Place(StrEnum):
    """A table in which a metric has a column of its own."""

    UTILITY = "utility, beside fairness"
    FAIRNESS = "fairness"
    IMPACT = "impact ratios"
    UNKNOWN = "rows of unknown group"
    CROSSED = "crossed groups"
    CLASSES = "over all classes"
    CLASS_GAPS = "over all classes, between groups"
    METHOD_FIDELITY = "methods, fidelity"
    METHOD_COST = "methods, cost"


# Metrics that stand in these tables are shown in no other.
APART = frozenset({Place.IMPACT, Place.UNKNOWN, Place.CROSSED, Place.CLASS_GAPS})


class Over(StrEnum):
    """What a rate is measured over."""

    GROUPS = "each group"
    ROWS = "all rows"


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric: its words, its bounds, its formula and where it is shown.

    Args:
        name: As records, requirements and the command line call it.
        label: Short name for a table's head.
        sentence: What it says, for someone who never trained a model.
        limit: What it does not prove.
        ideal: The value that would be best, in words; empty if there is none.
        bounds: Least and greatest value; ``None`` where there is no bound. A change may have the negative of either.
        better: Which direction is better, all else equal; empty if neither is.
        interval: How its interval is made; empty if it has none. With a formula it may be left out: the formula knows.
        formula: How it follows from predictions. ``None``: it is measured by the module named after its family.
        over: Of a rate: whether it is given for each group, over all rows, or both.
        headline: Whether it is of those that a reader asks for first.
        paired: Whether its change against the original rows is measured, with a paired interval.
        places: Tables in which it has a column, in the order of the declarations.
    """

    name: str
    label: str
    sentence: str
    limit: str = ""
    ideal: str = ""
    bounds: tuple[float | None, float | None] = (0.0, 1.0)
    better: Literal["higher", "lower", ""] = ""
    interval: str = ""
    formula: Formula | None = None
    over: tuple[Over, ...] = ()
    headline: bool = False
    paired: bool = False
    places: tuple[Place, ...] = ()
