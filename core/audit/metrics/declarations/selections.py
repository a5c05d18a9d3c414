"""Impact ratios, rows of unknown group, crossed groups, decisions that changed, and the counts of a bias audit."""

from __future__ import annotations

from typing import Final

from core.audit.figure_text import percent
from core.audit.metrics.declaration import Metric, Place
from core.audit.metrics.names import MATCHED_RATIO, MATCHING_THRESHOLD, SELECTION_SHORTFALL
from core.audit.statistics.confidence import POWER, SIGNIFICANCE_LEVEL

SELECTIONS: Final = (
    Metric(
        "category_share",
        "share of rows",
        "Share of the rows that belong to the category.",
        interval="wilson",
        places=(Place.IMPACT,),
    ),
    Metric(
        "impact_ratio",
        "impact ratio",
        "A category's selection rate over the highest rate of any compared category.",
        "Four fifths is a rule of thumb of US employment law; a lower ratio is no finding of discrimination.",
        ideal="1",
        interval="mover-r wilson, simultaneous over pairs",
        bounds=(0.0, None),
        places=(Place.IMPACT,),
    ),
    Metric(
        "impact_ratio_p",
        "Fisher's p",
        "Fisher's exact test of the category against the one with the highest rate, two-sided: the probability of a "
        "gap at least this unlikely if the rates are equal. Means over classifiers are rounded to whole selections.",
        "A high p is no proof of equal rates.",
        places=(Place.IMPACT,),
    ),
    Metric(
        "impact_ratio_moved",
        "impact ratio, one moved",
        "The impact ratio if one more person of the category were selected, instead of one of the category with the "
        "highest rate.",
        "If it reaches four fifths, one person decides the flag.",
        bounds=(0.0, None),
        places=(Place.IMPACT,),
    ),
    Metric(
        "unknown_share",
        "category unknown",
        "Share of the rows whose category is unknown.",
        ideal="0",
        interval="wilson",
        places=(Place.UNKNOWN,),
    ),
    Metric(
        "impact_ratio_unknown_worst",
        "least impact ratio, worst case",
        "The least impact ratio if rows of unknown category belong to the categories that widen the gap most.",
        places=(Place.UNKNOWN,),
    ),
    Metric(
        "impact_ratio_unknown_best",
        "least impact ratio, best case",
        "An upper bound of the least impact ratio, whatever the categories of the rows of unknown category.",
        "Whole rows may not quite reach this bound.",
        places=(Place.UNKNOWN,),
    ),
    Metric(
        "selection_rate_shrunk",
        "selection rate, shrunk",
        "The selection rate shrunk towards those of the other groups; groups with fewer rows are shrunk more.",
        "It assumes that no group differs from the others for a reason of its own.",
        interval="beta-binomial posterior",
        places=(Place.CROSSED,),
    ),
    Metric(
        "base_rate_shrunk",
        "base rate, shrunk",
        "The base rate shrunk towards those of the other groups; groups with fewer rows are shrunk more.",
        "It assumes that no group differs from the others for a reason of its own.",
        interval="beta-binomial posterior",
        places=(Place.CROSSED,),
    ),
    Metric(
        "n_to_decide",
        "n to decide",
        f"Rows that the group needs so that a two-sided test at {percent(SIGNIFICANCE_LEVEL)} tells its impact ratio "
        f"from four fifths in {100 * POWER:.0f} of 100 samples, if the observed rates are the true ones.",
        "Observed rates of small groups are often far from the true ones.",
        bounds=(0.0, None),
        places=(Place.CROSSED,),
    ),
    Metric(
        SELECTION_SHORTFALL,
        "selected too few",
        "By which share the rows that a classifier gives an outcome fall short of the rows that have it. It is given "
        "only of a classifier that selects less than half as many as have the outcome, or almost nobody.",
        "Equal rates of such a classifier say little: there are few decisions that could differ.",
        ideal="0",
    ),
    Metric(
        MATCHING_THRESHOLD,
        "threshold for as many",
        "The score from which on a classifier would give the positive outcome to as many rows as have it.",
        "It is chosen on the rows that are judged.",
        bounds=(None, None),
    ),
    Metric(
        MATCHED_RATIO,
        "parity ratio if as many",
        "The parity ratio of a classifier that selects too few, at the threshold where it would select as many as have "
        "the outcome.",
        "The threshold is chosen on the rows that are judged.",
        ideal="1",
        interval="mover-r wilson",
    ),
    Metric(
        "decisions_lost",
        "decisions lost",
        "Share of rows to which a classifier trained on the original rows gives the positive outcome, and one trained "
        "on this source does not.",
        "A lost decision may have been wrong; see those among true positives.",
        interval="wilson",
        places=(Place.MOVED,),
    ),
    Metric(
        "decisions_gained",
        "decisions gained",
        "Share of rows to which a classifier trained on this source gives the positive outcome, and one trained on "
        "the original rows does not.",
        "A gained decision may be wrong; see those among true positives.",
        interval="wilson",
        places=(Place.MOVED,),
    ),
    Metric(
        "true_positives_lost",
        "true positives lost",
        "Of the rows that truly have the positive outcome, the share that lost the decision.",
        interval="wilson",
        ideal="0",
        places=(Place.MOVED,),
    ),
    Metric(
        "true_positives_gained",
        "true positives gained",
        "Of the rows that truly have the positive outcome, the share that gained the decision.",
        interval="wilson",
        places=(Place.MOVED,),
    ),
    Metric(
        "scoring_rate",
        "scoring rate",
        "Share of a category that scores above the median score of all rows.",
        interval="wilson",
    ),
    Metric(
        "applicants",
        "applicants",
        "People of a category whose outcome is recorded.",
        bounds=(0.0, None),
    ),
    Metric(
        "selected",
        "selected",
        "People of a category that were selected, or scored above the median.",
        bounds=(0.0, None),
    ),
    Metric(
        "assessed",
        "assessed",
        "People whose outcome is recorded, unknown categories included.",
        bounds=(0.0, None),
    ),
    Metric(
        "unknown",
        "unknown category",
        "People whose category is missing or marked as unknown.",
        bounds=(0.0, None),
    ),
    Metric(
        "median_score",
        "median score",
        "The median score of all rows that have one.",
        bounds=(None, None),
    ),
)
