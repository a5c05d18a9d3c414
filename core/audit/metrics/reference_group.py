"""Every rate of a group against that of a chosen reference group, or of all rows: difference and ratio.

Two groups are independent, or correlated as replicate weights show: Newcombe's interval of the difference, MOVER-R of
the ratio. A group is a part of all rows. With its share w of the denominator, its rate p and that of the other rows q,
the difference to the overall rate is ``(1 - w) (p - q)`` and the ratio ``r / (w r + 1 - w)`` with ``r = p / q``; both
rise with the difference and the ratio of two independent groups, whose bounds they take.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from core.audit.estimate import Estimate, Tag, estimate, sentence
from core.audit.metrics.catalog import GROUP_RATES
from core.audit.metrics.formulas import Rate
from core.audit.records import Record, Status
from core.audit.statistics import intervals
from core.audit.statistics.confusion import GroupCounts
from core.choices import OVERALL
from core.data.groups import Grouping
from core.errors import ConfigError, change

PROTOCOL: Final = "reference_group"
DIFFERENCE, RATIO = "difference_to_reference", "ratio_to_reference"


def check(references: Mapping[str, str], groupings: Mapping[str, Grouping]) -> None:
    """Check that every reference group is a group of its attribute.

    Raises:
        ConfigError: It is not.
    """
    for attribute, group in references.items():
        if attribute not in groupings:
            raise ConfigError(
                f"{attribute!r} has a reference group but is no sensitive attribute; these are "
                f"{', '.join(map(repr, groupings))}.",
                field="reference_group",
                remedies=[change("reference_group")],
            )
        names = groupings[attribute].names
        if group != OVERALL and group not in names:
            raise ConfigError(
                f"{attribute!r} has no group {group!r}; its groups are {', '.join(map(repr, names))}.",
                field="reference_group",
                remedies=[change("reference_group")],
            )


def records(counts: GroupCounts, reference: str, tag: Tag, minimum: int) -> list[Record]:
    """Return difference and ratio of every rate and group to the reference.

    Args:
        counts: Counts of all groups.
        reference: One of them, or ``overall``.
        tag: Source, attribute, positive outcome and split.
        minimum: Rows below which a group's figure is marked.
    """
    found = []
    for name, rate in GROUP_RATES.items():
        for place, group in enumerate(counts.names):
            if group == reference:
                continue
            against = counts.names.index(reference) if reference != OVERALL else None
            difference, ratio = _compared(rate, counts, place, against)
            small = min(counts.n[place], counts.n.sum() if against is None else counts.n[against]) < minimum
            for metric, one in ((DIFFERENCE, difference), (RATIO, ratio)):
                shown = _told(one, reference, small=bool(small), minimum=minimum)
                found.append(tag.record(f"{metric}:{name}", shown, group=group))
    return found


def _compared(rate: Rate, counts: GroupCounts, place: int, against: int | None) -> tuple[Estimate, Estimate]:
    """Return difference and ratio of one rate; ``against`` is the reference group, or ``None`` for all rows."""
    weight = 0.0
    if against is None and len(counts.names) > 1:
        counts = counts.beside_rest(place)
        masses = rate.trials(counts) / (1.0 if counts.scale is None else counts.scale)
        place, against = 0, 1
        weight = float(masses[0] / masses.sum()) if masses.sum() else 0.0
    hits, trials = (np.asarray(part, dtype=float) for part in rate.counts(counts))
    k, n = hits[place], trials[place]
    others, rest = (0.0, 0.0) if against is None else (hits[against], trials[against])
    correlation = 0.0 if against is None else float(rate.correlation(counts)[place, against])
    p, q = (k / n if n else np.nan), (others / rest if rest else np.nan)
    why = rate.undefined_reason.format(row="row of one of the two")
    bounds = intervals.difference(k, n, others, rest, correlation=correlation)
    gap = [(1 - weight) * float(one) for one in (p - q, *bounds)]
    times = p / q if q else np.nan
    bounds = intervals.ratio(k, n, others, rest, correlation=correlation)
    parts = [_part_of_all(float(one), weight) for one in (times, *bounds)]
    size = int(n + rest)
    return (
        estimate(gap[0], gap[1], gap[2], "newcombe", size, why=why),
        estimate(parts[0], parts[1], parts[2], "mover-r wilson", size, why=why if q != 0 else "the other rate is 0"),
    )


def _part_of_all(ratio: float, weight: float) -> float:
    if np.isinf(ratio):
        return 1 / weight if weight else ratio
    return ratio / (weight * ratio + 1 - weight)


def _told(one: Estimate, reference: str, *, small: bool, minimum: int) -> Estimate:
    note = sentence(one.note, "Against all rows." if reference == OVERALL else f"Against {reference!r}.")
    if small and one.status is Status.OK:
        note = sentence(note, f"One of the two has fewer than {minimum} rows.")
        return Estimate(one.value, one.low, one.high, one.interval, one.n, Status.SMALL_N, note)
    return Estimate(one.value, one.low, one.high, one.interval, one.n, one.status, note)
