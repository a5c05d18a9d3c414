"""The first lines of a report: what was found, in sentences. Figures are picked from the records, never computed."""

from __future__ import annotations

from collections.abc import Sequence

from core.audit.figure_text import interval, number
from core.audit.metrics.multiclass import ACCURACY, GAP
from core.audit.record_set import RecordSet
from core.audit.records import Status
from core.findings.verdicts import VERDICTS, Verdict, Word

ODDS = "equalized_odds_ratio"
_DECISIONS, _NUMBERS = "decisions", "representation"
_PRODUCTS = ("original", "teacher", "student")


def sentences(records: RecordSet, verdicts: Sequence[Verdict]) -> list[str]:
    """The findings, most important first.

    Args:
        records: Those shown, of one polarity.
        verdicts: Their verdicts.
    """
    subject = _subject(records)
    found = [_rates(records, name) for name in records.attributes]
    for name in records.attributes:
        found.append(_rows(verdicts, name, subject))
        found += [_parity(records, verdicts, name, source) for source in dict.fromkeys(("original", subject))]
        found.append(_odds(records, name, subject))
    found += [_classes(records, name, subject) for name in records.attributes]
    found += [_utility(records, subject), _labels(records), _small(verdicts)]
    return [sentence for sentence in found if sentence]


def _subject(records: RecordSet) -> str:
    """The source whose rows are meant to be used: an external file, else the synthetic rows, else the original."""
    names = [name for name in records.sources if name not in {"constant", *_PRODUCTS}]
    rows = [name for name in names if name != _NUMBERS]
    return (rows or names or ["original"])[-1]


def _protocol(source: str) -> str:
    """The protocol that judges a source: numbers in place of rows have one of their own."""
    return "C" if source == _NUMBERS else "A"


def _called(source: str) -> str:
    """A source in a sentence, after "the"."""
    words = {_DECISIONS: "method's own decisions", _NUMBERS: "representation of real rows"}
    return words.get(source, f"{source} rows")


def _rates(records: RecordSet, sensitive: str) -> str:
    mine = records.where(metric="base_rate", protocol="data", source="original", sensitive=sensitive, status=Status.OK)
    rates = mine.where(split=mine[0].split) if mine else mine
    if len(rates) < 2:
        return ""
    low, high = min(rates, key=lambda r: r.value or 0), max(rates, key=lambda r: r.value or 0)
    positive = f"“{low.positive}”" if low.positive else "the positive outcome"
    return (
        f"In the original rows, {positive} is rarest in {low.group} ({number(low.value or 0)} {interval(low)}) "
        f"and most frequent in {high.group} ({number(high.value or 0)} {interval(high)})."
    )


def _rows(verdicts: Sequence[Verdict], sensitive: str, source: str) -> str:
    """The verdict on the rows that are meant to be used, before any classifier."""
    address = (source, "data", sensitive)
    verdict = next((v for v in verdicts if (v.source, v.protocol, v.sensitive) == address), None)
    if verdict is None:
        return ""
    return f"The {source} rows themselves, by {sensitive}: {verdict.word.value}. {verdict.reason}"


def _odds(records: RecordSet, sensitive: str, source: str) -> str:
    """Says so if equalized odds are worse than for the original rows; a verdict on rates does not see that."""
    before, after = (
        records.at(ODDS, source=one, protocol=_protocol(one), sensitive=sensitive) for one in ("original", source)
    )
    if before is None or after is None or before.value is None or after.value is None or after.value >= before.value:
        return ""
    change = records.at(ODDS, source=source, protocol="change", sensitive=sensitive)
    if change is None or change.high is None:
        sure = " Whether chance alone gives that was not measured."
    elif change.high < 0:
        sure = f" The change, {interval(change)}, is more than chance gives."
    else:
        sure = f" The interval of the change, {interval(change)}, includes 0."
    return (
        f"Equalized odds got worse, by {sensitive}: EOR {number(after.value)} with the {_called(source)}, "
        f"{number(before.value)} with the original ones: right and wrong predictions are shared out less evenly.{sure}"
    )


def _parity(records: RecordSet, verdicts: Sequence[Verdict], sensitive: str, source: str) -> str:
    protocol = _protocol(source)
    address = (source, protocol, sensitive)
    verdict = next((v for v in verdicts if (v.source, v.protocol, v.sensitive) == address), None)
    if verdict is None:
        return ""
    who = f"A classifier trained on the {_called(source)} and tested on real held-out rows"
    if source == _DECISIONS:
        who = "What the method itself decides about the real held-out rows"
    start = f"{who}, by {sensitive}: "
    if verdict.ratio.value is None:
        return f"{start}{verdict.word.value}. {verdict.reason}"
    odds = records.at(ODDS, source=source, protocol=protocol, sensitive=sensitive)
    beside = f"; EOR {number(odds.value)}" if odds is not None and odds.value is not None else ""
    ratio = f"DPR {number(verdict.ratio.value)} {interval(verdict.ratio)}".strip()
    return f"{start}{ratio}{beside}. Verdict on selection rates: {verdict.word.value}. {verdict.reason}"


def _utility(records: RecordSet, subject: str) -> str:
    parts = []
    for source in dict.fromkeys(("constant", "original", subject)):
        accuracy = records.at("accuracy", source=source, protocol=_protocol(source))
        balanced = records.at("balanced_accuracy", source=source, protocol=_protocol(source))
        if accuracy is None or accuracy.value is None:
            continue
        beside = f" (balanced {number(balanced.value)})" if balanced is not None and balanced.value is not None else ""
        parts.append(f"{source} {number(accuracy.value)}{beside}")
    protocols = "protocol A; representation: C" if subject == _NUMBERS else "protocol A"
    return f"Accuracy on real held-out rows ({protocols}): {', '.join(parts)}." if len(parts) > 1 else ""


def _classes(records: RecordSet, sensitive: str, subject: str) -> str:
    """Of a target of several values, how well all are told and how evenly over groups."""
    parts = []
    for source in dict.fromkeys(("original", subject)):
        where = {"source": source, "protocol": _protocol(source)}
        right = records.at(ACCURACY, **where)
        apart = records.at(GAP, sensitive=sensitive, **where)
        if right is None or right.value is None or apart is None or apart.value is None:
            return ""
        told = f"{number(right.value)} {interval(right)}".strip()
        parts.append(f"{told} trained on {source}, and {number(apart.value)} between the best and the worst group")
    return f"Accuracy over all classes on real held-out rows (protocol A), by {sensitive}: {'; '.join(parts)}."


def _labels(records: RecordSet) -> str:
    overall = records.first(metric="labels_changed", group=None, protocol="generation")
    if overall is None or overall.value is None:
        return ""
    groups = records.of_groups.where(metric="labels_changed").without(value=None)
    by_group = ", ".join(f"{record.group} {number(record.value or 0)}" for record in groups[:6])
    beside = f" By group: {by_group}{', …' if len(groups) > 6 else ''}." if groups else ""
    return f"The fair label channel changed the outcome of a share of {number(overall.value)} of the rows.{beside}"


def _small(verdicts: Sequence[Verdict]) -> str:
    names = dict.fromkeys(v.sensitive for v in verdicts if v.word is Word.UNKNOWN and v.protocol == "A")
    if not names:
        return ""
    return (
        f"For {', '.join(names)} some figures cannot be decided with these rows; the table “{VERDICTS}” says which "
        "and why."
    )
