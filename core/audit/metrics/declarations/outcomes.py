"""The distribution of an outcome of more than two values by group, in the data."""

from __future__ import annotations

from typing import Final

from core.audit.metrics.declaration import Metric

OUTCOMES: Final = (
    Metric(
        "outcome_share",
        "share of the outcome",
        "Share of rows with this value of the outcome.",
        "A gap can come from history, from how rows were collected, or from real differences.",
        interval="wilson",
    ),
    Metric(
        "outcome_distance",
        "distance of outcomes between groups",
        "How far the outcomes of a group are from those of all others, for the group where it is most. Numbers: the "
        "largest difference of the shares of rows up to any value (Kolmogorov-Smirnov). Classes: half the sum of the "
        "differences of their shares (total variation).",
        "It is above 0 by chance alone, and more so in small groups; the chance limit stands beside it.",
        ideal="0, at most the chance limit",
        interval="permutation",
    ),
    Metric(
        "outcome_distance_chance",
        "chance limit of the distance",
        "The distance of outcomes that chance alone exceeds in 5 of 100 tables if outcomes do not depend on the group.",
    ),
)
