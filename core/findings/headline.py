"""The first screen in one sentence: a missed aim, else what makes figures worthless, the worst harm, a gap."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from core.audit.metrics.names import PARITY_DIFFERENCE
from core.findings.conclusions import Conclusions
from core.findings.evidence import ORIGINAL
from core.findings.finding import VerdictKind
from core.findings.missed import is_of_aim
from core.findings.overview import Overview, overview
from core.findings.stages import Stage, stage_sentence
from core.findings.worse import likely_harms, shown_harms


class HeadlineKind(StrEnum):
    """What a headline tells, worst first."""

    MISSED = "missed"
    FAULT = "fault"
    WORSE = "worse"
    GAP = "gap"
    OPEN = "open"
    NO_GAP = "no gap"


class Headline(BaseModel):
    """One sentence of the first screen, and what it tells; the content of ``headline.json``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: HeadlineKind = HeadlineKind.OPEN
    sentence: str = ""

    @property
    def text(self) -> str:
        """The sentence with what it tells in front; empty without a sentence."""
        return f"{_LEADS[self.kind]}: {self.sentence}" if self.sentence else ""


_LEADS = {
    HeadlineKind.MISSED: "Aim missed",
    HeadlineKind.FAULT: "Check the data",
    HeadlineKind.WORSE: "Got worse",
    HeadlineKind.GAP: "Gap found",
    HeadlineKind.OPEN: "Not decided",
    HeadlineKind.NO_GAP: "No gap found",
}


def headline(conclusions: Conclusions) -> Headline:
    """Return the sentence of the first screen that a reader must not miss."""
    found = overview(conclusions)
    if found.aims:
        return Headline(kind=HeadlineKind.MISSED, sentence=found.aims[0])
    if found.faults:
        return Headline(kind=HeadlineKind.FAULT, sentence=found.faults[0])
    if shown := shown_harms(conclusions):
        return Headline(kind=HeadlineKind.WORSE, sentence=shown[0])
    asks_rates = conclusions.evidence.criterion == PARITY_DIFFERENCE
    return _of_rates(conclusions, found) if asks_rates else _of_aim(conclusions, found)


def _of_rates(conclusions: Conclusions, found: Overview) -> Headline:
    """Return whether a gap in selection rates is left, open or not there."""
    stages = [stage for one in found.attributes for stage in one.stages if _is_of_product(conclusions, stage)]
    for verdict, kind in _BY_VERDICT.items():
        if verdict is VerdictKind.NO_GAP and (likely := likely_harms(conclusions)):
            return Headline(sentence=likely[0])
        mine = [stage for stage in stages if stage.finding.verdict is verdict and not stage.finding.withheld]
        if mine:
            worst = max(mine, key=lambda stage: abs(stage.finding.claim.figure.value or 0.0))
            return Headline(kind=kind, sentence=stage_sentence(conclusions.evidence, worst))
    return Headline(sentence=next(iter(found.unknown), ""))


def _of_aim(conclusions: Conclusions, found: Overview) -> Headline:
    """Return whether an aim other than equal selection rates is open or reached; one that is missed stands before."""
    for verdict in (VerdictKind.UNDECIDED, VerdictKind.NO_GAP):
        for one in conclusions.findings:
            is_told = one.verdict is verdict and one.sentence
            if is_told and is_of_aim(conclusions.evidence, one.claim.figure):
                return Headline(kind=_BY_VERDICT[verdict], sentence=one.sentence)
    return Headline(sentence=next(iter(found.unknown), ""))


_BY_VERDICT = {
    VerdictKind.GAP: HeadlineKind.GAP,
    VerdictKind.UNDECIDED: HeadlineKind.OPEN,
    VerdictKind.NO_GAP: HeadlineKind.NO_GAP,
}
"""No gap stands last: it is the headline only where it holds for every attribute."""


def _is_of_product(conclusions: Conclusions, stage: Stage) -> bool:
    """Return whether a stage is of what is meant to be used; where only the table was audited, every stage is."""
    evidence = conclusions.evidence
    return evidence.product == ORIGINAL or stage.finding.claim.figure.source in evidence.told
