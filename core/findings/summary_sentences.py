"""The first lines of a report: the findings as sentences. Figures are picked from the records, never computed."""

from __future__ import annotations

from collections.abc import Sequence

from core.audit.display_names import attribute_title, protocol_name, source_name
from core.audit.figure_text import interval, number
from core.audit.metrics.multiclass import ACCURACY, GAP
from core.audit.metrics.names import ODDS_RATIO
from core.audit.record_set import RecordSet
from core.audit.records import Status
from core.findings.verdict_rules import VERDICTS, Verdict, VerdictKind
from core.synthesis.base import ENCODERS

_DECISIONS, _REPRESENTATION = "decisions", "representation"
_NOT_THE_PRODUCT = ("constant", "original", *ENCODERS)
_MAX_GROUPS = 6


def sentences(records: RecordSet, verdicts: Sequence[Verdict]) -> list[str]:
    """Return the findings, most important first.

    Args:
        records: One record a figure, of one polarity.
        verdicts: Their verdicts.
    """
    product = _product(records)
    found = [_rates(records, name) for name in records.attributes]
    for name in records.attributes:
        found.append(_data_verdict(verdicts, name, product))
        found += [_parity(records, verdicts, name, source) for source in dict.fromkeys(("original", product))]
        found.append(_odds(records, name, product))
    found += [_classes(records, name, product) for name in records.attributes]
    found += [_utility(records, product), _outcomes_altered(records), _undecided(verdicts)]
    return [sentence for sentence in found if sentence]


def _product(records: RecordSet) -> str:
    """Return the source that is meant to be used: an external file, else the synthetic rows, else the original."""
    names = [name for name in records.sources if name not in _NOT_THE_PRODUCT]
    rows = [name for name in names if name != _REPRESENTATION]
    return (rows or names or ["original"])[-1]


def _protocol(source: str) -> str:
    """Return the protocol that judges a source: a representation has one of its own."""
    return "C" if source == _REPRESENTATION else "A"


def _called(source: str) -> str:
    """Return a source as a sentence names it, after "the"."""
    names = {_DECISIONS: "method's own decisions", _REPRESENTATION: "representation of real rows"}
    return names.get(source, f"{source_name(source)} rows")


def _verdict_on(verdicts: Sequence[Verdict], source: str, protocol: str, sensitive: str) -> Verdict | None:
    address = (source, protocol, sensitive)
    return next((v for v in verdicts if (v.source, v.protocol, v.sensitive) == address), None)


def _rates(records: RecordSet, sensitive: str) -> str:
    base_rates = records.where(
        metric="base_rate", protocol="data", source="original", sensitive=sensitive, status=Status.OK
    )
    rates = base_rates.where(split=base_rates[0].split) if base_rates else base_rates
    if len(rates) < 2:
        return ""
    low, high = min(rates, key=lambda r: r.value or 0), max(rates, key=lambda r: r.value or 0)
    positive = f"“{low.positive}”" if low.positive else "the positive outcome"
    return (
        f"In the original rows, {positive} is rarest in {low.group} ({number(low.value or 0)} {interval(low)}) "
        f"and most frequent in {high.group} ({number(high.value or 0)} {interval(high)})."
    )


def _data_verdict(verdicts: Sequence[Verdict], sensitive: str, source: str) -> str:
    """Return the verdict on the rows that are meant to be used, before any classifier."""
    verdict = _verdict_on(verdicts, source, "data", sensitive)
    if verdict is None:
        return ""
    return f"The {_called(source)}, by {attribute_title(sensitive)}: {verdict.kind.value}. {verdict.reason}"


def _odds(records: RecordSet, sensitive: str, source: str) -> str:
    """Return that equalized odds are worse than for the original rows, if they are; a verdict on rates misses that."""
    before, after = (
        records.at(ODDS_RATIO, source=name, protocol=_protocol(name), sensitive=sensitive)
        for name in ("original", source)
    )
    if before is None or after is None or before.value is None or after.value is None or after.value >= before.value:
        return ""
    change = records.at(ODDS_RATIO, source=source, protocol="change", sensitive=sensitive)
    if change is None or change.high is None:
        sure = " Whether chance alone gives that was not measured."
    elif change.high < 0:
        sure = f" The change, {interval(change)}, is more than chance gives."
    else:
        sure = f" The interval of the change, {interval(change)}, includes 0."
    return (
        f"Errors are shared less evenly, by {attribute_title(sensitive)}: the error-rate ratio (equalized odds) is "
        f"{number(after.value)} with the {_called(source)} and {number(before.value)} with the original rows.{sure}"
    )


def _parity(records: RecordSet, verdicts: Sequence[Verdict], sensitive: str, source: str) -> str:
    """Return the verdict on a classifier's selection rates, with the figures that it rests on."""
    protocol = _protocol(source)
    verdict = _verdict_on(verdicts, source, protocol, sensitive)
    if verdict is None:
        return ""
    what = f"A classifier trained on the {_called(source)} and tested on real rows kept aside"
    if source == _DECISIONS:
        what = "The method's own decisions on real rows kept aside"
    start = f"{what}, by {attribute_title(sensitive)}: {verdict.kind.value}."
    if verdict.ratio.value is None:
        return f"{start} {verdict.reason}"
    odds = records.at(ODDS_RATIO, source=source, protocol=protocol, sensitive=sensitive)
    errors = f"; error-rate ratio {number(odds.value)}" if odds is not None and odds.value is not None else ""
    figures = f"Parity ratio (lowest over highest rate) {number(verdict.ratio.value)} {interval(verdict.ratio)}".strip()
    limit = verdict.chance_limit
    if verdict.kind is VerdictKind.UNDECIDED or limit is None or limit.value is None:
        return f"{start} {figures}{errors}. {verdict.reason}"
    return f"{start} {figures}, chance limit {number(limit.value)}{errors}."


def _utility(records: RecordSet, product: str) -> str:
    parts = []
    for source in dict.fromkeys(("constant", "original", product)):
        accuracy = records.at("accuracy", source=source, protocol=_protocol(source))
        balanced = records.at("balanced_accuracy", source=source, protocol=_protocol(source))
        if accuracy is None or accuracy.value is None:
            continue
        also = f" (balanced {number(balanced.value)})" if balanced is not None and balanced.value is not None else ""
        parts.append(f"{source_name(source)} {number(accuracy.value)}{also}")
    how = protocol_name("A") + (f"; representation: {protocol_name('C')}" if product == _REPRESENTATION else "")
    return f"Accuracy on real rows kept aside ({how}): {', '.join(parts)}." if len(parts) > 1 else ""


def _classes(records: RecordSet, sensitive: str, product: str) -> str:
    """Return, of a target of several values, the accuracy over all of them and its spread over groups."""
    parts = []
    for source in dict.fromkeys(("original", product)):
        where = {"source": source, "protocol": _protocol(source)}
        accuracy = records.at(ACCURACY, **where)
        gap = records.at(GAP, sensitive=sensitive, **where)
        if accuracy is None or accuracy.value is None or gap is None or gap.value is None:
            return ""
        figure = f"{number(accuracy.value)} {interval(accuracy)}".strip()
        parts.append(
            f"{figure} trained on {source_name(source)}, and {number(gap.value)} between the best and the worst group"
        )
    return (
        f"Accuracy over all classes on real rows kept aside ({protocol_name('A')}), by {attribute_title(sensitive)}: "
        f"{'; '.join(parts)}."
    )


def _outcomes_altered(records: RecordSet) -> str:
    overall = records.first(metric="labels_changed", group=None, protocol="generation")
    if overall is None or overall.value is None:
        return ""
    groups = records.of_groups.where(metric="labels_changed").without(value=None)
    shares = ", ".join(f"{record.group} {number(record.value or 0)}" for record in groups[:_MAX_GROUPS])
    by_group = f" By group: {shares}{', …' if len(groups) > _MAX_GROUPS else ''}." if groups else ""
    return f"Outcome repair altered the outcome of a share of {number(overall.value)} of the rows.{by_group}"


def _undecided(verdicts: Sequence[Verdict]) -> str:
    names = dict.fromkeys(v.sensitive for v in verdicts if v.kind is VerdictKind.UNDECIDED and v.protocol == "A")
    if not names:
        return ""
    return (
        f"For {', '.join(map(attribute_title, names))} some figures cannot be decided with these rows; the table "
        f"“{VERDICTS}” says which and why."
    )
