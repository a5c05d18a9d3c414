"""Plain tables: rows without attachments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

import pandas as pd

from core.audit.data_kind import Tabular
from core.audit.explain import shap_importance
from core.audit.explain.projections import Clouds, table_clouds
from core.audit.metrics.distillation import agreement_records
from core.audit.protocols.classifier_scores import classifier_score_tables
from core.audit.records import ORIGINAL, Record
from core.data.column import Kind
from core.data.examples import Examples
from core.data.external import external_frame, read_external
from core.data.io.table_files import SUFFIXES
from core.data.io.table_writer import csv_parts, parquet_parts
from core.data.schema import Schema
from core.downstream_classifiers.default import ClassifierName
from core.modalities.base import KIND_AND_ROLE, ExtraPlot, Importance, Modality, Wording
from core.synthesis.evaluation import CodeReconstructions


class TableModality(Modality):
    """See the module."""

    words = Wording(
        one="row",
        many="rows",
        dataset="this table",
        columns="",
        learned_mix="As in the table",
        projection="Original and synthetic rows",
        roles=f"{KIND_AND_ROLE} Ignored columns take no part. Identifiers name rows and are never learned.",
        upload="A synthetic file from any generator, with the columns of this run's table.",
        upload_label="Synthetic file: CSV, Excel, Parquet or another table",
    )
    sections = ("fairness", "projections", "columns", "shap", "external")
    column_kinds = tuple(kind for kind in Kind if kind is not Kind.IMAGE)
    suffixes = (".csv", ".parquet")
    upload_suffixes = SUFFIXES

    def audit_kind(self, classifier: ClassifierName) -> Tabular:
        """Return the audit's implementation for tables; it supports every downstream classifier."""
        return Tabular(classifier)

    def read_external(
        self, source: Path | pd.DataFrame, schema: Schema, real: Examples
    ) -> tuple[Examples, tuple[str, ...]]:
        """Read a file of a table, or a frame."""
        columns, known = schema.generated, real.frame
        found = (
            external_frame(source, columns, known)
            if isinstance(source, pd.DataFrame)
            else read_external(source, columns, known=known)
        )
        return Examples(found[0]), found[1]

    def write(self, parts: Iterable[Examples], schema: Schema, path: Path) -> None:
        """Write CSV or Parquet."""
        opened = csv_parts(schema.generated, path) if path.suffix == ".csv" else parquet_parts(path)
        with opened as append:
            for part in parts:
                append(part.frame)

    def reconstruction_records(self, schema: Schema, reconstructions: CodeReconstructions) -> list[Record]:
        """Return the agreement of teacher and student on the cells of each row."""
        codes = reconstructions
        return agreement_records(schema, codes.frame, codes.columns, codes.sampled, codes.most_likely)

    def clouds(self, schema: Schema, train: Examples, sources: Mapping[str, Examples]) -> Clouds:
        """Return the rows as points of the distance space."""
        return table_clouds(schema, train.frame, {name: one.frame for name, one in sources.items()})

    def importance(
        self,
        schema: Schema,
        source: str,
        rows: Examples,
        train: Examples,
        holdout: Examples,
        classifier: ClassifierName,
    ) -> Importance:
        """Return the SHAP values of the columns."""
        frames = rows.frame, train.frame, holdout.frame
        return Importance(shap_importance.importance_records(schema, source, *frames, classifier=classifier), {})

    def extra_plots(
        self,
        schema: Schema,
        train: Examples,
        holdout: Examples,
        sources: Mapping[str, Examples],
        classifier: ClassifierName,
    ) -> list[ExtraPlot]:
        """Return the curves of the scores of a classifier trained on each source, on hold-out rows."""
        frames = {ORIGINAL: train.frame, **{name: rows.frame for name, rows in sources.items()}}
        work = partial(classifier_score_tables, schema, frames, holdout.frame, classifier)
        return [ExtraPlot("Scores of classifiers by group.", work)]
