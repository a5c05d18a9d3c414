"""Figures over all classes, for targets with more than two values."""

from __future__ import annotations

from typing import Final

from core.audit.metrics.declaration import Metric, Place

_EQUAL: Final = "equal in all groups"

CLASSES: Final = (
    Metric(
        "multiclass_accuracy",
        "accuracy, all classes",
        "Share of right predictions over all values of the outcome.",
        ideal="1",
        interval="wilson",
        paired=True,
        places=(Place.CLASSES,),
    ),
    Metric(
        "macro_f1",
        "macro F1",
        "Mean of the F1 of every class.",
        ideal="1",
        places=(Place.CLASSES,),
    ),
    Metric(
        "worst_class_recall",
        "worst class recall",
        "The lowest recall of any class.",
        ideal="1",
        interval="wilson",
        places=(Place.CLASSES,),
    ),
    Metric(
        "class_recall",
        "recall of class",
        "Of the rows of one class, the share predicted as that class.",
        ideal="1",
        interval="wilson",
    ),
    Metric(
        "class_selection_rate",
        "share predicted as class",
        "Share of rows that are predicted as the class.",
        "Groups can differ in how frequent the class is.",
        interval="wilson",
    ),
    Metric(
        "class_tpr",
        "recall of class by group",
        "Of a group's rows of one class, the share predicted as that class.",
        ideal=_EQUAL,
        interval="wilson",
    ),
    Metric(
        "class_precision",
        "precision of class by group",
        "Of a group's rows predicted as one class, the share that are of that class.",
        ideal=_EQUAL,
        interval="wilson",
    ),
    Metric(
        "class_selection_rate_difference",
        "difference of shares predicted as class",
        "The highest share predicted as the class of any group minus the lowest.",
        "Groups can differ in how frequent the class is.",
        ideal="0",
        interval="newcombe",
    ),
    Metric(
        "class_tpr_difference",
        "difference of recalls of class",
        "The highest recall of the class in any group minus the lowest.",
        ideal="0",
        interval="newcombe",
    ),
    Metric(
        "macro_recall",
        "macro recall",
        "Mean of the recalls of all classes in a group.",
        ideal=_EQUAL,
        interval="mover wilson",
    ),
    Metric(
        "multiclass_accuracy_difference",
        "accuracy difference, all classes",
        "The highest accuracy over all classes of any group minus the lowest.",
        "Groups can have different shares of hard classes.",
        ideal="0",
        interval="newcombe",
        paired=True,
        places=(Place.CLASS_GAPS,),
    ),
    Metric(
        "worst_class_demographic_parity_ratio",
        "parity ratio, worst class",
        "The lowest demographic parity ratio of any class of the outcome, each counted as positive against the rest.",
        "The least of many ratios is below 1 by chance alone, and more so with more classes and groups; its interval "
        "does not account for that.",
        ideal="1",
        interval="mover-r wilson",
        places=(Place.CLASS_GAPS,),
    ),
    Metric(
        "worst_class_equalized_odds_ratio",
        "error-rate ratio, worst class",
        "The lowest equalized odds ratio of any class of the outcome, each counted as positive against the rest.",
        "The least of many ratios is below 1 by chance alone; where classes are well separated, false positives are "
        "few and their ratio is unstable.",
        ideal="1",
        interval="mover-r wilson",
        places=(Place.CLASS_GAPS,),
    ),
)
