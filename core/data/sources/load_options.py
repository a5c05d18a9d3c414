"""The options of loading data, the same for command line, app and Python API."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, TypedDict

import pandas as pd

from core.choices import DateOrder, DecimalMark, DecisionContext
from core.data.forms.said import SaidForms
from core.data.schema import Schema

_NOT_IN_SCHEMA: Final = ("encoding", "bias", "image_size", "labels", "holdout")
FRAME_NAME: Final = "table"
"""Name of a dataset from a frame."""


class LoadOptions(TypedDict, total=False):
    """Keyword options of `core.data.sources.load.load`. An option that is absent or ``None`` has its default.

    Args:
        target: Header of the outcome; the dataset's own or the inferred one by default.
        positive: Positive value of the target, as text.
        threshold: A numeric target is positive at or above it.
        at_median: Whether a numeric target with many values is positive from its median on, if no threshold is given.
        favorable: A value of the target that is good for the person, as text; with a threshold, a number on that side.
        margin: Differences of two rates below it are said not to matter.
        decision: The kind of decision that the target records; it picks the laws whose sheets are made.
        sensitive: Headers of the sensitive columns; if empty, the dataset's own or the inferred ones.
        bin_edges: Ascending bin edges by header of a numeric sensitive column.
        strata: Headers of the columns within whose values groups are compared too; the schema's own by default.
        reference: Header of a column with an outcome that is better founded than the target's; the schema's own by
            default.
        schema: An edited schema, instead of inference. Roles that are given too take precedence.
        holdout: A file or frame of hold-out rows. It replaces the official one.
        encoding: Encoding of CSV files; detected by default.
        decimal_mark: Decimal separator of the table, where its numbers could be read in two ways; inferred by default.
        date_order: Whether day or month comes first in its dates, where they could be read in two ways.
        rows: Number of rows of the demo.
        seed: Seed of the demo, of colours and their hold-out, and of a sample of too many images; 0 by default.
        bias: Share of the coloured digits in their own colour.
        image_size: Height and width of the resized images, 8 to 256.
        labels: The table of labels of a zip of images, if it is not in the zip.
        sql: A query that gives the rows, if the data are named by the URL of a database.
        apply: Names of changes after a check of the data, e.g. ``merge:sex``; see `core.data.checks.edits`.
    """

    target: str | None
    positive: str | None
    threshold: float | None
    at_median: bool
    favorable: str | None
    margin: float | None
    decision: DecisionContext | None
    sensitive: Sequence[str]
    bin_edges: Mapping[str, Sequence[float]] | None
    strata: Sequence[str]
    reference: str | None
    schema: Schema | None
    holdout: Path | pd.DataFrame | None
    encoding: str | None
    decimal_mark: DecimalMark | None
    date_order: DateOrder | None
    rows: int | None
    seed: int
    bias: float | None
    image_size: int | None
    labels: Path | None
    sql: str | None
    apply: Sequence[str]


def said_forms(options: LoadOptions) -> SaidForms:
    """Return what a person says of values that could be read in two ways."""
    return SaidForms(options.get("decimal_mark"), options.get("date_order"))


def kept_options(options: LoadOptions) -> dict[str, str]:
    """Return the options that change the rows and that no schema keeps, as text; of a file its name.

    Of a query it is a checksum, as the query may name persons.

    >>> kept_options({"encoding": "cp1252", "holdout": Path("files/later.csv"), "target": "hired"})
    {'encoding': 'cp1252', 'holdout': 'later.csv'}
    """
    given = {name: options.get(name) for name in _NOT_IN_SCHEMA}
    kept = {name: _as_text(value) for name, value in given.items() if value is not None}
    query = options.get("sql")
    return kept if query is None else {**kept, "sql": f"sha256:{hashlib.sha256(query.encode()).hexdigest()}"}


def _as_text(value: object) -> str:
    if isinstance(value, pd.DataFrame):
        return FRAME_NAME
    return value.name if isinstance(value, Path) else str(value)
