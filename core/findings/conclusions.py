"""From claims to findings: one correction for all tests of a report, what is withheld, and the order of telling."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.audit.display_names import attribute_title, protocol_name
from core.audit.figure_text import percent
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.data.schema import Schema
from core.findings.decision import decide, holm, p_value
from core.findings.evidence import Evidence, per_1000
from core.findings.families import (
    attacks,
    class_rates,
    conditional,
    direct_effect,
    error_rates,
    favorable,
    few_selected,
    file_faults,
    groups_present,
    leakage,
    likeness,
    mean_errors,
    missing_decisions,
    outcome_distances,
    outcomes_moved,
    over_time,
    performance,
    privacy,
    reference_outcome,
    selection_rates,
)
from core.findings.finding import Claim, Finding, Topic, VerdictKind
from core.findings.missed import missed_aims
from core.findings.summary import rank, summary

FAMILIES: Final[dict[str, Callable[[Evidence], Iterable[Claim]]]] = {
    "file_faults": file_faults.claims,
    "groups_present": groups_present.claims,
    "missing_decisions": missing_decisions.claims,
    "mean_errors": mean_errors.claims,
    "error_rates": error_rates.claims,
    "outcomes_moved": outcomes_moved.claims,
    "reference_outcome": reference_outcome.claims,
    "over_time": over_time.claims,
    "few_selected": few_selected.claims,
    "selection_rates": selection_rates.claims,
    "class_rates": class_rates.claims,
    "outcome_distances": outcome_distances.claims,
    "direct_effect": direct_effect.claims,
    "conditional": conditional.claims,
    "leakage": leakage.claims,
    "likeness": likeness.claims,
    "privacy": privacy.claims,
    "attacks": attacks.claims,
    "performance": performance.claims,
    "favorable": favorable.claims,
}
"""The families of findings by name. A new one is a module with a function ``claims`` and one entry here."""


@dataclass(frozen=True)
class Conclusions:
    """All findings of an audit, in the order of telling.

    Args:
        evidence: Records and schema of the audit.
        findings: What makes figures worthless first, then harm, then gaps; the largest first.
        error_rate: The error rate of the primary question, and of all other tests together.
    """

    evidence: Evidence
    findings: tuple[Finding, ...]
    error_rate: float

    @property
    def records(self) -> RecordSet:
        """One record a figure, with the favourable outcome counted as positive."""
        return self.evidence.mine

    @property
    def schema(self) -> Schema:
        """Roles, favourable outcome, margin, declared decision."""
        return self.evidence.schema

    @property
    def missed_aims(self) -> tuple[str, ...]:
        """What the run was to reach and missed."""
        return tuple(missed_aims(self.evidence, self.findings))

    @property
    def sentences(self) -> list[str]:
        """The summary, most important first: what the run was to reach and missed, then the findings."""
        return [*self.missed_aims, *summary(self.findings)]

    @property
    def questions(self) -> tuple[Finding, ...]:
        """The findings that answer a question; the others state a fact."""
        return tuple(finding for finding in self.findings if not finding.claim.fact)

    def of(self, family: str) -> list[Finding]:
        """Return the findings of one family."""
        return [finding for finding in self.findings if finding.claim.family == family]

    def tests(self, *, on_file: bool) -> int:
        """Return the number of tests that share an error rate: checks of files, or the other secondary questions."""
        return sum(
            one.p is not None and not one.claim.primary and (one.claim.topic is Topic.FILE) == on_file
            for one in self.findings
        )

    @property
    def announced_rate(self) -> float:
        """In which share of reports on data without any gap one is called at most: one error rate for each part."""
        parts = 1 + sum(self.tests(on_file=one) > 0 for one in (True, False))
        return round(parts * self.error_rate, 12)

    @property
    def primary_question(self) -> str:
        """The question that has an error rate of its own; empty if none could be asked."""
        first = next((one.claim for one in self.findings if one.claim.primary), None)
        if first is None:
            return ""
        name = attribute_title(str(first.figure.sensitive))
        return f"{first.question}, by {name}; {protocol_name(first.figure.protocol)}"

    @property
    def statement(self) -> str:
        """What is announced of false alarms."""
        rate, files = percent(self.error_rate), self.tests(on_file=True)
        checks = f" The checks of the file ({files}) share another {rate}." if files else ""
        means = (
            " Figures are rounded, and means over several trainings or generated tables, so those of one sentence need "
            "not add up."
            if self.records.where(protocol=("A", "B"))
            else ""
        )
        primary = f" ({self.primary_question})" if self.primary_question else ""
        others = self.tests(on_file=False)
        secondary = f"; the {_counted(others, 'other test')} share one of {rate} (Holm's correction)" if others else ""
        return (
            f"Brackets are {percent(self.records.confidence)} intervals.{means} Differences below the margin of "
            f"{per_1000(self.schema.margin)} per 1,000 are said not to matter; that is a choice. The primary question"
            f"{primary} has an error rate of {rate}{secondary}.{checks} "
            f"So of reports on data without any gap or fault, at most {percent(self.announced_rate)} wrongly "
            "call one."
        )


def _counted(number: int, what: str) -> str:
    """Return a number of things as a sentence counts them.

    >>> _counted(1, "check"), _counted(3, "check")
    ('one check', '3 checks')
    """
    return f"one {what}" if number == 1 else f"{number} {what}s"


def conclude(records: Sequence[Record], schema: Schema) -> Conclusions:
    """Return the findings of an audit.

    Args:
        records: All records of the audit, of both polarities.
        schema: Roles, favourable outcome, margin.
    """
    evidence = Evidence(tuple(records), schema)
    claims = [claim for family in FAMILIES.values() for claim in family(evidence)]
    error_rate = round(1 - evidence.all.confidence, 12)
    findings = [_finding(claim, p, error_rate) for claim, p in zip(claims, _adjusted(claims), strict=True)]
    return Conclusions(evidence, tuple(sorted(_withhold(findings), key=rank)), error_rate)


def _adjusted(claims: Sequence[Claim]) -> list[float | None]:
    """Return the p-value of each claim: a primary one's own, those on the file and the others corrected together."""
    own = [None if claim.counted else _p(claim) for claim in claims]
    adjusted = dict(enumerate(own))
    for on_file in (True, False):
        together = [
            at
            for at, (claim, p) in enumerate(zip(claims, own, strict=True))
            if p is not None and not claim.primary and (claim.topic is Topic.FILE) == on_file
        ]
        adjusted |= zip(together, holm([own[at] or 0.0 for at in together]), strict=True)
    return [adjusted[at] for at in range(len(claims))]


def _p(claim: Claim) -> float | None:
    """Return the p-value of a claim alone. What the interval does not show, the groups' rates do not either."""
    p = p_value(claim.figure, claim.margin if claim.beyond else 0.0)
    return p if p in (None, 1.0) or claim.of_rates is None else claim.of_rates


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
    """Mark the findings that another finding makes worthless."""
    why = {
        what: one.sentence
        for one in reversed(findings)
        if one.verdict is VerdictKind.GAP
        for what in one.claim.withholds
    }
    return [
        one
        if one.claim.topic is Topic.FILE or not (reason := _why_withheld(one, why))
        else Finding(one.claim, one.verdict, one.reason, one.p, f"Withheld: {reason}")
        for one in findings
    ]


def _why_withheld(finding: Finding, why: Mapping[tuple[str, str | None], str]) -> str:
    figure = finding.claim.figure
    return why.get((figure.source, None)) or why.get((figure.source, figure.sensitive)) or ""
