"""Classifiers that select far too few, and the threshold at which they would select as many as have the outcome.

Rule: an outcome goes to less than half as many rows as have it
(`core.audit.protocols.few_selected`). A count, so no test and no error rate. What rests on such a classifier is told
with that caution and small differences are no verdict.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from core.audit.display_names import attribute_title
from core.audit.figure_text import interval, number
from core.audit.glossary import ALL_ROWS, MODEL
from core.audit.metrics.conditional import PROTOCOL as CONDITIONAL
from core.audit.metrics.names import MATCHED_RATIO, MATCHING_THRESHOLD, SELECTION_SHORTFALL
from core.audit.records import Record
from core.findings.evidence import DECISIONS, Evidence, called, per_1000
from core.findings.finding import Claim, Finding, SharedSentence, Topic, VerdictKind

FAMILY: Final = "few_selected"
_ALMOST_NOBODY: Final = 0.1
CAUTION: Final = "So few rows get the outcome that small differences say little."


def claims(evidence: Evidence) -> Iterator[Claim]:
    """Yield a claim for each classifier that gives an outcome too rarely."""
    for source in evidence.compared:
        for protocol in evidence.protocols(source):
            for figure in evidence.all.where(metric=SELECTION_SHORTFALL, source=source, protocol=protocol):
                is_told = source in (*evidence.told, *evidence.compared[:1])
                yield Claim(
                    family=FAMILY,
                    topic=Topic.SELECTION,
                    figure=figure,
                    texts={VerdictKind.GAP: _text(evidence, figure)} if is_told else {},
                    per_1000=1000 * (figure.value or 0.0),
                    records=tuple(_ratios(evidence, figure)),
                    counted=True,
                    told_with=SharedSentence((FAMILY, source, str(figure.positive)), _together),
                    brief=f"{_counts(figure)}. Equal rates of so few decisions say little." if is_told else "",
                )


def caution(evidence: Evidence, figure: Record) -> str:
    """Return why small differences of these decisions mean little; empty if they rest on enough of them."""
    return CAUTION if is_rare(evidence, figure) else ""


def is_given_to_nobody(evidence: Evidence, figure: Record) -> bool:
    """Return whether a figure rests on a classifier that gives its outcome to no row."""
    return any(one.value == 1.0 and one.positive == figure.positive for one in _shortfalls(evidence, figure))


def is_rare(evidence: Evidence, figure: Record) -> bool:
    """Return whether a figure rests on a classifier that gives an outcome too rarely."""
    return bool(_shortfalls(evidence, figure))


def _shortfalls(evidence: Evidence, figure: Record) -> Sequence[Record]:
    """Return how far the classifier that a figure rests on falls short, for each outcome that it gives too rarely."""
    protocol = MODEL if figure.protocol == ALL_ROWS else figure.protocol.removeprefix(f"{CONDITIONAL} ")
    return list(evidence.all.where(metric=SELECTION_SHORTFALL, source=figure.source, protocol=protocol))


def _together(findings: Sequence[Finding]) -> str:
    """Return the sentence on the first classifier, and in brief how many rows the others select."""
    first, *others = findings
    return " ".join([first.sentence, *(f"{_start(one.claim.figure)}." for one in others)])


def _text(evidence: Evidence, figure: Record) -> str:
    limit = evidence.all.where(metric=MATCHING_THRESHOLD, **_place(figure)).first()
    text = f"{_start(figure)}. Equal rates of so few decisions say little."
    if limit is None or limit.value is None:
        return f"{text} Without scores that differ, no other threshold can be named."
    ratios = [
        f"{number(one.value)} {interval(one)}".strip() + f" by {attribute_title(str(one.sensitive))}"
        for one in _ratios(evidence, figure)
        if one.value is not None
    ]
    then = f"; the parity ratio is then {', '.join(ratios)}" if ratios else ""
    return f"{text} A threshold of {number(limit.value)} on the score would select as many as have it{then}."


def _start(figure: Record) -> str:
    return f"{_counts(figure)} ({per_1000(1 - (figure.value or 0.0))} for every 1,000 that have it)"


def _counts(figure: Record) -> str:
    have = figure.n or 0
    share = 1 - (figure.value or 0.0)
    how = "to almost nobody" if share < _ALMOST_NOBODY else "far too rarely"
    rows = "rows" if figure.protocol == MODEL else "test rows"
    return f"{_who(figure)} “{figure.positive}” {how}: {share * have:.0f} of the {rows}, though {have:,} have it"


def _who(figure: Record) -> str:
    if figure.protocol == MODEL:
        return f"“{figure.source}” gives"
    if figure.source == DECISIONS:
        return "The method's own decisions give"
    sees = "see" if figure.protocol == "A" else "do not see"
    return f"Classifiers that {sees} the sensitive columns, trained on the {called(figure.source)}, give"


def _ratios(evidence: Evidence, figure: Record) -> Sequence[Record]:
    return evidence.all.where(metric=MATCHED_RATIO, **_place(figure))


def _place(figure: Record) -> dict[str, object]:
    return {"source": figure.source, "protocol": figure.protocol, "positive": figure.positive}
