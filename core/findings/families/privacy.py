"""Whether the file gives away who was among the train rows.

Rule: a strict attacker (`core.audit.metrics.membership`), who may accuse 1 in 100 wrongly, recognises more train people
than others (Carlini et al. 2022: an average over all people hides the few who are recognised). The figure is the share
of train rows that it recognises minus the share of others that it accuses. Error rate: that of
`core.findings.decision`, one test a file.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.figure_text import number
from core.audit.records import Record
from core.findings.evidence import ORIGINAL, Evidence, called, per_1000, per_1000_interval
from core.findings.finding import Claim, Topic, VerdictKind

RECOGNISED = 0.05


def claims(evidence: Evidence) -> Iterator[Claim]:
    """Yield a claim on each source that is meant to be used."""
    for source in evidence.products:
        figure = evidence.all.at("membership_advantage", source=source, protocol="privacy")
        if figure is not None and source != ORIGINAL:
            yield _claim(evidence, figure)


def _claim(evidence: Evidence, figure: Record) -> Claim:
    recall, auc = (
        evidence.all.at(metric, source=figure.source, protocol="privacy")
        for metric in ("membership_recall", "membership_auc")
    )
    return Claim(
        family="privacy",
        topic=Topic.PRIVACY,
        figure=figure,
        texts=_texts(figure, recall, auc),
        margin=RECOGNISED,
        per_1000=None if figure.value is None else 1000 * figure.value,
        records=tuple(one for one in (recall, auc) if one is not None),
        would_decide="More test rows would decide it: half of them stand in for people whom nobody learned from.",
    )


def _texts(figure: Record, recall: Record | None, auc: Record | None) -> dict[VerdictKind, str]:
    if recall is None or recall.value is None or auc is None or auc.value is None:
        return {}
    rows = called(figure.source)
    found = (
        f"{per_1000(recall.value)} {per_1000_interval(recall)} of 1,000 train people (AUC over all people "
        f"{number(auc.value)})"
    )
    return {
        VerdictKind.GAP: f"The {rows} give people away: an attacker who accuses 10 of 1,000 wrongly recognises "
        f"{found}.",
        VerdictKind.NO_GAP: f"From the {rows}, an attacker who accuses 10 of 1,000 wrongly recognises {found}; another "
        "attack may do better.",
    }
