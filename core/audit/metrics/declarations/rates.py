"""Rates by group: base rate, selection rate and all of the confusion matrix (Fawcett 2006, table 1 and fig. 1)."""

from __future__ import annotations

from typing import Final

from core.audit.metrics.declaration import Metric, Over
from core.audit.metrics.formulas import Rate

SELECTION_RATE: Final = Rate(lambda c: c.tp + c.fp, lambda c: c.n, "selection rate", "the group has no rows")
BASE_RATE: Final = Rate(lambda c: c.tp + c.fn, lambda c: c.n, "base rate", "the group has no rows")
TPR: Final = Rate(
    lambda c: c.tp, lambda c: c.tp + c.fn, "true positive rate", "the group has no row with the positive outcome"
)
FPR: Final = Rate(
    lambda c: c.fp, lambda c: c.fp + c.tn, "false positive rate", "the group has no row with the negative outcome"
)
TNR: Final = Rate(
    lambda c: c.tn, lambda c: c.fp + c.tn, "true negative rate", "the group has no row with the negative outcome"
)
FNR: Final = Rate(
    lambda c: c.fn, lambda c: c.tp + c.fn, "false negative rate", "the group has no row with the positive outcome"
)
PRECISION: Final = Rate(lambda c: c.tp, lambda c: c.tp + c.fp, "precision", "no {row} is predicted positive")
NPV: Final = Rate(lambda c: c.tn, lambda c: c.tn + c.fn, "negative predictive value", "no {row} is predicted negative")
FDR: Final = Rate(lambda c: c.fp, lambda c: c.tp + c.fp, "false discovery rate", "no {row} is predicted positive")
FALSE_OMISSION_RATE: Final = Rate(
    lambda c: c.fn, lambda c: c.tn + c.fn, "false omission rate", "no {row} is predicted negative"
)

_EQUAL = "equal in all groups"

RATES: Final = (
    Metric(
        "base_rate",
        "share positive",
        "Share of rows with the positive outcome in the data (base rate).",
        "A gap between groups can come from history, from how rows were collected, or from real differences.",
        interval="wilson",
    ),
    Metric(
        "selection_rate",
        "share predicted positive",
        "Share of rows that the classifier predicts positive (selection rate).",
        "Equal rates do not mean that the right people are selected.",
        formula=SELECTION_RATE,
        over=(Over.GROUPS,),
    ),
    Metric(
        "tpr",
        "true positive rate",
        "Of those who are positive, the share predicted positive (TPR).",
        ideal=_EQUAL,
        formula=TPR,
        over=(Over.GROUPS,),
    ),
    Metric(
        "fpr",
        "false positive rate",
        "Of those who are negative, the share predicted positive (FPR).",
        ideal=_EQUAL,
        formula=FPR,
        over=(Over.GROUPS,),
    ),
    Metric(
        "tnr",
        "true negative rate",
        "Of those who are negative, the share predicted negative (TNR). It is 1 minus the false positive rate.",
        ideal=_EQUAL,
        formula=TNR,
        over=(Over.GROUPS,),
    ),
    Metric(
        "fnr",
        "false negative rate",
        "Of those who are positive, the share predicted negative (FNR). It is 1 minus the true positive rate.",
        ideal=_EQUAL,
        formula=FNR,
        over=(Over.GROUPS,),
    ),
    Metric(
        "precision",
        "precision",
        "Of the rows predicted positive, the share that are positive (positive predictive value).",
        ideal="1",
        formula=PRECISION,
        over=(Over.GROUPS, Over.ROWS),
    ),
    Metric(
        "npv",
        "negative predictive value",
        "Of the rows predicted negative, the share that are negative (NPV).",
        "It rises where positives are rare, whatever the classifier does.",
        ideal="1",
        formula=NPV,
        over=(Over.GROUPS,),
    ),
    Metric(
        "fdr",
        "false discovery rate",
        "Of the rows predicted positive, the share that are negative (FDR). It is 1 minus the precision.",
        ideal="0",
        formula=FDR,
        over=(Over.GROUPS,),
    ),
    Metric(
        "for",
        "false omission rate",
        "Of the rows predicted negative, the share that are positive (FOR). It is 1 minus the negative predictive "
        "value.",
        "It falls where positives are rare, whatever the classifier does.",
        ideal="0",
        formula=FALSE_OMISSION_RATE,
        over=(Over.GROUPS,),
    ),
)
