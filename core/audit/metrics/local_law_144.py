"""Counts of a bias audit under New York City's Local Law 144 of 2021, from columns that the user names.

The rule is 6 RCNY sections 5-300 to 5-304, adopted on 6 April 2023. This module computes what it defines:

* selection rate: selected over assessed, by category (5-300);
* scoring rate: share of a category with a score above the median score of the full sample (5-300, 5-301(c));
* impact ratio: a category's rate over the rate of the category with the highest (5-300), for sex, for race/ethnicity,
  and for their crossing (5-301(b), (c));
* the number of people of unknown category, who are in none of these figures (5-301(b), (c));
* categories below 2 % of the data may be left out of the impact ratio, with a justification (5-301(d)).

The user states whether the rows are historical data of a tool in use, or test data (5-302).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Annotated, Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.audit.estimate import Estimate, Tag, sentence, undefined
from core.audit.metrics import impact_ratios
from core.audit.metrics.shares import rates
from core.audit.records import BIAS_AUDIT, Record, Status
from core.data import groups
from core.data.io.text_values import named_numbers
from core.data.plain_text import plain_text
from core.data.schema import Schema
from core.errors import ConfigError, SchemaError
from core.validation import validation_problem

PROTOCOL = BIAS_AUDIT
LEFT_OUT = "Left out"
_MAX_CATEGORIES = 50

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]


class BiasAuditColumns(BaseModel):
    """The columns that a bias audit needs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sex: str | None = Field(default=None, description="Header of the column with the sex categories.")
    race_ethnicity: str | None = Field(default=None, description="Header of the race/ethnicity categories.")
    selection: str | None = Field(default=None, description="Header of the column that records the tool's selection.")
    selected: str | None = Field(default=None, description="The value of that column that means: selected.")
    score: str | None = Field(default=None, description="Header of the tool's numeric score, instead of a selection.")
    unknown: tuple[str, ...] = Field(default=(), max_length=50, description="Categories that mean: unknown.")
    exclusion_reason: Annotated[str, AfterValidator(plain_text)] = Field(
        default="",
        max_length=1_000,
        description="Why categories below 2 % are left out of the impact ratio; if empty, none is left out.",
    )

    @property
    def outcome(self) -> str:
        """Header of the selection or the score."""
        return self.selection or self.score or ""

    @property
    def attributes(self) -> list[tuple[str, ...]]:
        """Columns of each table: sex, race/ethnicity, and both crossed."""
        single = [(name,) for name in (self.sex, self.race_ethnicity) if name]
        return [*single, tuple(name for (name,) in single)] if len(single) == 2 else list(single)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self.attributes:
            raise ValueError("name the column of sex, of race/ethnicity, or both")
        if (self.selection is None) == (self.score is None):
            raise ValueError("name either the column of the selection or that of the score")
        if (self.selection is None) != (self.selected is None):
            raise ValueError("a selection column goes with the value that means selected")
        named = [name for name in (self.sex, self.race_ethnicity, self.outcome) if name]
        if len(set(named)) < len(named):
            raise ValueError("sex, race/ethnicity and the outcome must be different columns")
        return self


def bias_audit_columns(**fields: Any) -> BiasAuditColumns:
    """Return the checked columns of a bias audit.

    Raises:
        ConfigError: The columns contradict one another, or one is missing; the sentence says which.
    """
    try:
        return BiasAuditColumns.model_validate(fields)
    except ValidationError as error:
        raise ConfigError.of(validation_problem(error, "local_law_144")) from error


def records(
    real: pd.DataFrame, synthetic: pd.DataFrame | None, schema: Schema, columns: BiasAuditColumns
) -> list[Record]:
    """Return the records of a bias audit, protocol ``local_law_144``, split ``all``.

    Over all rows ``assessed`` and, for a score, ``median_score``; for each attribute ``unknown``; for each category
    ``applicants``, ``selected`` (for a score: above the median), ``selection_rate`` or ``scoring_rate`` with Wilson's
    interval, ``impact_ratio`` and its two tests (see `core.audit.metrics.impact_ratios`).

    Args:
        real: Typed rows that were assessed, at least one; source ``original``.
        synthetic: Typed synthetic rows, counted separately, source ``synthetic``. They leave out the same categories as
            the real rows, so that the two can be compared.
        schema: Kinds and groups of the columns.
        columns: The columns of the bias audit.

    Raises:
        SchemaError: A column does not exist, lacks the value, is not a score, or has too many categories.
    """
    _check(real, schema, columns)
    excluded = {names: _excluded_categories(real, schema, columns, names) for names in columns.attributes}
    result = _source_records(real, schema, columns, excluded, "original")
    return result if synthetic is None else result + _source_records(synthetic, schema, columns, excluded, "synthetic")


def _check(real: pd.DataFrame, schema: Schema, columns: BiasAuditColumns) -> None:
    for name in (*columns.attributes[-1], columns.outcome):
        schema.column(name)
    values = real[columns.outcome]
    if values.isna().all():
        raise SchemaError(
            f"Column {columns.outcome!r} is empty in every row; name the column of the outcome.", field="local_law_144"
        )
    if columns.score is not None and not pd.api.types.is_numeric_dtype(named_numbers(values).dtype):
        raise SchemaError(
            f"Column {columns.score!r} is not numeric, so it is no score; name it as a selection.",
            field="local_law_144",
        )
    if columns.selection is not None and columns.selected not in groups.distinct_values(real, columns.selection):
        raise SchemaError(
            f"Column {columns.selection!r} nowhere holds {columns.selected!r}; name the value that means selected.",
            field="local_law_144",
        )
    for (name,) in (names for names in columns.attributes if len(names) == 1):
        several = len(set(groups.group_labels(real, schema, [name])))
        if several > _MAX_CATEGORIES:
            raise SchemaError(
                f"Column {name!r} has {several} different values; name one that holds categories.",
                field="local_law_144",
            )


def _excluded_categories(
    real: pd.DataFrame, schema: Schema, columns: BiasAuditColumns, names: tuple[str, ...]
) -> set[str]:
    """Return the categories below 2 % of the real rows, if the user gives a reason to leave them out."""
    if not columns.exclusion_reason:
        return set()
    rows = real[_assessed(real, columns)]
    sizes = pd.Series(groups.group_labels(rows, schema, names), dtype="str").value_counts()
    return {str(name) for name, size in sizes.items() if size / len(rows) < impact_ratios.MIN_SHARE}


def _assessed(frame: pd.DataFrame, columns: BiasAuditColumns) -> Mask:
    """Return where the outcome is recorded, shape (n,): only these rows were assessed."""
    return np.asarray(frame[columns.outcome].notna(), dtype=bool)


def _source_records(
    frame: pd.DataFrame,
    schema: Schema,
    columns: BiasAuditColumns,
    excluded: Mapping[tuple[str, ...], Collection[str]],
    source: str,
) -> list[Record]:
    """Return all records of one source's rows."""
    tag = Tag(source, PROTOCOL, split="all")
    rows = frame[_assessed(frame, columns)]
    unrecorded = len(frame) - len(rows)
    note = f"{unrecorded} rows without a value in {columns.outcome!r} were not assessed." if unrecorded else ""
    result = [tag.record("assessed", _count(len(rows), note))]
    if rows.empty:
        return result
    if columns.score is not None:
        scores = named_numbers(rows[columns.score]).to_numpy(dtype=float)
        median = float(np.median(scores))
        note = "Median of the full sample, unknown categories included."
        result.append(tag.record("median_score", Estimate(median, n=len(scores), note=note)))
        selected = scores > median
    else:
        selected = np.asarray(groups.as_text(rows[columns.outcome]) == columns.selected, dtype=bool)
    for names in columns.attributes:
        attribute_tag = replace(tag, sensitive=groups.attribute_name(names))
        result += _attribute_records(rows, schema, columns, attribute_tag, names, selected, excluded[names])
    return result


def _attribute_records(
    rows: pd.DataFrame,
    schema: Schema,
    columns: BiasAuditColumns,
    tag: Tag,
    names: tuple[str, ...],
    selected: Mask,
    excluded: Collection[str],
) -> list[Record]:
    """Return all categories of one attribute, in their order."""
    unknown = _unknown(rows, schema, columns, names)
    order = groups.group_order(schema, names)
    codes, categories = groups.encode_groups(groups.group_labels(rows, schema, names)[~unknown], order)
    n = np.bincount(codes, minlength=len(categories)).astype(np.int64)
    k = np.bincount(codes[selected[~unknown]], minlength=len(categories)).astype(np.int64)
    note = "Unknown category: in no rate and no impact ratio."
    result = [tag.record("unknown", _count(int(unknown.sum()), note))]
    minimum = schema.min_group_size
    estimates = rates(k, n, minimum=minimum, sizes=n)
    reason = f"{LEFT_OUT}: less than 2 % of the data. Reason given: {columns.exclusion_reason}"
    reasons = tuple(reason if str(name) in excluded else "" for name in categories)
    table = impact_ratios.Categories(
        categories, k.astype(np.float64), n, reasons, np.zeros(len(categories), dtype=bool)
    )
    ratios = zip(
        _impact_ratios(table, minimum), impact_ratios.exact_tests(table), impact_ratios.moved_ratios(table), strict=True
    )
    for name, size, hits, rate, (ratio, p, moved) in zip(categories, n, k, estimates, ratios, strict=True):
        for metric, one in (
            ("applicants", _count(int(size))),
            ("selected", _count(int(hits))),
            ("selection_rate" if columns.score is None else "scoring_rate", rate),
            ("impact_ratio", ratio),
            ("impact_ratio_p", p),
            ("impact_ratio_moved", moved),
        ):
            if one is not None:
                result.append(tag.record(metric, one, group=str(name)))
    return result


def _count(rows: int, note: str = "") -> Estimate:
    """Return a count as a figure: its value is its n."""
    return Estimate(float(rows), n=rows, note=note)


def _unknown(rows: pd.DataFrame, schema: Schema, columns: BiasAuditColumns, names: tuple[str, ...]) -> Mask:
    """Return where any of the columns is missing or holds a category that means unknown, shape (n,)."""
    outside = [groups.MISSING_GROUP, *columns.unknown]
    parts = [np.isin(groups.group_labels(rows, schema, [name]).astype(str), outside) for name in names]
    return np.asarray(np.any(parts, axis=0), dtype=bool)


def _impact_ratios(table: impact_ratios.Categories, minimum: int) -> list[Estimate]:
    """Return the impact ratios; undefined for a category that is left out, marked where a category is small.

    Unlike elsewhere, a small category is compared: the rule has no minimum other than the 2 %.
    """
    result = []
    for one, reason, size in zip(impact_ratios.impact_ratios(table), table.reasons, table.rows, strict=True):
        if reason:
            result.append(undefined(reason, int(size)))
        elif size < minimum and one.status is Status.OK:
            note = sentence(one.note, f"The category has {size} rows, fewer than {minimum}.")
            result.append(replace(one, status=Status.SMALL_N, note=note))
        else:
            result.append(one)
    return result
