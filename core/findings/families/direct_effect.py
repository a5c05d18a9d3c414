"""How far the sensitive attribute alone moves a classifier's score, if the classifier sees it.

Rule: the mean over test rows of the highest minus the lowest score when only the attribute changes, minus the same for
classifiers that were trained with the attribute shuffled among the rows (`core.audit.metrics.unawareness`). The second
term is needed because a range is never below 0 and a classifier also fits chance. Its interval holds how much shuffles
differ. Without that figure (images), the range must lie beyond the margin. Error rate: that of
`core.findings.decision`. Of combined attributes nothing is told, since no
person has just that changed.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.records import Record
from core.findings.evidence import Evidence, called, columns_of, is_crossed, per_1000, sized
from core.findings.finding import Claim, Topic, VerdictKind

EFFECT, EXCESS = "unawareness_gap", "unawareness_excess"


def claims(evidence: Evidence) -> Iterator[Claim]:
    """Yield a claim for the original and for the rows that are meant to be used."""
    for source in evidence.compared:
        for effect in evidence.all.where(metric=EFFECT, source=source, protocol="A"):
            if effect.value is not None:
                yield _claim(evidence, effect)


def _claim(evidence: Evidence, effect: Record) -> Claim:
    where = {"source": effect.source, "protocol": effect.protocol, "sensitive": effect.sensitive}
    excess = evidence.all.first(metric=EXCESS, **where)
    figure = effect if excess is None or excess.value is None else excess
    columns = columns_of(str(effect.sensitive))
    start = (
        f"If only a person's {columns} is changed and all else stays, a classifier that sees it, trained on the "
        f"{called(effect.source)}, changes its chance of {evidence.outcome} by {sized(effect)} in 1,000 on average"
    )
    if figure is excess:
        by_chance = per_1000((effect.value or 0.0) - (figure.value or 0.0))
        start += f"; changing a column without meaning does so by {by_chance}, so {sized(figure)} are due to {columns}"
    margin = f"the margin of {per_1000(evidence.margin)}"
    texts = {
        VerdictKind.GAP: f"{start}.",
        VerdictKind.UNDECIDED: f"{start}; whether that is more than chance and {margin} is open.",
    }
    is_told = effect.source in evidence.products and not is_crossed(str(effect.sensitive))
    return Claim(
        family="direct_effect",
        topic=Topic.GAP,
        figure=figure,
        texts=texts if is_told else {},
        margin=evidence.margin,
        beyond=figure is effect,  # a range is above 0 by chance alone
        records=(effect,),
        question="whether the group alone moves decisions",
    )
