"""The interface of a kind of data (a modality): storage, audit, plots and texts. Synthesizers are elsewhere.

A run has one modality: a plain table, or rows with content that fits into no column, e.g. an image (their
*attachments*). A new kind of data takes one package beside `core.modalities.table` and `core.modalities.image`, and one
entry in `DATA_KINDS` of `core.data.data_kinds`, which names it and its synthesizers. It implements the abstract methods
of :class:`Modality`. The other methods have defaults for data without attachments, galleries or limits.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final, NamedTuple

import pandas as pd
from numpy.typing import NDArray

from core.audit.data_kind import DataKind
from core.audit.explain.projections import Clouds
from core.audit.records import Record
from core.data.column import Kind
from core.data.dataset import Dataset
from core.data.examples import Attachments, Examples
from core.data.holdout_split import Split
from core.data.io.table_writer import csv_parts
from core.data.schema import Schema
from core.downstream_classifiers.default import ClassifierName
from core.errors import ConfigError
from core.report.charts.gallery import Gallery
from core.report.charts.theme import Figure
from core.runs.artifacts import HasArtifacts
from core.runs.run_folder import JobFolder, RunFolder

PRODUCT, COUNTERFACTUAL = "synthetic", "counterfactual"

TableByName = dict[str, pd.DataFrame]
KIND_AND_ROLE: Final = "A kind is what the values are; a role is what the column is for."


@dataclass(frozen=True)
class Wording:
    """The texts of the pages for this kind of data.

    Args:
        one: One example, e.g. ``row``.
        many: Several examples, e.g. ``rows``.
        dataset: The current dataset, e.g. ``this table``.
        columns: A suffix for its columns, e.g. `` of labels``; empty if the columns are the data.
        learned_mix: The option to generate groups in the shares of the train data.
        projection: Title of the projection of original and synthetic examples.
        roles: Which roles columns can have.
        upload: Which external file can be compared with it, in a sentence.
        upload_label: Label of the upload widget.
        stages: Descriptions of a run's stages, by their names in the events, where they differ from those of a table.
    """

    one: str
    many: str
    dataset: str
    columns: str
    learned_mix: str
    projection: str
    roles: str
    upload: str
    upload_label: str
    stages: Mapping[str, str] = field(default_factory=dict)


class Importance(NamedTuple):
    """The feature importance of a classifier trained on one source: records, and tables to which it adds rows."""

    records: list[Record]
    tables: TableByName


class ExtraPlot(NamedTuple):
    """The tables of a plot that only this modality has, with a message for the progress display."""

    message: str
    tables: Callable[[], TableByName]


class Modality(ABC):
    """One kind of data. It has no state: every method receives the schema or the folder.

    Attributes:
        words: Its texts on the pages.
        sections: The sections of the Compare page, by the keys of `pages/compare.py`, in order.
        column_kinds: Kinds that a column can have.
        suffixes: File suffixes of synthetic examples; the first is the default.
        upload_suffixes: File suffixes of external examples that can be audited with a run.
    """

    words: ClassVar[Wording]
    sections: ClassVar[tuple[str, ...]]
    column_kinds: ClassVar[tuple[Kind, ...]]
    suffixes: ClassVar[tuple[str, ...]]
    upload_suffixes: ClassVar[tuple[str, ...]]

    # -- real data -------------------------------------------------------------------------------------------------

    def attachment_column(self, schema: Schema) -> str | None:
        """Return the header of the column that names each row's attachment; ``None`` without attachments."""
        del schema
        return None

    def save(self, folder: HasArtifacts, schema: Schema, name: str, examples: Examples) -> None:
        """Save rows and their attachments under a name, e.g. ``train``."""
        self.save_aligned(folder, name, examples.frame, self.content(schema, examples))

    def save_aligned(self, folder: HasArtifacts, name: str, frame: pd.DataFrame, content: NDArray[Any] | None) -> None:
        """Save a table and the content of each of its rows under a name."""
        del content
        folder.artifacts.save_table(name, frame)

    def content(self, schema: Schema, examples: Examples) -> NDArray[Any] | None:
        """Return the content that a synthesizer learns from, aligned with the rows, shape (n, ...), if there is any."""
        del schema, examples
        return None

    def with_content(self, schema: Schema, frame: pd.DataFrame, content: NDArray[Any] | None) -> Examples:
        """Return rows with the content that a synthesizer generated for them."""
        del schema, content
        return Examples(frame)

    def attachments(
        self, folder: HasArtifacts, schema: Schema, tables: Mapping[str, pd.DataFrame]
    ) -> Attachments | None:
        """Read the attachments of all rows of these tables, saved under the tables' names; ``None`` if there are none.

        Raises:
            RunError: They are missing or damaged.
        """
        del folder, schema, tables
        return None

    def load(self, folder: JobFolder, schema: Schema, name: str) -> Examples:
        """Read rows that were saved under a name, or the ``synthetic`` ones, with their attachments.

        Raises:
            RunError: They are missing or damaged.
        """
        frame = folder.synthetic.read() if name == PRODUCT else folder.artifacts.table(name)
        return Examples(frame, self.attachments(folder, schema, {name: frame}))

    def facts(self, dataset: Dataset, parts: Split) -> dict[str, object]:
        """Return the manifest's entries on a dataset beyond its columns; JSON values only."""
        del dataset, parts
        return {}

    @abstractmethod
    def read_external(
        self, source: Path | pd.DataFrame, schema: Schema, real: Examples
    ) -> tuple[Examples, tuple[str, ...]]:
        """Read synthetic examples of any generator.

        Args:
            source: Their file, or a frame.
            schema: The schema of the real data.
            real: The real examples that they imitate.

        Returns:
            The examples, and a sentence for everything that was left out, set aside or reinterpreted.

        Raises:
            DataError: The file cannot be read or does not fit.
        """

    # -- synthetic data --------------------------------------------------------------------------------------------

    def max_count(self, attachments: Attachments | None) -> int | None:
        """Return how many can be generated at once, given the real attachments; ``None`` if there is no limit."""
        del attachments
        return None

    def default_count(self, train_rows: int) -> int:
        """Return how many a run generates by default."""
        return train_rows

    def holdout_notes(self, holdout_rows: int) -> list[str]:
        """Return what a small hold-out means for the audit, in sentences."""
        del holdout_rows
        return []

    def check_count(self, count: int, attachments: Attachments | None) -> None:
        """Raise a `ConfigError` if this many cannot be generated at once."""
        del count, attachments

    def check_suffix(self, path: Path) -> None:
        """Raise a `ConfigError` if the suffix of a file does not determine its format."""
        if path.suffix not in self.suffixes:
            raise ConfigError(
                f"{path.name!r} must end in {' or '.join(self.suffixes)}, so that it is clear what to write.",
                field="out",
            )

    @abstractmethod
    def write(self, parts: Iterable[Examples], schema: Schema, path: Path) -> None:
        """Write examples, which come in parts, into one file, whose suffix was checked. Attachments make one part."""

    def save_product(self, folder: JobFolder, schema: Schema, parts: Iterable[Examples]) -> None:
        """Save synthetic examples to a job's folder, in every format. The rows come last: they mark completion."""
        with folder.synthetic.appending() as append, csv_parts(schema.generated, folder.synthetic_csv.path) as write:
            for part in parts:
                append(part.frame)
                write(part.frame)

    # -- audit ---------------------------------------------------------------------------------------------------

    @abstractmethod
    def audit_kind(self, classifier: ClassifierName) -> DataKind:
        """Return the audit's implementation for this kind of data.

        Args:
            classifier: The downstream classifier.

        Raises:
            ConfigError: That classifier cannot learn this kind of data.
        """

    def reconstruction_records(self, schema: Schema, reconstructions: Any) -> list[Record]:
        """Return how well its networks reconstruct examples.

        Args:
            schema: The schema of the data.
            reconstructions: What `core.synthesis.base.Synthesizer.reconstructions` returns for this kind of data.
        """
        del schema, reconstructions
        return []

    # -- plots -----------------------------------------------------------------------------------------------------

    @abstractmethod
    def clouds(self, schema: Schema, train: Examples, sources: Mapping[str, Examples]) -> Clouds:
        """Return the rows of several sources as points; the first is the reference.

        Raises:
            DataError: A source has too few rows.
        """

    @abstractmethod
    def importance(
        self,
        schema: Schema,
        source: str,
        rows: Examples,
        train: Examples,
        holdout: Examples,
        classifier: ClassifierName,
    ) -> Importance:
        """Return the feature importance of a classifier trained on a source's rows, on real hold-out rows.

        Raises:
            DataError: The hold-out has no rows.
        """

    def extra_plots(
        self,
        schema: Schema,
        train: Examples,
        holdout: Examples,
        sources: Mapping[str, Examples],
        classifier: ClassifierName,
    ) -> list[ExtraPlot]:
        """Return the plots that only this modality has; each is of the real train rows and of all sources."""
        del schema, train, holdout, sources, classifier
        return []

    def explanations(self, folder: RunFolder) -> list[Figure]:
        """Return the charts of the tables of :meth:`importance` that a run has saved."""
        del folder
        return []

    def galleries(self, folder: RunFolder, *, real: bool) -> list[Gallery]:
        """Return the galleries of a run.

        Args:
            folder: The run.
            real: Whether they may show real examples: on the screen of the run's owner, never in a report.
        """
        del folder, real
        return []

    def product_galleries(self, schema: Schema, examples: Examples) -> list[Gallery]:
        """Return galleries of synthetic examples; empty if a preview of the rows suffices."""
        del schema, examples
        return []

    def dataset_galleries(self, dataset: Dataset) -> list[Gallery]:
        """Return galleries of real examples, for the screen of the data's owner."""
        del dataset
        return []

    def measure(self, dataset: Dataset) -> str:
        """Return the size of each example as text, e.g. `` of 16 × 16 pixels``; empty for a table."""
        del dataset
        return ""
