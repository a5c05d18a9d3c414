"""Disparities between groups: demographic parity, equalized odds, predictive parity."""

from __future__ import annotations

from typing import Final

from core.audit.metrics import names
from core.audit.metrics.declaration import Metric, Place
from core.audit.metrics.declarations.rates import FPR, PRECISION, SELECTION_RATE, TPR
from core.audit.metrics.formulas import DetectableGap, Disparity

DISPARITIES: Final = (
    Metric(
        names.PARITY_RATIO,
        "parity ratio",
        "The lowest selection rate of any group over the highest (demographic parity ratio, DPR). 1 is parity.",
        "It says nothing about errors; a classifier that decides at random scores 1.",
        ideal="1",
        formula=Disparity("ratio", (SELECTION_RATE,)),
        headline=True,
        paired=True,
        places=(Place.FAIRNESS,),
    ),
    Metric(
        names.CHANCE_LIMIT,
        "chance limit",
        "If all groups had the same rate, nine of ten samples of these sizes would show a parity ratio above this "
        "value (10th percentile of the DPR under equal rates).",
        "A parity ratio above it is compatible with equal rates; it does not prove them.",
        places=(Place.FAIRNESS,),
    ),
    Metric(
        names.ODDS_RATIO,
        "error-rate ratio",
        "The smaller of the ratios of true and of false positive rates between groups (equalized odds ratio, EOR).",
        "Where base rates differ, only a trivial classifier has both parity ratio and error-rate ratio near 1.",
        ideal="1",
        formula=Disparity("ratio", (TPR, FPR)),
        headline=True,
        paired=True,
        places=(Place.FAIRNESS,),
    ),
    Metric(
        names.PARITY_DIFFERENCE,
        "rate difference",
        "The highest selection rate of any group minus the lowest (demographic parity difference, DPD).",
        ideal="0",
        formula=Disparity("difference", (SELECTION_RATE,)),
        paired=True,
        places=(Place.FAIRNESS,),
    ),
    Metric(
        names.ODDS_DIFFERENCE,
        "error-rate difference",
        "The larger of the differences of true and of false positive rates between groups (equalized odds "
        "difference, EOD).",
        ideal="0",
        formula=Disparity("difference", (TPR, FPR)),
        paired=True,
        places=(Place.FAIRNESS,),
    ),
    Metric(
        names.OPPORTUNITY_DIFFERENCE,
        "equal opportunity difference",
        "The highest true positive rate of any group minus the lowest: who gets the positive outcome among those who "
        "have it on record (Hardt, Price and Srebro 2016).",
        "It says nothing about those who have the other outcome on record.",
        ideal="0",
        formula=Disparity("difference", (TPR,)),
        paired=True,
        places=(Place.FAIRNESS,),
    ),
    Metric(
        "predictive_parity_ratio",
        "precision ratio",
        "The lowest precision of any group over the highest (predictive parity ratio).",
        "Where base rates differ, equal precision and equal error rates exclude one another (Chouldechova 2017).",
        ideal="1",
        formula=Disparity("ratio", (PRECISION,)),
        paired=True,
    ),
    Metric(
        "predictive_parity_difference",
        "precision difference",
        "The highest precision of any group minus the lowest (predictive parity difference).",
        "Where base rates differ, equal precision and equal error rates exclude one another (Chouldechova 2017).",
        ideal="0",
        formula=Disparity("difference", (PRECISION,)),
        paired=True,
    ),
    Metric(
        names.DETECTABLE,
        "detectable rate difference",
        "The smallest true difference of selection rates (of base rates, for data) between two groups that these rows "
        "would show in 80 % of samples, as an interval above 0. For the two groups whose difference is least certain.",
        "A smaller gap may exist unseen. Larger groups would show smaller gaps.",
        formula=DetectableGap((SELECTION_RATE,)),
    ),
    Metric(
        names.DETECTABLE_ERROR_RATE,
        "detectable error-rate difference",
        "The smallest true difference of true or of false positive rates between two groups that these rows would "
        "show in 80 % of samples, as an interval above 0. For the two groups whose difference is least certain.",
        "A smaller gap may exist unseen. Larger groups would show smaller gaps.",
        formula=DetectableGap((TPR, FPR)),
    ),
    Metric(
        names.CHANCE_MEAN,
        "parity ratio if rates were equal",
        "The mean parity ratio (DPR) by chance alone, if all groups of these sizes had the same rate.",
    ),
    Metric(
        "difference_to_reference",
        "difference to the reference",
        "A rate of the group minus that of the chosen reference group, or of all rows.",
        "Which group is the reference is a choice, not a finding.",
        ideal="0",
        bounds=(-1.0, 1.0),
        interval="newcombe",
    ),
    Metric(
        "ratio_to_reference",
        "ratio to the reference",
        "A rate of the group over that of the chosen reference group, or of all rows.",
        "Which group is the reference is a choice, not a finding.",
        ideal="1",
        bounds=(0.0, None),
        interval="mover-r wilson",
    ),
    Metric(
        "pooled_difference",
        "pooled difference",
        "Rate of the favourable outcome of all other groups minus that of the group. Above 0 the group is worse off.",
        "It compares people who differ in other things; see the difference within strata.",
        ideal="0",
        bounds=(-1.0, 1.0),
        interval="newcombe",
    ),
    Metric(
        "difference_within",
        "difference within strata",
        "The same difference among rows with the same value of a column (Mantel-Haenszel risk difference). Above 0 the "
        "group is worse off.",
        "Opposite differences in different strata cancel. The column may itself be an effect of membership in the "
        "group, so that holding it equal is no proof of equal treatment.",
        ideal="0",
        bounds=(-1.0, 1.0),
        interval="mantel-haenszel",
    ),
    Metric(
        "unawareness_gap",
        "direct effect",
        "How far the score of the positive outcome moves, on average over rows, if only the sensitive attribute is "
        "replaced by that of another group: highest minus lowest over groups. 0 means that the classifier does not "
        "use the attribute itself.",
        "0 is no proof of equal treatment: other columns can be proxies of the attribute.",
        ideal="0",
        interval="normal",
        either_outcome=True,
    ),
    Metric(
        "unawareness_gap_null",
        "direct effect by chance",
        "The same for classifiers that were trained with the attribute shuffled among the rows, so that it means "
        "nothing: the mean over shuffles.",
        "Few shuffles; others give a slightly different figure, which the interval allows for.",
        interval="normal",
        either_outcome=True,
    ),
    Metric(
        "unawareness_excess",
        "direct effect beyond chance",
        "The direct effect minus that of a shuffled attribute. The interval holds how much shuffles differ.",
        "0 is no proof of equal treatment: other columns can be proxies of the attribute.",
        ideal="0",
        bounds=(-1.0, 1.0),
        interval="normal",
        either_outcome=True,
    ),
)
