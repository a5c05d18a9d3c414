"""Decisions of several models below one another: a row for each model and person, as Aequitas writes them.

A column names the model of each row. Each model is measured on its own rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.decision_columns import MAX_MODELS, DecisionColumn
from core.data.groups import as_text
from core.data.inference.name_hints import is_model_name
from core.data.model_decisions import Decisions, read_decisions
from core.data.schema import Schema
from core.data.set_aside import set_aside
from core.errors import DataError, EvenhandError, change, leave_out


def without_model_column(schema: Schema, name: str, columns: Sequence[DecisionColumn]) -> Schema:
    """Return the schema in which the column that names the model is no feature.

    Raises:
        DataError: There is no such column, or it has another use.
    """
    taken = {one.column for one in columns}
    reason = "Names the model: no feature."
    return set_aside(schema, name, "model_column", purpose="name the models", reason=reason, taken=taken)


def read_by_model(
    frame: pd.DataFrame, schema: Schema, columns: Sequence[DecisionColumn], name: str
) -> tuple[list[Decisions], tuple[str, ...]]:
    """Return the decisions of each model that a column names, on its rows, and what was left out or reinterpreted.

    Args:
        frame: Typed rows with a known target, shape (n, ...).
        schema: Target and positive value.
        columns: The columns with the decisions. With several, each model has several names.
        name: The column that names the model of each row.

    Raises:
        DataError: There are too many models or none, or the decisions of one cannot be read.
    """
    rows = _rows_by_model(frame, name, len(columns))
    missing = len(frame) - sum(map(len, rows.values()))
    notes = [f"Rows that name no model in {name!r} are left out: {missing:,}."] if missing else []
    models, told = [], []
    for model, among in rows.items():
        try:
            found = read_decisions(frame, schema, columns, among)
        except EvenhandError as error:
            raise DataError.of(error.problem, f"Model {model!r}: ") from error
        models += [replace(one, name=model if len(found) == 1 else f"{model} {one.name}") for one in found]
        told.append({note for one in found for note in one.notes})
    shared = set.intersection(*told)
    notes += sorted(shared)
    notes += [
        f"Model {model!r}: {note}" for model, mine in zip(rows, told, strict=True) for note in sorted(mine - shared)
    ]
    return models, tuple(notes)


def unnamed_models(frame: pd.DataFrame) -> list[str]:
    """Return a note on each column that likely names the model of each row, for an audit that was not told of one.

    Args:
        frame: Typed rows, shape (n, columns).
    """
    likely = [str(name) for name in frame if is_model_name(str(name)) and 1 < frame[name].nunique() <= MAX_MODELS]
    return [
        f"Column {name!r} is named as if it told the model of each row; if it does, give it as the model column, or "
        "else each person counts once for each model."
        for name in likely
    ]


def people(models: Sequence[Decisions]) -> tuple[NDArray[np.intp], str]:
    """Return the rows of the model that decided most often, and a note that the table's outcomes are counted over them.

    The rows of other models may be of the same people, who would count twice.
    """
    largest = max(models, key=lambda one: len(one.rows))
    return largest.rows, (
        f"The outcomes in the table are counted over the {len(largest.rows):,} rows of {largest.name!r}, as the rows "
        "of other models may be of the same people."
    )


def _rows_by_model(frame: pd.DataFrame, name: str, columns: int) -> dict[str, NDArray[np.intp]]:
    known = np.flatnonzero(frame[name].notna().to_numpy(dtype=bool))
    codes, values = pd.factorize(as_text(frame[name].iloc[known]))
    if not len(values):
        raise DataError(
            f"Column {name!r} is missing in every row.", field="model_column", remedies=[leave_out("model_column")]
        )
    if len(values) * columns > MAX_MODELS:
        each = f" with {columns} decisions each" if columns > 1 else ""
        raise DataError(
            f"Column {name!r} names {len(values):,} models{each}, more than the {MAX_MODELS} that one audit compares; "
            "keep the rows of fewer, or name the column that holds the model.",
            field="model_column",
            remedies=[change("model_column")],
        )
    order = np.argsort(codes, kind="stable")
    parts = np.split(known[order], np.cumsum(np.bincount(codes))[:-1])
    return {str(value): part for value, part in zip(values, parts, strict=True)}
