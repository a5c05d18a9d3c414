"""Who gets the favourable outcome at each stage: on record, and from models that learn from the rows before and after.

A model that sees the attribute and one that does not are told apart, since what is made may help with one alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from core.audit.display_names import attribute_title
from core.audit.glossary import ALL_ROWS, MODEL, change_protocol
from core.audit.metrics.names import PARITY_DIFFERENCE
from core.audit.record_set import RecordSet
from core.audit.records import Record, Status
from core.findings.evidence import DECISIONS, ORIGINAL, REPRESENTATION, Evidence, between, called, columns_of, of_100
from core.findings.finding import Finding, VerdictKind

ON_RECORD: Final = "on record"
_PAIR: Final = 2
_SEES: Final = {"B": ("does not see", "do not see"), "A": ("sees", "see")}
_LEFT: Final = {
    VerdictKind.GAP: ", which is unlikely to be chance",
    VerdictKind.NO_GAP: ", below the {margin} that are taken not to matter",
    VerdictKind.UNDECIDED: "; too few rows to tell whether one is left",
}


_LIKELY_LEFT: Final = "; one is likely left"
_AVERAGE: Final = ", on average over several draws of rows; with the rows at hand"
_ONE_TRAINING: Final = ", in one of its trainings; on average over them"
_SAME: Final = 0.005  # it shows in people of 100


@dataclass(frozen=True, slots=True)
class Stage:
    """Who gets the favourable outcome, at one point.

    Args:
        title: On record, or what decides.
        rates: The rate of each group that is large enough, the lowest first.
        finding: The verdict on their difference.
    """

    title: str
    rates: tuple[Record, ...]
    finding: Finding

    @property
    def short(self) -> str:
        """The title in the words of a legend, which is narrow on a phone."""
        figure = self.finding.claim.figure
        if not _learns(self):
            return self.title
        seen = "seen" if figure.protocol == "A" else "not seen"
        return f"trained on the {called(figure.source)}, {columns_of(str(figure.sensitive))} {seen}"


def stages_of(evidence: Evidence, findings: Sequence[Finding], name: str) -> Iterator[Stage]:
    """Yield the stages of one attribute: what is on record, then by what models see, before and after.

    Args:
        evidence: The records.
        findings: The findings on selection rates.
        name: The attribute.
    """
    found = [one for one in findings if one.claim.figure.sensitive == name]
    by_place = {(one.claim.figure.source, one.claim.figure.protocol): one for one in found}
    record = next((one for one in found if _place(one) == (ORIGINAL, "data") and not _is_holdout(one)), None)
    if record is not None and record.claim.records:
        yield Stage(ON_RECORD, record.claim.records, record)
    sources = tuple(dict.fromkeys((ORIGINAL, *evidence.told)))
    letters = dict.fromkeys(letter for source in evidence.told for letter in evidence.protocols(source))
    for letter in (*letters, ALL_ROWS):
        for one in (by_place.get((source, letter)) for source in sources):
            if one is not None and one.claim.records:
                yield Stage(_decider(one.claim.figure), one.claim.records, one)


def said(evidence: Evidence, stages: Sequence[Stage]) -> Iterator[str]:
    """Yield what the stages say: what is on record, then a paragraph for each model, before and after."""
    for stage in stages:
        same = [one for one in stages if _learns(one) and _letter(one) == _letter(stage) and _learns(stage)]
        before = next((one for one in same if _source(one) == ORIGINAL), None)
        if before is None or len(same) == 1:
            yield stage_sentence(evidence, stage)
        elif stage is not before:
            yield _before_and_after(evidence, before, stage)


def _learns(stage: Stage) -> bool:
    """Return whether it is a model that learns from rows, which sees the attribute or does not."""
    is_record = stage.title == ON_RECORD
    return not is_record and _letter(stage) in _SEES and _source(stage) not in (DECISIONS, REPRESENTATION)


def _source(stage: Stage) -> str:
    return stage.finding.claim.figure.source


def _letter(stage: Stage) -> str:
    return stage.finding.claim.figure.protocol


def _place(finding: Finding) -> tuple[str, str]:
    return finding.claim.figure.source, finding.claim.figure.protocol


def _is_holdout(finding: Finding) -> bool:
    return finding.claim.figure.split == "holdout"


def _decider(figure: Record) -> str:
    if figure.protocol in (MODEL, ALL_ROWS):
        return f"“{figure.source}”"
    if figure.source == DECISIONS:
        return "the method's own decisions"
    sees = seeing(figure)
    return f"a model{sees}{',' if sees else ''} trained on the {called(figure.source)}"


def seeing(figure: Record) -> str:
    """Return which model it is of where there are two, after the word "model"."""
    sees, _ = _SEES.get(figure.protocol, ("", ""))
    return f" that {sees} {columns_of(str(figure.sensitive))}" if sees else ""


def if_they_see(figure: Record) -> str:
    """Return which models a question about classifiers is asked of where there are two kinds, after the question."""
    _, see = _SEES.get(figure.protocol, ("", ""))
    return f", if they {see} {columns_of(str(figure.sensitive))}" if see else ""


def stage_sentence(evidence: Evidence, stage: Stage) -> str:
    """Return who gets the outcome at a stage, and how sure the difference is."""
    title = f"{stage.title[:1].upper()}{stage.title[1:]}{',' if _learns(stage) else ''}"
    verb = "give" if _source(stage) == DECISIONS else "gives"
    gives = f", {evidence.outcome} goes to" if stage.title == ON_RECORD else f" {verb} {evidence.outcome} to"
    low = f"{evidence.people(stage.rates[0])} of 100 {stage.rates[0].group}"
    if len(stage.rates) == 1:
        return f"{title}{gives} {low}; no other group is large enough."
    return f"{title}{gives} {_ends(evidence, stage)}. {_verdict_words(evidence, stage.finding)}"


def _ends(evidence: Evidence, stage: Stage) -> str:
    """Return the lowest and the highest rate."""
    ends = (stage.rates[0], stage.rates[-1])
    least, most = (evidence.people(one) for one in ends)
    low, high = (f"{people} of 100 {one.group}" for people, one in zip((least, most), ends, strict=True))
    if len(stage.rates) == _PAIR:
        return f"{low} and {high}"
    if least == most:
        return f"{least} of 100 in each of the {len(stage.rates)} groups compared"
    return f"{low} (fewest) and {high} (most of the {len(stage.rates)} groups compared)"


def _before_and_after(evidence: Evidence, before: Stage, after: Stage) -> str:
    """Return who gets the outcome from a model that learns from rows before and after, and what became of its gap."""
    figure = after.finding.claim.figure
    if min(len(before.rates), len(after.rates)) == 1 or not _can_be_compared(before.finding.claim.figure, figure):
        return f"{stage_sentence(evidence, before)} {stage_sentence(evidence, after)}"
    first, second = _ends(evidence, before), _ends(evidence, after)
    if [before.rates[end].group for end in (0, -1)] == [after.rates[end].group for end in (0, -1)]:
        second = " and ".join(evidence.people(after.rates[end]) for end in (0, -1))
        second += "" if len(after.rates) == _PAIR else " of the same groups"
    return (
        f"A model{seeing(figure)} gives {evidence.outcome} to {first} if it learns from the original rows, and to "
        f"{second} if it learns from the {called(figure.source)}. {_change(evidence, before, after)}"
        f"{_moved(evidence, before, after)}"
    )


def _moved(evidence: Evidence, before: Stage, after: Stage) -> str:
    """Return which of several groups get the outcome more often than before, by their own intervals; empty if none."""
    figure, rates = after.finding.claim.figure, {one.group: one for one in before.rates}
    is_judged = not (after.finding.withheld or before.finding.withheld) and figure.status is not Status.DEGENERATE
    if len(after.rates) == _PAIR or not is_judged:
        return ""
    changes = evidence.mine.where(
        metric="selection_rate",
        source=figure.source,
        protocol=change_protocol(figure.protocol),
        sensitive=figure.sensitive,
        seed=None,
    ).of_groups
    gained = {one.group for one in changes if one.low is not None and one.low > 0}
    told = [one for one in after.rates if one.group in gained and _is_more(one, rates.get(one.group))]
    if not told:
        return ""
    each = "; ".join(
        f"{one.group}, {evidence.people(one)} instead of {evidence.people(rates[one.group])}" for one in told
    )
    return f" Likely more get it: {each}."


def _is_more(after: Record, before: Record | None) -> bool:
    """Return whether a rate is larger than before, as it is printed."""
    return before is not None and round(100 * (after.value or 0.0)) > round(100 * (before.value or 0.0))


def _can_be_compared(before: Record, after: Record) -> bool:
    """Return whether both gaps exist, and the one before is of a model that is better than a guess."""
    return None not in (before.value, after.value) and before.status is not Status.DEGENERATE


def _change(evidence: Evidence, before: Stage, after: Stage) -> str:
    """Return whether the gap is shown to have changed, and whether one is left."""
    figure = after.finding.claim.figure
    if after.finding.withheld or before.finding.withheld:
        return "No verdict: see the faults of the file."
    if figure.status is Status.DEGENERATE and after.finding.verdict is not VerdictKind.GAP:
        return "The model is no better than an always-the-same guess, so equal rates would mean nothing."
    was, now = (sized_of_100(one.finding.claim.figure) for one in (before, after))
    way, size = gap_change(evidence, figure)
    verdict = after.finding.verdict
    left = _LEFT[verdict].format(margin=of_100(evidence.margin))
    is_above = figure.low is not None and figure.low > 0 and (figure.high or 0.0) >= evidence.margin
    is_likely = verdict is VerdictKind.UNDECIDED and is_above
    left = _LIKELY_LEFT if is_likely else left
    if size:
        return f"Its gap is likely {way} by {size}{_of_which(evidence, before, after)} it was {was} and is {now}{left}."
    if verdict is VerdictKind.GAP or is_likely:
        return f"Its gap was {was} and is {now}{left}; too few rows to tell whether it changed."
    if verdict is VerdictKind.NO_GAP:
        return f"Its gap was {was} and is {now}{left}."
    return f"Its gap was {was} and is {now}: too few rows to tell whether it changed or whether one is left."


def _of_which(evidence: Evidence, before: Stage, after: Stage) -> str:
    """Return what a change is of, and what the two gaps are of where that differs; it ends before "it was"."""
    was, now = before.finding.claim.figure, after.finding.claim.figure
    change = _change_of(evidence, now)
    size = 0.0 if change is None else change.value or 0.0
    if change is None or abs((now.value or 0.0) - (was.value or 0.0) - size) < _SAME:
        return ":"
    where = {"source": change.source, "protocol": change.protocol, "sensitive": change.sensitive}
    draws = RecordSet(evidence.records).where(metric=PARITY_DIFFERENCE, **where)
    seeds = {one.seed for one in draws if one.seed is not None}
    return _AVERAGE if len(seeds) > 1 else _ONE_TRAINING


def widened(evidence: Evidence, stage: Stage) -> str:
    """Return that a model has a wider gap than one that learns from the original rows, if that is shown."""
    figure = stage.finding.claim.figure
    way, size = gap_change(evidence, figure)
    if way != "wider" or stage.finding.withheld:
        return ""
    return f"By {attribute_title(str(figure.sensitive))}, the gap of a model{seeing(figure)} is wider by {size}."


def gap_change(evidence: Evidence, figure: Record) -> tuple[str, str]:
    """Return how a gap is shown to differ from that of the original rows, and by how much; empty if it is not shown.

    >>> from core.data.schema import Schema
    >>> gap_change(Evidence((), Schema(columns=())), Record(source="s", protocol="A", metric="m"))
    ('', '')
    """
    change = _change_of(evidence, figure)
    if change is None or change.value is None or change.low is None or change.high is None:
        return "", ""
    if change.low <= 0 <= change.high:
        return "", ""
    low, high = sorted(abs(end) for end in (change.low, change.high))
    way = "narrower" if change.high < 0 else "wider"
    before = evidence.mine.at(
        PARITY_DIFFERENCE, source=ORIGINAL, protocol=figure.protocol, sensitive=str(figure.sensitive)
    )
    if way == "narrower" and before is not None and before.high is not None:
        high = min(high, max(before.high, abs(change.value)))  # no gap narrows by more than it was
    return way, f"{of_100(abs(change.value))} (between {of_100(low)} and {of_100(high)})"


def _change_of(evidence: Evidence, figure: Record) -> Record | None:
    """Return the record of how a gap differs from that of the original rows."""
    protocol, name = change_protocol(figure.protocol), str(figure.sensitive)
    return evidence.mine.at(PARITY_DIFFERENCE, source=figure.source, protocol=protocol, sensitive=name)


def sized_of_100(figure: Record) -> str:
    """Return the size of a gap with its interval, in people of 100."""
    return f"{of_100(figure.value or 0.0)}{f' ({between(figure)})' if between(figure) else ''}"


def _verdict_words(evidence: Evidence, finding: Finding) -> str:
    """Return how sure a difference of rates is, in one short sentence."""
    figure = finding.claim.figure
    if finding.withheld:
        return "No verdict: see the faults of the file."
    size = sized_of_100(figure)
    if finding.verdict is VerdictKind.GAP:
        return f"The gap of {size} is unlikely to be chance."
    if finding.verdict is VerdictKind.NO_GAP:
        return f"The gap of {size} is below {of_100(evidence.margin)}, which is taken not to matter."
    if figure.status is Status.DEGENERATE:
        return "The model is no better than an always-the-same guess, so equal rates would mean nothing."
    if figure.low is not None and figure.low > 0 and not finding.claim.primary:
        return f"Not proven: the gap of {size} would count alone, but among so many questions it may be chance."
    return f"Too few rows: with a gap of {size}, neither a gap nor equality is shown."
