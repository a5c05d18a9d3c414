"""What got worse, in short sentences for the first screen: what is shown, what is likely, and that nothing is.

Harm is judged as a narrower gap is: a loss whose own interval lies above 0 is told as likely, though among all the
questions asked it may be chance. What is shown after correction for all of them stands first, without that doubt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from core.audit.glossary import MODEL
from core.findings.conclusions import Conclusions
from core.findings.evidence import ORIGINAL
from core.findings.families import selection_rates
from core.findings.finding import Finding, Topic, VerdictKind
from core.findings.stages import stages_of, widened

CHANGE: Final = "change"  # the beginning of the protocols that compare with the original rows
_MAX_SHOWN: Final = 4
_MAX_LIKELY: Final = 2


def worse(conclusions: Conclusions) -> Iterator[str]:
    """Yield the first of the harms, shown ones before likely ones; or that none is shown, if something was compared."""
    shown, likely = shown_harms(conclusions), likely_harms(conclusions)
    yield from shown[:_MAX_SHOWN]
    if left := len(shown[_MAX_SHOWN:]):
        yield f"And {left} more, among all findings."
    yield from (f"Likely, not proven: {sentence[:1].lower()}{sentence[1:]}" for sentence in likely[:_MAX_LIKELY])
    if left := len(likely[_MAX_LIKELY:]):
        yield f"And {left} more that {'is' if left == 1 else 'are'} likely, among all findings."
    if not shown:
        yield from _nothing_shown(conclusions, likely=bool(likely))


def shown_harms(conclusions: Conclusions) -> list[str]:
    """Return what is shown to have got worse, one sentence for each group and question, the largest first."""
    told: dict[tuple[object, ...], str] = {
        (stage.finding.claim.figure,): wider
        for name in conclusions.evidence.attributes
        for stage in stages_of(conclusions.evidence, conclusions.of(selection_rates.FAMILY), name)
        if (wider := widened(conclusions.evidence, stage))
    }
    for one in conclusions.findings:
        if _is_harm(one) and one.verdict is VerdictKind.GAP:
            told.setdefault(_about(one), one.claim.brief or one.sentence)
    return list(dict.fromkeys(one for one in told.values() if one))


def likely_harms(conclusions: Conclusions) -> list[str]:
    """Return what got worse by its own interval alone: not shown after correction for all questions, nor told so."""
    harms = [one for one in conclusions.findings if _is_harm(one)]
    told = {_about(one) for one in harms if one.verdict is VerdictKind.GAP}
    likely: dict[tuple[object, ...], str] = {}
    for one in sorted(harms, key=lambda one: -(one.claim.figure.value or 0.0)):
        low = one.claim.figure.low
        if one.verdict is VerdictKind.UNDECIDED and low is not None and low > 0 and _about(one) not in told:
            likely.setdefault(_about(one), one.claim.brief)
    return list(dict.fromkeys(one for one in likely.values() if one))


def is_change(finding: Finding) -> bool:
    """Return whether a finding compares with the original rows."""
    return finding.claim.figure.protocol.startswith(CHANGE)


def _is_harm(finding: Finding) -> bool:
    return is_change(finding) and not finding.claim.counted and not finding.withheld


def _about(finding: Finding) -> tuple[object, ...]:
    """Return the question, alike for models that see the attribute and those that do not."""
    figure = finding.claim.figure
    return finding.claim.family, figure.metric, figure.sensitive, figure.group or figure.protocol.replace(" B", "")


def _nothing_shown(conclusions: Conclusions, *, likely: bool) -> Iterator[str]:
    """Yield that nothing is shown to have got worse, and of how many questions that is known."""
    evidence = conclusions.evidence
    if evidence.product == ORIGINAL or evidence.protocols(evidence.product) == (MODEL,):
        return
    asked = [one for one in conclusions.findings if one.claim.topic is Topic.HARM and not one.claim.counted]
    if any(one.withheld for one in asked):
        yield "No verdict: see the faults of the file."
    elif not asked:
        yield "Nothing could be compared: too few test rows of each group."
    else:
        yield f"Nothing is {'proven' if likely else 'shown'} to have got worse{_still_open(asked)}."


def _still_open(asked: Sequence[Finding]) -> str:
    count = sum(one.verdict is VerdictKind.UNDECIDED for one in asked)
    return f"; {count} of the {len(asked)} questions asked are open" if count else f", of {len(asked)} questions"
