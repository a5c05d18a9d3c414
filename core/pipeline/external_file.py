"""Read synthetic rows of any generator, compare them with the real rows, and audit them beside a run."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from core.audit.inputs import CONSTANT
from core.audit.records import ORIGINAL, Record
from core.audit.run import AuditInput, audit
from core.config import run_config
from core.data.checks.apply import with_merged_values
from core.data.examples import Examples
from core.data.external import limitation_notes
from core.data.schema import Schema
from core.data.second_file import check_second_file
from core.errors import about_field
from core.events import Listener, ignore
from core.modalities.base import PRODUCT
from core.modalities.catalog import modality_of
from core.runs.artifacts import REAL
from core.runs.run_folder import RunFolder


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
        examples = replace(examples, frame=with_merged_values(examples.frame, schema.edits))
        real = pd.concat([train.frame, holdout.frame], ignore_index=True)
        new_values = check_second_file(examples.frame, real, schema.generated)
    differences = (*new_values, *limitation_notes(examples.frame, train.frame, schema))
    return ExternalRows(examples, (*notes, *differences))


def source_name(stem: str, taken: Collection[str] = ()) -> str:
    """Return the name of an external source in records: that of its file, unless it is taken."""
    return f"file {stem}" if stem in (ORIGINAL, CONSTANT, *taken) else stem


def has_own_test_rows(folder: RunFolder) -> bool:
    """Return whether the test rows of a run came apart from its table, so that no maker of a file learned from them."""
    return bool(folder.manifest.read().get("official_split"))


def independence_notes(*, is_independent: bool) -> list[str]:
    """Return the note that whoever made a file may have seen the test rows, unless they are known to be apart."""
    if is_independent:
        return []
    return [
        "Independence unknown: the test rows were drawn from the same table, and whoever made the file may have seen "
        "them. Figures on the test rows may then look better than they are."
    ]


def audit_external(
    folder: RunFolder, source: Path | pd.DataFrame, name: str, listener: Listener = ignore
) -> tuple[list[Record], list[str]]:
    """Audit a synthetic file beside the real and the synthetic rows of a run, with the settings of the run.

    Args:
        folder: A finished run.
        source: A file of the same kind as the real data, or a frame.
        name: What to call it in records.
        listener: Receives progress.

    Returns:
        The records, and notes on the file.

    Raises:
        DataError: The file cannot be used.
    """
    schema, config = folder.schema.read(), run_config(**folder.config.read())
    modality = modality_of(schema)
    train, holdout = (modality.load(folder, schema, name) for name in REAL)
    sources = {PRODUCT: modality.load(folder, schema, PRODUCT)} if folder.synthetic.exists() else {}
    external = read_synthetic(source, schema, train, holdout)
    sources[source_name(name, sources)] = external.examples
    inputs = AuditInput(
        schema,
        train,
        holdout,
        sources,
        holdout_independent=has_own_test_rows(folder),
        seeds=config.audit_seeds,
        refits=config.audit_refits,
        kind=modality.audit_kind(config.classifier),
        confidence=config.confidence,
    )
    return audit(inputs, listener), list(external.notes)
