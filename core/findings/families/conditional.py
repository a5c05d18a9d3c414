"""Gaps within strata: what pooled rates hide, and what remains of a gap among people with the same value of a column.

Rule, for the outcomes of the real rows and for the predictions of classifiers on the hold-out:

* Hidden: a group that pooled rates do not show as worse off gets the favourable outcome less often within strata. One
  claim for each column that the user named, and one for all columns that the audit chose, on the group and column with
  the strongest evidence. If the pooled difference has the opposite sign beyond its own interval, the sentence calls it
  Simpson's reversal.
* Remaining: of a gap that pooled rates show, so much remains within strata of a column that the user named. Columns
  that the audit chose are proxies of the attribute; that a gap vanishes within these says nothing, and is not told.

Error rate: that of `core.findings.decision`. Each interval holds for all groups at once, and for all columns from which
the audit chose, so that the strongest of them is one test (`core.audit.metrics.conditional`). The summary tells of the
real rows' outcomes and of classifiers trained on the rows that are meant to be used.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.display_names import attribute_title
from core.audit.glossary import MODEL
from core.audit.metrics.conditional import POOLED, PROTOCOL, WITHIN
from core.audit.record_set import RecordSet
from core.audit.records import Record, Status
from core.findings.decision import p_value
from core.findings.evidence import ORIGINAL, Evidence, per_1000, sized
from core.findings.families.few_selected import caution
from core.findings.families.selection_rates import subject, useless
from core.findings.finding import Claim, Topic, VerdictKind

_TWO_QUESTIONS = "Rates over all rows compare all people of a group, rates within strata compare people alike in that."


def claims(evidence: Evidence) -> Iterator[Claim]:
    """Yield the claims on every source that is compared."""
    for source in evidence.compared:
        letters = [letter for letter in evidence.protocols(source) if letter in ("A", "B", MODEL)]
        protocols = [f"{PROTOCOL} {letter}" for letter in letters]
        for protocol in ([PROTOCOL] if source == ORIGINAL else []) + protocols:
            here = evidence.mine.where(source=source, protocol=protocol)
            for sensitive in dict.fromkeys(str(one.sensitive) for one in here):
                yield from _of_attribute(evidence, here.where(sensitive=sensitive))


def _of_attribute(evidence: Evidence, here: RecordSet) -> Iterator[Claim]:
    pooled = {one.group: one for one in here.where(metric=POOLED)}
    within = here.filter(lambda one: one.metric.startswith(f"{WITHIN}:") and one.value is not None)
    named = [within.filter(lambda one, name=name: _column(one) == name) for name in evidence.schema.strata]  # type: ignore[misc]
    chosen = within.filter(lambda one: _column(one) not in evidence.schema.strata)
    for part in (*named, chosen):
        hidden = [one for one in part if not _is_worse_off(pooled[one.group])]
        if hidden:
            strongest = max(hidden, key=_evidence)
            yield _claim(evidence, strongest, pooled[strongest.group], _hidden(evidence, strongest, pooled))
    for part in named:
        shown = [one for one in part if _is_worse_off(pooled[one.group])]
        if shown:
            surest = max(shown, key=lambda one: pooled[one.group].low or 0.0)
            yield _claim(evidence, surest, pooled[surest.group], _remaining(evidence, surest, pooled))


def _claim(evidence: Evidence, figure: Record, pooled: Record, texts: dict[VerdictKind, str]) -> Claim:
    return Claim(
        family="conditional",
        topic=Topic.STRATA,
        figure=figure,
        texts=texts if _is_told(evidence, figure) else {},
        margin=evidence.margin,
        group=figure.group,
        per_1000=1000 * (figure.value or 0.0),
        records=(pooled,),
        blocked=useless(evidence, figure) if figure.status is Status.DEGENERATE else caution(evidence, figure),
    )


def _hidden(evidence: Evidence, figure: Record, pooled: dict[str | None, Record]) -> dict[VerdictKind, str]:
    overall = pooled[figure.group]
    less = f"{_who(figure)} get {evidence.outcome} less often than others: {_size(figure)}"
    start = f"{_subject(figure)}, {_strata(figure)}, {less}"
    if overall.high is not None and overall.high < 0:
        more = f"{per_1000(-(overall.value or 0.0))} per 1,000 more often"
        return {
            VerdictKind.GAP: f"{start}, though over all rows they get it {more} (Simpson's reversal). {_TWO_QUESTIONS}"
        }
    return {VerdictKind.GAP: f"{start}, though over all rows no such gap shows ({sized(overall)}). {_TWO_QUESTIONS}"}


def _remaining(evidence: Evidence, figure: Record, pooled: dict[str | None, Record]) -> dict[VerdictKind, str]:
    overall = pooled[figure.group]
    what = (
        f"{_subject(figure)}, {_who(figure)} get {evidence.outcome} less often than others, by {_size(overall)}; "
        f"{_strata(figure)}, {_within(evidence, figure, overall)}"
    )
    return {
        VerdictKind.GAP: f"{what}.",
        VerdictKind.NO_GAP: f"{what}.",
        VerdictKind.UNDECIDED: f"{what}; too few rows to tell whether that is more than chance.",
    }


def _within(evidence: Evidence, figure: Record, overall: Record) -> str:
    """Return what a gap over all rows becomes within strata: its sign and size decide the words."""
    value = figure.value or 0.0
    if figure.high is not None and figure.high < 0:
        turned = figure.model_copy(update={"value": -value, "low": -figure.high, "high": -(figure.low or 0.0)})
        return f"they get it more often, by {_size(turned)}, so the gap over all rows turns round (Simpson's reversal)"
    if value <= 0:
        return f"no such gap shows ({sized(figure)})"
    if value > (overall.value or 0.0):
        return f"the gap is not smaller: {sized(figure)}"
    below = figure.high is not None and figure.high < evidence.margin
    return f"{sized(figure)} of these remain{f', below the margin of {per_1000(evidence.margin)}' if below else ''}"


def _is_told(evidence: Evidence, figure: Record) -> bool:
    return figure.protocol == PROTOCOL or (figure.source in evidence.told and figure.protocol != f"{PROTOCOL} A")


def _is_worse_off(pooled: Record) -> bool:
    return pooled.low is not None and pooled.low > 0


def _evidence(figure: Record) -> tuple[float, float]:
    """Return the key that sorts figures by the strength of their evidence of a gap."""
    p = p_value(figure)
    return (-1.0 if p is None else -p, figure.low if figure.low is not None else -1.0)


def _column(figure: Record) -> str:
    return figure.metric.partition(":")[2]


def _strata(figure: Record) -> str:
    return f"within strata of “{_column(figure)}” (people alike in it)"


def _subject(figure: Record) -> str:
    letter = figure.protocol.removeprefix(PROTOCOL).strip() or "data"
    return subject(figure.model_copy(update={"protocol": letter}))


def _who(figure: Record) -> str:
    return f"people of {attribute_title(str(figure.sensitive))} “{figure.group}”"


def _size(figure: Record) -> str:
    return f"{sized(figure)} per 1,000"
