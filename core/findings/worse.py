"""What got worse, in short sentences for the first screen: what is shown, what is likely, and that nothing is.

Harm is judged as a narrower gap is: a loss or a wider gap whose own interval lies above 0 is told as likely, though
among all the questions asked it may be chance. What is shown after correction for all of them stands first, without
that doubt. How often models are right is told as cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from core.audit.glossary import MODEL
from core.audit.records import Status
from core.data.groups import CROSS
from core.findings.combined_groups import without_implied
from core.findings.conclusions import Conclusions
from core.findings.evidence import DECISIONS, ORIGINAL, Evidence, called, is_crossed
from core.findings.families import selection_rates
from core.findings.finding import Finding, Topic, VerdictKind
from core.findings.stages import stages_of, widened

_CHANGE: Final = "change"  # the beginning of the protocols that compare with the original rows
_MAX_SHOWN: Final = 4
_MAX_LIKELY: Final = 2


def worse(conclusions: Conclusions) -> Iterator[str]:
    """Yield the first of the harms, shown ones before likely ones; or that none is shown, if something was compared."""
    shown, likely = shown_harms(conclusions), likely_harms(conclusions)
    yield from shown[:_MAX_SHOWN]
    if left := len(shown[_MAX_SHOWN:]):
        yield f"And {left} more, among all findings."
    yield from likely[:_MAX_LIKELY]
    if left := len(likely[_MAX_LIKELY:]):
        yield f"And {left} more that {'is' if left == 1 else 'are'} likely, among all findings."
    if not shown:
        yield from _nothing_shown(conclusions, is_likely=bool(likely))


def shown_harms(conclusions: Conclusions) -> list[str]:
    """Return what is shown to have got worse, one sentence for each group and question, the largest first."""
    harms = [one for one in conclusions.findings if _is_harm(one) and one.verdict is VerdictKind.GAP]
    return _told(conclusions.evidence, harms)


def likely_harms(conclusions: Conclusions) -> list[str]:
    """Return what got worse by its own interval alone, the largest first; not what is shown anyway."""
    evidence = conclusions.evidence
    harms = [one for one in conclusions.findings if _is_harm(one)]
    shown = {_about(one) for one in harms if one.verdict is VerdictKind.GAP}
    likely = [one for one in harms if _is_likely(one) and _about(one) not in shown]
    groups = {(about[:2], about[3]) for about in shown}
    implied = [one for one in likely if is_crossed(str(one.claim.figure.sensitive)) and _is_part(one, groups)]
    told = _told(evidence, sorted((one for one in likely if one not in implied), key=_size))
    return [f"Likely, not proven: {one[:1].lower()}{one[1:]}" for one in (*_wider_gaps(conclusions), *told)]


def is_change(finding: Finding) -> bool:
    """Return whether a finding compares with the original rows."""
    return finding.claim.figure.protocol.startswith(_CHANGE)


def _wider_gaps(conclusions: Conclusions) -> Iterator[str]:
    evidence = conclusions.evidence
    for name in evidence.attributes:
        for stage in stages_of(evidence, conclusions.of(selection_rates.FAMILY), name):
            if wider := widened(evidence, stage):
                yield _of_file(evidence, stage.finding, wider)


def _is_harm(finding: Finding) -> bool:
    return _asks_of_harm(finding) and not finding.withheld


def _asks_of_harm(finding: Finding) -> bool:
    """Return whether a finding asks if something got worse for a group than with the original rows."""
    is_asked = is_change(finding) and not finding.claim.counted and finding.claim.topic is not Topic.PERFORMANCE
    return is_asked and finding.claim.figure.sensitive is not None


def _is_likely(finding: Finding) -> bool:
    """Return whether the verdict is open, but the figure's own interval lies above 0 and reaches the margin."""
    figure = finding.claim.figure
    is_above = figure.low is not None and figure.low > 0 and (figure.high or 0.0) >= finding.claim.margin
    return finding.verdict is VerdictKind.UNDECIDED and is_above and figure.status is not Status.DEGENERATE


def _size(finding: Finding) -> float:
    return -(finding.claim.figure.value or 0.0)


def _about(finding: Finding) -> tuple[str, str, str, str]:
    """Return the question, alike for models that see the attribute and those that do not."""
    figure = finding.claim.figure
    return (
        figure.source,
        f"{finding.claim.family} {figure.metric}",
        str(figure.sensitive),
        figure.group or figure.protocol.replace(" B", ""),
    )


def _is_part(finding: Finding, groups: Iterable[tuple[tuple[str, str], str]]) -> bool:
    """Return whether a combined group is part of one that is shown to lose by the same figure."""
    about = _about(finding)
    return any(about[:2] == question and group in about[3].split(CROSS) for question, group in groups)


def _told(evidence: Evidence, harms: Sequence[Finding]) -> list[str]:
    """Return a sentence for each group and question; of combined groups only if they lose more than the single ones."""
    by_question: dict[tuple[str, str], list[Finding]] = {}
    for one in harms:
        by_question.setdefault(_about(one)[:2], []).append(one)
    kept = [one for found in by_question.values() for one in without_implied(found)]
    told: dict[tuple[str, str, str, str], str] = {}
    for one in (one for one in harms if one in kept):
        if text := one.claim.brief or one.sentence:
            told.setdefault(_about(one), _of_file(evidence, one, text))
    return list(dict.fromkeys(told.values()))


def _of_file(evidence: Evidence, finding: Finding, sentence: str) -> str:
    """Return a sentence with the rows that it is about, if there are several."""
    source = finding.claim.figure.source
    if len(evidence.told) == 1 or source == DECISIONS or source in sentence:
        return sentence
    return f"{sentence.removesuffix('.')}, trained on the {called(source)}."


def _nothing_shown(conclusions: Conclusions, *, is_likely: bool) -> Iterator[str]:
    """Yield that nothing is shown to have got worse, and of how many questions that is known."""
    evidence = conclusions.evidence
    if evidence.product == ORIGINAL or evidence.protocols(evidence.product) == (MODEL,):
        return
    asked = [one for one in conclusions.findings if _asks_of_harm(one)]
    judged = [one for one in asked if not one.withheld]
    if not asked:
        yield from [] if is_likely else ["Nothing could be compared: too few test rows of each group."]
    elif not judged:
        yield "No verdict: see the faults of the file."
    elif all(one.verdict is not VerdictKind.GAP for one in judged):
        yield _no_harm(judged, is_likely=is_likely)
    if judged and len(judged) < len(asked):
        yield "Of other questions there is no verdict: see the faults of the file."


def _no_harm(asked: Sequence[Finding], *, is_likely: bool) -> str:
    """Return that no harm is shown, or that these rows cannot tell where no question at all is answered."""
    count = sum(one.verdict is VerdictKind.UNDECIDED for one in asked)
    if count == len(asked) and not is_likely:
        which = "the only question about it is" if count == 1 else f"all {count} questions about it are"
        return f"These rows cannot tell whether anything got worse: {which} open."
    nothing = f"Nothing is {'proven' if is_likely else 'shown'} to have got worse"
    if not count:
        return f"{nothing}, {'the only question' if len(asked) == 1 else f'of {len(asked)} questions'} about it."
    but = ", but" if 2 * count > len(asked) else ";"
    return f"{nothing}{but} {count} of the {len(asked)} questions about it {'is' if count == 1 else 'are'} open."
