"""The declaration of a metric. The metrics are in `core.audit.metrics.declarations`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.audit.metrics.formulas import Formula


class Place(StrEnum):
    """A table or sheet in which a metric can have a column or a line."""

    UTILITY = "utility, beside fairness"
    FAIRNESS = "fairness"
    IMPACT = "impact ratios"
    UNKNOWN = "rows of unknown group"
    CROSSED = "crossed groups"
    MOVED = "decisions gained and lost"
    CLASSES = "over all classes"
    CLASS_GAPS = "over all classes, between groups"
    METHOD_FIDELITY = "methods, fidelity"
    DATASHEET = "datasheet, errors and noise"
    METHOD_COST = "methods, cost"


# A metric in one of these tables is shown in no other.
APART = frozenset({Place.IMPACT, Place.UNKNOWN, Place.CROSSED, Place.MOVED, Place.CLASS_GAPS})


class Over(StrEnum):
    """The rows that a rate is measured over."""

    GROUPS = "each group"
    ROWS = "all rows"


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric: its description, bounds, formula and place in the report.

    Args:
        name: The name in records, requirements and the command line.
        label: Short name for a table header.
        sentence: What it says, for someone who never trained a model.
        limit: What it does not prove.
        ideal: The best value, in words; empty if there is none.
        bounds: Least and greatest value; ``None`` where there is no bound. A change may have the negative of either.
        interval: The method of its interval; empty if it has none or if the formula defines it.
        formula: How it is computed from predictions. ``None``: the module of its family measures it.
        over: For a rate: whether it is given for each group, over all rows, or both.
        headline: Whether it is a headline figure.
        paired: Whether its change against the original rows is measured, with a paired interval.
        either_outcome: Whether it is the same whichever outcome counts as positive, and recorded once.
        timed: Whether it is measured by the clock, so that it differs between two equal runs.
        places: Tables and sheets in which it stands, in the order of the declarations.
    """

    name: str
    label: str
    sentence: str
    limit: str = ""
    ideal: str = ""
    bounds: tuple[float | None, float | None] = (0.0, 1.0)
    interval: str = ""
    formula: Formula | None = None
    over: tuple[Over, ...] = ()
    headline: bool = False
    paired: bool = False
    either_outcome: bool = False
    timed: bool = False
    places: tuple[Place, ...] = ()

    def clipped(self, value: float) -> float:
        """Return the value, or the bound that it exceeds.

        >>> Metric("share", "share", "").clipped(1.2)
        1.0
        """
        low, high = self.bounds
        raised = value if low is None else max(value, low)
        return raised if high is None else min(raised, high)
