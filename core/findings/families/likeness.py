"""Whether the rows of a file that was made elsewhere look like real ones at all.

Rule: a classifier learns to tell real test rows and rows of the file apart. The fact is stated if the lower end of its
AUC's interval is at least `NEARLY_ALWAYS`. It is no fault by itself, since a file of rounded values is told apart too,
and no question, so it spends no error rate. Nothing is said of a file that is told apart less often.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from core.audit.figure_text import interval, number
from core.audit.glossary import SOURCES
from core.findings.evidence import Evidence, called, of_100
from core.findings.finding import Claim, Topic, VerdictKind

FAMILY = "likeness"
NEARLY_ALWAYS: Final = 0.9
_STATED: Final = 1.0  # no AUC is above it, so the fact is never a gap


def claims(evidence: Evidence) -> Iterator[Claim]:
    """Yield the fact for each file whose rows are nearly always told from real ones."""
    for source in evidence.told:
        if source in SOURCES:
            continue
        for figure in evidence.all.where(protocol="fidelity", metric="c2st_auc", source=source, sensitive=None):
            if figure.value is None or figure.low is None or figure.low < NEARLY_ALWAYS:
                continue
            text = (
                f"Real test rows and {called(source)} are told apart nearly always: of 100 pairs with one of each, in "
                f"{of_100(figure.value)} (AUC {number(figure.value)} {interval(figure)}; by guessing in 50). So the "
                "file is not like the real rows, and what holds in it need not hold for real people."
            )
            texts = {VerdictKind.NO_GAP: text}
            yield Claim(FAMILY, Topic.LIKENESS, figure, texts, margin=_STATED, counted=True, fact=True)
