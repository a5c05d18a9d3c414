"""Whether the outcomes of synthetic rows, beyond the positive one, depend on the group.

Rule: the largest distance of a group's outcomes from those of all others, with the interval that permutations give,
against the margin of rates. Error rate: that of `core.findings.decision`. Outcomes of two values have one rate, and
findings of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from core.audit.display_names import attribute_title
from core.audit.figure_text import number
from core.audit.metrics.outcome_distribution import DISTANCE, LIMIT, MEAN
from core.audit.record_set import RecordSet
from core.audit.records import ORIGINAL, Record, Status
from core.findings.evidence import Evidence, called, is_crossed, per_1000
from core.findings.finding import Claim, Topic, VerdictKind

FAMILY: Final = "outcome_distances"


def claims(evidence: Evidence) -> Iterator[Claim]:
    """Yield a claim for each product with rows and each attribute."""
    for source in evidence.products:
        for figure in evidence.all.where(metric=DISTANCE, protocol="data", source=source):
            if figure.value is None or is_crossed(str(figure.sensitive)):
                continue
            where = {"protocol": "data", "sensitive": figure.sensitive}
            limit = evidence.all.first(metric=LIMIT, source=source, **where)
            before = evidence.all.first(metric=DISTANCE, source=ORIGINAL, **where)
            means = evidence.all.where(metric=MEAN, source=source, **where).of_groups
            yield Claim(
                family=FAMILY,
                topic=Topic.GAP,
                figure=figure,
                texts=_texts(evidence, figure, limit, before, means) if source in evidence.told else {},
                margin=evidence.margin,
                records=tuple(one for one in (limit, before) if one is not None),
                question=f"whether the outcomes of the {called(source)} depend on the group",
            )


def _texts(
    evidence: Evidence, figure: Record, limit: Record | None, before: Record | None, means: RecordSet
) -> dict[VerdictKind, str]:
    name, target = attribute_title(str(figure.sensitive)), evidence.schema.target
    chance = "" if limit is None or limit.value is None else f"; chance alone gives up to {_people(limit)}"
    were = "" if before is None or before.value is None else f" In the original rows it is {_people(before)}."
    averages, size = _averages(means), f"of every 1,000 rows, up to {_people(figure)} more or fewer have given outcomes"
    start = f"In the {called(figure.source)}, “{target}”"
    end = f"{size} in one group than in all others{chance}{averages}.{were}"
    return {
        VerdictKind.GAP: f"{start} still depends on the group, by {name}: {end}",
        VerdictKind.NO_GAP: f"{start} is much the same in all groups, by {name}: {end}",
    }


def _people(record: Record) -> str:
    return per_1000(record.value or 0.0)


def _averages(means: RecordSet) -> str:
    known = means.filter(lambda one: one.value is not None and one.status is not Status.SMALL_N)
    found = sorted(known, key=lambda one: one.value or 0.0)
    if len(found) < 2:
        return ""
    low, high = found[0], found[-1]
    return f"; the mean is {number(low.value or 0.0)} for {low.group} and {number(high.value or 0.0)} for {high.group}"
