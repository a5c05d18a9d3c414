"""Whether a file can be trusted: copies, repeated rows, groups left out, columns that gave up their values."""

from __future__ import annotations

from typing import Final

from core.audit.metrics.declaration import Metric

_DIFFERENCE = (-1.0, 1.0)

FILES: Final = (
    Metric(
        "copies_excess",
        "copies of train rows, beyond chance",
        "Share of the real train rows that stand in the file, minus the same share of the test rows, which its maker "
        "should not have seen. Below 0, the file holds test rows.",
        "Rows that were changed a little are not counted here.",
        ideal="0",
        bounds=_DIFFERENCE,
        interval="newcombe",
    ),
    Metric(
        "near_copies_excess",
        "near copies of train rows, beyond chance",
        "Of all real rows, the 5 % that lie nearest to a row of the file are near copies. Their share of the train "
        "rows, minus their share of the test rows.",
        "At most a twentieth of the rows can count, so that it shows that there are copies and not how many.",
        ideal="0",
        bounds=_DIFFERENCE,
        interval="newcombe",
    ),
    Metric(
        "repeated_rows_excess",
        "repeated rows, beyond chance",
        "Share of the file's rows that repeat an earlier one, minus the same share of as many real rows.",
        ideal="0 or below",
        bounds=_DIFFERENCE,
        interval="newcombe",
    ),
    Metric(
        "group_shortfall",
        "group left out",
        "Half of the group's share of the real rows, minus its share of the file. Above 0, less than half of the group "
        "is left.",
        ideal="below 0",
        bounds=_DIFFERENCE,
        interval="mover wilson",
    ),
    Metric(
        "unseen_values",
        "values that no real row has",
        "Share of the file's values of a column that occur in no real row.",
        "A new value may be rare and right.",
        ideal="0",
    ),
    Metric("one_value", "one value only", "1 if a column that varies in the real rows has one value in the file."),
    Metric(
        "single_feature_auc",
        "one feature tells the outcome",
        "How well one feature alone tells the outcome, as AUC. Near 1, the feature may have been written after the "
        "outcome was known.",
        "A strong feature may be a right one; ask when it is known.",
        ideal="below 1",
        interval="delong over 3 folds",
    ),
    Metric(
        "single_feature_gain",
        "one feature tells the outcome, beyond the real rows",
        "How much better one feature alone tells the outcome in the file than in the real rows: difference of AUCs.",
        ideal="0",
        bounds=_DIFFERENCE,
        interval="mover delong",
    ),
    Metric(
        "outcome_signal_shortfall",
        "outcome no longer told by features",
        "How well features tell the outcome within the real rows, halved, minus the same within the file (AUC above "
        ".5). Above 0, less than half is left.",
        ideal="below 0",
        bounds=_DIFFERENCE,
        interval="mover",
    ),
    Metric(
        "group_signal_shortfall",
        "group no longer told by features",
        "How well features of the real rows tell the group, halved, minus how well those of the file do (AUC above "
        ".5). Above 0, less than half is left.",
        "A fair representation may have this effect by design.",
        ideal="below 0",
        bounds=_DIFFERENCE,
        interval="mover",
    ),
)
