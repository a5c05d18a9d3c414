"""A claim is what a family asks of the records; a finding is a claim with its verdict.

A family states each claim once, with one sentence for every verdict that is possible. `core.findings.conclusions`
chooses the verdict for all claims together, because the error rate belongs to the whole report. Claims that belong
together, such as the losses of several groups, share a sentence; it is worded when their verdicts are known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.audit.records import Record


class VerdictKind(StrEnum):
    """What a finding says of a gap. Never "fair"."""

    GAP = "gap found"
    NO_GAP = "no gap beyond the margin"
    UNDECIDED = "too few rows to tell"


class Topic(StrEnum):
    """What a finding is about, in the order of telling: what makes figures worthless first, then harm."""

    FILE = "the file itself"
    OUTCOME = "the favourable outcome"
    SELECTION = "how many are selected"
    HARM = "who lost"
    REFERENCE = "against the reference outcome"
    GAP = "gaps between groups"
    STRATA = "gaps within strata"
    LEAKAGE = "what reveals the group"
    LIKENESS = "likeness to real rows"
    PRIVACY = "privacy"
    PERFORMANCE = "accuracy"


ALTERED: Final = "outcomes altered to make the rows"


@dataclass(frozen=True, slots=True)
class SharedSentence:
    """What claims that belong together have in common.

    Args:
        key: Claims with the same key share one sentence.
        words: Returns the sentence from those findings of the key that are told, the most important first.
    """

    key: tuple[str, ...]
    words: Callable[[Sequence[Finding]], str]


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim about one figure, before its verdict.

    Args:
        family: Name of the family's module, e.g. ``error_rates``.
        topic: What it is about.
        figure: The difference it rests on, with its interval. Above 0 means a gap, a loss or a fault; 0 means none.
            Where the claim is a count that no test is needed for, set ``counted``.
        texts: A full sentence for each verdict; a verdict without a sentence is not told in the summary.
        margin: Differences below it do not matter; in the unit of the figure.
        group: Who is worse off, if it is a group.
        per_1000: The size in people per 1,000 of that group, if it has one.
        records: Further records that the sentence quotes.
        blocked: Why the absence of a gap cannot be concluded, even if the figure shows none; empty if it can.
        counted: Whether the figure is a plain count or a rule on it, so that no error rate is spent. The verdict is
            then a gap if the figure's value is above the margin.
        fact: Whether it states a plain fact and asks nothing; the figure is then only what the fact matters for, and
            the verdict says no more than that the fact is told.
        beyond: Whether only a difference that is surely beyond the margin is a gap; the test is then against it.
        withholds: What means nothing if this claim's verdict is a gap: the other findings on a source, or only those by
            one attribute (``None``: all).
        would_decide: What would decide it, e.g. how many rows; empty if it is decided.
        of_rates: The p-value that the groups' rates give; ``None``: that of the figure's interval.
        primary: Whether it is the report's primary question.
        place: Claims of one topic and verdict are told in the order of their places, and by size within one.
        told_with: The sentence that it shares with other claims; ``None`` if it stands alone.
        question: What it asks, after "these rows cannot tell", e.g. "whether rates of “yes” differ".
        brief: A gap in one short sentence, in people of 100, for the first screen; empty if it is not told there.
    """

    family: str
    topic: Topic
    figure: Record
    texts: Mapping[VerdictKind, str]
    margin: float = 0.0
    group: str | None = None
    per_1000: float | None = None
    records: tuple[Record, ...] = ()
    blocked: str = ""
    counted: bool = False
    fact: bool = False
    beyond: bool = False
    withholds: frozenset[tuple[str, str | None]] = frozenset()
    would_decide: str = ""
    of_rates: float | None = None
    primary: bool = False
    place: int = 0
    told_with: SharedSentence | None = None
    question: str = "whether there is a gap"
    brief: str = ""

    @property
    def about(self) -> str:
        """What it is about, as tables name it: a count of altered rows is no loss of people."""
        return ALTERED if self.topic is Topic.HARM and self.counted else self.topic.value


@dataclass(frozen=True, slots=True)
class Finding:
    """A claim and its verdict.

    Args:
        claim: The claim.
        verdict: The verdict.
        reason: Why, in a sentence.
        p: The claim's p-value, adjusted for all tests of the report; ``None`` without a test.
        withheld: Why the finding means nothing; empty if it means something.
    """

    claim: Claim
    verdict: VerdictKind
    reason: str
    p: float | None = None
    withheld: str = ""

    @property
    def sentence(self) -> str:
        """The finding alone as a full sentence; empty if it is not told in the summary."""
        return "" if self.withheld else self.claim.texts.get(self.verdict, "")
