"""`evenhand.check_data`: what a person should decide on before figures of the data are believed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

import pandas as pd

from core.data.checks import check as checks
from core.data.checks.issue import IssueSummary
from core.data.relations.found import find_relations
from evenhand.datasets import dataset_of
from evenhand.options import Data, DataOptions, Label, check_keywords


def check_data(
    data: Data,
    *,
    target: Label | None = None,
    positive: Label | None = None,
    sensitive: Label | Sequence[Label] = (),
    trains: bool = True,
    **options: Unpack[DataOptions],
) -> pd.DataFrame:
    """Return what a person should decide on before figures of the data are believed, the gravest first.

    >>> frame = pd.DataFrame({"sex": ["f", "m", "F "] * 20, "age": range(60), "hired": [True, False] * 30})
    >>> found = check_data(frame, target="hired", positive=True, sensitive="sex")
    >>> found[["check", "rows", "apply"]].values.tolist()
    [['spellings', 20, ['merge:sex']]]

    Args:
        data: A DataFrame, the path of a file, or the name of a built-in dataset. It is never changed.
        target: Column of the outcome. If left out, it is guessed.
        positive: Positive value of the target.
        sensitive: The sensitive columns.
        trains: Whether classifiers or generators are to learn from the data; false for decisions of a model.
        **options: See `evenhand.options.DataOptions`.

    Returns:
        A row for each finding. Columns: check, columns (headers), finding (a sentence), rows (their number), apply
        (names of changes, for the keyword ``apply`` of `audit` and `run`; ``weight:`` stands for the keyword
        ``weight``). Relations between columns, which generated rows keep unless they are refused, come last.

    Raises:
        EvenhandError: The data are not usable. The sentence names the column or the keyword.
        TypeError: There is no such keyword.
    """
    check_keywords("check_data", DataOptions, options)
    data_of, _ = dataset_of(data, target, positive, sensitive, options=options)
    frame, schema = data_of.frame, data_of.schema
    found = [IssueSummary.of(issue) for issue in checks.check_data(frame, schema, trains=trains)]
    table = found_table(found)
    kept = find_relations(frame, schema) if trains else ()
    rows = [("relation", list(one.columns), one.text, len(frame), [f"refuse:{one.text}"]) for one in kept]
    return pd.concat([table, pd.DataFrame(rows, columns=table.columns)], ignore_index=True) if rows else table


def found_table(found: Sequence[IssueSummary]) -> pd.DataFrame:
    """Return findings one a row."""
    rows = [(one.check, list(one.columns), one.sentence, one.rows, list(one.remedies)) for one in found]
    return pd.DataFrame(rows, columns=["check", "columns", "finding", "rows", "apply"])
