"""Add what ONNX models decide to a table, a column each, so that it is audited as decisions that are in the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from core.data.column import Column, Kind, Role
from core.data.dataset import Dataset
from core.data.decision_columns import DecisionColumn
from core.data.onnx_model import decisions_of
from core.errors import DataError


def with_onnx(dataset: Dataset, paths: Sequence[Path]) -> tuple[Dataset, list[DecisionColumn]]:
    """Return the dataset with a column for each model, and these columns. Every row is decided, test rows too.

    Args:
        dataset: The table.
        paths: Files of models; a model is called as its file, without the ending.

    Raises:
        ConfigError: onnxruntime is not installed.
        DataError: A file is no ONNX model, does not fit the table, or is called as a column or another model is.
    """
    schema, columns = dataset.schema, []
    if dataset.holdout is not None and paths:
        dataset = replace(dataset, frame=pd.concat([dataset.frame, dataset.holdout], ignore_index=True), holdout=None)
    for path in paths:
        name = path.stem
        if name in dataset.frame.columns:
            raise DataError(f"The table already has a column {name!r}; give the file of the model another name.")
        found = decisions_of(path, dataset.frame, schema)
        kind = Kind.NUMERICAL if found.is_score else Kind.CATEGORICAL
        column = Column(name=name, kind=kind, role=Role.IGNORED, reason=f"Decisions of the model {path.name}.")
        dataset = replace(
            dataset,
            frame=dataset.frame.assign(**{name: found.decided}),
            schema=dataset.schema.replaced(columns=(*dataset.schema.columns, column)),
            notes=(*dataset.notes, *found.notes),
        )
        columns.append(DecisionColumn(name, is_score=found.is_score))
    return dataset, columns
