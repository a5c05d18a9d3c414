"""What latents, rows and single columns reveal of the sensitive attribute."""

from __future__ import annotations

from typing import Final

from core.audit.metrics.declaration import Metric

DEPENDENCE: Final = (
    Metric(
        "adversary_auc",
        "adversary AUC",
        "How well a classifier guesses the sensitive attribute; 0.5 means guessing.",
        "Another adversary might do better.",
        ideal="0.5",
        better="lower",
        interval="delong",
    ),
    Metric(
        "rows_adversary_auc",
        "adversary AUC from rows",
        "How well a classifier guesses the sensitive attribute from the features of the rows.",
        "By design, rows keep the distribution of the features given the attribute, so this is shown and not flagged.",
        interval="delong",
    ),
    Metric(
        "proxy_auc",
        "proxy AUC",
        "How well one column alone predicts the sensitive attribute; 0.5 means that it reveals nothing, 1 that it "
        "reveals everything.",
        "Several columns together may reveal more than any of them alone.",
        interval="delong",
    ),
    Metric(
        "distance_correlation",
        "distance correlation",
        "Dependence of any form on the sensitive attribute; 0 means independence.",
        ideal="0",
        better="lower",
    ),
    Metric(
        "distance_correlation_p",
        "distance correlation, p",
        "How often shuffled groups show as much dependence by chance.",
        "A high p is no proof of independence.",
    ),
    Metric(
        "pair_distance",
        "pair distance",
        "Mean distance between two encoders' latents of the same row, over that of different rows; 0 means equal "
        "latents, 1 means no nearer than different rows.",
        "Latents may hold the same information in other coordinates and still be far apart.",
        bounds=(0.0, None),
        interval="bootstrap",
    ),
)
