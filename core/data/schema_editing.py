"""Edits of a schema by the user. Each function checks one edit and returns a new schema."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import pandas as pd

from core.choices import DateOrder, DecimalMark
from core.data.checks.apply import standing, with_edits, with_merged_values
from core.data.checks.edits import Edit
from core.data.checks.issue import Change
from core.data.column import Column, Kind, Role
from core.data.dataset import HOLDOUT_NOTE, Dataset
from core.data.decision_columns import DecisionColumn, without_features
from core.data.inference.cut_points import median_threshold
from core.data.inference.favorable import with_guess
from core.data.inference.role_assignment import assign_roles
from core.data.inference.target_values import MAX_CLASSES
from core.data.model_column import without_model_column
from core.data.new_identifiers import with_serial_forms
from core.data.number_editing import PLAIN_FIELDS, cast_again, chosen_form, dates_by, reading_by
from core.data.periods import PeriodColumn, without_periods
from core.data.readiness import drop_missing_target, rows_without_target
from core.data.reference_outcome import with_reference
from core.data.schema import Schema
from core.data.weights import WeightColumn, without_weights
from core.errors import SchemaError


def with_inferred_roles(dataset: Dataset) -> Dataset:
    """Return the dataset with an inferred positive value and inferred bin edges where they are not set."""
    schema, notes = assign_roles(dataset.schema, dataset.frame)
    return replace(dataset, schema=schema, notes=(*dataset.notes, *notes))


def choose_target(schema: Schema, frame: pd.DataFrame, name: str) -> Schema:
    """Make ``name`` the target. The threshold of a number with many values is its median by default.

    Raises:
        SchemaError: The column is sensitive or an identifier.
    """
    if name in schema.sensitive:
        raise SchemaError(f"Column {name!r} is sensitive; take it out of the sensitive columns first.", field="target")
    needs_threshold = schema.column(name).is_numeric and frame[name].nunique() > MAX_CLASSES
    threshold = median_threshold(frame[name]) if needs_threshold else None
    return assign_roles(schema, frame, target=name, threshold=threshold)[0]


def choose_positive(schema: Schema, *, positive: str | None = None, threshold: float | None = None) -> Schema:
    """Set the positive value or the threshold, and guess anew which outcome is favourable."""
    return with_guess(schema.with_outcome(positive=positive, threshold=threshold))


def choose_favorable(schema: Schema, side: Literal["positive", "negative"] | None) -> Schema:
    """Declare which outcome is favourable; ``None``: nobody knows. Either ends a guess."""
    return schema.replaced(favorable=side, favorable_guess="")


def choose_reference(schema: Schema, frame: pd.DataFrame, name: str | None) -> Schema:
    """Make the column the reference outcome, or none. A column that was it stays ignored.

    Raises:
        SchemaError: It cannot be the reference outcome.
    """
    return schema.replaced(reference=None) if name is None else with_reference(schema, frame, name)


def choose_decisions(
    schema: Schema, before: Sequence[str], now: Sequence[DecisionColumn], model_column: str | None = None
) -> Schema:
    """Make the columns ``now`` those with a model's decisions: no features.

    Args:
        schema: The schema.
        before: Headers that held decisions or named the models until now. Those that do no longer become features.
        now: The columns with decisions.
        model_column: Header of the column that names the model of each row, if the file has one.

    Raises:
        DataError: One of them is the target or a sensitive column.
    """
    kept = {*(one.column for one in now), model_column, schema.reference}
    for name in dict.fromkeys(name for name in before if name not in kept):
        if schema.column(name).role is Role.IGNORED:
            schema = schema.edited(name, role=schema.default_role, reason="Chosen.")
    schema = without_features(schema, now)
    return schema if model_column is None else without_model_column(schema, model_column, now)


def choose_row_column(
    schema: Schema, before: WeightColumn | PeriodColumn | None, now: WeightColumn | PeriodColumn | None
) -> Schema:
    """Make columns say how much each row counts or when it was decided: no feature. Those before become features.

    Raises:
        DataError: It is the target or a sensitive column.
    """
    kept = () if now is None else now.columns
    for name in () if before is None else before.columns:
        if name not in kept and schema.column(name).role is Role.IGNORED:
            schema = schema.edited(name, role=schema.default_role, reason="Chosen.")
    if now is None:
        return schema
    return without_weights(schema, now) if isinstance(now, WeightColumn) else without_periods(schema, now)


def choose_sensitive(schema: Schema, frame: pd.DataFrame, names: Sequence[str]) -> Schema:
    """Make exactly ``names`` sensitive. Numbers with many values are binned into groups of similar size.

    Raises:
        SchemaError: One of the columns is the target.
    """
    if not names:
        for name in schema.sensitive:
            schema = schema.edited(name, role=schema.default_role, bin_edges=(), bin_names=())
        return schema
    target = next(iter(schema.with_role(Role.TARGET)), None)
    return assign_roles(schema, frame, target=target, sensitive=names)[0]


def choose_column(schema: Schema, frame: pd.DataFrame, name: str, kind: Kind, role: Role) -> Schema:
    """Set kind and role of one column. The frame still has the dtype of the old kind.

    Raises:
        SchemaError: The role does not fit the column.
    """
    old = schema.column(name)
    if kind is not old.kind:
        form = chosen_form(old, frame[name], kind)
        schema = schema.edited(name, kind=kind, bin_edges=(), bin_names=(), reason="Chosen.", **form)
    if role is old.role:
        return schema
    if role is Role.TARGET:
        schema = choose_sensitive(schema, frame, [other for other in schema.sensitive if other != name])
        return choose_target(schema, frame, name)
    if old.role is Role.TARGET:
        schema = schema.edited(name, role=schema.default_role).without_outcome()
    if role is Role.SENSITIVE:
        return choose_sensitive(schema, frame, [*schema.sensitive, name])
    return schema.edited(name, role=role, bin_edges=(), bin_names=(), reason="Chosen.")


def choose_decimal_mark(schema: Schema, loaded: Dataset, name: str, mark: DecimalMark) -> Schema:
    """Read the numbers of a column of a loaded dataset by this decimal mark. An identifier becomes a feature.

    Raises:
        SchemaError: Some value is no number then.
    """
    column = schema.column(name)
    found = reading_by(loaded.schema.column(name), loaded.frame[name], mark)
    role = schema.default_role if column.role is Role.IGNORED else column.role
    changed = {"bin_edges": (), "bin_names": (), "reason": f"{found.reason} Chosen."}
    return schema.edited(name, kind=found.kind, role=role, **{**PLAIN_FIELDS, **found.fields, **changed})


def choose_date_order(schema: Schema, loaded: Dataset, name: str, order: DateOrder) -> Schema:
    """Read the dates of a column of a loaded dataset with the day or the month first.

    Raises:
        SchemaError: Some value is no date then.
    """
    column = schema.column(name)
    found = dates_by(loaded.schema.column(name), loaded.frame[name], order)
    role = schema.default_role if column.role is Role.IGNORED else column.role
    return schema.edited(
        name,
        kind=Kind.DATETIME,
        role=role,
        bin_edges=(),
        bin_names=(),
        reason=f"{found.reason} Chosen.",
        **found.fields,
    )


def parse_bin_edges(name: str, text: str) -> tuple[float, ...]:
    """Parse bin edges that a user typed.

    Raises:
        SchemaError: The text is not a list of numbers.

    >>> parse_bin_edges("age", "25, 40; 60")
    (25.0, 40.0, 60.0)
    """
    try:
        return tuple(float(part) for part in text.replace(";", ",").split(",") if part.strip())
    except ValueError as error:
        raise SchemaError(
            f"The cut points of {name!r} are not numbers; write them like 25, 40, 60.", field="bin_edges"
        ) from error


def with_decided_values(loaded: Dataset, schema: Schema) -> Dataset:
    """Return a loaded dataset with its values as a person decided; roles and outcomes are chosen from these."""
    return replace(loaded, frame=with_merged_values(loaded.frame, schema.edits))


def with_schema(loaded: Dataset, schema: Schema) -> Dataset:
    """Return a loaded dataset cast to an edited schema and changed by its edits, without rows that have no target.

    Args:
        loaded: The dataset as loaded, with all its rows.
        schema: Edited schema of the same columns.

    Raises:
        DataError: A value does not fit its new kind.
        SchemaError: The target is missing in every row, or the schema changes which column names images.
    """
    _check_image(loaded.schema.image, schema.image)
    schema = standing(schema)
    changed = [one.name for one in schema.columns if _typing(one) != _typing(loaded.schema.column(one.name))]
    outdated = tuple(f"Column {name!r} {verb} as " for name in changed for verb in ("was read", "reads"))
    notes = [note for note in loaded.notes if not note.startswith(outdated)]
    frames = {"": loaded.frame} | ({HOLDOUT_NOTE: loaded.holdout} if loaded.holdout is not None else {})
    typed: dict[str, pd.DataFrame] = {}
    lacking: pd.DataFrame | None = None
    counts: dict[str, list[int]] = {edit.name: [] for edit in schema.edits}
    real: list[pd.DataFrame] = []
    for prefix, rows in frames.items():
        frame, frame_notes = cast_again(rows, loaded.schema, schema) if changed else (rows, ())
        notes += [prefix + note for note in frame_notes]
        real.append(frame)
        frame, changes = with_edits(frame, schema)
        for change in changes:
            counts[change.edit.name].append(change.rows)
        if schema.with_role(Role.TARGET):
            lacking = rows_without_target([lacking, frame], schema)
            frame, frame_notes = drop_missing_target(frame, schema)
            notes += [prefix + note for note in frame_notes]
        typed[prefix] = frame
    return replace(
        loaded,
        frame=typed[""],
        holdout=typed.get(HOLDOUT_NOTE),
        schema=with_serial_forms(schema, real),
        notes=tuple(notes),
        without_target=lacking,
        changes=(*loaded.changes, *(_change(edit, counts[edit.name]) for edit in schema.edits)),
    )


def _change(edit: Edit, counts: list[int]) -> Change:
    """Return what an edit changed, from its rows in the table and, if there are any, in the test rows."""
    return Change(edit=edit, rows=sum(counts), held=counts[1] if len(counts) > 1 else None)


def _typing(column: Column) -> tuple[object, ...]:
    return column.kind, column.number_form, column.date_form


def _check_image(before: str | None, now: str | None) -> None:
    """Raise a `SchemaError` if the column that names the images changes: the images were loaded by that column."""
    if before == now:
        return
    if before is None:
        raise SchemaError(
            f"Column {now!r} cannot be of kind image, because no images came with this table; choose another kind, or "
            "a zip that holds the images.",
            field="schema",
        )
    raise SchemaError(f"Column {before!r} names the images, so its kind must stay image.", field="schema")
