"""How the decisions of a model look against the reference outcome, beside the recorded one.

Part of the family `core.findings.families.reference_outcome`. Rule: the equalized odds difference against the reference
outcome, with its simultaneous interval over all pairs, and the error rate of `core.findings.decision`. The same
difference against the recorded outcome, and how often the decisions agree with each, are told beside it and not tested.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.display_names import attribute_title
from core.audit.glossary import MODEL, against_reference
from core.audit.records import Record, Status
from core.findings.evidence import Evidence, is_crossed, per_1000, sized
from core.findings.families.against_original import USELESS
from core.findings.families.error_rates import rates_of_groups
from core.findings.finding import Claim, Topic, VerdictKind

_DIFFERENCE = "equalized_odds_difference"
_PROTOCOL = against_reference(MODEL)


def decision_claims(evidence: Evidence, family: str) -> Iterator[Claim]:
    """Yield the differences of every model, by attribute.

    Args:
        evidence: With a reference outcome in the schema.
        family: The family that the claims belong to.
    """
    for source in evidence.products:
        judged = evidence.mine.where(metric=_DIFFERENCE, source=source, protocol=_PROTOCOL)
        for figure in judged.filter(lambda one: one.value is not None):
            yield Claim(
                family=family,
                topic=Topic.REFERENCE,
                figure=figure,
                texts={}
                if is_crossed(str(figure.sensitive)) or source not in evidence.told
                else _texts(evidence, figure),
                margin=evidence.margin,
                group=_least_found(evidence, figure),
                per_1000=1000 * (figure.value or 0.0),
                blocked=USELESS if figure.status is Status.DEGENERATE else "",
            )


def _least_found(evidence: Evidence, figure: Record) -> str | None:
    found = evidence.group_rates(
        "tpr", source=figure.source, protocol=figure.protocol, sensitive=str(figure.sensitive), split=figure.split
    )
    return found[0].group if len(found) > 1 else None


def _texts(evidence: Evidence, figure: Record) -> dict[VerdictKind, str]:
    rates = rates_of_groups(evidence, figure, "by the reference outcome")
    if not rates:
        return {}
    name, by = evidence.schema.reference, attribute_title(str(figure.sensitive))
    start = f"Judged by the reference outcome “{name}”, mistakes of “{figure.source}”"
    size, rest = f"{sized(figure)} per 1,000", f"{_recorded(evidence, figure)}{_agreement(evidence, figure)}"
    return {
        VerdictKind.GAP: f"{start} differ by {by} by {size}: {rates}.{rest}",
        VerdictKind.NO_GAP: f"{start} differ by {by} by {size}, which is below the margin of "
        f"{per_1000(evidence.margin)} per 1,000.{rest}",
        VerdictKind.UNDECIDED: f"{start} are not shown to differ by {by}, and too few rows leave it open: {size}."
        f"{rest}",
    }


def _recorded(evidence: Evidence, figure: Record) -> str:
    other = evidence.mine.at(_DIFFERENCE, source=figure.source, protocol=MODEL, sensitive=figure.sensitive)
    if other is None or other.value is None:
        return ""
    return f" By the recorded outcome they differ by {sized(other)}."


def _agreement(evidence: Evidence, figure: Record) -> str:
    found = [evidence.mine.at("accuracy", source=figure.source, protocol=protocol) for protocol in (_PROTOCOL, MODEL)]
    shares = [per_1000(one.value) for one in found if one is not None and one.value is not None]
    if len(shares) < 2:
        return ""
    return (
        f" The decisions agree with the reference outcome for {shares[0]} of 1,000 people, with the recorded one "
        f"for {shares[1]}."
    )
