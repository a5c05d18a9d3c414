"""What a person takes in at one look: who gets the outcome before and after, what got worse, what it cost.

Every sentence is derived from the findings and their records. Sizes are people of 100, since few readers need more
digits; the summary and the tables have them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from core.audit.display_names import attribute_title
from core.audit.glossary import MODEL
from core.audit.metrics.names import ACCURACY, PARITY_DIFFERENCE
from core.audit.records import Record
from core.findings.conclusions import Conclusions
from core.findings.evidence import DECISIONS, ORIGINAL, Evidence, called, of_100
from core.findings.families import selection_rates
from core.findings.finding import Finding, Topic, VerdictKind
from core.findings.missed import is_of_aim
from core.findings.next_steps import next_steps
from core.findings.open_questions import open_questions
from core.findings.several_models import told_apart
from core.findings.stages import Stage, said, sized_of_100, stage_sentence, stages_of
from core.findings.worse import is_change, likely_harms, shown_harms, worse

_FAULTS: Final = (Topic.FILE, Topic.SELECTION)
_WORSE: Final = (Topic.HARM, Topic.REFERENCE)


@dataclass(frozen=True, slots=True)
class AttributeOverview:
    """One sensitive attribute at one look.

    Args:
        name: The attribute.
        stages: On record first, then the classifiers of the original rows, then those of each product.
        sentences: What the stages say.
    """

    name: str
    stages: tuple[Stage, ...]
    sentences: tuple[str, ...]

    @property
    def title(self) -> str:
        """The attribute as people read it."""
        return attribute_title(self.name)


@dataclass(frozen=True, slots=True)
class Overview:
    """The first screen, in words.

    Args:
        outcome: The favourable outcome as a sentence names it.
        aims: What was asked for and missed.
        faults: What makes figures worthless or doubtful.
        attributes: The attributes, without combined ones.
        worse: What got worse, and for whom; the first is the largest.
        cost: What it cost.
        unknown: What these rows cannot tell.
        next: What can be done about it, the most urgent first.
        missed: Sentences that say that the products miss an aim, or that their models leave a gap.
    """

    outcome: str
    aims: tuple[str, ...]
    faults: tuple[str, ...]
    attributes: tuple[AttributeOverview, ...]
    worse: tuple[str, ...]
    cost: tuple[str, ...]
    unknown: tuple[str, ...]
    next: tuple[str, ...]
    missed: tuple[str, ...]

    @property
    def sentences(self) -> list[str]:
        """All that is said."""
        by_attribute = (sentence for one in self.attributes for sentence in one.sentences)
        return [*self.aims, *self.faults, *self.worse, *by_attribute, *self.cost, *self.unknown, *self.next]


def overview(conclusions: Conclusions) -> Overview:
    """Return the first screen of an audit."""
    evidence = conclusions.evidence
    names = evidence.attributes
    attributes = [_attribute(evidence, conclusions, name) for name in names]
    aims, faults = conclusions.missed_aims, tuple(_faults(evidence, conclusions))
    has_harms = bool(shown_harms(conclusions) or likely_harms(conclusions))
    return Overview(
        evidence.outcome,
        aims,
        faults,
        tuple(one for one in attributes if one.stages),
        tuple(worse(conclusions)),
        tuple(_cost(evidence, conclusions)),
        tuple(open_questions(evidence, conclusions, names)),
        next_steps(conclusions, has_faults=bool(faults), has_harms=has_harms),
        (*aims, *(sentence for one in attributes for sentence in _gaps_left(evidence, one))),
    )


def _faults(evidence: Evidence, conclusions: Conclusions) -> Iterator[str]:
    """Yield what makes figures worthless: faults of the file, useless classifiers, those that select almost nobody."""
    told = set()
    for one in conclusions.findings:
        key = one.claim.told_with.key if one.claim.told_with is not None else (one.sentence,)
        if one.claim.topic in _FAULTS and _is_gap(one) and one.sentence and key not in told:
            told.add(key)
            yield one.claim.brief or one.sentence
    protocol = evidence.protocols(evidence.product)[-1]
    guess = evidence.mine.at(ACCURACY, source="constant", protocol=protocol)
    for source in evidence.compared:
        found = evidence.mine.at(ACCURACY, source=source, protocol=protocol)
        if found is not None and guess is not None and _is_below(found, guess.value or 0.0):
            who = _guess(source, protocol)
            yield (
                f"{who[:1].upper()}{who[1:]} is right less often ({of_100(found.value or 0.0)} of 100) than always the "
                f"same answer ({of_100(guess.value or 0.0)}). Check first whether it is of use."
            )


def _is_below(figure: Record, value: float) -> bool:
    """Return whether a figure is below a value, with its whole interval if it has one."""
    ends = [one for one in (figure.value, figure.high) if one is not None]
    return bool(ends) and max(ends) < value


def _gaps_left(evidence: Evidence, attribute: AttributeOverview) -> Iterator[str]:
    """Yield the attribute's sentences on products whose models leave a gap."""
    for stage in attribute.stages:
        left = stage.finding.verdict is VerdictKind.GAP and not stage.finding.withheld
        if left and stage.finding.claim.figure.source != ORIGINAL:
            yield stage_sentence(evidence, stage)


def _is_gap(finding: Finding) -> bool:
    return finding.verdict is VerdictKind.GAP and bool(finding.sentence or finding.claim.brief) and not finding.withheld


def _attribute(evidence: Evidence, conclusions: Conclusions, name: str) -> AttributeOverview:
    stages = tuple(stages_of(evidence, conclusions.of(selection_rates.FAMILY), name))
    mine = [one for one in conclusions.findings if one.claim.figure.sensitive == name]
    reached = [one.sentence for one in mine if _is_reached_aim(evidence, one)]
    beside = [*reached, *(one.claim.brief for one in mine if _is_beside(one))]
    apart = told_apart([stage.finding for stage in stages])
    return AttributeOverview(name, stages, (*said(evidence, stages), *dict.fromkeys([apart] * bool(apart) + beside)))


def _is_reached_aim(evidence: Evidence, finding: Finding) -> bool:
    """Return whether it says that error rates are equal that were to be; rates of all people have stages."""
    is_aim = evidence.aim != PARITY_DIFFERENCE and is_of_aim(evidence, finding.claim.figure)
    return is_aim and finding.verdict is VerdictKind.NO_GAP and bool(finding.sentence)


def _is_beside(finding: Finding) -> bool:
    """Return whether it is a gap that is told beside the rates: of mistakes, or against the reference outcome."""
    return bool(finding.claim.brief) and not finding.claim.counted and not is_change(finding) and _is_gap(finding)


def _cost(evidence: Evidence, conclusions: Conclusions) -> Iterator[str]:
    """Yield how often the model is right before and after, and whose outcomes were altered."""
    protocol = evidence.protocols(evidence.product)[-1]
    found = [
        (source, evidence.mine.at(ACCURACY, source=source, protocol=protocol))
        for source in ("constant", *evidence.compared)
    ]
    parts = [
        f"{_guess(source, protocol)} {of_100(one.value) if source == 'constant' else sized_of_100(one)}"
        for source, one in found
        if one is not None and one.value is not None
    ]
    if len(parts) > 1:
        rows = {one.n for _, one in found if one is not None and one.n is not None}
        size = f"{rows.pop():,} " if len(rows) == 1 else ""
        sees = ", if the model sees the group" if protocol == "A" and evidence.product != DECISIONS else ""
        where = f"the {size}rows" if protocol == MODEL else f"{size}real test rows{sees}"
        yield f"Right decisions of 100 on {where}: {', '.join(parts)}."
        yield from _no_better(found, protocol)
    for one in conclusions.findings:
        if one.claim.topic in _WORSE and one.claim.counted and one.sentence and one.claim.brief and _is_gap(one):
            yield one.claim.brief


def _no_better(found: Sequence[tuple[str, Record | None]], protocol: str) -> Iterator[str]:
    """Yield which models are not shown to be better than always the same answer; those surely worse are faults."""
    figures = {source: one for source, one in found if one is not None and one.value is not None}
    guess = figures.pop("constant", None)
    if guess is None or guess.value is None:
        return
    weak = [
        _guess(source, protocol)
        for source, one in figures.items()
        if min(one.value or 0.0, 1.0 if one.low is None else one.low) <= guess.value and not _is_below(one, guess.value)
    ]
    if weak:
        yield f"Not shown to be right more often than always the same answer: {' and '.join(weak)}."


def _guess(source: str, protocol: str) -> str:
    if source == "constant":
        return "always the same answer"
    return f"“{source}”" if protocol == MODEL else f"a model trained on the {called(source)}"
