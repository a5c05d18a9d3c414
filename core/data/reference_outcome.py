"""The reference outcome: a column with an outcome better founded than the target's, against which decisions are judged.

A recorded outcome can itself be unfair. If the right one is known, e.g. from a second reader, classifiers can be judged
against it too. Nothing learns from it: its column is ignored, and generated rows have no such column.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.column import Role
from core.data.groups import as_text, target_labels
from core.data.schema import Schema
from core.errors import SchemaError, change, leave_out

_MAX_LISTED = 5


def with_reference(schema: Schema, frame: pd.DataFrame, name: str) -> Schema:
    """Return the schema with this column as the reference outcome, its role ignored.

    Raises:
        SchemaError: There is no such column, it is the target or sensitive, or it has not the target's values.
    """
    column = schema.column(name, "reference")
    reason = "Reference outcome: chosen."
    if column.role is Role.FEATURE:
        schema = schema.edited(name, role=Role.IGNORED, bin_edges=(), bin_names=(), reason=reason)
    schema = schema.replaced(reference=name)
    check_reference(frame, schema)
    return schema


def check_reference(frame: pd.DataFrame, schema: Schema) -> tuple[str, ...]:
    """Check the values of the reference outcome, if there is one.

    Args:
        frame: Typed by ``schema``.
        schema: With target and positive value or threshold.

    Returns:
        A note on the number of rows without it; empty if there are none.

    Raises:
        SchemaError: It has a value that the target lacks, one outcome only, or no value at all.
    """
    name = schema.reference
    if name is None or frame.empty or not schema.with_role(Role.TARGET):
        return ()
    known = frame[name].notna()
    if not known.any():
        raise _unusable(f"Reference outcome {name!r} is missing in every row.")
    if schema.threshold is not None:
        if not schema.column(name).is_numeric:
            raise _unusable(f"Reference outcome {name!r} is not numeric, so the target's threshold cannot divide it.")
    else:
        _check_values(frame, schema, name)
    if schema.threshold is not None or schema.positive is not None:
        labels = target_labels(in_targets_place(frame, schema)[0], schema)
        if len(np.unique(labels)) < 2:
            raise _unusable(f"Reference outcome {name!r} is the same in every row that has it; it needs both outcomes.")
    missing = int((~known).sum())
    where = f"{missing:,} of {len(frame):,} rows"
    return (f"Reference outcome {name!r} is missing in {where}; figures against it leave them out.",) if missing else ()


def in_targets_place(frame: pd.DataFrame, schema: Schema) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """Return the rows that have the reference outcome, with it in the target's column, and which rows these are.

    All functions on outcomes then read the reference outcome in place of the target's.

    Args:
        frame: Typed by ``schema``, shape (n, columns).
        schema: With a reference outcome.

    Returns:
        The frame, shape (m, columns), and a mask of shape (n,).
    """
    known = frame[schema.reference].notna().to_numpy(dtype=bool)
    rows = frame[known]
    return rows.assign(**{schema.target: rows[schema.reference]}), known


def _check_values(frame: pd.DataFrame, schema: Schema, name: str) -> None:
    present = set(as_text(frame[schema.target].dropna()))
    foreign = sorted(set(as_text(frame[name].dropna())) - present)
    if foreign and present:
        listed = ", ".join(map(repr, sorted(present)[:_MAX_LISTED])) + (", …" if len(present) > _MAX_LISTED else "")
        raise _unusable(
            f"Reference outcome {name!r} has the value {foreign[0]!r}, which the target {schema.target!r} does not "
            f"have; the target's values are {listed}."
        )


def _unusable(sentence: str) -> SchemaError:
    return SchemaError(sentence, field="reference", remedies=[change("reference"), leave_out("reference")])
