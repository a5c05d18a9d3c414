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
        "base rate",
        "Share of rows with the positive outcome in the data.",
        "A gap between groups can come from history, from how rows were collected, or from real differences.",
        interval="wilson",
    ),
    Metric(
        "selection_rate",
        "selection rate",
        "Share of rows that the classifier predicts positive.",
        "Equal rates do not mean that the right people are selected.",
        formula=SELECTION_RATE,
        over=(Over.GROUPS,),
    ),
    Metric(
        "tpr",
        "TPR",
        "True positive rate: of those who are positive, the share predicted positive.",
        ideal=_EQUAL,
        better="higher",
        formula=TPR,
        over=(Over.GROUPS,),
    ),
    Metric(
        "fpr",
        "FPR",
        "False positive rate: of those who are negative, the share predicted positive.",
        ideal=_EQUAL,
        better="lower",
        formula=FPR,
        over=(Over.GROUPS,),
    ),
    Metric(
        "tnr",
        "TNR",
        "True negative rate: of those who are negative, the share predicted negative. It is 1 minus the FPR.",
        ideal=_EQUAL,
        better="higher",
        formula=TNR,
        over=(Over.GROUPS,),
    ),
    Metric(
        "fnr",
        "FNR",
        "False negative rate: of those who are positive, the share predicted negative. It is 1 minus the TPR.",
        ideal=_EQUAL,
        better="lower",
        formula=FNR,
        over=(Over.GROUPS,),
    ),
    Metric(
        "precision",
        "precision",
        "Of the rows predicted positive, the share that are.",
        ideal="1",
        better="higher",
        formula=PRECISION,
        over=(Over.GROUPS, Over.ROWS),
    ),
    Metric(
        "npv",
        "NPV",
        "Negative predictive value: of the rows predicted negative, the share that are.",
        "It rises where positives are rare, whatever the classifier does.",
        ideal="1",
        better="higher",
        formula=NPV,
        over=(Over.GROUPS,),
    ),
    Metric(
        "fdr",
        "FDR",
        "False discovery rate: of the rows predicted positive, the share that are not. It is 1 minus the precision.",
        ideal="0",
        better="lower",
        formula=FDR,
        over=(Over.GROUPS,),
    ),
    Metric(
        "for",
        "FOR",
        "False omission rate: of the rows predicted negative, the share that are positive. It is 1 minus the NPV.",
        "It falls where positives are rare, whatever the classifier does.",
        ideal="0",
        better="lower",
        formula=FALSE_OMISSION_RATE,
        over=(Over.GROUPS,),
    ),
)
