"""Synthetic rows that any generator made, read against the real rows; every front end reads them this way."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core.data.examples import Examples
from core.data.external import limitation_notes, new_category_notes
from core.data.schema import Schema
from core.modalities.catalog import modality_of


@dataclass(frozen=True)
class ExternalRows:
    """Synthetic rows from elsewhere.

    Args:
        examples: The rows, typed by the schema of the real ones, with what belongs to them.
        notes: What was left out, set aside or reinterpreted, and what makes figures of these rows weak.
    """

    examples: Examples
    notes: tuple[str, ...]


def read_synthetic(source: Path | pd.DataFrame, schema: Schema, train: Examples, holdout: Examples) -> ExternalRows:
    """Read synthetic rows with the columns of real rows, and note where they differ from them.

    Args:
        source: A file of the kind of the real data (`core.modalities`), or a frame.
        schema: Of the real rows.
        train: Real rows to learn from.
        holdout: Real rows held out.

    Raises:
        DataError: The file cannot be read, lacks a column, or holds a value that does not fit.
    """
    examples, notes = modality_of(schema).read_external(source, schema, train)
    real = pd.concat([train.frame, holdout.frame], ignore_index=True)
    differences = (
        *new_category_notes(examples.frame, real, schema),
        *limitation_notes(examples.frame, train.frame, schema),
    )
    return ExternalRows(examples, (*notes, *differences))
