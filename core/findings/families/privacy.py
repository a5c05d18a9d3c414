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

RECOGNISED, GUESSING = 0.05, 0.5


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
    attack = "an attack that names 10 of 1,000 strangers by mistake names"
    found = (
        f"{per_1000(recall.value)} {per_1000_interval(recall)} of 1,000 people whose data were used "
        f"(AUC over all people {number(auc.value)}"
        f"{_interval(auc)}; 0.5 is guessing)"
    )
    tells = (figure.low or 0.0) > 0 or (auc.low or 0.0) > GUESSING
    some = "tell a little of" if tells else "hardly tell"
    return {
        VerdictKind.GAP: f"The {rows} give people away: {attack} {found}; by guessing it would name 10.",
        VerdictKind.NO_GAP: f"The {rows} {some} whose data they were made from: {attack} {found}; by guessing it "
        "would name 10. Another attack may do better.",
    }


def _interval(figure: Record) -> str:
    """Return the interval of a figure, with a space in front; empty without one."""
    return "" if figure.low is None or figure.high is None else f" [{number(figure.low)}, {number(figure.high)}]"
