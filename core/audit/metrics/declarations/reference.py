"""Recorded outcomes of the data against a reference outcome that is better founded."""

from __future__ import annotations

from typing import Final

from core.audit.metrics.declaration import Metric

_FOUNDED = "It is only as good as the reference outcome."

REFERENCE: Final = (
    Metric(
        "outcome_denied",
        "deserved outcome denied",
        "Of the rows that have the positive outcome by the reference, the share recorded with the other one.",
        _FOUNDED,
        ideal="0",
        interval="wilson",
    ),
    Metric(
        "outcome_granted",
        "undeserved outcome granted",
        "Of the rows that do not have the positive outcome by the reference, the share recorded with it.",
        _FOUNDED,
        ideal="0",
        interval="wilson",
    ),
    Metric(
        "outcome_denied_difference",
        "deserved outcome denied, difference",
        "The highest share of any group that is denied the positive outcome against the reference, minus the lowest.",
        _FOUNDED,
        ideal="0",
        interval="newcombe, simultaneous over pairs",
    ),
    Metric(
        "outcome_granted_difference",
        "undeserved outcome granted, difference",
        "The highest share of any group that is granted the positive outcome against the reference, minus the lowest.",
        _FOUNDED,
        ideal="0",
        interval="newcombe, simultaneous over pairs",
    ),
)
