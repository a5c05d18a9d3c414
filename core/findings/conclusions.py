"""From claims to findings: one correction for all tests of a report, what is withheld, and the order of telling."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from core.audit.figure_text import percent
from core.audit.records import Record
from core.data.schema import Schema
from core.findings.decision import decide, holm, p_value
from core.findings.evidence import Evidence
from core.findings.families import file_faults, groups_present, privacy, selection_rates
from core.findings.finding import Claim, Finding, Topic, VerdictKind

FAMILIES: Final[tuple[Callable[[Evidence], Iterable[Claim]], ...]] = (
    file_faults.claims,
    groups_present.claims,
    selection_rates.claims,
    privacy.claims,
)
"""The families of findings. A new one is a module with a function ``claims`` and one entry here."""
_ORDER = (VerdictKind.GAP, VerdictKind.UNDECIDED, VerdictKind.NO_GAP)


@dataclass(frozen=True)
class Conclusions:
    """All findings of an audit, in the order of telling.

    Args:
        findings: What makes figures worthless first, then harm, then gaps; the largest first.
        error_rate: The error rate of the primary question, and of all other tests together.
    """

    findings: tuple[Finding, ...]
    error_rate: float

    @property
    def sentences(self) -> list[str]:
        """The summary, most important first."""
        return [finding.sentence for finding in self.findings if finding.sentence]

    def of(self, family: str) -> list[Finding]:
        """Return the findings of one family."""
        return [finding for finding in self.findings if finding.claim.family == family]

    @property
    def tests(self) -> int:
        """Number of tests that share the error rate of the secondary questions."""
        return sum(one.p is not None and not one.claim.primary for one in self.findings)

    @property
    def statement(self) -> str:
        """What is announced of false alarms, in two sentences."""
        rate = percent(self.error_rate)
        return (
            f"The primary question has an error rate of {rate}; the {self.tests} other tests share one of {rate} "
            f"(Holm's correction). So a report on data without any gap calls a gap somewhere in at most "
            f"{percent(2 * self.error_rate)} of cases."
        )


def conclude(records: Sequence[Record], schema: Schema) -> Conclusions:
    """Return the findings of an audit.

    Args:
        records: All records of the audit, of both polarities.
        schema: Roles, favourable outcome, margin.
    """
    evidence = Evidence(tuple(records), schema)
    claims = [claim for family in FAMILIES for claim in family(evidence)]
    error_rate = round(1 - evidence.all.confidence, 12)
    findings = [_finding(claim, p, error_rate) for claim, p in zip(claims, _adjusted(claims), strict=True)]
    return Conclusions(tuple(sorted(_withhold(findings), key=_rank)), error_rate)


def _adjusted(claims: Sequence[Claim]) -> list[float | None]:
    """Return the p-value of each claim: a primary one's own, the others' corrected together."""
    own = [None if one.counted else p_value(one.figure, one.margin if one.beyond else 0.0) for one in claims]
    secondary = [
        at for at, (claim, p) in enumerate(zip(claims, own, strict=True)) if p is not None and not claim.primary
    ]
    adjusted = dict(zip(secondary, holm([own[at] or 0.0 for at in secondary]), strict=True))
    return [adjusted.get(at, p) for at, p in enumerate(own)]


def _finding(claim: Claim, p: float | None, error_rate: float) -> Finding:
    if claim.counted and claim.figure.value is not None:
        kind = VerdictKind.GAP if claim.figure.value > claim.margin else VerdictKind.NO_GAP
        reason = claim.figure.note
    else:
        kind, reason = decide(claim.figure, claim.margin, p, error_rate)
    if kind is VerdictKind.NO_GAP and claim.blocked:
        kind, reason = VerdictKind.UNDECIDED, claim.blocked
    return Finding(claim, kind, reason, p)


def _withhold(findings: Sequence[Finding]) -> list[Finding]:
    """Mark the findings whose source another finding makes worthless."""
    why = {
        source: one.sentence
        for one in reversed(findings)
        if one.verdict is VerdictKind.GAP
        for source in one.claim.withholds
    }
    return [
        one
        if one.claim.topic is Topic.FILE or one.claim.figure.source not in why
        else Finding(one.claim, one.verdict, one.reason, one.p, f"Withheld: {why[one.claim.figure.source]}")
        for one in findings
    ]


def _rank(finding: Finding) -> tuple[int, int, float]:
    claim = finding.claim
    topics = list(Topic)
    size = claim.per_1000 if claim.per_1000 is not None else 1000 * abs(claim.figure.value or 0.0)
    return topics.index(claim.topic), _ORDER.index(finding.verdict), -size
