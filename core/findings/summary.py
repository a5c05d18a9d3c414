"""The summary: the order of telling, which findings share a sentence, and what these rows cannot tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.audit.display_names import attribute_title
from core.findings.finding import Finding, Topic, VerdictKind

_VERDICTS: Final = (VerdictKind.GAP, VerdictKind.UNDECIDED, VerdictKind.NO_GAP)
_FIRST: Final = (Topic.FILE, Topic.OUTCOME, Topic.SELECTION)
_HARM: Final = (Topic.HARM, Topic.REFERENCE)


def rank(finding: Finding) -> tuple[int, int, int, int, float]:
    """Return the key of the order of telling: faults of the file, harm, other gaps, what is open, the rest."""
    claim, topics = finding.claim, list(Topic)
    size = claim.per_1000 if claim.per_1000 is not None else 1000 * abs(claim.figure.value or 0.0)
    is_gap = finding.verdict is VerdictKind.GAP
    if claim.topic in _FIRST:
        tier = 0
    elif claim.topic is Topic.PERFORMANCE:
        tier = 5
    else:
        tier = (1 if claim.topic in _HARM else 2) + (0 if is_gap else 2)
    return tier, topics.index(claim.topic), _VERDICTS.index(finding.verdict), claim.place, -size


def summary(findings: Sequence[Finding]) -> list[str]:
    """Return the sentences of the summary, most important first.

    Args:
        findings: All findings in the order of telling.
    """
    parts = _parts([one for one in findings if one.sentence])
    unsettled = _unsettled(parts)
    main = [part for part in parts if part not in unsettled and part[0].claim.topic is not Topic.PERFORMANCE]
    last = [part for part in parts if part[0].claim.topic is Topic.PERFORMANCE]
    unknown = [_left_open([one for part in unsettled for one in part])] if unsettled else []
    return [*map(_sentence, main), *unknown, *map(_sentence, last)]


def _unsettled(parts: Sequence[list[Finding]]) -> list[list[Finding]]:
    """Return the parts that are told together as open. What may have got worse is told by itself if it is one part."""
    found = [part for part in parts if all(map(_is_open, part))]
    harm = [part for part in found if part[0].claim.topic is Topic.HARM]
    together = [part for part in found if part not in harm or len(harm) > 1]
    return together if sum(map(len, together)) > 1 else []


def _parts(told: Sequence[Finding]) -> list[list[Finding]]:
    """Return the findings that share a sentence, in the order of the first of each."""
    parts: dict[tuple[str, ...] | int, list[Finding]] = {}
    for index, one in enumerate(told):
        shared = one.claim.told_with
        parts.setdefault(index if shared is None else shared.key, []).append(one)
    return list(parts.values())


def _sentence(part: Sequence[Finding]) -> str:
    shared = part[0].claim.told_with
    return part[0].sentence if shared is None else shared.words(part)


def _is_open(finding: Finding) -> bool:
    """Return whether a secondary question on a gap or a loss is left open."""
    is_open = finding.verdict is VerdictKind.UNDECIDED
    return is_open and finding.claim.topic in {Topic.GAP, Topic.HARM} and not finding.claim.primary


def _left_open(findings: Sequence[Finding]) -> str:
    """Return one sentence on several open questions, with the attributes of each."""
    by_question: dict[str, dict[str, None]] = {}
    for one in findings:
        names = by_question.setdefault(one.claim.question, {})
        if one.claim.figure.sensitive:
            names[attribute_title(one.claim.figure.sensitive)] = None
    asked = [f"{question}{_by(list(names))}" for question, names in by_question.items()]
    return f"These rows cannot tell {'; '.join(asked)}. The table “All findings” has the figures."


def _by(names: Sequence[str]) -> str:
    return f", by {', by '.join(names)}" if names else ""
