"""What label repair aims at: the difference between groups that its criterion is to close."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from core.audit.metrics.catalog import column_of
from core.audit.metrics.names import ODDS_DIFFERENCE, OPPORTUNITY_DIFFERENCE, PARITY_DIFFERENCE
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.choices import Criterion

DIFFERENCES: Final[Mapping[Criterion, str]] = {
    "demographic_parity": PARITY_DIFFERENCE,
    "equalized_odds": ODDS_DIFFERENCE,
    "equal_opportunity": OPPORTUNITY_DIFFERENCE,
}
"""The metric that a criterion brings towards 0."""
TOWARDS: Final = "repair_towards"
FULL: Final = 1.0


def criterion_record(criterion: Criterion, repair_level: float) -> Record:
    """Return the record of the repair level, 0 to 1, whose metric names the difference that the repair closes.

    >>> criterion_record("equal_opportunity", 1.0).metric
    'repair_towards:equal_opportunity_difference'
    """
    return Record(
        source="synthetic",
        protocol="generation",
        metric=f"{TOWARDS}:{DIFFERENCES[criterion]}",
        split="all",
        value=repair_level,
    )


def aimed_at(records: RecordSet) -> str | None:
    """Return the metric that label repair was to bring to 0; ``None`` without repair, or if it was to do it in part."""
    found = next((one for one in records.where(protocol="generation") if one.metric.startswith(f"{TOWARDS}:")), None)
    return column_of(found.metric) if found is not None and found.value == FULL else None
