"""What the rows of an audit cannot tell, in short sentences for the first screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from core.audit.display_names import attribute_title
from core.audit.metrics.names import DETECTABLE, DETECTABLE_ERROR_RATE, PARITY_DIFFERENCE
from core.audit.records import Record, Status
from core.findings.conclusions import Conclusions
from core.findings.evidence import ORIGINAL, Evidence, of_100
from core.findings.finding import Finding, VerdictKind
from core.findings.stages import if_they_see

_MAX_NAMED: Final = 6


def open_questions(evidence: Evidence, conclusions: Conclusions, names: Sequence[str]) -> Iterator[str]:
    """Yield the primary question if it is open, with the rows that would decide it, and groups that are too small."""
    first = next((one for one in conclusions.findings if one.claim.primary), None)
    if first is not None and first.verdict is VerdictKind.UNDECIDED and not first.withheld:
        by = attribute_title(str(first.claim.figure.sensitive))
        asked = f"{first.claim.question}, by {by}{if_they_see(first.claim.figure)}"
        yield f"These rows cannot tell {asked}.{_rows_needed(evidence, first)}"
    yield from _counted(conclusions)
    for name in names:
        yield from _too_small(evidence, name)


def _counted(conclusions: Conclusions) -> Iterator[str]:
    """Yield how many of all questions are open, and of how many there is no verdict."""
    total = len(conclusions.questions)
    count = sum(one.verdict is VerdictKind.UNDECIDED and not one.withheld for one in conclusions.findings)
    withheld = sum(bool(one.withheld) for one in conclusions.questions)
    if count and total > 1:
        yield f"Of all {total} questions asked, {count} {'is' if count == 1 else 'are'} open; all findings list them."
    if withheld:
        which = "one question" if withheld == 1 else f"{withheld} questions"
        yield f"Of {which} there is no verdict: see the faults of the file."
    elif not count and total:
        yield "The only question asked is answered." if total == 1 else f"None of the {total} questions asked is open."


def _too_small(evidence: Evidence, name: str) -> Iterator[str]:
    small = evidence.mine.where(source=ORIGINAL, sensitive=name, status=Status.SMALL_N).of_groups
    told: set[str] = set()
    for metric, rows in (("base_rate", "rows"), ("selection_rate", "test rows")):
        groups = [one for one in dict.fromkeys(str(one.group) for one in small.where(metric=metric)) if one not in told]
        told.update(groups)
        more = f" and {len(groups) - _MAX_NAMED} more" if len(groups) > _MAX_NAMED else ""
        if groups:
            few = f"too few {rows} to compare (fewer than {evidence.schema.min_group_size})"
            yield f"By {attribute_title(name)}, {few}: {', '.join(groups[:_MAX_NAMED])}{more}."


def detectable_gap(evidence: Evidence, finding: Finding) -> Record | None:
    """Return the smallest gap that the rows of a finding on rates of groups would likely show, if it is known."""
    figure = finding.claim.figure
    where = {"source": figure.source, "protocol": figure.protocol, "sensitive": figure.sensitive}
    metric = DETECTABLE if figure.metric == PARITY_DIFFERENCE else DETECTABLE_ERROR_RATE
    return evidence.mine.first(metric=metric, split=figure.split, **where)


def _rows_needed(evidence: Evidence, finding: Finding) -> str:
    """Return about how many rows would show a gap of the margin: intervals shrink with the square root of rows."""
    figure, least = finding.claim.figure, detectable_gap(evidence, finding)
    needed = None if least is None else rows_needed(least, evidence.margin)
    if least is None or needed is None or not figure.n:
        return ""
    return (
        f" With {figure.n:,} rows, gaps of {of_100(least.value or 0.0)} of 100 or more are found in 80 % of cases; "
        f"gaps of {of_100(evidence.margin)} need about {needed:,} rows."
    )


def rows_needed(detectable: Record, margin: float) -> int | None:
    """Return about how many rows would show a gap of the margin; ``None`` if these do, or if it is not known.

    Intervals shrink with the square root of the rows. One digit is all that such a guess holds; it is rounded up.

    >>> least = Record(source="s", protocol="A", metric="detectable_gap", value=0.1, n=2400)
    >>> rows_needed(least, 0.05), rows_needed(least, 0.1), rows_needed(least, 0.098)
    (10000, None, None)
    """
    if not detectable.value or not detectable.n or not margin or of_100(detectable.value) == of_100(margin):
        return None
    needed = detectable.n * (detectable.value / margin) ** 2
    digit = 10 ** (len(str(int(needed))) - 1)
    rounded = int(-(-needed // digit) * digit)
    return rounded if detectable.value > margin and rounded > detectable.n else None
