"""Read synthetic rows of any generator and compare them with the real rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core.data.examples import Examples
from core.data.external import limitation_notes, new_category_notes
from core.data.schema import Schema
from core.errors import about_field
from core.modalities.catalog import modality_of


@dataclass(frozen=True)
class ExternalRows:
    """Synthetic rows of another generator.

    Args:
        examples: The rows, typed by the schema of the real rows, with their attachments.
        notes: Rows and columns that were dropped or reinterpreted, and limits of the metrics of these rows.
    """

    examples: Examples
    notes: tuple[str, ...]


def read_synthetic(source: Path | pd.DataFrame, schema: Schema, train: Examples, holdout: Examples) -> ExternalRows:
    """Read synthetic rows with the columns of the real rows, and note differences.

    Args:
        source: A file of the same kind as the real data (`core.modalities`), or a frame.
        schema: Schema of the real rows.
        train: Real train rows.
        holdout: Real hold-out rows.

    Raises:
        DataError: The file cannot be read, lacks a column, or holds a value that does not fit.
    """
    # A modality may read the file as data; the file is neither the data that the user gave nor their labels or schema.
    with about_field("synthetic", instead_of=("data", "labels", "schema")):
        examples, notes = modality_of(schema).read_external(source, schema, train)
    real = pd.concat([train.frame, holdout.frame], ignore_index=True)
    differences = (
        *new_category_notes(examples.frame, real, schema),
        *limitation_notes(examples.frame, train.frame, schema),
    )
    return ExternalRows(examples, (*notes, *differences))
