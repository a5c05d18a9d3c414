"""The summary of a report: the findings in sentences. All figures come from records; none is computed here."""

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
    """Return the findings, most important first.

    Args:
        records: The shown records of one outcome.
        verdicts: Their verdicts.
    """
    subject = _product(records)
    result = [_rates(records, name) for name in records.attributes]
    for name in records.attributes:
        result.append(_rows(verdicts, name, subject))
        result += [_parity(records, verdicts, name, source) for source in dict.fromkeys(("original", subject))]
        result.append(_odds(records, name, subject))
    result += [_classes(records, name, subject) for name in records.attributes]
    result += [_utility(records, subject), _labels(records), _small(verdicts)]
    return [sentence for sentence in result if sentence]


def _product(records: RecordSet) -> str:
    """Return the source to use: an external file, else the synthetic rows, else the original."""
    names = [name for name in records.sources if name not in {"constant", *_PRODUCTS}]
    rows = [name for name in names if name != _NUMBERS]
    return (rows or names or ["original"])[-1]


def _protocol(source: str) -> str:
    """Return the protocol of a source's verdict: C for a representation, else A."""
    return "C" if source == _NUMBERS else "A"


def _source_text(source: str) -> str:
    """Return the name of a source in a sentence, after "the"."""
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
    """Return the verdict on the rows of a source, without a classifier."""
    address = (source, "data", sensitive)
    verdict = next((v for v in verdicts if (v.source, v.protocol, v.sensitive) == address), None)
    if verdict is None:
        return ""
    return f"The {source} data, by {sensitive}: {verdict.word.value}. {verdict.reason}"


def _odds(records: RecordSet, sensitive: str, source: str) -> str:
    """Return a warning if equalized odds got worse than for the original rows; verdicts on rates do not show it."""
    before, after = (
        records.at(ODDS, source=one, protocol=_protocol(one), sensitive=sensitive) for one in ("original", source)
    )
    if before is None or after is None or before.value is None or after.value is None or after.value >= before.value:
        return ""
    change = records.at(ODDS, source=source, protocol="change", sensitive=sensitive)
    if change is None or change.high is None:
        certainty = " Whether this is more than chance was not measured."
    elif change.high < 0:
        certainty = f" The interval of the change, {interval(change)}, excludes 0: this is more than chance."
    else:
        certainty = f" The interval of the change, {interval(change)}, includes 0."
    return (
        f"Equalized odds got worse, by {sensitive}: EOR {number(after.value)} with the {_source_text(source)}, "
        f"{number(before.value)} with the original ones: error rates differ more between groups.{certainty}"
    )


def _parity(records: RecordSet, verdicts: Sequence[Verdict], sensitive: str, source: str) -> str:
    protocol = _protocol(source)
    address = (source, protocol, sensitive)
    verdict = next((v for v in verdicts if (v.source, v.protocol, v.sensitive) == address), None)
    if verdict is None:
        return ""
    subject = f"A classifier trained on the {_source_text(source)} and tested on real held-out rows"
    if source == _DECISIONS:
        subject = "What the method itself decides about the real held-out rows"
    start = f"{subject}, by {sensitive}: "
    if verdict.ratio.value is None:
        return f"{start}{verdict.word.value}. {verdict.reason}"
    odds = records.at(ODDS, source=source, protocol=protocol, sensitive=sensitive)
    suffix = f"; EOR {number(odds.value)}" if odds is not None and odds.value is not None else ""
    ratio = f"DPR {number(verdict.ratio.value)} {interval(verdict.ratio)}".strip()
    return f"{start}{ratio}{suffix}. Verdict on selection rates: {verdict.word.value}. {verdict.reason}"


def _utility(records: RecordSet, subject: str) -> str:
    parts = []
    for source in dict.fromkeys(("constant", "original", subject)):
        accuracy = records.at("accuracy", source=source, protocol=_protocol(source))
        balanced = records.at("balanced_accuracy", source=source, protocol=_protocol(source))
        if accuracy is None or accuracy.value is None:
            continue
        suffix = f" (balanced {number(balanced.value)})" if balanced is not None and balanced.value is not None else ""
        parts.append(f"{source} {number(accuracy.value)}{suffix}")
    protocols = "protocol A; representation: C" if subject == _NUMBERS else "protocol A"
    return f"Accuracy on real held-out rows ({protocols}): {', '.join(parts)}." if len(parts) > 1 else ""


def _classes(records: RecordSet, sensitive: str, subject: str) -> str:
    """Return the accuracy over all classes and its gap between groups, for a target of several values."""
    parts = []
    for source in dict.fromkeys(("original", subject)):
        where = {"source": source, "protocol": _protocol(source)}
        accuracy = records.at(ACCURACY, **where)
        gap = records.at(GAP, sensitive=sensitive, **where)
        if accuracy is None or accuracy.value is None or gap is None or gap.value is None:
            return ""
        accuracy_text = f"{number(accuracy.value)} {interval(accuracy)}".strip()
        parts.append(
            f"{accuracy_text} trained on {source}, and {number(gap.value)} between the best and the worst group"
        )
    return f"Accuracy over all classes on real held-out rows (protocol A), by {sensitive}: {'; '.join(parts)}."


def _labels(records: RecordSet) -> str:
    overall = records.first(metric="labels_changed", group=None, protocol="generation")
    if overall is None or overall.value is None:
        return ""
    groups = records.of_groups.where(metric="labels_changed").without(value=None)
    by_group = ", ".join(f"{record.group} {number(record.value or 0)}" for record in groups[:6])
    suffix = f" By group: {by_group}{', …' if len(groups) > 6 else ''}." if groups else ""
    return f"Label repair changed the outcome of a share of {number(overall.value)} of the rows.{suffix}"


def _small(verdicts: Sequence[Verdict]) -> str:
    names = dict.fromkeys(v.sensitive for v in verdicts if v.word is Word.UNKNOWN and v.protocol == "A")
    if not names:
        return ""
    return (
        f"For {', '.join(names)} these rows are too few to decide some figures; the table “{VERDICTS}” says which and "
        "why."
    )
