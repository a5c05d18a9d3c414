"""What latents, rows and single columns reveal of the sensitive attribute."""

from __future__ import annotations

from typing import Final

from core.audit.metrics.declaration import Metric

DEPENDENCE: Final = (
    Metric(
        "adversary_auc",
        "how well latents reveal the group",
        "How well a classifier guesses the sensitive attribute from latent features (adversary AUC); 0.5 is guessing.",
        "Another adversary might do better.",
        ideal="0.5",
        interval="delong",
    ),
    Metric(
        "rows_adversary_auc",
        "how well rows reveal the group",
        "How well a classifier guesses the sensitive attribute from the features of the rows (adversary AUC); 0.5 is "
        "guessing.",
        "By design, rows keep the distribution of the features given the attribute, so this figure has no verdict.",
        interval="delong",
    ),
    Metric(
        "proxy_auc",
        "how well it reveals the group",
        "How well one column alone predicts the sensitive attribute (proxy AUC). At 0.5 it reveals nothing, at 1 "
        "everything.",
        "Several columns together may reveal more than any of them alone.",
        interval="delong",
    ),
    Metric(
        "distance_correlation",
        "distance correlation",
        "Dependence of any form on the sensitive attribute; 0 means independence.",
        ideal="0",
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
