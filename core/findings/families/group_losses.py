"""Which groups lose against the original rows: one claim a group, and one sentence for all of an attribute that lost.

A loss is the rate of the original's classifiers minus that of the source's, on the same test rows. The sentence tells
the largest loss with its people, and every other group that lost, with its size. Of a group that lost under both
protocols it tells the one without the attribute, and the other where that loss is surely larger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from core.audit.records import Record
from core.findings.combined_groups import told_beside, without_implied
from core.findings.evidence import Evidence, between, is_crossed, sized
from core.findings.families.against_original import (
    Comparison,
    before_and_after,
    comparison_of,
    comparisons,
    losses,
    sees,
)
from core.findings.finding import Claim, Finding, SharedSentence, Topic, VerdictKind


@dataclass(frozen=True, slots=True)
class GroupLosses:
    """The losses of groups in one rate, as a family tells them.

    Args:
        family: The family of findings.
        metric: The rate: above 0 of before minus after is a loss.
        question: What the claims ask, after "these rows cannot tell".
        one_group: The sentence on a group's loss. Its second argument is the loss of the group that loses least, which
            may be a gain.
        together: The sentence on all that is told of an attribute.
        whom: Of whom the rate is, after "of 100 people of the group", e.g. ``with “yes” on record``.
    """

    family: str
    metric: str
    question: str
    one_group: Callable[[Record, Record], str]
    together: Callable[[Sequence[Finding]], str]
    whom: str = ""

    def claims(self, evidence: Evidence) -> Iterator[Claim]:
        """Yield the loss of each group under each comparison."""
        for one in comparisons(evidence):
            found = losses(evidence, self.metric, one)
            for figure in found:
                text = self.one_group(figure, found[-1])
                yield Claim(
                    family=self.family,
                    topic=Topic.HARM,
                    figure=figure,
                    texts={VerdictKind.GAP: text} if text else {},
                    margin=evidence.margin,
                    group=figure.group,
                    per_1000=1000 * (figure.value or 0.0),
                    told_with=self.shared(evidence, one),
                    question=self.question,
                    brief=brief_loss(evidence, figure, self.metric, self.whom),
                )

    def shared(self, evidence: Evidence, one: Comparison) -> SharedSentence:
        """Return the sentence of a source and an attribute; a combined attribute is told beside a single one."""
        attribute = told_beside(one.sensitive, lambda name: self._largest(evidence, one.source, name))
        return SharedSentence((self.family, one.source, attribute), self.together)

    def _largest(self, evidence: Evidence, source: str, name: str) -> float:
        found = [losses(evidence, self.metric, Comparison(source, letter, name)) for letter in ("B", "A")]
        return max((part[0].value or 0.0 for part in found if part), default=-1.0)


def brief_loss(evidence: Evidence, figure: Record, metric: str, whom: str) -> str:
    """Return the loss of a group in one short sentence, in people of 100; empty if a rate is not known.

    Args:
        evidence: The records.
        figure: The loss.
        metric: The rate.
        whom: Who of the group is meant, e.g. ``with “yes” on record``; empty for everybody.
    """
    one = comparison_of(figure)
    pair = before_and_after(evidence, metric, one, figure.group)
    if pair is None:
        return ""
    before, after = map(evidence.people, pair)
    rows = pair[1].n
    is_few = rows is not None and rows < evidence.schema.min_group_size and not evidence.is_rounded
    few = f" ({rows} test rows)" if is_few else ""
    people = f"Of 100 {figure.group}{f' {whom}' if whom else ''}{few}"
    interval = f", {between(figure)} fewer" if between(figure) else ""
    return f"{people}, {after} instead of {before} get {evidence.outcome}{interval}, if the model {sees(one)}."


def told_losses(findings: Sequence[Finding]) -> str:
    """Return the sentence of the largest loss and, in brief, the other groups that lost.

    Args:
        findings: Losses of groups that were found, of one rate.
    """
    first, *others = without_implied(_one_a_group(findings))
    is_single = not is_crossed(str(first.claim.figure.sensitive))
    parts = [one for one in others if is_single and is_crossed(str(one.claim.figure.sensitive))]
    protocol = comparison_of(first.claim.figure).protocol
    beside = ", ".join(_brief(one.claim, protocol) for one in others if one not in parts)
    return " ".join(
        [
            first.sentence,
            *([f"Others who lose, per 1,000: {beside}."] if beside else []),
            *(f"Of combined groups, most: {_brief(one.claim, protocol)} per 1,000." for one in parts[:1]),
        ]
    )


def _brief(claim: Claim, protocol: str) -> str:
    """Return a group with its loss, and what the classifier sees where that is not what the sentence says."""
    one = comparison_of(claim.figure)
    condition = f" (if the classifier {sees(one)})" if one.protocol != protocol else ""
    return f"{claim.group} {sized(claim.figure)}{condition}"


def _one_a_group(findings: Sequence[Finding]) -> list[Finding]:
    """Return the finding to tell of each group, the largest loss first."""
    chosen: dict[tuple[str | None, str | None], Finding] = {}
    for one in sorted(findings, key=lambda one: comparison_of(one.claim.figure).protocol == "A"):
        figure = one.claim.figure
        known = chosen.get((figure.sensitive, figure.group))
        if known is None or (figure.low or 0.0) > (known.claim.figure.value or 0.0):
            chosen[figure.sensitive, figure.group] = one
    return sorted(chosen.values(), key=lambda one: -(one.claim.figure.value or 0.0))
