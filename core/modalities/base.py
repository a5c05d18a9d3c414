"""What depends on the kind of data, apart from how it is synthesized: the interface that each kind implements.

A run is of one modality: a plain table, or rows to each of which something belongs that fits in no column, e.g. an
image (its *attachment*). Another kind of data is one package beside `core.modalities.table` and
`core.modalities.image`, and one entry in `core.modalities.catalog`. It implements the abstract methods of
:class:`Modality`; the others answer for data of which there is nothing more to store, to show or to bound.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import pandas as pd
from numpy.typing import NDArray

from core.audit.data_kind import DataKind
from core.audit.explain.projections import Clouds
from core.audit.records import Record
from core.data.dataset import Dataset
from core.data.examples import Attachments, Examples
from core.data.io.table_writer import write_csv
from core.data.schema import Kind, Schema
from core.data.split import Split
from core.errors import ConfigError
from core.learning.catalog import ClassifierName
from core.report.charts.gallery import Gallery
from core.report.charts.theme import Figure
from core.runs.run_folder import JobFolder, RunFolder

PRODUCT, COUNTERFACTUAL = "synthetic", "counterfactual"

TableByName = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Wording:
    """What people call this kind of data on the pages.

    Args:
        one: One of them, e.g. ``row``.
        many: Several, e.g. ``rows``.
        dataset: The dataset at hand, e.g. ``this table``.
        columns: What its columns are of, e.g. `` of labels``; empty if the columns are the data.
        learned_mix: Groups in the shares that were learned.
        overlay: Title of the picture that shows original and synthetic ones as points.
        roles: What roles columns can have.
        upload: What file from elsewhere can be compared with it, in a sentence.
        upload_label: The same above the widget.
        stages: Stages of a run, by their names in the events, where they have other words than those of a table.
    """

    one: str
    many: str
    dataset: str
    columns: str
    learned_mix: str
    overlay: str
    roles: str
    upload: str
    upload_label: str
    stages: Mapping[str, str] = field(default_factory=dict)


class Importance(NamedTuple):
    """What a classifier of one source decides by: records, and tables of which every source adds rows."""

    records: list[Record]
    tables: TableByName


class ExtraPlot(NamedTuple):
    """A table for a plot that only this modality has: what is done, as the progress says it, and how."""

    message: str
    tables: Callable[[], TableByName]


class Modality(ABC):
    """One kind of data. Stateless: every method is given schema and folder.

    Attributes:
        words: What people call it.
        sections: The sections of the Compare page, by the keys of `pages/compare.py`, in order.
        column_kinds: Kinds that a column can be given.
        suffixes: Of files that hold synthetic ones; the first is the usual one.
        upload_suffixes: Of files from elsewhere that can be audited beside a run.
    """

    words: ClassVar[Wording]
    sections: ClassVar[tuple[str, ...]]
    column_kinds: ClassVar[tuple[Kind, ...]]
    suffixes: ClassVar[tuple[str, ...]]
    upload_suffixes: ClassVar[tuple[str, ...]]

    # -- real data -------------------------------------------------------------------------------------------------

    def attachment_column(self, schema: Schema) -> str | None:
        """Return the header of the column that names what belongs to each row; ``None`` if nothing does."""
        del schema
        return None

    def save(self, folder: JobFolder, schema: Schema, name: str, examples: Examples) -> None:
        """Keep rows, and what belongs to them, under a name, e.g. ``train``."""
        self.save_aligned(folder, name, examples.frame, self.content(schema, examples))

    def save_aligned(self, folder: JobFolder, name: str, frame: pd.DataFrame, content: NDArray[Any] | None) -> None:
        """Keep a table, and the content of each of its rows, under a name."""
        del content
        folder.artifacts.save_table(name, frame)

    def content(self, schema: Schema, examples: Examples) -> NDArray[Any] | None:
        """What of the attachments a synthesizer learns from, aligned with the rows, shape (n, ...), if anything."""
        del schema, examples
        return None

    def with_content(self, schema: Schema, frame: pd.DataFrame, content: NDArray[Any] | None) -> Examples:
        """Return the rows with the content that a synthesizer made for each of them."""
        del schema, content
        return Examples(frame)

    def attachments(self, folder: JobFolder, schema: Schema, tables: Mapping[str, pd.DataFrame]) -> Attachments | None:
        """What was kept for the rows of all these tables, by the tables' names; ``None`` if nothing belongs to them.

        Raises:
            RunError: It is missing or damaged.
        """
        del folder, schema, tables
        return None

    def load(self, folder: JobFolder, schema: Schema, name: str) -> Examples:
        """Return the rows that were kept under a name, or the ``synthetic`` ones, with what belongs to them.

        Raises:
            RunError: They are missing or damaged.
        """
        frame = folder.synthetic.read() if name == PRODUCT else folder.artifacts.table(name)
        return Examples(frame, self.attachments(folder, schema, {name: frame}))

    def facts(self, dataset: Dataset, parts: Split) -> dict[str, object]:
        """Return what the manifest says of a dataset beyond its columns; JSON values only."""
        del dataset, parts
        return {}

    @abstractmethod
    def read_external(
        self, source: Path | pd.DataFrame, schema: Schema, real: Examples
    ) -> tuple[Examples, tuple[str, ...]]:
        """Read synthetic ones that any generator made.

        Args:
            source: Their file, or a frame.
            schema: Of the real data.
            real: Real ones, of which the file's are to be a likeness.

        Returns:
            What is in it, and a sentence for each thing left out, set aside or reinterpreted.

        Raises:
            DataError: The file cannot be read or does not fit.
        """

    # -- what is made ----------------------------------------------------------------------------------------------

    def max_count(self, attachments: Attachments | None) -> int | None:
        """Return how many can be made at once, given those of real ones; ``None``: as many as are asked for."""
        del attachments
        return None

    def default_count(self, train_rows: int) -> int:
        """Return how many a run makes that is not asked for a number."""
        return train_rows

    def holdout_notes(self, holdout_rows: int) -> list[str]:
        """Return what so small a hold-out means for the audit, in sentences."""
        del holdout_rows
        return []

    def check_count(self, count: int, attachments: Attachments | None) -> None:
        """Raise a `ConfigError` if so many cannot be made at once."""
        del count, attachments

    def check_suffix(self, path: Path) -> None:
        """Raise a `ConfigError` if it is not clear from a file's name what to write into it."""
        if path.suffix not in self.suffixes:
            raise ConfigError(
                f"{path.name!r} must end in {' or '.join(self.suffixes)}, so that it is clear what to write.",
                field="out",
            )

    @abstractmethod
    def write(self, examples: Examples, schema: Schema, path: Path) -> None:
        """Into one file, whose ending was checked."""

    def save_product(self, folder: JobFolder, schema: Schema, examples: Examples) -> None:
        """Into a job's folder, in every form; the rows last, so that they say that the rest is there."""
        write_csv(examples.frame, schema, folder.synthetic_csv.path)
        folder.synthetic.save(examples.frame)

    # -- audit ---------------------------------------------------------------------------------------------------

    @abstractmethod
    def audit_kind(self, classifier: ClassifierName) -> DataKind:
        """Return what an audit does in a way of its own.

        Args:
            classifier: The downstream classifier.

        Raises:
            ConfigError: That classifier cannot learn this kind of data.
        """

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
        """Return what a classifier trained on a source's rows decides by, on real hold-out rows.

        Raises:
            DataError: There is nothing to explain it on.
        """

    def extra_plots(self, schema: Schema, train: Examples, sources: Mapping[str, Examples]) -> list[ExtraPlot]:
        """Plots that only this modality has."""
        del schema, train, sources
        return []

    def explanations(self, folder: RunFolder) -> list[Figure]:
        """Return what a run has kept of the tables of :meth:`importance`, drawn."""
        del folder
        return []

    def galleries(self, folder: RunFolder, *, real: bool) -> list[Gallery]:
        """Return the sheets of examples of a run.

        Args:
            folder: The run.
            real: Whether real ones may be on them: on the screen of whoever holds the run, never in what is handed on.
        """
        del folder, real
        return []

    def product_galleries(self, schema: Schema, examples: Examples) -> list[Gallery]:
        """Return the sheets of synthetic ones; none if a preview of the rows shows as much."""
        del schema, examples
        return []

    def dataset_galleries(self, dataset: Dataset) -> list[Gallery]:
        """Return the sheets of real ones, for the screen of whoever holds them."""
        del dataset
        return []

    def measure(self, dataset: Dataset) -> str:
        """Return what is to be said of the size of each, e.g. `` of 16 × 16 pixels``; empty if nothing."""
        del dataset
        return ""
