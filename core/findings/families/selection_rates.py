"""Whether groups get the favourable outcome equally often: in the data, and from classifiers trained on them.

Rule: the difference between the highest and the lowest rate of any two groups (demographic parity difference), with its
simultaneous interval over all pairs. Error rate: that of `core.findings.decision`. One sentence an attribute tells of
the real rows, and of classifiers with and without the attribute.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.audit.display_names import attribute_title, split_name
from core.audit.glossary import ALL_ROWS, MODEL
from core.audit.metrics.names import DETECTABLE, PARITY_DIFFERENCE
from core.audit.record_set import RecordSet
from core.audit.records import WHOLE, Record, Status
from core.findings.combined_groups import told_beside, without_implied
from core.findings.decision import p_of_rates
from core.findings.evidence import (
    DECISIONS,
    ORIGINAL,
    REPRESENTATION,
    Evidence,
    called,
    columns_of,
    is_crossed,
    per_1000,
    rate,
    sized,
)
from core.findings.families.few_selected import caution, is_rare
from core.findings.finding import Claim, Finding, SharedSentence, Topic, VerdictKind

FAMILY = "selection_rates"
_FEW = "Where classifiers select almost nobody, these rates rest on few decisions."
_PROTOCOLS = ("data", "B", "A", "C", MODEL)
_ORDER = (*_PROTOCOLS, ALL_ROWS)


def claims(evidence: Evidence) -> Iterator[Claim]:
    """Yield a claim for each source, protocol, split and attribute."""
    judged = evidence.mine.where(metric=PARITY_DIFFERENCE).without(sensitive=None).without(source="constant")
    for figure in judged.where(protocol=_PROTOCOLS):
        if figure.protocol == "C" and figure.source != REPRESENTATION:
            continue  # latents on the way to rows are not judged
        yield _claim(evidence, _over_all_rows(evidence, figure), is_primary=figure == evidence.primary)


def _over_all_rows(evidence: Evidence, figure: Record) -> Record:
    """Return the figure of a model over all rows, if outcomes are unknown for some: a selection needs no outcome."""
    if figure.protocol != MODEL:
        return figure
    whole = evidence.mine.at(PARITY_DIFFERENCE, source=figure.source, protocol=ALL_ROWS, sensitive=figure.sensitive)
    return figure if whole is None else whole


def _claim(evidence: Evidence, figure: Record, *, is_primary: bool) -> Claim:
    found = _rates(evidence, figure)
    detectable = evidence.mine.first(
        metric=DETECTABLE,
        source=figure.source,
        protocol=figure.protocol,
        sensitive=figure.sensitive,
        split=figure.split,
    )
    return Claim(
        family=FAMILY,
        topic=Topic.GAP,
        figure=figure,
        texts=_texts(evidence, figure, found, detectable) if _is_told(evidence, figure) else {},
        margin=evidence.margin,
        group=found[0].group if len(found) > 1 else None,
        per_1000=None if figure.value is None else 1000 * figure.value,
        records=tuple(found),
        blocked=_blocked(evidence, figure),
        would_decide=_as_sentence(_needed(detectable)),
        of_rates=p_of_rates(found) if len(found) > 2 else None,  # the interval of one pair is as sharp
        primary=is_primary,
        told_with=SharedSentence((FAMILY, _beside(evidence, figure)), lambda told: _together(evidence, told)),
        question=_question(evidence, figure),
    )


def _question(evidence: Evidence, figure: Record) -> str:
    rows = called(figure.source)
    if figure.protocol == "data":
        return f"whether rates of {evidence.outcome} differ in the {rows}"
    if figure.protocol in (MODEL, ALL_ROWS):
        return f"whether “{figure.source}” decides {evidence.outcome} equally often"
    return f"whether classifiers trained on the {rows} give {evidence.outcome} equally often"


def _beside(evidence: Evidence, figure: Record) -> str:
    """Return the attribute whose sentence tells of the figure."""

    def largest(name: str) -> float:
        return max(
            (one.value or 0.0 for one in evidence.mine.where(metric=PARITY_DIFFERENCE, sensitive=name)), default=-1.0
        )

    return told_beside(str(figure.sensitive), largest)


def _together(evidence: Evidence, findings: Sequence[Finding]) -> str:
    """Return what is told of one attribute: gaps first, and in brief what is open beside them."""
    gaps = [one for one in findings if one.verdict is VerdictKind.GAP]
    told = [*without_implied(gaps), *(one for one in findings if one not in gaps)]
    told.sort(
        key=lambda one: (
            is_crossed(str(one.claim.figure.sensitive)),
            one.verdict is not VerdictKind.GAP,
            evidence.compared.index(one.claim.figure.source),
            _ORDER.index(one.claim.figure.protocol),
        )
    )
    texts: list[str] = []
    beside: list[Finding] = []
    for before, one in zip([None, *told], told, strict=False):
        if before is not None and before not in beside and _says_the_same(before, one):
            texts[-1] = f"{texts[-1].removesuffix('.')}; {_if_it_sees(evidence, one)}."
        elif one.verdict is VerdictKind.UNDECIDED and not one.claim.primary and len(told) > 1:
            beside.append(one)
        else:
            texts.append(one.sentence)
    rare = any(is_rare(evidence, one.claim.figure) for one in told)
    return " ".join([*texts, *_open_beside(beside), *([_FEW] if rare else [])])


def _open_beside(findings: Sequence[Finding]) -> list[str]:
    """Return one sentence on what is open beside a gap or the primary question, or none."""
    parts = []
    for one in findings:
        figure = one.claim.figure
        size = "undefined" if figure.value is None else f"{sized(figure)} per 1,000"
        useless = " (no better than an always-the-same guess)" if figure.status is Status.DEGENERATE else ""
        parts.append(f"{subject(figure, start=False)}, {size}{useless}")
    return [f"Too few rows to tell of these: {'; '.join(parts)}."] if parts else []


def _says_the_same(before: Finding, one: Finding) -> bool:
    """Return whether the classifiers that see the attribute need no sentence of their own."""
    first, second = before.claim, one.claim
    return (
        (first.figure.source, first.figure.sensitive) == (second.figure.source, second.figure.sensitive)
        and (first.figure.protocol, second.figure.protocol) == ("B", "A")
        and before.verdict is one.verdict
        and Status.DEGENERATE not in (first.figure.status, second.figure.status)
        and min(len(first.records), len(second.records)) > 1
    )


def _if_it_sees(evidence: Evidence, one: Finding) -> str:
    """Return what the classifiers that see the attribute give, after the sentence on those that do not."""
    figure, found = one.claim.figure, one.claim.records
    rates = f" between {rate(found[0])} and {rate(found[-1])}" if one.verdict is VerdictKind.GAP else ""
    return f"if they see {columns_of(str(figure.sensitive))}, {sized(figure)}{rates}{_before(evidence, figure)}"


def _rates(evidence: Evidence, figure: Record) -> RecordSet:
    metric = "base_rate" if figure.protocol == "data" else "selection_rate"
    where = {"source": figure.source, "protocol": figure.protocol, "sensitive": str(figure.sensitive)}
    return evidence.group_rates(metric, split=figure.split, **where)


def _is_told(evidence: Evidence, figure: Record) -> bool:
    """Return whether the summary tells it: the rows to be used, and base rates of all real rows."""
    if figure.source == ORIGINAL and figure.protocol == "data":
        return figure.split != "holdout"
    return figure.source in evidence.told


def _blocked(evidence: Evidence, figure: Record) -> str:
    if figure.status is Status.DEGENERATE:
        return useless(evidence, figure)
    return caution(evidence, figure) or (figure.note if figure.status is Status.SMALL_N else "")


def _texts(evidence: Evidence, figure: Record, found: RecordSet, detectable: Record | None) -> dict[VerdictKind, str]:
    name = attribute_title(str(figure.sensitive))
    outcome = evidence.outcome
    what, size, before = subject(figure), f"{sized(figure)} per 1,000", _before(evidence, figure)
    if is_crossed(str(figure.sensitive)) and (len(found) < 2 or figure.value is None):
        return {}
    open_question = f"{what}, too few rows to tell whether rates of {outcome} by {name} differ"
    if len(found) < 2 or figure.value is None:
        return {VerdictKind.UNDECIDED: f"{open_question}. {figure.note}".strip()}
    low, high = found[0], found[-1]
    rarest = f"{what}, {outcome} is rarest for {rate(low)} and most frequent for {rate(high)}"
    differ, below = (
        f"{what}, rates of {outcome} by {name} differ by {size}",
        f"below the margin of {per_1000(evidence.margin)}",
    )
    needed = _needed(detectable)
    undecided = f"{open_question}{f' ({needed})' if needed else ''}: {size}{before}."
    if figure.status is Status.DEGENERATE:
        undecided = f"{differ}{before}. {useless(evidence, figure)}"
    elif is_rare(evidence, figure):
        undecided = f"{differ}{before}."
    gap = f"{rarest}, by {name}: a difference of {size}{before}."
    if is_crossed(str(figure.sensitive)) or (figure.protocol == "data" and figure.source != ORIGINAL):
        return {VerdictKind.GAP: gap}  # that rows have equal rates says little of what is learned from them
    return {
        VerdictKind.GAP: gap,
        VerdictKind.NO_GAP: f"{differ}, {below}{before}.",
        VerdictKind.UNDECIDED: undecided,
    }


def _before(evidence: Evidence, figure: Record) -> str:
    """Return the same figure of the original rows, for a sentence on rows made from them."""
    if figure.source == ORIGINAL or figure.protocol == "data":
        return ""
    where = {"protocol": figure.protocol, "sensitive": str(figure.sensitive)}
    before = evidence.mine.at(PARITY_DIFFERENCE, source=ORIGINAL, **where)
    return "" if before is None or before.value is None else f" (from the original rows {sized(before)})"


def useless(evidence: Evidence, figure: Record) -> str:
    """Return why equal rates of degenerate predictions would mean nothing; names the seeds if only some are."""
    fields = ("source", "protocol", "metric", "sensitive", "group", "positive", "split")
    same = {name: getattr(figure, name) for name in fields}
    by_seed = RecordSet(evidence.records).where(**same).without(seed=None)
    seeds = [str(one.seed) for one in by_seed if one.status is Status.DEGENERATE]
    which = f" with {len(seeds)} of {len(by_seed)} seeds (seed {', '.join(seeds)})" if len(seeds) < len(by_seed) else ""
    return f"The classifier is no better than an always-the-same guess{which}, so equal rates would mean nothing."


def subject(figure: Record, *, start: bool = True) -> str:
    """Return where a figure was measured, at the start of a sentence or within one."""
    rows = called(figure.source)
    if figure.protocol == "data":
        part = "" if figure.split in (WHOLE, "") else f" ({split_name(figure.split)})"
        return f"{'I' if start else 'i'}n the {rows}{part}"
    if figure.source == DECISIONS:
        return f"{'I' if start else 'i'}n the method's own decisions on test rows"
    if figure.protocol in (MODEL, ALL_ROWS):
        return f"{'I' if start else 'i'}n the decisions of “{figure.source}”"
    columns = columns_of(str(figure.sensitive))
    sees = {"A": f"that see {columns}", "B": f"that do not see {columns}", "C": "of other people"}[figure.protocol]
    return f"{'F' if start else 'f'}rom classifiers {sees}, trained on the {rows}"


def _needed(detectable: Record | None) -> str:
    if detectable is None or detectable.value is None:
        return ""
    return f"only a gap of {per_1000(detectable.value)} per 1,000 or more would be found in 80 % of cases"


def _as_sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""
