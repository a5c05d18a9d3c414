"""What a person takes in at one look: who gets the outcome before and after, what got worse, what it cost.

Every sentence is derived from the findings and their records. Sizes are people of 100, since few readers need more
digits; the summary and the tables have them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from core.audit.display_names import attribute_title
from core.audit.glossary import ALL_ROWS, MODEL
from core.audit.metrics.names import ACCURACY
from core.audit.records import Record, Status
from core.findings.conclusions import Conclusions
from core.findings.evidence import DECISIONS, ORIGINAL, Evidence, between, called, of_100
from core.findings.families import selection_rates
from core.findings.finding import Finding, Topic, VerdictKind
from core.findings.missed import missed_targets
from core.findings.narrowed import narrowed_gaps, seeing
from core.findings.next_steps import next_steps
from core.findings.open_questions import open_questions

ON_RECORD: Final = "on record"
_FAULTS: Final = (Topic.FILE, Topic.SELECTION)
_WORSE: Final = (Topic.HARM, Topic.REFERENCE)
_MAX_WORSE: Final = 4
_PAIR: Final = 2
_CHANGE: Final = "change"  # the beginning of the protocols that compare with the original rows


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


def overview(conclusions: Conclusions) -> Overview:
    """Return the first screen of an audit."""
    evidence = conclusions.evidence
    names = evidence.attributes
    attributes = [_attribute(evidence, conclusions, name) for name in names]
    aims, faults = tuple(missed_targets(evidence)), tuple(_faults(evidence, conclusions))
    return Overview(
        evidence.outcome,
        aims,
        faults,
        tuple(one for one in attributes if one.stages),
        tuple(_worse(evidence, conclusions)),
        tuple(_cost(evidence, conclusions)),
        tuple(open_questions(evidence, conclusions, names)),
        next_steps(conclusions, has_faults=bool(faults), has_harms=bool(harms(conclusions))),
        (*aims, *(sentence for one in attributes for sentence in _gaps_left(evidence, one))),
    )


def _faults(evidence: Evidence, conclusions: Conclusions) -> Iterator[str]:
    """Yield what makes figures worthless: faults of the file, useless classifiers, those that select almost nobody."""
    told = set()
    for one in conclusions.findings:
        key = one.claim.told_with.key if one.claim.told_with is not None else (one.sentence,)
        if one.claim.topic in _FAULTS and _is_gap(one) and one.sentence and key not in told:
            told.add(key)
            yield one.sentence
    protocol = evidence.protocols(evidence.product)[-1]
    guess = evidence.mine.at(ACCURACY, source="constant", protocol=protocol)
    for source in evidence.compared:
        found = evidence.mine.at(ACCURACY, source=source, protocol=protocol)
        if found is not None and guess is not None and (found.value or 0.0) < (guess.value or 0.0):
            who = _guess(source, protocol)
            yield (
                f"{who[:1].upper()}{who[1:]} is right less often ({of_100(found.value or 0.0)} of 100) than always the "
                f"same answer ({of_100(guess.value or 0.0)}). Check first whether it is of use."
            )


def _gaps_left(evidence: Evidence, attribute: AttributeOverview) -> Iterator[str]:
    """Yield the attribute's sentences on products whose models leave a gap."""
    for stage, sentence in zip(attribute.stages, _said(evidence, attribute.stages), strict=True):
        left = stage.finding.verdict is VerdictKind.GAP and not stage.finding.withheld
        if left and stage.finding.claim.figure.source != ORIGINAL:
            yield sentence


def _is_gap(finding: Finding) -> bool:
    return finding.verdict is VerdictKind.GAP and bool(finding.sentence or finding.claim.brief) and not finding.withheld


def _attribute(evidence: Evidence, conclusions: Conclusions, name: str) -> AttributeOverview:
    stages = tuple(_stages(evidence, conclusions, name))
    beside = [one.claim.brief for one in conclusions.findings if _is_beside(one) and one.claim.figure.sensitive == name]
    after = (*narrowed_gaps(evidence, name), *dict.fromkeys(beside))
    return AttributeOverview(name, stages, (*_said(evidence, stages), *after))


def _is_beside(finding: Finding) -> bool:
    """Return whether it is a gap that is told beside the rates: of mistakes, or against the reference outcome."""
    is_change = finding.claim.figure.protocol.startswith(_CHANGE)
    return bool(finding.claim.brief) and not finding.claim.counted and not is_change and _is_gap(finding)


def _stages(evidence: Evidence, conclusions: Conclusions, name: str) -> Iterator[Stage]:
    found = [one for one in conclusions.of(selection_rates.FAMILY) if one.claim.figure.sensitive == name]
    by_place = {(one.claim.figure.source, one.claim.figure.protocol): one for one in found}
    record = next((one for one in found if _place(one) == (ORIGINAL, "data") and not _is_holdout(one)), None)
    if record is not None and record.claim.records:
        yield Stage(ON_RECORD, record.claim.records, record)
    for source in dict.fromkeys((ORIGINAL, *evidence.told)):
        protocols = evidence.protocols(evidence.product if source == ORIGINAL else source)
        judged = [by_place[source, letter] for letter in (*protocols, ALL_ROWS) if (source, letter) in by_place]
        if judged and judged[0].claim.records:
            yield Stage(_decider(judged[0].claim.figure), judged[0].claim.records, judged[0])


def _place(finding: Finding) -> tuple[str, str]:
    return finding.claim.figure.source, finding.claim.figure.protocol


def _is_holdout(finding: Finding) -> bool:
    return finding.claim.figure.split == "holdout"


def _decider(figure: Record) -> str:
    if figure.protocol in (MODEL, ALL_ROWS):
        return f"“{figure.source}”"
    if figure.source == DECISIONS:
        return "the method's own decisions"
    return f"a model trained on the {called(figure.source)}"


def _said(evidence: Evidence, stages: Sequence[Stage]) -> Iterator[str]:
    """Yield a sentence or two a stage."""
    for stage in stages:
        yield stage_sentence(evidence, stage)


def stage_sentence(evidence: Evidence, stage: Stage) -> str:
    """Return who gets the outcome at a stage, and how sure the difference is."""
    figure = stage.finding.claim.figure
    title = f"{stage.title[:1].upper()}{stage.title[1:]}{seeing(figure.protocol, str(figure.sensitive))}"
    gives = f", {evidence.outcome} goes to" if stage.title == ON_RECORD else f" gives {evidence.outcome} to"
    low, high = (f"{evidence.people(one)} of 100 {one.group}" for one in (stage.rates[0], stage.rates[-1]))
    if len(stage.rates) == 1:
        return f"{title}{gives} {low}; no other group is large enough."
    both = f"{low} and {high}" if len(stage.rates) == _PAIR else f"{low} (fewest) and {high} (most)"
    return f"{title}{gives} {both}. {_verdict_words(evidence, stage.finding)}"


def _verdict_words(evidence: Evidence, finding: Finding) -> str:
    """Return how sure a difference of rates is, in one short sentence."""
    figure = finding.claim.figure
    if finding.withheld:
        return "No verdict: see the faults of the file."
    size = f"{of_100(figure.value or 0.0)}"
    interval = f" ({between(figure)})" if between(figure) else ""
    if finding.verdict is VerdictKind.GAP:
        return f"The gap of {size}{interval} is unlikely to be chance."
    if finding.verdict is VerdictKind.NO_GAP:
        return f"The gap of {size}{interval} is below {of_100(evidence.margin)}, which is taken not to matter."
    if figure.status is Status.DEGENERATE:
        return "The model is no better than an always-the-same guess, so equal rates would mean nothing."
    if figure.low is not None and figure.low > 0:
        return f"Alone, the gap of {size}{interval} would count; after correction for all other tests it is not shown."
    return f"Too few rows: with a gap of {size}{interval}, neither a gap nor equality is shown."


def harms(conclusions: Conclusions) -> list[str]:
    """Return what is shown to have got worse, one sentence for each group and question, the largest first."""
    told: dict[tuple[object, ...], str] = {}
    for one in conclusions.findings:
        claim = one.claim
        if claim.figure.protocol.startswith(_CHANGE) and not claim.counted and _is_gap(one):
            about = claim.figure.group or claim.figure.protocol.replace(" B", "")
            told.setdefault(
                (claim.family, claim.figure.metric, claim.figure.sensitive, about), claim.brief or one.sentence
            )
    return list(dict.fromkeys(told.values()))


def _worse(evidence: Evidence, conclusions: Conclusions) -> Iterator[str]:
    """Yield the first of the harms; or that none is shown, where something was compared."""
    sentences = harms(conclusions)
    yield from sentences[:_MAX_WORSE]
    if len(sentences) > _MAX_WORSE:
        yield f"And {len(sentences) - _MAX_WORSE} more, among all findings."
    if not sentences and evidence.product != ORIGINAL and evidence.protocols(evidence.product) != (MODEL,):
        asked = [one for one in conclusions.findings if one.claim.topic is Topic.HARM and not one.claim.counted]
        if any(one.withheld for one in asked):
            yield "No verdict: see the faults of the file."
        else:
            yield (
                f"Nothing is shown to have got worse, of {len(asked)} questions." if asked else "Nothing was compared."
            )


def _cost(evidence: Evidence, conclusions: Conclusions) -> Iterator[str]:
    """Yield how often the model is right before and after, and whose outcomes were altered."""
    protocol = evidence.protocols(evidence.product)[-1]
    found = [
        (source, evidence.mine.at(ACCURACY, source=source, protocol=protocol))
        for source in ("constant", *evidence.compared)
    ]
    parts = [
        f"{_guess(source, protocol)} {of_100(one.value)}"
        for source, one in found
        if one is not None and one.value is not None
    ]
    if len(parts) > 1:
        yield f"Right decisions of 100 on {'the rows' if protocol == MODEL else 'real test rows'}: {', '.join(parts)}."
    for one in conclusions.findings:
        if one.claim.topic in _WORSE and one.claim.counted and one.sentence and one.claim.brief and _is_gap(one):
            yield one.claim.brief


def _guess(source: str, protocol: str) -> str:
    if source == "constant":
        return "always the same answer"
    return f"“{source}”" if protocol == MODEL else f"a model trained on the {called(source)}"
