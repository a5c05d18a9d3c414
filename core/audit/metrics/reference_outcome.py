"""How often the recorded outcome of real rows differs from the reference outcome, by group and each way.

With the recorded outcome taken as a decision, and the reference outcome as the truth, "denied" is the false negative
rate and "granted" the false positive rate. Their differences are those of equalized odds (Hardt, Price and Srebro
2016).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import Tag
from core.audit.glossary import against_reference
from core.audit.metrics.declarations.rates import FNR, FPR
from core.audit.metrics.fairness import over_compared
from core.audit.metrics.formulas import Disparity
from core.audit.records import ORIGINAL, Record
from core.audit.statistics.confusion import count, polarities
from core.audit.step import noted
from core.data.compared_groups import ComparedGroups
from core.data.groups import GroupedFrame
from core.data.reference_outcome import in_targets_place

PROTOCOL = against_reference("data")
SAME_AGAINST_ANY = frozenset(
    {
        "selection_rate",
        "demographic_parity_ratio",
        "demographic_parity_difference",
        "demographic_parity_ratio_null_mean",
        "demographic_parity_ratio_null_p10",
        "detectable_gap",
    }
)
"""The metrics that count decisions alone, so that their figures are the same against any outcome."""
DENIED, GRANTED = "outcome_denied", "outcome_granted"
_RATES = {DENIED: replace(FNR, label="share denied"), GRANTED: replace(FPR, label="share granted")}


def row_records(
    rows: GroupedFrame,
    split: str,
    outcomes: tuple[str, str],
    compared: Mapping[str, ComparedGroups] | None = None,
) -> list[Record]:
    """Return the shares denied and granted by group, and their differences, in both polarities.

    Args:
        rows: Real rows with a target, and perhaps a reference outcome.
        split: Which rows, e.g. ``train``.
        outcomes: Names of the positive and the negative outcome.
        compared: The compared groups of each attribute; by default those with enough of these rows.

    Returns:
        The records; none without a reference outcome, or if no row has it.
    """
    schema = rows.schema
    if schema.reference is None:
        return []
    founded, known = in_targets_place(rows.frame, schema)
    if not known.any():
        return []
    weights = None if rows.weights is None else rows.weights[known]
    judged, recorded, note = GroupedFrame(founded, schema, weights), rows.labels[known], missing_note(known)
    records = []
    for name, grouping in judged.groupings.items():
        chosen = (compared or {}).get(name) or ComparedGroups(schema.min_group_size)
        for positive, counts in polarities(count(judged.labels, recorded, grouping), outcomes):
            tag = Tag(ORIGINAL, PROTOCOL, name, positive, split=split)
            large = counts.subset(chosen.mask(counts.names, counts.n))
            for metric, rate in _RATES.items():
                by_group = rate.by_group(counts, chosen.minimum)
                records += [tag.record(metric, one, group=at) for at, one in zip(counts.names, by_group, strict=True)]
                gap = over_compared(Disparity("difference", (rate,)).over_groups(large), counts, chosen)
                records.append(tag.record(f"{metric}_difference", gap))
    return noted(records, note)


def missing_note(known: NDArray[np.bool_]) -> str:
    """Return a note on the rows without a reference outcome; empty if there are none.

    >>> missing_note(np.array([True, False, True]))
    '1 of 3 rows have no reference outcome and were left out.'
    """
    missing = int((~known).sum())
    return f"{missing:,} of {len(known):,} rows have no reference outcome and were left out." if missing else ""
