"""Faults of a file: each a difference that is above 0 if there is one."""

from __future__ import annotations

from typing import Final

from core.audit.metrics.declaration import Metric

_DIFFERENCE: Final = (-1.0, 1.0)

FILE_CHECKS: Final = (
    Metric(
        "copied_rows",
        "real rows with a copy",
        "Share of real rows of the named kind that have a copy or a near copy in the file.",
        "With few columns copies arise by chance; see what is beyond chance.",
        interval="wilson",
    ),
    Metric(
        "copied_rows_excess",
        "copies beyond chance",
        "Share of train (or hold-out) rows with a copy in the file, minus the greatest share that chance explains: "
        "that of the other real rows, that of a file with each column shuffled, or that of as many real rows.",
        "Copies that were changed both in a number and in more than a few other columns are not counted.",
        ideal="0",
        bounds=_DIFFERENCE,
        interval="newcombe",
    ),
    Metric(
        "repeated_rows_excess",
        "repeated rows beyond chance",
        "Share of the file's rows that repeat another of its rows, minus the same for as many real rows; of all rows "
        "and of each group, that of which it is surest.",
        "Where the file's numbers are rounded, real ones are rounded alike.",
        ideal="0",
        bounds=_DIFFERENCE,
        interval="newcombe",
    ),
    Metric(
        "commonest_row_excess",
        "one row written many times",
        "A third of the share of the file's commonest row, minus the share of the commonest real row: above 0 if it is "
        "more than three times as common.",
        bounds=_DIFFERENCE,
        interval="wilson, mover",
    ),
    Metric(
        "share_of_rows",
        "share, all real rows or the file",
        "Share of the rows with this group or outcome.",
        interval="wilson",
    ),
    Metric(
        "group_shortfall",
        "group shrunk",
        "Half of the group's share of all real rows, minus its share of the file: above 0 if the group shrank by more "
        "than half.",
        bounds=_DIFFERENCE,
        interval="wilson, mover",
    ),
    Metric(
        "outcome_shortfall",
        "outcome shrunk",
        "A third of the outcome's share of all real rows, minus its share of the file: above 0 if it shrank to less "
        "than a third.",
        bounds=_DIFFERENCE,
        interval="wilson, mover",
    ),
    Metric(
        "lost_values",
        "lost values",
        "Share of hold-out rows with a value that the file never has, minus the same for as many train rows.",
        "Numbers count by tenths of the train rows.",
        ideal="0",
        bounds=_DIFFERENCE,
        interval="newcombe",
    ),
    Metric(
        "unseen_values",
        "unseen values",
        "Share of the file's rows with a value that no train row has, minus that of hold-out rows.",
        "Numbers count if they lie outside the range of the train rows.",
        ideal="0",
        bounds=_DIFFERENCE,
        interval="newcombe",
    ),
    Metric(
        "held_relation",
        "rows in which a relation holds",
        "Number of real train rows in which a relation between columns holds. It holds in every row that it concerns: "
        "all its columns have values there.",
        "Found are sums of two columns, orders, columns that another determines, and values that imply another; only "
        "if chance does not explain them.",
        bounds=(0.0, None),
    ),
    Metric(
        "broken_relation",
        "rows that break a relation",
        "Share of the file's rows that break a relation between columns which holds in every train row, minus that of "
        "hold-out rows.",
        "Found are sums of two columns, orders, columns that another determines, and values that imply another.",
        ideal="0",
        bounds=_DIFFERENCE,
        interval="newcombe",
    ),
    Metric(
        "shifted_values",
        "values shifted",
        "Share of the file's rows with values that are commoner there than in the train rows, minus the share of "
        "hold-out rows with such values.",
        "Numbers count by tenths of the train rows. 0 if both are distributed alike, 1 if they share no value.",
        ideal="0",
        bounds=_DIFFERENCE,
        interval="newcombe",
    ),
    Metric(
        "leaked_outcome",
        "outcome given away by a column",
        "How well the strongest single column tells the outcome: in the real rows its AUC minus 0.95; in a file its "
        "AUC minus that in the real rows (or minus 0.75 if that is less).",
        "Several columns together may give the outcome away although none does alone.",
        bounds=_DIFFERENCE,
        interval="delong",
    ),
    Metric(
        "leaked_group",
        "group given away by a column",
        "How well the strongest single column of the file tells a group: its AUC minus that in the real rows (or minus "
        "0.75 if that is less).",
        bounds=_DIFFERENCE,
        interval="delong",
    ),
    Metric(
        "leaked_by_two",
        "outcome given away by two columns",
        "The AUC of the two columns that tell the outcome best together, minus the greatest of: 0.95 (in a file 0.75), "
        "that of either alone, and that of both in the real rows.",
        "The values of each column count in at most six classes.",
        bounds=_DIFFERENCE,
        interval="delong",
    ),
    Metric(
        "unrelated_column",
        "outcome or group unrelated to the rest",
        "Half of what the other columns tell of the outcome or group in real rows (AUC minus 0.5; of a group less than "
        "half if the file's features also depend less on each other), minus what they tell in the file: above 0 if the "
        "file lost it.",
        bounds=_DIFFERENCE,
        interval="delong",
    ),
    Metric(
        "reversed_column",
        "outcome or group reversed",
        "0.5 minus the AUC on hold-out rows of a simple score of the outcome or group that was learned from the file: "
        "above 0 if the file says the opposite of real rows.",
        bounds=_DIFFERENCE,
        interval="delong",
    ),
    Metric(
        "reversed_within_group",
        "outcome reversed within a group",
        "The same for the outcome among the rows of one group by themselves.",
        bounds=_DIFFERENCE,
        interval="delong",
    ),
    Metric(
        "missing_decisions",
        "no decision",
        "Share of the people for whom the model has no decision.",
        ideal="0",
        interval="wilson",
    ),
    Metric(
        "missing_decisions_difference",
        "no decision, difference",
        "The highest share of any group without a decision minus the lowest.",
        "The others' figures do not show what the model would have decided.",
        ideal="0",
        interval="newcombe, simultaneous",
    ),
    Metric(
        "missing_outcomes_difference",
        "outcome unknown, difference",
        "The highest share of any group whose outcome is unknown minus the lowest.",
        "Figures that need the outcome are of the others only.",
        ideal="0",
        interval="newcombe, simultaneous",
    ),
    Metric(
        "rows_per_train_row",
        "rows per train row",
        "Rows of the file over train rows.",
        bounds=(0.0, None),
    ),
)
