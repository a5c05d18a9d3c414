"""Whether groups get the favourable outcome equally often: in the data, and from classifiers trained on them.

Rule: the difference between the highest and the lowest rate of any two groups (demographic parity difference), with its
simultaneous interval over all pairs. Error rate: that of `core.findings.decision`.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.display_names import attribute_title
from core.audit.figure_text import number
from core.audit.records import Record, Status
from core.findings.evidence import DECISIONS, REPRESENTATION, Evidence, called, per_1000, per_1000_interval, rate
from core.findings.families import groups_present
from core.findings.finding import Claim, Topic, VerdictKind

DIFFERENCE = "demographic_parity_difference"
DETECTABLE = "detectable_gap"
_RATES = {"data": "base_rate"}


def claims(evidence: Evidence) -> Iterator[Claim]:
    """Yield a claim for each source, protocol, split and attribute."""
    judged = evidence.mine.where(metric=DIFFERENCE).without(sensitive=None).without(source="constant")
    first = primary(evidence)
    for figure in judged.where(protocol=("data", "A", "B", "C")):
        if figure.protocol == "C" and figure.source != REPRESENTATION:
            continue  # latents on the way to rows are not judged
        yield _claim(evidence, figure, is_primary=figure == first)


def primary(evidence: Evidence) -> Record | None:
    """Return the figure of the report's primary question.

    It is the parity of classifiers that do not see the attribute, trained on the rows that are meant to be used; without
    classifiers, the parity of those rows. The attribute is the first sensitive one.
    """
    for protocol in (*evidence.protocols(evidence.product), "data"):
        for name in evidence.all.attributes:
            figure = evidence.mine.at(DIFFERENCE, source=evidence.product, protocol=protocol, sensitive=name)
            if figure is not None and figure.value is not None:
                return figure
    return None


def _claim(evidence: Evidence, figure: Record, *, is_primary: bool) -> Claim:
    name = str(figure.sensitive)
    rates = evidence.group_rates(
        _RATES.get(figure.protocol, "selection_rate"),
        source=figure.source,
        protocol=figure.protocol,
        sensitive=name,
        split=figure.split,
    )
    told = (
        figure.source in evidence.compared and figure.split != "holdout"
        if figure.protocol == "data"
        else (figure.source in evidence.compared)
    )
    detectable = evidence.mine.first(
        metric=DETECTABLE, source=figure.source, protocol=figure.protocol, sensitive=name, split=figure.split
    )
    useless = figure.status is Status.DEGENERATE
    return Claim(
        family="selection_rates",
        topic=Topic.GAP,
        figure=figure,
        texts=_texts(evidence, figure, rates, detectable) if told and len(rates) > 1 else {},
        margin=evidence.margin,
        group=rates[0].group if len(rates) > 1 else None,
        per_1000=None if figure.value is None else 1000 * figure.value,
        records=tuple(rates),
        blocked="The classifier is no better than an always-the-same guess, so equal rates would mean nothing."
        if useless
        else figure.note
        if figure.status is Status.SMALL_N
        else groups_present.why_not_all(evidence, figure.source, name),
        would_decide=_needed(detectable),
        primary=is_primary,
    )


def _texts(evidence: Evidence, figure: Record, rates: object, detectable: Record | None) -> dict[VerdictKind, str]:
    found = list(rates)  # type: ignore[call-overload]
    low, high, name = found[0], found[-1], attribute_title(str(figure.sensitive))
    outcome = f"“{evidence.favorable}”" if evidence.favorable else "the favourable outcome"
    what = subject(figure)
    size = f"{per_1000(figure.value or 0.0)} {per_1000_interval(figure)}".strip() + " per 1,000"
    limit = f"the margin of {per_1000(evidence.margin)} per 1,000"
    gap = (
        f"{what}, {outcome} is rarest for {rate(low)} and most frequent for {rate(high)}: a difference of {size} "
        f"by {name}."
    )
    return {
        VerdictKind.GAP: gap,
        VerdictKind.NO_GAP: f"{what}, rates of {outcome} by {name} differ by {size}, which is below {limit}.",
        VerdictKind.UNDECIDED: f"{what}, too few rows to tell whether rates of {outcome} by {name} differ: {size}. "
        f"{_needed(detectable)}".strip(),
    }


def subject(figure: Record) -> str:
    """Return where a figure was measured, as the start of a sentence."""
    rows = called(figure.source)
    if figure.protocol == "data":
        return f"In the {rows}"
    if figure.source == DECISIONS:
        return "In the method's own decisions on test rows"
    sees = {"A": "that see the attribute", "B": "that do not see the attribute", "C": "that learn from it"}
    return f"From classifiers trained on the {rows} {sees[figure.protocol]}"


def _needed(detectable: Record | None) -> str:
    if detectable is None or detectable.value is None:
        return ""
    return f"These rows would show a gap of {number(detectable.value)} in 80 % of cases."
