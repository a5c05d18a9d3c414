"""What latents, rows and single columns tell of the sensitive attribute."""

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
        better="lower",
        interval="delong",
    ),
    Metric(
        "rows_adversary_auc",
        "how well rows reveal the group",
        "How well a classifier guesses the sensitive attribute from the features of the rows (adversary AUC); 0.5 is "
        "guessing.",
        "Rows keep the law of the features given the attribute by design, so this is shown and not flagged.",
        interval="delong",
    ),
    Metric(
        "proxy_auc",
        "how well it reveals the group",
        "How well one column alone predicts the sensitive attribute (proxy AUC). At 0.5 it reveals nothing, at 1 "
        "everything.",
        "Several columns together may tell more than any of them alone.",
        interval="delong",
    ),
    Metric(
        "distance_correlation",
        "distance correlation",
        "Dependence on the sensitive attribute of any form; 0 means independence.",
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
        "Mean distance of two encoders' latents of the same row over that of different rows; 0 means the same "
        "place, 1 no nearer than strangers.",
        "Latents may say the same in other coordinates and still lie apart.",
        bounds=(0.0, None),
        interval="bootstrap",
    ),
)
