"""Check whether a table is ready for an audit or a run. If not, one sentence names the column and the remedy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import pandas as pd

from core.data.column import Kind
from core.data.groups import (
    bin_names,
    group_labels,
    group_order,
    is_binary,
    positive_name,
    target_labels,
)
from core.data.inference.decision_notes import named_features, named_note
from core.data.inference.target_values import all_missing, check_value
from core.data.reference_outcome import check_reference
from core.data.schema import Schema
from core.errors import DataError, SchemaError, change, give, leave_out

MIN_RUN_ROWS: Final = 50
MIN_AUDIT_ROWS: Final = 10
_MAX_GROUPS: Final = 100
_MAX_LISTED: Final = 5


def check_ready(
    frame: pd.DataFrame, schema: Schema, *, rows: int = MIN_RUN_ROWS, trains: bool = True
) -> tuple[str, ...]:
    """Check a typed table and its roles before a run (``rows=MIN_AUDIT_ROWS`` before an audit only).

    Args:
        frame: Typed by ``schema``, shape (n, columns).
        schema: Schema with assigned roles.
        rows: Minimum number of rows.
        trains: Whether classifiers will learn from the features. Where a model's decisions are audited, none does.

    Returns:
        Notes on weaknesses of the data: guessed roles, missing values in the target, features that are named like a
        model's decisions, small groups. What a person should decide on is found by `core.data.checks.check`.

    Raises:
        DataError: There are too few rows or columns.
        SchemaError: Target, positive value, reference outcome or sensitive columns do not allow a comparison.
    """
    _check_size(frame, rows)
    _check_target(frame, schema)
    if schema.image is not None and schema.features:
        raise SchemaError(
            f"Column {schema.features[0]!r} is a feature, but images are learned from their pixels alone; set its "
            "role to ignored.",
            field="schema",
        )
    notes = [*_guess_notes(schema), *_target_notes(frame, schema), *check_reference(frame, schema)]
    if trains and (named := named_features(schema, frame)):
        notes.append(named_note(named))
    if not schema.sensitive:
        raise SchemaError(
            "No column is sensitive, so there are no groups to compare.",
            field="sensitive",
            remedies=[give("sensitive")],
        )
    for name in schema.sensitive:
        notes.extend(_check_sensitive(frame, schema, name))
    return tuple(notes)


def drop_missing_target(frame: pd.DataFrame, schema: Schema) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the rows with a known target, with a new index, and a note with the number of dropped rows.

    Raises:
        SchemaError: No column is the target, or it is missing in every row.
    """
    missing = frame[schema.target].isna()
    count = int(missing.sum())
    if not count:
        return frame, ()
    if count == len(frame):
        raise all_missing(schema.target)
    note = f"{count:,} of {len(frame):,} rows were left out, because their target {schema.target!r} is missing."
    return frame[~missing].reset_index(drop=True), (note,)


def rows_without_target(frames: Sequence[pd.DataFrame | None], schema: Schema) -> pd.DataFrame | None:
    """Return the rows of all frames whose target is missing; ``None`` if there are none."""
    found = [frame[frame[schema.target].isna()] for frame in frames if frame is not None]
    lacking = [frame for frame in found if len(frame)]
    return pd.concat(lacking, ignore_index=True) if lacking else None


def _check_size(frame: pd.DataFrame, rows: int) -> None:
    if frame.empty:
        raise DataError(f"The table has no rows; choose a file with at least {rows}.")
    if frame.shape[1] < 2:
        raise DataError(
            f"The table has a single column, {str(frame.columns[0])!r}; it needs at least a target and a sensitive "
            "column. Check that the delimiter is a comma, semicolon, tab or bar."
        )
    if len(frame) < rows:
        alone = f" An audit alone needs {MIN_AUDIT_ROWS}." if rows > MIN_AUDIT_ROWS else ""
        has = "1 row" if len(frame) == 1 else f"{len(frame)} rows"
        raise DataError(f"The table has {has}, but {rows} are needed; add rows.{alone}")


def _check_target(frame: pd.DataFrame, schema: Schema) -> None:
    name = schema.target
    column = schema.column(name)
    values = frame[name].dropna()
    if column.is_identifying:
        raise SchemaError(
            f"Target {name!r} only names the rows; it is no outcome.", field="target", remedies=[change("target")]
        )
    if values.empty:
        raise all_missing(name)
    if bool((values == values.iloc[0]).all()):
        raise SchemaError(
            f"Target {name!r} has the same value in every row; it needs at least two values.",
            field="target",
            remedies=[change("target")],
        )
    if schema.threshold is None:
        if schema.positive is None:
            raise SchemaError(
                f"Target {name!r} has no positive value yet.", field="positive", remedies=[give("positive")]
            )
        check_value(schema, frame, schema.positive)
    elif not column.is_numeric:
        raise SchemaError(
            f"Target {name!r} is {column.kind}, so a threshold cannot divide it.",
            field="threshold",
            remedies=[give("positive")],
        )
    else:
        _check_threshold(values, schema)


def _check_threshold(values: pd.Series, schema: Schema) -> None:
    low, high = float(values.min()), float(values.max())
    if schema.threshold is not None and not low < schema.threshold <= high:
        raise SchemaError(
            f"Target {schema.target!r} runs from {low:g} to {high:g}, so the threshold {schema.threshold:g} leaves one "
            "outcome empty; it must lie between them.",
            field="threshold",
            remedies=[change("threshold")],
        )


def _guess_notes(schema: Schema) -> list[str]:
    """Return notes on roles and on a favourable outcome that were guessed, so that the user can correct them."""
    notes = []
    if schema.column(schema.target).guessed:
        notes.append(f"Target {schema.target!r} was guessed; choose another if it is not the outcome.")
    guessed = [name for name in schema.sensitive if schema.column(name).guessed]
    if guessed:
        listed = ", ".join(map(repr, guessed))
        notes.append(
            f"The sensitive columns were guessed from their names: {listed}; choose others if these are not the ones "
            "to compare."
        )
    if schema.favorable_guess:
        word = "good" if schema.favorable == "positive" else "bad"
        notes.append(
            f"{positive_name(schema)!r} was guessed to be {word} for the person, as {schema.favorable_guess}; say "
            "which outcome is favourable if that is wrong."
        )
    return notes


def _target_notes(frame: pd.DataFrame, schema: Schema) -> list[str]:
    missing = int(frame[schema.target].isna().sum())
    notes = []
    if missing:
        notes.append(f"Target {schema.target!r} is missing in {missing:,} rows. The audit leaves them out.")
    if not is_binary(frame, schema):
        notes.append(f"Target {schema.target!r} has several classes; {schema.positive!r} is compared with the rest.")
    known = frame[frame[schema.target].notna()]
    if schema.image is not None and not schema.column(schema.target).is_numeric:
        counts = known[schema.target].value_counts()
        notes += [
            f"Target {schema.target!r}: there is only one image of {str(name)!r}, which is too few for any conclusion."
            for name in counts.index[counts == 1][:_MAX_LISTED]
        ]
    positives = int(target_labels(known, schema).sum())
    fewest = min(positives, len(known) - positives)
    if fewest < 10:
        notes.append(f"Target {schema.target!r}: only {fewest} rows have the rarer outcome, so results are uncertain.")
    return notes


def _check_sensitive(frame: pd.DataFrame, schema: Schema, name: str) -> list[str]:
    column = schema.column(name)
    values = frame[name].dropna()
    if values.empty:
        raise SchemaError(
            f"Sensitive column {name!r} is missing in every row.", field="sensitive", remedies=[change("sensitive")]
        )
    if bool((values == values.iloc[0]).all()) and not frame[name].isna().any():
        raise SchemaError(
            f"Sensitive column {name!r} has one value only, so there are no groups to compare.",
            field="sensitive",
            remedies=[change("sensitive")],
        )
    counts = Counter(group_labels(frame, schema, [name]).tolist())
    if column.is_numeric and column.bin_edges:
        empty = [group for group in bin_names(column) if group not in counts]
        if empty:
            raise SchemaError(
                f"Sensitive column {name!r}: the group {empty[0]!r} has no rows; its values run from "
                f"{float(values.min()):g} to {float(values.max()):g}.",
                field="bin_edges",
                remedies=[change("bin_edges"), leave_out("bin_edges")],
            )
    if len(counts) > _MAX_GROUPS:
        what = "write the year or the age into a column" if column.kind is Kind.DATETIME else "merge some of them"
        then = " and choose that column" if column.kind is Kind.DATETIME else ""
        raise SchemaError(
            f"Sensitive column {name!r} has {len(counts)} groups, more than the {_MAX_GROUPS} that can be compared; "
            f"{what} in the file{then}.",
            field="sensitive",
            remedies=[give("bin_edges"), change("sensitive")] if column.is_numeric else [change("sensitive")],
        )
    return _small_group_notes(schema, name, counts)


def _small_group_notes(schema: Schema, name: str, counts: Counter[str]) -> list[str]:
    least = schema.min_group_size
    small = [
        f"{group!r} ({counts[group]})"
        for group in sorted(counts, key=group_order(schema, [name]))
        if counts[group] < least
    ]
    if not small:
        return []
    return [
        f"Sensitive column {name!r}: fewer than {least} rows in {', '.join(small[:5])}. These groups are shown, but "
        "not compared."
    ]
