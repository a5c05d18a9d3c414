"""Feature importance of classifiers."""

from __future__ import annotations

from typing import Final

from core.audit.metrics.declaration import Metric

EXPLANATION: Final = (
    Metric(
        "shap",
        "influence on the prediction",
        "How far a column moves the predicted chance of the positive outcome, up or down, on average over rows (mean "
        "absolute SHAP value).",
        "It explains one classifier, not the causes of the outcome; a proxy can take over the effect of a column.",
        interval="bootstrap",
        either_outcome=True,
    ),
    Metric(
        "shap_share",
        "share of the influence",
        "A column's mean absolute SHAP value over the sum of those of all columns.",
        interval="bootstrap",
        either_outcome=True,
    ),
    Metric(
        "shap_agreement",
        "same prediction",
        "Share of rows for which the explained classifier and the protocols' random forest predict the same outcome.",
        "Both can be right for different reasons: see the agreement of ranks.",
        ideal="1",
        interval="wilson",
        either_outcome=True,
    ),
    Metric(
        "shap_agreement_ranks",
        "agreement of ranks",
        "Rank correlation of the columns' importance for the explained classifier and the protocols' random forest.",
        ideal="1",
        bounds=(-1.0, 1.0),
        either_outcome=True,
    ),
    Metric(
        "shuffle_effect",
        "effect of shuffling",
        "How far the predicted probabilities of the classes move (half the sum of absolute differences), on average "
        "over rows, if this input of the classifier is shuffled among the rows.",
        "An image can show the sensitive attribute, so that the image's effect includes some of the attribute's.",
        interval="normal",
    ),
    Metric(
        "shuffle_drop",
        "drop from shuffling",
        "How much accuracy falls if this input of the classifier is shuffled among the rows.",
        "Not the whole effect of the attribute: the image can show it too.",
        bounds=(-1.0, 1.0),
        interval="normal",
    ),
)
