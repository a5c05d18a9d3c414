"""Targets of more than two values: all classes at once."""

from __future__ import annotations

from typing import Final

from core.audit.metrics.declaration import Metric, Place

CLASSES: Final = (
    Metric(
        "multiclass_accuracy",
        "accuracy, all classes",
        "Share of right predictions over all values of the outcome.",
        ideal="1",
        better="higher",
        interval="wilson",
        paired=True,
        places=(Place.CLASSES,),
    ),
    Metric(
        "macro_f1",
        "macro F1",
        "Mean of the F1 of every class.",
        ideal="1",
        better="higher",
        places=(Place.CLASSES,),
    ),
    Metric(
        "worst_class_recall",
        "worst class recall",
        "The lowest recall of any class.",
        ideal="1",
        better="higher",
        interval="wilson",
        places=(Place.CLASSES,),
    ),
    Metric(
        "class_recall",
        "recall of class",
        "Of the rows of one class, the share predicted as it.",
        ideal="1",
        better="higher",
        interval="wilson",
    ),
    Metric(
        "multiclass_accuracy_difference",
        "accuracy difference, all classes",
        "The highest accuracy over all classes of any group minus the lowest.",
        "Groups can have different shares of hard classes.",
        ideal="0",
        better="lower",
        interval="newcombe",
        paired=True,
        places=(Place.CLASS_GAPS,),
    ),
    Metric(
        "worst_class_demographic_parity_ratio",
        "parity ratio, worst class",
        "The lowest demographic parity ratio of any class of the outcome, each counted as positive against the rest.",
        "The least of many ratios lies below 1 by chance alone, the more so the more classes and groups there are; "
        "its interval does not count that.",
        ideal="1",
        better="higher",
        interval="mover-r wilson",
        places=(Place.CLASS_GAPS,),
    ),
    Metric(
        "worst_class_equalized_odds_ratio",
        "error-rate ratio, worst class",
        "The lowest equalized odds ratio of any class of the outcome, each counted as positive against the rest.",
        "The least of many ratios lies below 1 by chance alone; where classes are well told apart, false positives "
        "are few and their ratio swings.",
        ideal="1",
        better="higher",
        interval="mover-r wilson",
        places=(Place.CLASS_GAPS,),
    ),
)
