"""How groups of combined attributes (women of one origin) stand beside those of a single one in a sentence.

A combined group that is worse off is often the same people as a single one, only fewer. So it is told beside the single
attribute, and only if its figure surely exceeds that of every single one, or if no single one has a finding.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.data.groups import CROSS
from core.findings.evidence import is_crossed
from core.findings.finding import Finding


def told_beside(sensitive: str, size: Callable[[str], float]) -> str:
    """Return the single attribute that a combined one is told beside: its part with the largest size.

    >>> told_beside("sex × race", {"sex": 10.0, "race": 20.0}.__getitem__), told_beside("age", len)
    ('race', 'age')
    """
    parts = sensitive.split(CROSS)
    return max(parts, key=size) if len(parts) > 1 else sensitive


def without_implied(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings without the combined ones that do not surely exceed every single one.

    Args:
        findings: Findings of one kind, all with the same verdict.
    """
    single = [one for one in findings if not is_crossed(str(one.claim.figure.sensitive))]
    largest = max((one.claim.figure.value or 0.0 for one in single), default=None)
    if largest is None:
        return list(findings)
    beyond = [one for one in findings if one not in single and (one.claim.figure.low or 0.0) > largest]
    return [*single, *beyond]
