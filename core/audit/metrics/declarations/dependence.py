"""What latents, rows and single columns reveal of the sensitive attribute."""

from __future__ import annotations

from typing import Final

from core.audit.metrics.declaration import Metric

_VIEWS: Final = {
    "means": ("latent means", "the mean latent features of a row"),
    "means_and_spreads": (
        "latent means and spreads",
        "the mean latent features of a row and their standard deviations, all that the encoder computed of it",
    ),
    "samples": (
        "latent samples",
        "latent features drawn at random around the mean, from which synthetic rows are made",
    ),
    "means_given_target": (
        "latents within an outcome",
        "the latent features of a row, among rows with the same outcome",
    ),
}
_BESIDE_REAL_ROWS: Final = ("means", "means_and_spreads", "samples")
_STRONGEST: Final = (
    "the strongest of several classifiers (gradient boosting, a neural network, logistic regression), chosen on other "
    "rows,"
)
_MORE: Final = "A stronger adversary may find more."

LEAKAGE: Final = (
    Metric(
        "leakage_auc_rows",
        "revealing the group: features of real rows",
        f"How well {_STRONGEST} guesses the sensitive attribute from the features of real rows, without the sensitive "
        "columns (AUC); 0.5 is guessing. With several groups, that of the group that is guessed best.",
        _MORE,
        interval="delong",
    ),
    *(
        Metric(
            f"leakage_auc_{view}",
            f"revealing the group: {label}",
            f"How well {_STRONGEST} guesses the sensitive attribute from {what} (AUC); 0.5 is guessing. With several "
            "groups, that of the group that is guessed best.",
            _MORE,
            ideal="0.5",
            interval="delong",
        )
        for view, (label, what) in _VIEWS.items()
    ),
    *(
        Metric(
            f"leakage_above_guessing_{view}",
            f"revealing the group, above guessing: {label}",
            f"The AUC with which {_STRONGEST} guesses the sensitive attribute from {what}, minus 0.5.",
            _MORE,
            ideal="0 or below",
            bounds=(-0.5, 0.5),
            interval="delong",
        )
        for view, (label, what) in _VIEWS.items()
    ),
    *(
        Metric(
            f"leakage_difference_{view}",
            f"revealing the group, minus real rows: {label}",
            f"How much better the strongest adversary guesses the sensitive attribute from {what} than from the "
            "features of the same real rows.",
            _MORE,
            ideal="0 or below",
            bounds=(-1.0, 1.0),
            interval="delong, paired",
        )
        for view, (label, what) in _VIEWS.items()
        if view in _BESIDE_REAL_ROWS
    ),
    Metric(
        "code_total_variation",
        "codewords, distance between groups",
        "How differently the groups use the codewords that their rows are made from: half the sum of the differences "
        "of their frequencies, of the two groups that differ most, or of one group and all others. No classifier that "
        "sees only the codeword, drawn once, selects them at rates further apart.",
        "Small groups are bounded loosely, and chance alone gives them a distance above 0.",
        ideal="0",
        interval="mcdiarmid, upper bound",
    ),
    Metric(
        "code_total_variation_given_target",
        "codewords, distance between groups within an outcome",
        "How differently the groups use the codewords that their rows are made from, among rows with the same outcome: "
        "half the sum of the differences of their frequencies, as a mean over the outcomes, of the two groups that "
        "differ most, or of one group and all others. No classifier that sees only what a codeword tells selects them "
        "at rates further apart, on average.",
        "Small groups are bounded loosely, and chance alone gives them a distance above 0.",
        ideal="0",
        interval="mcdiarmid, upper bound",
    ),
    Metric(
        "rows_leakage_difference",
        "rows revealing the group, minus real rows",
        "How much better a classifier guesses the sensitive attribute from the features of the source's rows than from "
        "those of the real rows.",
        "Both are cross-validated on their own rows.",
        ideal="0 or below",
        bounds=(-1.0, 1.0),
        interval="mover",
    ),
)

DEPENDENCE: Final = (
    *LEAKAGE,
    Metric(
        "adversary_auc",
        "how well latents reveal the group",
        "How well gradient boosting guesses the sensitive attribute from the mean latent features (adversary AUC); 0.5 "
        "is guessing.",
        "It is one adversary of several; the leakage figures give the strongest.",
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
